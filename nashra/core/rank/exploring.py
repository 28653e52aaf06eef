"""One place in ten tries something out: a good piece that nothing in the profile speaks for.

Thompson sampling (Thompson 1933; Chapelle and Li 2011) over topics, then over the sources of the drawn topic: each is
drawn with the chance that it is the one most likely to be opened, as far as is known. For independent Beta
distributions these chances can be computed instead of simulated, so that the chance with which a piece was drawn is
known exactly, and is stored with it: what was learned from such places can be weighed without bias.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from nashra.core.rank.learning import posterior
from nashra.core.rank.model import Profile, Taste
from nashra.core.rank.scoring import Scores

SHARES: Mapping[int, float] = {-2: 0.05, -1: 0.075, 0: 0.1, 1: 0.15, 2: 0.2}
"""Of the places of a page those that try something out, by the reader's wish."""
ANY = 0.02
"""Of these again those that are drawn evenly, so that no topic's chance is ever nothing."""
HABIT = 0.25
"""What the profile speaks for less than a quarter as much as for the best is no habit. A lower bar would leave topics
that were opened once neither tried again nor chosen.
"""
_GRID = (np.arange(100) + 0.5) / 100
_UNKNOWN = Taste()
Grid = npt.NDArray[np.float64]


def floor(found: Scores) -> float:
    """The quality that a piece needs to be tried out: the median of all."""
    middle = len(found.quality) // 2
    return float(np.partition(found.quality, middle)[middle]) if len(found.quality) else 0.0


def outside(found: Scores, profile: Profile, least: float | None = None) -> npt.NDArray[np.bool_]:
    """Which articles could be tried out: at least of the quality `least` (or the median of these), not followed, and
    hardly spoken for by anything in the profile.
    """
    if not is_known(profile):
        return np.zeros(len(found.pool), np.bool_)
    good = found.quality >= (floor(found) if least is None else least)
    return np.asarray(good & ~found.followed & (found.liking <= HABIT * found.liking.max(initial=0.0)))


def is_known(profile: Profile) -> bool:
    """Whether there is anything that this reader usually reads, for something to be outside of."""
    followed = profile.topics or profile.words or profile.authors or profile.searches or profile.subscriptions
    learned = profile.source_taste or profile.topic_taste or profile.name_taste or len(profile.lessons.ids)
    return profile.personalise and bool(followed or learned)


def places(length: int, wish: int, lot: random.Random) -> int:
    """How many of a page's places try something out: its share, rounded up or down by lot."""
    share = length * SHARES[max(-2, min(2, wish))]
    return int(share) + (lot.random() < share % 1)


def chances(found: Scores, profile: Profile, possible: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
    """For each of these places the chance with which it is drawn; they sum to 1. Of one topic and source the best
    stands for all.
    """
    groups = _groups(found, possible)
    names = sorted({source for sources in groups.values() for source in sources})
    at = {source: number for number, source in enumerate(names)}
    curves = _curves([profile.source_taste.get(source, _UNKNOWN) for source in names])
    topics = _wins(*_curves([profile.topic_taste.get(key, _UNKNOWN) for key in groups]))
    chance: defaultdict[int, float] = defaultdict(float)
    for sources, of_topic in zip(groups.values(), topics.tolist(), strict=True):
        rows = [at[source] for source in sources]
        for place, of_source in zip(sources.values(), _wins(curves[0][rows], curves[1][rows]).tolist(), strict=True):
            chance[place] += of_topic * of_source
    return np.array([chance[place] for place in possible.tolist()])


def _groups(found: Scores, possible: npt.NDArray[np.intp]) -> dict[str, dict[int, int]]:
    """By topic ("" where there is none) and source the place of the best piece."""
    pool = found.pool
    order = possible[np.lexsort((-pool.ids[possible], -pool.published[possible], -found.quality[possible]))]
    groups: dict[str, dict[int, int]] = {}
    for place in order.tolist():
        for topic in [pool.topic_keys[column] for column in pool.topics.row(place).tolist()] or [""]:
            groups.setdefault(topic, {}).setdefault(int(pool.sources[place]), place)
    return {topic: dict(sorted(groups[topic].items())) for topic in sorted(groups)}


def _curves(tastes: Sequence[Taste]) -> tuple[Grid, Grid]:
    """For each of these, on a grid of chances to be opened, how likely that chance is, and the logarithm of how likely
    a lower one.
    """
    prior = np.array([posterior(one) for one in tastes])
    won = prior[:, :1] * np.array([[min(1.0, one.factor)] for one in tastes])
    log = (won - 1) * np.log(_GRID) + (prior[:, 1:] - 1) * np.log1p(-_GRID)
    density = np.exp(log - log.max(axis=1, keepdims=True))
    density /= density.sum(axis=1, keepdims=True)
    return density, np.log(np.maximum(np.cumsum(density, axis=1) - density / 2, 1e-300))


def _wins(density: Grid, below: Grid) -> Grid:
    """With which chance each has the highest chance of being opened: the integral of its density times the others'
    distributions, and a little for all alike.
    """
    count = len(density)
    if count == 1:
        return np.ones(1)
    chance = (density * np.exp(below.sum(axis=0) - below)).sum(axis=1)
    return np.asarray((1 - ANY) * chance / chance.sum() + ANY / count)
