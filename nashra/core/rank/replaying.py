"""How an installation's own pages would have done in another order: figures by the log, without showing anything.

Two answers, from pages that were shown (`Logged`):

* how well an order finds what was opened among what stood on the same page (AUC, MRR, nDCG), with each place's chance
  to be looked at taken out;
* of the pieces that a policy puts on its first places, how many would have been opened by whoever looked: the
  self-normalised inverse propensity estimate (Swaminathan and Joachims 2015) in the position-based model. An opening
  counts as much more as its place was unlikely to be looked at (Joachims and others 2017) and as the piece was unlikely
  to be drawn, where one was tried out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nashra.core.rank.examining import all_looked
from nashra.core.rank.fitting import Example, interval

Floats = npt.NDArray[np.float64]
Policy = Callable[["Logged"], Floats]  # a page's scores, the higher the earlier

FIRST = 10
"""How many places a policy fills in the estimate of its click rate."""
LEAST_CHANCE = 0.05
"""A chance of being drawn is taken for no less: one opening in twenty pages must not outweigh all others."""
_SAMPLES = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Logged:
    """One page: what the signals said of its n pieces, which were opened, and with which chance each came on it."""

    example: Example
    propensity: npt.NDArray[np.float32]  # (n,)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure, its 95 % interval by resampling pages, and (of weighted ones) from how many pieces' worth it is."""

    value: float
    low: float
    high: float
    worth: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What one policy reaches; `pages` are those with an opening and something else, which alone tell an order."""

    pages: int
    auc: Estimate
    mrr: Estimate
    ndcg5: Estimate
    ndcg10: Estimate
    click_rate: Estimate


def replay(log: Sequence[Logged], policies: Mapping[str, Policy], *, seed: int = 0) -> dict[str, Figures]:
    """The figures of each policy on the same pages. Raises `ValueError` for a log in which no page tells anything."""
    told = [page for page in log if page.example.tells]
    if not told:
        raise ValueError("no page with an opening and something else")
    return {name: _figures(log, told, policy, seed) for name, policy in policies.items()}


def by_weights(weights: Mapping[str, float], keys: Sequence[str]) -> Policy:
    """The order of a sum with these weights; keys that it lacks count nothing."""
    factor = np.array([weights.get(key, 0.0) for key in keys], np.float64)
    return lambda page: np.asarray(page.example.features @ factor, np.float64)


def by_lot(seed: int) -> Policy:
    """No order at all."""
    lot = np.random.default_rng(seed)
    return lambda page: lot.random(len(page.example.clicked))


def _figures(log: Sequence[Logged], told: Sequence[Logged], policy: Policy, seed: int) -> Figures:
    scores = {id(page): policy(page) for page in log}
    rows = np.array([_of_page(page, scores[id(page)]) for page in told])
    auc, mrr, ndcg5, ndcg10 = (_mean(rows[:, column], seed) for column in range(4))
    return Figures(len(told), auc, mrr, ndcg5, ndcg10, _click_rate([(page, scores[id(page)]) for page in log], seed))


def _mean(values: Floats, seed: int) -> Estimate:
    return Estimate(float(values.mean()), *interval(values, seed=seed))


def _of_page(page: Logged, score: Floats) -> tuple[float, float, float, float]:
    """AUC, MRR, nDCG@5, nDCG@10 of one page. An opening counts 1 / the chance that its place was looked at."""
    example = page.example
    order = _order(score)
    gain = np.where(example.clicked, 1 / np.maximum(example.examined, 1e-3), 0.0)
    ahead = score[example.clicked][:, None] - score[~example.clicked][None, :]
    looked = np.maximum(example.examined[~example.clicked], 1e-3)
    auc = float((((ahead > 0) + 0.5 * (ahead == 0)) @ looked).mean() / looked.sum())
    ranks = np.arange(1, len(score) + 1)
    mrr = float((gain[order] / ranks).sum() / gain.sum())
    return auc, mrr, _ndcg(gain, order, 5), _ndcg(gain, order, 10)


def _ndcg(gain: Floats, order: npt.NDArray[np.intp], most: int) -> float:
    discount = 1 / np.log2(np.arange(2, min(most, len(gain)) + 2))
    best = np.sort(gain)[::-1][:most]
    return float((gain[order][:most] @ discount) / (best @ discount))


def _order(score: Floats) -> npt.NDArray[np.intp]:
    return np.argsort(-score, kind="stable")


def _click_rate(pages: Sequence[tuple[Logged, Floats]], seed: int) -> Estimate:
    """Openings per look at the policy's first places, weighted as each piece's look and draw was unlikely."""
    sums = np.array([_weighed(page, score) for page, score in pages])  # openings, weights, squared weights
    lot = np.random.default_rng(seed)
    drawn = [sums[lot.integers(0, len(sums), len(sums)), :2].sum(0) for _ in range(_SAMPLES)]
    low, high = np.percentile([opened / max(weight, 1e-9) for opened, weight in drawn], [2.5, 97.5])
    opened, weight, squared = sums.sum(0)
    return Estimate(float(opened / weight), float(low), float(high), float(weight**2 / squared))


def _weighed(page: Logged, score: Floats) -> tuple[float, float, float]:
    """The policy looks at its k-th piece as at a k-th place. A look counts `will`; it was logged with the chance `was`,
    so an opening counts will / was, while what was not looked at tells nothing.
    """
    first = _order(score)[:FIRST]
    drawn = 1 / np.maximum(page.propensity[first], LEAST_CHANCE)
    will = all_looked(len(first)) * drawn
    was = np.maximum(page.example.examined[first], 1e-3)
    opened = (will / was)[page.example.clicked[first]].sum()
    return float(opened), float(will.sum()), float((will**2).sum())
