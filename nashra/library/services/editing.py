"""Changing what is in the library: one item's state, or several items at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from nashra.accounts.models import Reader
from nashra.front import services as front
from nashra.library.models import SavedItem
from nashra.library.services.errors import LibraryError
from nashra.library.services.saving import restore, unsave
from nashra.library.services.tagging import add_tags, tag_names

MOST_AT_ONCE = 200
_STATES: dict[str, dict[str, bool]] = {
    "read": {"read": True},
    "unread": {"read": False},
    "archive": {"archived": True},
    "unarchive": {"archived": False},
    "favourite": {"favourite": True},
    "unfavourite": {"favourite": False},
}


def set_state(
    item: SavedItem,
    *,
    now: datetime,
    read: bool | None = None,
    archived: bool | None = None,
    favourite: bool | None = None,
) -> None:
    """Sets what is given; the rest stays."""
    changes: dict[str, Any] = {}
    if read is not None:
        changes["read_at"] = (item.read_at or now) if read else None
    if archived is not None:
        changes["is_archived"] = archived
    if favourite is not None:
        changes["is_favourite"] = favourite
    SavedItem.every.filter(pk=item.pk).update(**changes)
    for name, value in changes.items():
        setattr(item, name, value)


def opened(item: SavedItem, *, now: datetime) -> None:
    """The reader opened a saved piece: it is read, and so is its article."""
    if item.read_at is None:
        set_state(item, read=True, now=now)
    if item.article is not None:
        front.opened(item.reader, item.article, now=now)


def edit_many(
    reader: Reader, item_ids: Iterable[int], what: str, *, tags: Iterable[str] = (), now: datetime
) -> list[int]:
    """Does one thing to several of the reader's items; which they were.

    `what`: read, unread, archive, unarchive, favourite, unfavourite, tag (adds `tags`), remove or restore. Raises
    LibraryError for anything else, BadTag for tags; nothing is changed then.
    """
    if what not in (*_STATES, "tag", "remove", "restore"):
        raise LibraryError(what)
    names = tag_names(tags) if what == "tag" else {}
    items = _chosen(reader, item_ids, removed=what == "restore")
    with transaction.atomic():
        if what == "tag":
            add_tags(items, names)
        for item in items:
            if what == "remove":
                unsave(reader, item, now=now)
            elif what == "restore":
                restore(reader, item, now=now)
            elif what in _STATES:
                set_state(item, now=now, **_STATES[what])
    return [item.pk for item in items]


def _chosen(reader: Reader, item_ids: Iterable[int], *, removed: bool) -> list[SavedItem]:
    rows = SavedItem.every.filter(reader=reader, pk__in=list(item_ids)[:MOST_AT_ONCE], removed_at__isnull=not removed)
    return list(rows.select_related("reader", "article").defer("html", "text", "folded").order_by("pk"))
