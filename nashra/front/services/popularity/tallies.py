"""The rows of the sums: reading what is counted of readers, moving the rows by differences, and letting go."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models import Sum as Total

from nashra.accounts.models import Reader
from nashra.base import bulk
from nashra.core.rank.pool import BASE_RATE
from nashra.front.models import Edition, Popularity, Signal
from nashra.front.services.popularity.sums import NOTHING, Cell, Opening, Seen, Sum, difference, hour_of, of_reader
from nashra.news.models import Article

WAITING, COUNTED, CLOSED, LEFT_OUT = range(4)
"""How an edition stands: not in the sums yet; what it showed is; what was passed by is too; never to be counted."""

OPENINGS = (Signal.What.OPEN, Signal.What.MAIL)
KEPT = timedelta(days=14)  # articles stand in editions for a week, or for two where there are few
_COLUMNS = ("article_id", "hour", "shown", "opened")
_DUST = 1e-6  # what is left of a sum of fractions that were taken away again
_PRIOR = 200.0  # readers who looked: as many are believed to open at the usual rate until more is known


def hold(readers: Collection[int], *, skip: bool = False) -> list[int]:
    """Keeps others from counting these readers until the transaction ends; with `skip` only those that are free."""
    rows = Reader.objects.select_for_update(no_key=True, skip_locked=skip).filter(pk__in=readers)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def counted_of(reader_id: int, articles: Collection[int] | None = None) -> tuple[list[Seen], list[Opening]]:
    """The reader's editions and openings that are in the sums; of the openings only those of `articles`, if given."""
    signals = Signal.objects.filter(reader_id=reader_id, counted=True)
    if articles is not None:
        signals = signals.filter(article__in=articles)
    return seen_in(Edition.objects.filter(reader_id=reader_id, counted__in=(COUNTED, CLOSED))), openings_in(signals)


def seen_in(editions: "QuerySet[Edition]") -> list[Seen]:
    """These editions as values."""
    rows = editions.values_list("pk", "made_at", "items")
    return [Seen(pk, at, tuple(item[0] for item in items)) for pk, at, items in rows]


def openings_in(signals: "QuerySet[Signal]") -> list[Opening]:
    """The openings among these signals."""
    return [Opening(*row) for row in signals.filter(what__in=OPENINGS).values_list("pk", "at", "article_id")]


def move(differences: Mapping[Cell, Sum]) -> None:
    """Adds to the rows (below zero: takes away), in a transaction of the caller's. Rows of articles that are gone are
    not made again; rows with nothing left leave.
    """
    if not differences:
        return
    articles = sorted({article for article, _ in differences})
    known = set(Article.objects.filter(pk__in=articles).values_list("pk", flat=True))
    new = sorted(cell for cell, one in differences.items() if cell[0] in known and (one.shown > 0 or one.opened > 0))
    bulk.insert(Popularity, ("article_id", "hour"), new, ignore_known=True)
    hours = {hour for _, hour in differences}
    rows = Popularity.objects.select_for_update().filter(article_id__in=articles, hour__in=hours)
    moved, empty = [], []
    for pk, article, hour, *now in rows.order_by("article_id", "hour").values_list("pk", *_COLUMNS):
        total = Sum(*now) + differences.get((article, hour), NOTHING)
        if total.opened <= 0 and total.shown <= _DUST:
            empty.append(pk)
        else:
            moved.append((max(0.0, total.shown), max(0, total.opened), pk))
    bulk.update(Popularity, ("shown", "opened"), moved)
    Popularity.objects.filter(pk__in=empty).delete()


@contextmanager
def recounted(reader: Reader) -> Iterator[None]:
    """Around whatever deletes some of a reader's signals or editions: the sums follow, in the same transaction."""
    with transaction.atomic():
        hold([reader.pk])
        before = of_reader(*counted_of(reader.pk))
        yield
        move(difference(before, of_reader(*counted_of(reader.pk))))


def uncount(reader: Reader) -> None:
    """Takes all that the reader added out of the sums. Editions that stay are never counted again; the caller deletes
    the signals in the same transaction.
    """
    with transaction.atomic():
        hold([reader.pk])
        move(difference(of_reader(*counted_of(reader.pk)), {}))
        Edition.objects.filter(reader=reader).exclude(counted=LEFT_OUT).update(counted=LEFT_OUT)


def forget_old(*, now: datetime) -> int:
    """Lets go rows of hours of more than two weeks ago; how many."""
    return Popularity.objects.filter(hour__lt=hour_of(now - KEPT)).delete()[0]


def base_rate(now: datetime) -> float:
    """Of readers who look at a piece, how many open it here, from what was counted; near `BASE_RATE` at first."""
    recent = Popularity.objects.filter(hour__gte=hour_of(now - KEPT))
    total = recent.aggregate(shown=Total("shown"), opened=Total("opened"))
    shown, opened = total["shown"] or 0.0, total["opened"] or 0
    return float((opened + _PRIOR * BASE_RATE) / (shown + _PRIOR))
