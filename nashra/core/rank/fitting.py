"""Weights from an installation's own lists: logistic regression with a Gaussian prior, and whether to trust it.

A list that was shown is one choice: the chance that piece i is the one opened is looked_i·exp(w·x_i), divided by the
sum of that over the list (conditional logistic regression; McFadden 1973). What is the same for all pieces of a list
cancels: the reader's eagerness, the hour, the length of the list. A place that was looked at less has to earn its
opening with less score, which takes the position out (the examination hypothesis; Richardson and others 2007).

The prior draws each weight to where it was: without evidence nothing moves.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

FEWEST = 300
"""Lists with an opening below which weights are not fitted: measured, fewer mostly do worse than no fit at all."""

STRENGTH = 10.0
"""Of the prior. Each weight, times the spread of its signal within lists, may leave its place by about 1/√STRENGTH."""

REACH = 4.0
"""A fitted weight lies within a quarter and four times the shipped one: a fit corrects, it does not overturn. What
readers follow, say, speaks for a piece whatever the other readers of an installation open.
"""

_STEPS, _CLOSE = 40, 1e-6
_LATER = 1 / 3  # the share of lists, the latest ones, on which fitted weights have to prove themselves
_SAMPLES = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Example:
    """One list of n pieces that a reader was shown: what the k signals said of each then, and what was opened."""

    features: npt.NDArray[np.float32]  # (n, k), in the order of the keys
    clicked: npt.NDArray[np.bool_]  # (n,)
    examined: npt.NDArray[np.float32]  # (n,): the chance that the place was looked at, above 0 to 1
    at: float  # seconds since 1970

    @property
    def tells(self) -> bool:
        """Whether something was opened and something was not: only then it says what is preferred to what."""
        return bool(self.clicked.any()) and not bool(self.clicked.all())


@dataclass(frozen=True, slots=True)
class Adoption:
    """How other weights did beside the current ones on the same lists; `gain` is of the mean AUC of a list."""

    better: bool  # the interval is above 0
    gain: float
    low: float  # 95 % interval of the gain, by resampling lists
    high: float
    lists: int
    auc: float  # of the other weights


@dataclass(frozen=True, slots=True)
class Refit:
    """Fitted weights, and the replay that tells whether to adopt them. None where there is too little to learn from."""

    weights: dict[str, float]
    replay: Adoption
    lists: int  # from which they were fitted


def fit(
    examples: Sequence[Example],
    prior: Mapping[str, float],
    keys: Sequence[str],
    *,
    strength: float = STRENGTH,
) -> dict[str, float]:
    """The most probable weights by key, given these lists and a prior around `prior`. Signals that never differ within
    a list keep their weight. Lists without an opening, or with nothing else, are left out.
    """
    start = np.array([prior[key] for key in keys], np.float64)
    told = [one for one in examples if one.tells]
    if not told:
        return dict(zip(keys, start.tolist(), strict=True))
    choices = _Choices(told)
    spread = choices.spread()
    moving = spread > 1e-9
    rows = choices.rows[:, moving] / spread[moving]
    fitted = start.copy()
    fitted[moving] = choices.climb(rows, start[moving] * spread[moving], strength) / spread[moving]
    return dict(zip(keys, fitted.tolist(), strict=True))


class _Choices:
    """Lists under one another, each centred, as choices of which the likelihood has one highest place."""

    def __init__(self, lists: Sequence[Example]) -> None:
        sizes = np.array([len(one.clicked) for one in lists])
        self.starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self.owner = np.repeat(np.arange(len(lists)), sizes)
        rows = np.concatenate([one.features for one in lists]).astype(np.float64)
        self.rows = rows - (np.add.reduceat(rows, self.starts) / sizes[:, None])[self.owner]
        self.looked = np.log(np.maximum(np.concatenate([one.examined for one in lists]), 1e-3))
        clicked = np.concatenate([one.clicked for one in lists]).astype(np.float64)
        self.opened = clicked / np.add.reduceat(clicked, self.starts)[self.owner]  # a list counts once, however many

    def spread(self) -> Floats:
        """The standard deviation of each signal within lists."""
        return np.asarray(np.sqrt((self.rows**2).mean(0)))

    def climb(self, rows: Floats, start: Floats, strength: float) -> Floats:
        """Newton's method; a step that does not go up is halved."""
        weights, height, chance = start, *self._height(rows, start, start, strength)
        for _ in range(_STEPS):
            mean = np.add.reduceat(chance[:, None] * rows, self.starts)
            slope = rows.T @ (self.opened - chance) - strength * (weights - start)
            curve = (rows * chance[:, None]).T @ rows - mean.T @ mean + strength * np.eye(len(start))
            step, before = np.linalg.solve(curve, slope), height
            for halvings in range(20):
                tried = weights + step / 2**halvings
                height, chance = self._height(rows, tried, start, strength)
                if height >= before:
                    break
            weights = tried
            if height - before < _CLOSE:
                break
        return weights

    def _height(self, rows: Floats, weights: Floats, start: Floats, strength: float) -> tuple[float, Floats]:
        """The logarithm of the posterior (but for a constant), and each piece's chance to be the one opened."""
        score = rows @ weights + self.looked
        score -= np.maximum.reduceat(score, self.starts)[self.owner]
        power = np.exp(score)
        total = np.add.reduceat(power, self.starts)
        likelihood = float((self.opened * score).sum() - np.log(total).sum())
        away = weights - start
        return likelihood - strength / 2 * float(away @ away), power / total[self.owner]


def compare(
    examples: Sequence[Example],
    other: Mapping[str, float],
    current: Mapping[str, float],
    keys: Sequence[str],
    *,
    seed: int = 0,
) -> Adoption:
    """Both weights on the same lists: is `other` better than `current`, with 95 % certainty (paired bootstrap)?

    A pair of an opened and a passed piece counts as far as the passed one was looked at.
    """
    new, old = _array(other, keys), _array(current, keys)
    return compare_scores(examples, lambda one: one.features @ new, lambda one: one.features @ old, seed=seed)


def compare_scores(
    examples: Sequence[Example], other: Callable[[Example], Floats], current: Callable[[Example], Floats], *, seed: int
) -> Adoption:
    """`compare` for any two ways to score the pieces of a list."""
    told = [one for one in examples if one.tells]
    if not told:
        return Adoption(False, 0.0, 0.0, 0.0, 0, 0.5)
    new, old = (np.array([_auc(one, scores(one)) for one in told]) for scores in (other, current))
    low, high = interval(new - old, seed=seed)
    return Adoption(bool(low > 0), float((new - old).mean()), low, high, len(told), float(new.mean()))


def _array(weights: Mapping[str, float], keys: Sequence[str]) -> Floats:
    return np.array([weights[key] for key in keys], np.float64)


def _auc(one: Example, score: Floats) -> float:
    """The share of pairs of an opened and a passed piece in which the opened one has the higher score; ties: half."""
    ahead = score[one.clicked][:, None] - score[~one.clicked][None, :]
    looked = np.maximum(one.examined[~one.clicked], 1e-3)
    return float((((ahead > 0) + 0.5 * (ahead == 0)) @ looked).mean() / looked.sum())


def interval(values: Floats, *, seed: int = 0) -> tuple[float, float]:
    """The 95 % interval of the mean, by resampling the values with replacement."""
    random = np.random.default_rng(seed)
    step = max(1, 4_000_000 // len(values))
    means: list[float] = []
    for start in range(0, _SAMPLES, step):
        drawn = random.integers(0, len(values), (min(step, _SAMPLES - start), len(values)))
        means += values[drawn].mean(1).tolist()
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def refit(
    examples: Sequence[Example],
    shipped: Mapping[str, float],
    current: Mapping[str, float],
    keys: Sequence[str],
    *,
    fewest: int = FEWEST,
    seed: int = 0,
) -> Refit | None:
    """Weights fitted on all lists, and how weights fitted on the earlier two thirds did on the latest third.

    Adopt them if `replay.better`. The prior is the shipped weights: what is learned anew each night does not drift.
    """
    told = sorted((one for one in examples if one.tells), key=lambda one: one.at)
    if len(told) < fewest:
        return None
    cut = round(len(told) * (1 - _LATER))
    earlier = bounded(fit(told[:cut], shipped, keys), shipped)
    replay = compare(told[cut:], earlier, current, keys, seed=seed)
    return Refit(bounded(fit(told, shipped, keys), shipped), replay, len(told))


def bounded(weights: Mapping[str, float], shipped: Mapping[str, float]) -> dict[str, float]:
    """The weights, drawn back within REACH of the shipped ones, with their signs; those shipped as 0 are free."""
    return {key: _within(weight, shipped[key]) for key, weight in weights.items()}


def _within(weight: float, shipped: float) -> float:
    near, far = sorted((shipped / REACH, shipped * REACH))
    return min(max(weight, near), far) if shipped else weight
