"""What the readers of an article have in common: sums of their tastes, made anew every few minutes by whoever keeps the
shelf.

Only opens of the last days count, the latest ones, each reader once for an article, and only of readers who let
themselves be known. No reader can be read out of it: one moves an article by a sixth at most, and it is said of an
article only from five readers on (`core.rank.signals.taste`).
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from nashra.base import courtesy
from nashra.core.rank import texts
from nashra.core.rank.ragged import ragged
from nashra.front.models import Lesson, Signal
from nashra.front.shelf.segment import Statistics

Floats = npt.NDArray[np.float32]
REPEATED = 600.0  # seconds after which the sums are made anew
MOST = 20_000  # opens that are looked at, the latest
KEPT = 5_000  # articles that are kept, those with most readers
_AT_ONCE = 200  # readers
_OPENED = (Signal.What.OPEN, Signal.What.MAIL)


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """m articles (ids in order) and what their readers have in common."""

    ids: npt.NDArray[np.int64]
    rows: Floats  # (m, dims)


NO_DRAWN = Drawn(np.zeros(0, np.int64), np.zeros((0, texts.DIMS), np.float32))


class Kindred:
    """The sums of one process. Tastes are remembered as long as the shelf's directions stay the same."""

    def __init__(self) -> None:
        self._found, self._at, self._name = NO_DRAWN, 0.0, ""
        self._tastes: dict[int, Floats] = {}

    def drawn(self, statistics: Statistics, since: datetime, now: datetime) -> Drawn:
        """As of some minutes ago at most."""
        name = statistics.name
        same = name == self._name and 0 <= now.timestamp() - self._at < REPEATED
        if not same:
            if name != self._name:
                self._tastes.clear()
            self._found = self._made(statistics, since)
            self._name, self._at = name, now.timestamp()
        return self._found

    def _made(self, statistics: Statistics, since: datetime) -> Drawn:
        opens = Signal.objects.filter(what__in=_OPENED, at__gt=since, reader__personalise=True, reader__is_active=True)
        rows = list(opens.order_by("-pk").values_list("article_id", "reader_id")[:MOST])
        if not rows or not len(statistics.basis.columns):
            return NO_DRAWN
        pairs = np.unique(np.array(rows, np.int64), axis=0)
        self._learn(set(pairs[:, 1].tolist()) - self._tastes.keys(), statistics)
        ids, places = np.unique(pairs[:, 0], return_inverse=True)
        crowd = texts.Crowd.empty(len(ids))
        crowd.add(places, np.stack([self._tastes[reader] for reader in pairs[:, 1].tolist()]))
        most = np.sort(np.argsort(-crowd.counts, kind="stable")[:KEPT])
        return Drawn(ids[most], crowd.drawn(most))

    def _learn(self, readers: Collection[int], statistics: Statistics) -> None:
        ordered = sorted(readers)
        for start in range(0, len(ordered), _AT_ONCE):
            courtesy.give_way()
            some = ordered[start : start + _AT_ONCE]
            self._tastes |= {reader: np.zeros(texts.DIMS, np.float32) for reader in some} | _tastes(some, statistics)


def _tastes(readers: Collection[int], statistics: Statistics) -> dict[int, Floats]:
    """The taste of each of these readers who has lessons."""
    rows = list(Lesson.objects.filter(reader__in=readers).order_by("pk").values_list("reader_id", "weight", "terms"))
    if not rows:
        return {}
    weighed = statistics.weigh(ragged([texts.unpacked(bytes(terms)) for _, _, terms in rows]))
    gists = statistics.basis.encode(weighed)
    places: dict[int, list[int]] = defaultdict(list)
    for place, (reader, *_) in enumerate(rows):
        places[reader].append(place)
    weights = np.array([weight for _, weight, _ in rows], np.float32)
    return {reader: texts.taste(gists[own], weights[own]) for reader, own in places.items()}
