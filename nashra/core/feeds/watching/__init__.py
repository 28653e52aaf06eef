"""Pages without a feed, read like one: by CSS selectors, which `suggest` finds for the lists of a page."""

from nashra.core.feeds.watching.items import MAX_ITEMS, Reading, preview, watch
from nashra.core.feeds.watching.selectors import FIELDS, LONGEST, SelectorError, Selectors, check
from nashra.core.feeds.watching.suggesting import Suggestion, suggest

__all__ = [
    "FIELDS",
    "LONGEST",
    "MAX_ITEMS",
    "Reading",
    "SelectorError",
    "Selectors",
    "Suggestion",
    "check",
    "preview",
    "suggest",
    "watch",
]
