"""Nashra: news chosen for each reader, saved articles and newsletters, Arabic first."""
