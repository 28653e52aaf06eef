"""The shelf: all live articles as arrays, kept in files that processes map, from which every page's news is chosen."""

from nashra.front.shelf.building import Part, Shelf
from nashra.front.shelf.keeping import came, current, is_due, refresh

__all__ = ["Part", "Shelf", "came", "current", "is_due", "refresh"]
