"""Gradient-boosted trees that correct a linear score, grown by LightGBM (Ke and others 2017).

They start from the linear score and climb the same likelihood as its weights (`core.rank.fitting`): which piece of a
list was opened, each place as far as it was looked at. So they learn only what a sum cannot say, such as a signal that
counts together with another.
"""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from nashra.core.rank.fitting import Example

Floats = npt.NDArray[np.float32]
ROUNDS = 150
SECONDS = 120.0  # for one growing; what has grown until then counts
_SHAPE = {
    "num_leaves": 4,  # two or three signals together; more learned chance in a replay of a few thousand lists
    "learning_rate": 0.02,
    "min_data_in_leaf": 200,
    "min_sum_hessian_in_leaf": 5.0,
    "lambda_l2": 20.0,
    "max_bin": 63,
    "feature_pre_filter": False,
    "boost_from_average": False,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "seed": 7,
    "verbosity": -1,
}


class Trees:
    """Grown trees; a `Correction`."""

    def __init__(self, text: str) -> None:
        import lightgbm

        self._booster = lightgbm.Booster(model_str=text)

    def added(self, rows: Floats) -> Floats:
        """See `core.rank.correcting.Correction`."""
        return np.asarray(self._booster.predict(rows, raw_score=True, num_threads=1), np.float32)


def grown(lists: Sequence[Example], weights: npt.NDArray[np.float64]) -> str:
    """Trees on top of these weights, in LightGBM's text format."""
    import lightgbm

    rows = np.concatenate([one.features for one in lists]).astype(np.float32)
    choices = _Choices(lists)
    start = rows @ weights.astype(np.float32)
    data = lightgbm.Dataset(rows, choices.opened, init_score=start, free_raw_data=True)
    until = time.monotonic() + SECONDS

    def in_time(env: Any) -> None:
        if time.monotonic() > until:
            raise lightgbm.callback.EarlyStopException(env.iteration, [])

    shape = {**_SHAPE, "objective": choices.slopes}
    return str(lightgbm.train(shape, data, ROUNDS, callbacks=[in_time]).model_to_string())


class _Choices:
    """The likelihood of what was opened in each list, as `core.rank.fitting` has it, and its slopes."""

    def __init__(self, lists: Sequence[Example]) -> None:
        sizes = np.array([len(one.clicked) for one in lists])
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._owner = np.repeat(np.arange(len(lists)), sizes)
        self._looked = np.log(np.maximum(np.concatenate([one.examined for one in lists]), 1e-3))
        clicked = np.concatenate([one.clicked for one in lists]).astype(np.float64)
        self.opened = clicked / np.add.reduceat(clicked, self._starts)[self._owner]

    def slopes(self, scores: npt.NDArray[np.float64], data: Any) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """The first and second derivative of what is lost, for each piece."""
        power = scores + self._looked
        power = np.exp(power - np.maximum.reduceat(power, self._starts)[self._owner])
        chance = power / np.add.reduceat(power, self._starts)[self._owner]
        return chance - self.opened, np.maximum(chance * (1 - chance), 1e-6)
