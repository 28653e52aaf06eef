"""A web page in, a clean article out: main text, metadata, sanitised HTML, canonical address."""

from .article import Article
from .encoding import decode
from .images import ImageRef, images, map_images
from .page import extract
from .plain import count_words, excerpt, minutes_for, paragraphs_of, reading_minutes, shorten, to_text
from .sanitise import Fragment, fragment, sanitise
from .urls import clean_url, same_site

__all__ = [
    "Article",
    "Fragment",
    "ImageRef",
    "clean_url",
    "count_words",
    "decode",
    "excerpt",
    "extract",
    "fragment",
    "images",
    "map_images",
    "minutes_for",
    "paragraphs_of",
    "reading_minutes",
    "same_site",
    "sanitise",
    "shorten",
    "to_text",
]
