"""The ranker beside simple methods on the lists of a test log: figures, intervals and paired differences."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nashra.core.rank.evaluation.metrics import NAMES, of_list
from nashra.core.rank.evaluation.mind import Impression, News
from nashra.core.rank.evaluation.replaying import BASELINES, Played, replay
from nashra.core.rank.fitting import Example, Refit, interval, refit
from nashra.core.rank.signals import REGISTRY, shipped

Scores = npt.NDArray[np.float64]
METHODS = ("nashra", "random", *BASELINES)
KEYS = tuple(one.key for one in REGISTRY)


@dataclass(frozen=True, slots=True)
class Method:
    """What one method reached: the mean of each figure by name, over so many lists, and 95 % intervals."""

    figures: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]
    lists: int


@dataclass(frozen=True, slots=True)
class Paired:
    """The ranker less another method, list by list: mean differences by figure, and 95 % intervals."""

    figures: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole comparison. `refit`: what the train log taught; none where it holds too little."""

    methods: Mapping[str, Method]
    paired: Mapping[str, Paired]
    refit: Refit | None
    weights: Mapping[str, float]  # with which the ranker was tested


def compare(
    train: Sequence[Impression], test: Sequence[Impression], news: Mapping[str, News], *, seed: int = 0
) -> Report:
    """Replays both logs, the train log first, and compares all methods on the test lists.

    The weights are the shipped ones, or ones fitted on the train log where an installation would have adopted them.
    """
    played = list(replay([*train, *test], news))
    before, lists = played[: len(train)], played[len(train) :]
    learned = refit([_example(one) for one in before], shipped(), shipped(), KEYS, seed=seed)
    weights = learned.weights if learned and learned.replay.better else shipped()
    factor = np.array([weights[key] for key in KEYS], np.float64)
    lot = np.random.default_rng(seed)

    def scores(name: str) -> Callable[[Played], Scores]:
        if name == "nashra":
            return lambda one: np.asarray(one.features @ factor, np.float64)
        return (lambda one: lot.random(len(one.features))) if name == "random" else lambda one: one.baselines[name]

    rows = {name: _figures(lists, scores(name), seed) for name in METHODS}
    return Report(
        {name: Method(*_means(found, seed), len(found)) for name, found in rows.items()},
        {name: Paired(*_means(rows["nashra"] - found, seed)) for name, found in rows.items() if name != "nashra"},
        learned,
        weights,
    )


def _example(one: Played) -> Example:
    clicked = one.impression.clicked
    return Example(one.features, clicked, np.ones(len(clicked), np.float32), one.impression.at)


def _figures(lists: Sequence[Played], scores: Callable[[Played], Scores], seed: int) -> Scores:
    """(lists, figures). The same random numbers decide between equal scores for each method."""
    lot = np.random.default_rng(seed)
    found = [of_list(scores(one), one.impression.clicked, lot.random(len(one.features))) for one in lists]
    return np.array(found, np.float64)


def _means(found: Scores, seed: int) -> tuple[dict[str, float], dict[str, tuple[float, float]]]:
    means = dict(zip(NAMES, found.mean(0).tolist(), strict=True))
    return means, {name: interval(found[:, column], seed=seed) for column, name in enumerate(NAMES)}
