"""How many readers were shown an article and opened it, decayed to the present, from the rows of each hour."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from nashra.base import courtesy
from nashra.core.rank.pool import BASE_RATE
from nashra.front.models import Popularity

HALF_LIVES = np.array([6.0, 24.0])  # hours
BASE_WORTH = 50.0  # shows: so much does the shipped base rate count beside the installation's own
_MANY = 5_000  # rows of closed hours that are not summed every minute
_REPEATED = timedelta(hours=2)


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """By article (ids in order): (n, 2) readers by half-life, and how many opened it in all."""

    ids: npt.NDArray[np.int64]
    shown: npt.NDArray[np.float64]
    opened: npt.NDArray[np.float64]
    readers: npt.NDArray[np.int64]
    at: float  # the moment they are decayed to, in seconds since 1970
    looks: float = 0.0  # of all, undecayed

    def of(
        self, ids: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.int32]]:
        """Those of these articles, 0 where nothing is known."""
        if not len(self.ids):
            nothing = np.zeros((len(ids), 2), np.float32)
            return nothing, nothing, np.zeros(len(ids), np.int32)
        at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        known = self.ids[at] == ids
        shown, opened = (np.where(known[:, None], one[at], 0).astype(np.float32) for one in (self.shown, self.opened))
        return shown, opened, np.where(known, self.readers[at], 0).astype(np.int32)

    def base_rate(self) -> float:
        """How many of those who looked opened, on this installation, drawn towards the shipped rate."""
        return float((self.readers.sum() + BASE_WORTH * BASE_RATE) / (self.looks + BASE_WORTH))


def decay(seconds: float) -> npt.NDArray[np.float64]:
    """What is left after some seconds, by half-life."""
    return np.asarray(0.5 ** (max(0.0, seconds) / 3600 / HALF_LIVES), np.float64)


NOTHING = Sums(np.zeros(0, np.int64), np.zeros((0, 2)), np.zeros((0, 2)), np.zeros(0, np.int64), 0.0)


def added(one: Sums, other: Sums, at: float) -> Sums:
    """Both together, decayed to a moment."""
    ids, place = np.unique(np.concatenate((one.ids, other.ids)), return_inverse=True)
    shown, opened = np.zeros((len(ids), 2)), np.zeros((len(ids), 2))
    readers = np.zeros(len(ids), np.int64)
    for part, where in ((one, place[: len(one.ids)]), (other, place[len(one.ids) :])):
        left = decay(at - part.at)
        shown[where] += part.shown * left
        opened[where] += part.opened * left
        readers[where] += part.readers
    return Sums(ids, shown, opened, readers, at, one.looks + other.looks)


def _summed(rows: QuerySet[Popularity], at: float) -> tuple[Sums, int]:
    """These rows, each counted as of the middle of its hour, and how many they are."""
    total, count = Sums(NOTHING.ids, NOTHING.shown, NOTHING.opened, NOTHING.readers, at), 0
    for hour in list(rows.order_by("hour").values_list("hour", flat=True).distinct()):
        courtesy.give_way()
        found = rows.filter(hour=hour).order_by("article_id").values_list("article_id", "shown", "opened")
        values = np.array(list(found), np.float64).reshape(-1, 3)
        ids, left = values[:, 0].astype(np.int64), decay(at - hour.timestamp() - 1800)
        shown, opened = values[:, 1, None] * left, values[:, 2, None] * left
        total = added(total, Sums(ids, shown, opened, values[:, 2].astype(np.int64), at, float(values[:, 1].sum())), at)
        count += len(values)
    return total, count


class Tallied:
    """The sums of one process. Where there are many rows, those of closed hours are summed every two hours only."""

    def __init__(self) -> None:
        self._closed, self._rows, self._until = NOTHING, 0, datetime.min.replace(tzinfo=UTC)

    def sums(self, since: datetime, now: datetime) -> Sums:
        """Of the hours since then, decayed to now."""
        closed_until = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
        if self._rows < _MANY or not timedelta(0) <= closed_until - self._until <= _REPEATED:
            closed = Popularity.objects.filter(hour__gte=since, hour__lt=closed_until)
            self._closed, self._rows = _summed(closed, now.timestamp())
            self._until = closed_until
        recent, _ = _summed(Popularity.objects.filter(hour__gte=self._until), now.timestamp())
        return added(self._closed, recent, now.timestamp())
