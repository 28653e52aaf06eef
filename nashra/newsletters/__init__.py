"""Newsletters and digests: subscriptions, editions, deliveries."""
