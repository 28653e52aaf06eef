"""Saved articles: archive, tags, imports, exports."""
