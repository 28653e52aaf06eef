"""Pages of the library and what is done there."""

from nashra.library.views.actions import save, save_url, saved_bulk, saved_edit, saved_retry, saved_tags
from nashra.library.views.pages import media, saved, saved_item, saved_state

__all__ = [
    "media", "save", "save_url", "saved", "saved_bulk", "saved_edit", "saved_item", "saved_retry", "saved_state",
    "saved_tags",
]  # fmt: skip
