"""A page that does not say the same thing ten times: what is like the pieces already chosen stands back.

Maximal marginal relevance (Carbonell and Goldstein 1998): the next piece is the one with the highest λ · score −
(1 − λ) · likeness to the most similar piece chosen, with a light penalty for topics that are there already.
"""

import numpy as np
import numpy.typing as npt

from nashra.core.rank.pool import Pool

Floats = npt.NDArray[np.float32]

RELEVANCE = 0.7
"""λ: in the measurement of `bench/rank.py` likeness falls by a fifth and the first ten stay as good."""
TOPIC = 0.03
"""For each piece of a topic that was chosen."""
DEPTH = 50
"""The score falls from 1 to 0 within so many pieces, so that λ means the same in every pool …"""
LEAST = 0.5
"""… unless it differs by less than this: then the order hardly matters, and diversity does."""


class Spread:
    """How much each article of a pool that is sorted by score adds to what was chosen."""

    def __init__(self, pool: Pool, totals: Floats, relevance: float = RELEVANCE, topic: float = TOPIC) -> None:
        self._terms, self._owners = pool.terms, pool.terms.owners()
        self._by_column = np.argsort(pool.terms.columns, kind="stable")
        self._columns = pool.terms.columns[self._by_column]
        self._topics, self._tagged, self._topic = pool.topics, pool.topics.owners(), topic
        self._relevance = relevance
        self._likest = np.zeros(len(pool), np.float32)
        self._told = np.zeros(len(pool), np.float32)
        self._score = _scaled(totals)

    def values(self) -> Floats:
        """What each article adds now."""
        value = self._relevance * self._score - (1 - self._relevance) * self._likest - self._topic * self._told
        return np.asarray(value, np.float32)

    def add(self, place: int) -> None:
        """This article was chosen."""
        np.maximum(self._likest, self._likeness(place), out=self._likest)
        for topic in self._topics.row(place).tolist():
            self._told[self._tagged[self._topics.columns == topic]] += 1

    def _likeness(self, place: int) -> Floats:
        """The cosine of each article with this one."""
        row = self._terms.row(place)
        first, last = np.searchsorted(self._columns, row, "left"), np.searchsorted(self._columns, row, "right")
        at = self._by_column[_ranges(first, last - first)]
        parts = self._terms.weights[at] * np.repeat(self._terms.row_weights(place), last - first)
        return np.bincount(self._owners[at], parts, len(self._terms)).astype(np.float32)


def _ranges(first: npt.NDArray[np.intp], lengths: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The numbers of several ranges behind each other."""
    ends = np.cumsum(lengths)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + lengths, lengths))


def _scaled(totals: Floats) -> Floats:
    """Scores from 1 at most for the first to 0 for the one at `DEPTH`, and below behind it."""
    if not len(totals):
        return totals
    least = float(totals[min(DEPTH, len(totals)) - 1])
    return np.asarray((totals - least) / max(LEAST, float(totals[0]) - least), np.float32)


def reordered(pool: Pool, totals: Floats, count: int, relevance: float = RELEVANCE, topic: float = TOPIC) -> list[int]:
    """The first `count` places of a pool that is sorted by score when each is chosen for what it adds."""
    spread = Spread(pool, totals, relevance, topic)
    free = np.ones(len(pool), np.bool_)
    chosen: list[int] = []
    while free.any() and len(chosen) < count:
        place = int(np.argmax(np.where(free, spread.values(), -np.inf)))
        free[place] = False
        spread.add(place)
        chosen.append(place)
    return chosen
