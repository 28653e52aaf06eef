"""A web page in, a clean article out: main text, metadata, sanitised HTML, canonical address."""

from .article import Article
from .encoding import decode
from .images import ImageRef, images, map_images
from .page import extract
from .plain import excerpt, paragraphs_of, reading_minutes, shorten, to_text
from .sanitise import sanitise
from .urls import clean_url, same_site

__all__ = [
    "Article",
    "ImageRef",
    "clean_url",
    "decode",
    "excerpt",
    "extract",
    "images",
    "map_images",
    "paragraphs_of",
    "reading_minutes",
    "same_site",
    "sanitise",
    "shorten",
    "to_text",
]
