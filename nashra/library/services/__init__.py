"""Verbs of the library."""

from nashra.library.services.archiving import archive, archive_next
from nashra.library.services.editing import edit_many, opened, set_state
from nashra.library.services.errors import BadAddress, BadTag, LibraryError
from nashra.library.services.reading import CopyState, html_of, lead_picture, media_url, state_of
from nashra.library.services.saving import item_of, restore, retry, save, save_url, unsave
from nashra.library.services.searching import Found, answering, has_highlights
from nashra.library.services.shelves import SHELVES, Shelf, items, tags_of
from nashra.library.services.tagging import read_tags, set_tags

__all__ = [
    "SHELVES", "BadAddress", "BadTag", "CopyState", "Found", "LibraryError", "Shelf",
    "answering", "archive", "archive_next", "edit_many", "has_highlights", "html_of", "item_of", "items",
    "lead_picture", "media_url", "opened", "read_tags", "restore", "retry", "save", "save_url", "set_state",
    "set_tags", "state_of", "tags_of", "unsave",
]  # fmt: skip
