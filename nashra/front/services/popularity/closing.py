"""Closing: what stood in an edition and was not opened while it could be was passed by, as far as it was looked at."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from nashra.accounts.models import Reader
from nashra.base import claims
from nashra.core.rank.examining import looked
from nashra.front.models import Edition, Signal
from nashra.front.services.popularity.passing import passed
from nashra.front.services.popularity.sums import Seen
from nashra.front.services.popularity.tallies import CLOSED, COUNTED, hold, seen_in

AFTER = timedelta(hours=6)  # after the last look at an edition whoever wanted a piece of it has opened that
VISIT = timedelta(minutes=30)
BATCH = 10  # readers in one transaction
_OPEN = Edition.objects.filter(counted__lt=CLOSED).filter(counted=COUNTED)  # as the index says it
_LOOKED_AT_LONG_AGO = claims.Question(
    lambda until: _OPEN.filter(made_at__lte=until, shown_at__lte=until).order_by("made_at").values_list("reader")
)


def is_anything_open(now: datetime) -> bool:
    """Whether any edition was left long enough ago: a cheap question."""
    return _LOOKED_AT_LONG_AGO.holds(now - AFTER)


def close_next(now: datetime) -> int:
    """Closes the editions that the next few readers have left; returns how many readers these were."""
    found = _LOOKED_AT_LONG_AGO.answer(now - AFTER, f"LIMIT {BATCH * 2}")
    readers = list(dict.fromkeys(reader for (reader,) in found))[:BATCH]
    if not readers:
        return 0
    with transaction.atomic():
        held = hold(readers, skip=True)
        for reader in Reader.objects.filter(pk__in=held).order_by("pk"):
            close(reader, now)
    return len(held)


def close(reader: Reader, now: datetime) -> None:
    """Closes the editions that this reader has left: a newer one was shown, or hours have passed. In a transaction in
    which the reader is held.
    """
    rows = Edition.objects.filter(reader=reader, pk__in=list(_left(reader, now).values_list("pk", flat=True)))
    left = seen_in(rows)
    before = seen_in(Edition.objects.filter(reader=reader, counted=CLOSED)) if left else []
    rows.update(counted=CLOSED)
    if reader.personalise and reader.learns and (by := passed_in(left, before, _touched(reader, left))):
        passed(reader, by, now)


def passed_in(left: Iterable[Seen], before: Iterable[Seen], touched: set[int]) -> dict[int, float]:
    """By article how likely it was looked at and passed by in these editions. One that stood in earlier ones too counts
    only for what its best place now adds: a piece is passed by once, however often the page is looked at.
    """
    best = _best(before)
    now = _best(left)
    gains = {article: chance - best.get(article, 0.0) for article, chance in now.items() if article not in touched}
    return {article: gain for article, gain in gains.items() if gain > 0}


def _best(editions: Iterable[Seen]) -> Mapping[int, float]:
    best: dict[int, float] = {}
    for edition in editions:
        for position, article in enumerate(edition.articles):
            best[article] = max(best.get(article, 0.0), looked(position))
    return best


def _left(reader: Reader, now: datetime) -> "QuerySet[Edition]":
    """Not yet those of this visit: a page that gave way to the next one at once, for the reader changed something, is
    still being read.
    """
    newer = Edition.objects.filter(reader=reader, made_at__gt=OuterRef("made_at"), shown_at__isnull=False)
    return _OPEN.filter(Q(shown_at__lte=now - AFTER) | Exists(newer), reader=reader, shown_at__lte=now - VISIT)


def _touched(reader: Reader, editions: Iterable[Seen]) -> set[int]:
    """The articles with which the reader did anything: that is learned from by itself."""
    articles = {article for edition in editions for article in edition.articles}
    return set(Signal.objects.filter(reader=reader, article__in=articles).values_list("article", flat=True))
