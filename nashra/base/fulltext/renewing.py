"""Analysing anew what was stored before: after an upgrade that brought the index, or a new version of the analysis.

Rows are taken from the newest to the oldest. Each batch's terms and the place that is reached are stored in one
transaction, so a killed worker loses at most the batch it was at, and another goes on from there. Meanwhile what waits
is found in another way, see `waiting`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils import timezone

from nashra.base import claims, jobs
from nashra.base.fulltext.index import Index
from nashra.base.models import TermIndex
from nashra.core.text.entries import Entry
from nashra.core.text.indexing import VERSION

BATCH = 100  # rows whose analysis and storing take some hundredths of a second
LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an index is: rows that were there when it began, and those of them that are done."""

    name: str
    done: int
    total: int
    started_at: datetime
    due_at: datetime | None  # since when the next step waits; None: a worker is at it


def progress(name: str) -> Progress | None:
    """How far the analysis of an index's old rows is; None when nothing waits."""
    row = TermIndex.objects.filter(name=name, below__gt=0).first()
    if row is None:
        return None
    resting = None if row.claimed_until and row.claimed_until > timezone.now() else row.due_at
    return Progress(name, max(0, row.total - row.left), row.total, row.started_at, resting)


def underway() -> list[Progress]:
    """How far each index is whose old rows are being analysed."""
    names = TermIndex.objects.filter(below__gt=0).order_by("-name").values_list("name", flat=True)
    return [found for name in names if (found := progress(name))]


@dataclass(frozen=True)
class Renewal:
    """The work of one index. `rows` are its owner's rows; `read` gives the terms of some of them as they are stored,
    `forget` lets go of what they were found by before.
    """

    index: Index
    rows: Callable[[], "models.QuerySet[models.Model]"]
    read: Callable[[Sequence[int]], Iterable[tuple[int, Entry]]]
    forget: Callable[[Sequence[int]], object]

    @cached_property
    def _question(self) -> claims.Question:
        return claims.Question(lambda now: self._due(now).values_list("pk"))

    def _due(self, now: datetime) -> "models.QuerySet[TermIndex]":
        rows = TermIndex.objects.filter(name=self.index.name)
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        return rows.filter(free & (Q(due_at__lte=now) | Q(version__lt=VERSION)))

    def is_due(self, now: datetime) -> bool:
        """Whether there is anything to do that nobody does."""
        return self._question.holds(now)

    def run(self, now: datetime) -> int:
        """Does what waits until it is done or this process is about to end; how many rows were analysed."""
        self._begin_anew(now)
        done = 0
        for row in claims.claim(TermIndex.objects.filter(name=self.index.name), limit=1, lease=LEASE, now=now):
            while not jobs.stopping() and (ids := self._step(row)):
                done += len(ids)
                jobs.wait(0.02)  # others want to write, too
            TermIndex.objects.filter(pk=row.pk, claimed_until=row.claimed_until).update(claimed_until=None)
        return done

    def _begin_anew(self, now: datetime) -> None:
        """A new version of the analysis: everything that is there waits for it."""
        with transaction.atomic():
            outdated = TermIndex.objects.select_for_update().filter(name=self.index.name, version__lt=VERSION)
            for row in outdated:
                begin(row, self.rows(), now)
                row.save()

    def _step(self, row: TermIndex) -> list[int]:
        """Analyses the next batch of a claimed index; the ids, none when it is done or in other hands."""
        with transaction.atomic():
            held = TermIndex.objects.select_for_update().filter(pk=row.pk, claimed_until=row.claimed_until).first()
            if held is None:
                return []
            older = self.rows().filter(pk__lt=held.below).order_by("-pk")
            ids = list(older.values_list("pk", flat=True)[:BATCH])
            self._analyse(ids)
            _move(held, ids)
            row.claimed_until = held.claimed_until
        return ids

    def _analyse(self, ids: Sequence[int]) -> None:
        self.index.hold(ids)
        self.index.put(self.read(ids))
        self.forget(ids)


def begin(row: TermIndex, rows: "models.QuerySet[models.Model]", now: datetime) -> None:
    """Makes all these rows wait for the present analysis; the caller stores the index's row."""
    row.version, row.started_at = VERSION, now
    row.below = (rows.aggregate(last=Max("pk"))["last"] or 0) + 1
    row.total = row.left = rows.count()
    row.claimed_until, row.attempts = None, 0
    row.due_at = now if row.total else None
    if not row.total:
        row.below = 0


def _move(row: TermIndex, ids: Sequence[int]) -> None:
    """Writes down how far it is."""
    row.attempts = 0
    if ids:
        row.below, row.left = ids[-1], max(0, row.left - len(ids))
        row.due_at = timezone.now()
        row.claimed_until = row.due_at + LEASE
    else:
        row.below = row.left = 0
        row.due_at = row.claimed_until = None
    row.save()
