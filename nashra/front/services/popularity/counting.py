"""Counting: editions that were shown and articles that were opened enter the sums, some readers at a time."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from nashra.accounts.models import Reader
from nashra.base import claims
from nashra.front.models import Edition, Signal
from nashra.front.services.popularity import closing
from nashra.front.services.popularity.sums import Cell, Sum, difference, of_reader, together
from nashra.front.services.popularity.tallies import (
    CLOSED,
    COUNTED,
    KEPT,
    LEFT_OUT,
    WAITING,
    counted_of,
    hold,
    move,
    openings_in,
    seen_in,
)

MOST = 500  # rows of one reader at once
BATCH = 10  # readers in one transaction: some thirty milliseconds
_UNCOUNTED = Edition.objects.filter(counted__lt=CLOSED)  # as the index says it
_EDITIONS = claims.Question(
    lambda now: _UNCOUNTED.filter(counted=WAITING, shown_at__lte=now).order_by("made_at").values_list("reader")
)
_SIGNALS = claims.Question(
    lambda now: Signal.objects.filter(counted=False, at__lte=now).order_by("at").values_list("reader")
)


def is_anything_uncounted(now: datetime) -> bool:
    """Whether anything waits to be counted: a cheap question."""
    return _EDITIONS.holds(now) or _SIGNALS.holds(now)


def count_next(now: datetime) -> int:
    """Counts what waits of the next few readers and closes the editions that they have left, in one transaction;
    returns how many readers these were.

    Readers whom another process counts just now are left to it.
    """
    waiting = _next_readers(now)
    if not waiting:
        return 0
    with transaction.atomic():
        held = hold(waiting, skip=True)
        _show_letters(held)
        move(together(part for reader_id in held for part in _count(reader_id, now).items()))
        for reader in Reader.objects.filter(pk__in=held).order_by("pk"):
            closing.close(reader, now)
    return len(held)


def _next_readers(now: datetime) -> list[int]:
    rows = [*_EDITIONS.answer(now, f"LIMIT {BATCH * 2}"), *_SIGNALS.answer(now, f"LIMIT {BATCH * 5}")]
    return list(dict.fromkeys(reader for (reader,) in rows))[:BATCH]


def _show_letters(readers: Iterable[int]) -> None:
    """Nothing tells whether a letter was read; one of which a piece was opened certainly was."""
    clicked = Signal.objects.filter(reader__in=readers, counted=False, what=Signal.What.MAIL, edition__shown_at=None)
    for edition_id, at in clicked.exclude(edition=None).values_list("edition", "at"):
        Edition.objects.filter(pk=edition_id, shown_at=None).update(shown_at=at)


def _count(reader_id: int, now: datetime) -> dict[Cell, Sum]:
    """Marks what waits of one reader as counted; returns what that moves."""
    editions, signals = _waiting(Edition, reader_id), _waiting(Signal, reader_id)
    shown_now = [] if _leaves_nothing(reader_id) else seen_in(editions.filter(made_at__gt=now - KEPT))
    opened_now = openings_in(signals.filter(at__gt=now - KEPT))
    articles = {article for one in shown_now for article in one.articles} | {one.article for one in opened_now}
    seen, opened = counted_of(reader_id, articles)
    editions.update(counted=LEFT_OUT)
    Edition.objects.filter(pk__in=[one.id for one in shown_now]).update(counted=COUNTED)
    signals.update(counted=True)
    before = of_reader(seen, opened)
    return difference(before, of_reader([*seen, *shown_now], [*opened, *opened_now]))


def _waiting(model: Any, reader_id: int) -> Any:
    """The rows that wait, by their keys: more may come while they are being counted."""
    rows = model.objects.filter(reader_id=reader_id)
    rows = rows.filter(counted=WAITING, shown_at__isnull=False) if model is Edition else rows.filter(counted=False)
    return model.objects.filter(pk__in=list(rows.values_list("pk", flat=True)[:MOST]))


def _leaves_nothing(reader_id: int) -> bool:
    """Who leaves no signals, personalisation or learning being off, opens nothing as far as is known: pieces that such
    readers are shown would seem to be passed by.
    """
    return not Reader.objects.filter(pk=reader_id, personalise=True, learns=True).exists()
