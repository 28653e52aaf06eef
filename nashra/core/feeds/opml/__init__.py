"""OPML: lists of subscriptions in and out (http://opml.org/spec2.opml)."""

from nashra.core.feeds.opml.model import MAX_FOLDERS, MAX_PLACES, NAMESPACE, Opml, Outline, Problem
from nashra.core.feeds.opml.reading import read
from nashra.core.feeds.opml.writing import write

__all__ = ["MAX_FOLDERS", "MAX_PLACES", "NAMESPACE", "Opml", "Outline", "Problem", "read", "write"]
