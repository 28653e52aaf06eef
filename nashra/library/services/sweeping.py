"""What leaves by itself: items removed a week ago, tags of nothing, files that nobody refers to."""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings

from nashra.base import blobs
from nashra.library.models import SavedItem, SavedPicture, Tag

KEPT_AFTER_REMOVAL = timedelta(days=7)
GRACE_SECONDS = 24 * 3600.0  # a file is that old before it may go: whoever put it there has not referred to it yet
BATCH = 500

users: list[Callable[[list[str]], set[str]]] = []
"""Asked which of these blobs are in use. Apps above this one add theirs when they are ready."""


def tidy(*, now: datetime) -> None:
    """Everything below, in order."""
    forget_removed(now=now)
    delete_unused()
    blobs.clear_unfinished()
    blobs.Cache("pictures", settings.NASHRA_PICTURE_CACHE_BYTES).shrink()


def forget_removed(*, now: datetime) -> int:
    """Deletes items removed more than a week ago, and tags that no item has; how many items went."""
    old = SavedItem.every.filter(removed_at__lt=now - KEPT_AFTER_REMOVAL)
    _, by_model = old.delete()
    Tag.objects.filter(items=None).delete()
    return int(by_model.get(SavedItem._meta.label, 0))


def delete_unused() -> int:
    """Deletes blobs older than a day to which nothing refers; how many went."""
    gone = 0
    for keys in _batches(blobs.iterate()):
        for key in set(keys) - _in_use(keys):
            if _is_old(key):
                blobs.delete(key)
                gone += 1
    return gone


def _in_use(keys: list[str]) -> set[str]:
    used = set(SavedPicture.objects.filter(key__in=keys).values_list("key", flat=True))
    used |= set(SavedItem.every.filter(page__in=keys).values_list("page", flat=True))
    return used.union(*(ask(keys) for ask in users))


def _is_old(key: str) -> bool:
    try:
        return blobs.path(key).stat().st_mtime < time.time() - GRACE_SECONDS
    except FileNotFoundError:
        return False


def _batches(keys: Iterable[str]) -> Iterator[list[str]]:
    left = iter(keys)
    while batch := list(islice(left, BATCH)):
        yield batch
