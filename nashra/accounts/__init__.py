"""Readers: sign-up, sign-in, roles, settings, export, deletion."""
