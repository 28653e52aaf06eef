"""One linear model over the signals of the registry: values, scores, and the reasons that they amount to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import numpy.typing as npt

from nashra.core.rank import correcting
from nashra.core.rank.correcting import Correction
from nashra.core.rank.model import Context, Floats, Profile, Reason
from nashra.core.rank.pool import Pool, seconds
from nashra.core.rank.signals import REGISTRY

FOLLOWED = frozenset({"follow_word", "follow_author", "follow_search", "follow_topic", "subscribed"})
LEAST = 1e-5
"""A part of a score that is smaller is lost in rounding, and no reason for anything."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """What a pool is worth to a reader: arrays of n, one value for each article."""

    pool: Pool
    weights: Floats  # of the signals, in the registry's order
    values: tuple[Floats, ...]  # of the signals
    totals: Floats  # the score: sum of weight · value, and the correction of the best
    quality: Floats  # the part of it that is the same for everybody
    liking: Floats  # what speaks for it in the reader's profile: the personal parts above 0
    followed: npt.NDArray[np.bool_]  # whether a follow is among that
    correction: Correction | None = None
    corrected: npt.NDArray[np.bool_] | None = None  # whether it corrects this one

    def take(self, places: npt.NDArray[np.intp]) -> "Scores":
        """Those of the articles at these places, in this order."""
        return replace(
            self,
            pool=self.pool.take(places),
            values=tuple(one[places] for one in self.values),
            totals=self.totals[places],
            quality=self.quality[places],
            liking=self.liking[places],
            followed=self.followed[places],
            corrected=None if self.corrected is None else self.corrected[places],
        )

    def features(self, place: int) -> Floats:
        """The values of all signals for one article."""
        return np.array([one[place] for one in self.values], np.float32)

    def parts(self, place: int) -> Floats:
        """What the score of one article would lose without each signal."""
        if self.correction is None or self.corrected is None or not self.corrected[place]:
            return np.asarray(self.weights * self.features(place), np.float32)
        return correcting.parts(self.correction, self.features(place), self.weights)


def scores(pool: Pool, profile: Profile, context: Context, now: datetime) -> Scores:
    """The worth of a whole pool. Each article's is summed in the same order, wherever in the pool it stands."""
    found = values(pool, profile, seconds(now))
    weight = weights(profile, context.weights, context.newest)
    common, personal, liking, part = (np.zeros(len(pool), np.float32) for _ in range(4))
    followed = np.zeros(len(pool), np.bool_)
    for one, factor, value in zip(REGISTRY, weight, found, strict=True):
        if not factor or not value.any():
            continue
        np.multiply(value, factor, out=part)
        if one.key in FOLLOWED:
            followed |= part > LEAST
        if one.personal:
            personal += part
            liking += np.maximum(part, 0, out=part)
        else:
            common += part
    linear, quality = _finite(common + personal), _finite(common)
    second = context.correction
    if second is None:
        return Scores(pool, weight, found, linear, quality, liking, followed)
    among = correcting.best_of(linear)
    totals = np.nan_to_num(linear + correcting.added(second, found, weight, among))
    return Scores(pool, weight, found, totals, quality, liking, followed, second, among)


def _finite(found: Floats) -> Floats:
    """The same, with 0 for what is not a number."""
    return found if np.isfinite(found.sum()) else np.nan_to_num(found)


def values(pool: Pool, profile: Profile, now: float) -> tuple[Floats, ...]:
    """What each signal of the registry says of each article, personal or not."""
    return tuple(one.values(pool, profile, now) for one in REGISTRY)


def weights(profile: Profile, given: Mapping[str, float], newest: int = 0) -> Floats:
    """The weight of each signal of the registry for this reader: the given ones, else the shipped ones.

    `newest`, the reader's wish from -2 to 2, doubles the weight of newness at most and halves that of popularity, or
    the other way round.
    """
    tilt = 2 ** (max(-2, min(2, newest)) / 2)
    tilts = {one.key: 1.0 if one.personal else 1 / tilt for one in REGISTRY} | {"fresh": tilt, "picked": 1.0}
    return np.array(
        [
            given.get(one.key, one.weight) * tilts[one.key] if profile.personalise or not one.personal else 0.0
            for one in REGISTRY
        ],
        np.float32,
    )


def best_first(found: Scores, places: npt.NDArray[np.intp] | None = None) -> npt.NDArray[np.intp]:
    """These places (or all) by score, best first; ties go to the newer, then the higher id."""
    at = np.arange(len(found.pool)) if places is None else places
    pool = found.pool
    return at[np.lexsort((-pool.ids[at], -pool.published[at], -found.totals[at]))]


def reasons(found: Scores, place: int, profile: Profile) -> tuple[Reason, ...]:
    """The signals that raised the score of one article, the strongest first. Each one's `part` is what the score
    would lose without it.
    """
    parts = found.parts(place).tolist()
    raised = sorted((-part, at) for at, part in enumerate(parts) if part > LEAST)
    said: list[Reason] = []
    for part, at in raised:
        about = REGISTRY[at].about
        if about is not None and (evidence := about(found.pool, place, profile)):
            named = (evidence.about, evidence.count, evidence.form, evidence.rule)
            said.append(Reason(REGISTRY[at].key, *named, part=-part))
    return tuple(said)


def strongest_follows(found: Scores, places: npt.NDArray[np.intp], profile: Profile) -> Iterator[tuple[int, str]]:
    """Each of these places with a name for the follow that raises its score most."""
    rows = [at for at, one in enumerate(REGISTRY) if one.key in FOLLOWED]
    strongest = np.argmax([found.weights[at] * found.values[at][places] for at in rows], axis=0)
    for place, row in zip(places.tolist(), strongest.tolist(), strict=True):
        one = REGISTRY[rows[row]]
        evidence = one.about(found.pool, place, profile) if one.about else None
        yield place, f"{one.key}:{evidence.about if evidence else ''}"
