"""A second model on top of the linear one: what it adds to the scores of the best articles.

The linear score says which articles are the best; the second model, which knows signals only together, corrects those.
What a signal contributes is then no longer weight times value, so a reason is measured: the signal is silenced, the
score is asked again, and what it loses is the signal's part. A signal whose silence would not lower the score is no
reason, whatever it says in other articles.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

MOST = 2000
"""Articles that are corrected, the best by the linear score: more would cost time and never reach a page."""


class Correction(Protocol):
    """A model that knows the signals of the registry."""

    def added(self, rows: Floats) -> Floats:
        """What it adds to the scores of n articles, from rows of the k signals' values (n, k), in their order. Signals
        that do not count for this reader are silent (0) in them.
        """
        ...


def best_of(totals: Floats) -> npt.NDArray[np.bool_]:
    """(n,): which articles are corrected."""
    among = np.ones(len(totals), np.bool_)
    if len(totals) > MOST:
        among[np.argpartition(-totals, MOST)[MOST:]] = False
    return among


def added(correction: Correction, values: Sequence[Floats], weights: Floats, among: npt.NDArray[np.bool_]) -> Floats:
    """(n,): what is added to each score; 0 where nothing is corrected."""
    found = np.zeros(len(among), np.float32)
    if among.any():
        rows = np.zeros((int(among.sum()), len(weights)), np.float32)
        for at in np.flatnonzero(weights).tolist():
            rows[:, at] = values[at][among]
        found[among] = correction.added(rows)
    return found


def parts(correction: Correction, row: Floats, weights: Floats) -> Floats:
    """(k,): what the score of one article would lose without each of its signals."""
    heard = np.where(weights != 0, row, 0).astype(np.float32)
    without = np.where(np.eye(len(row), dtype=np.bool_), np.float32(0), heard)
    found = correction.added(np.vstack([heard, without]).astype(np.float32))
    return np.asarray(weights * heard + np.where(heard != 0, found[0] - found[1:], 0), np.float32)
