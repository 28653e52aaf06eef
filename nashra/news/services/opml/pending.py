"""A reader's file between its report and their word to follow it: one for each reader, packed, for a day."""

import zlib
from datetime import datetime, timedelta

from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core.text import clean
from nashra.news.models import PendingImport
from nashra.news.services.opml.planning import read_opml

KEPT = timedelta(days=1)


def keep_opml(reader: Reader, body: bytes, *, name: str = "", private: bool = False) -> None:
    """Puts a file aside until the reader says what to do; it takes the place of an older one. SourceError when the file
    is no list of subscriptions.
    """
    read_opml(body)
    values = {
        "body": zlib.compress(body, 1),
        "name": clean(name, longest=200),
        "private": private,
        "at": timezone.now(),
    }
    PendingImport.objects.update_or_create(reader=reader, defaults=values)


def pending_opml(reader: Reader) -> tuple[PendingImport, bytes] | None:
    """The file that waits for the reader's word, and what is in it; None when there is none."""
    row = PendingImport.objects.filter(reader=reader).first()
    return (row, zlib.decompress(bytes(row.body))) if row else None


def drop_opml(reader: Reader) -> None:
    """Forgets the file."""
    PendingImport.objects.filter(reader=reader).delete()


def sweep_opml(now: datetime) -> int:
    """Forgets files that nobody decided about within a day; how many."""
    return PendingImport.objects.filter(at__lt=now - KEPT).delete()[0]
