"""A web page in, a clean article out: main text, metadata, sanitised HTML, canonical address."""

from .images import ImageRef, images, map_images
from .plain import excerpt, paragraphs_of, reading_minutes, to_text
from .sanitise import sanitise
from .urls import clean_url, same_site

__all__ = [
    "ImageRef",
    "clean_url",
    "excerpt",
    "images",
    "map_images",
    "paragraphs_of",
    "reading_minutes",
    "same_site",
    "sanitise",
    "to_text",
]
