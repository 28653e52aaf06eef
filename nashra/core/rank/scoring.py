"""One linear model over the signals of the registry: values, scores, and the reasons that they amount to."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from nashra.core.rank.model import Profile, Reason
from nashra.core.rank.pool import Pool
from nashra.core.rank.signals import REGISTRY


def values(pool: Pool, profile: Profile, now: float) -> npt.NDArray[np.float32]:
    """(signals, articles): what each signal of the registry says of each article, personal or not."""
    return np.stack([one.values(pool, profile, now) for one in REGISTRY])


def weights(profile: Profile, given: Mapping[str, float]) -> npt.NDArray[np.float32]:
    """The weight of each signal of the registry for this reader: the given ones, else the shipped ones."""
    return np.array(
        [given.get(one.key, one.weight) if profile.personalise or not one.personal else 0.0 for one in REGISTRY],
        np.float32,
    )


def reasons(
    pool: Pool,
    place: int,
    profile: Profile,
    column: npt.NDArray[np.float32],
    weight: npt.NDArray[np.float32],
) -> tuple[Reason, ...]:
    """The signals that raised the score of one article, the strongest first. `column`: its values."""
    parts = weight * column
    found: list[Reason] = []
    for at in np.argsort(-parts, kind="stable"):
        about = REGISTRY[at].about
        if parts[at] <= 0 or about is None:
            continue
        if evidence := about(pool, place, profile):
            named = (evidence.about, evidence.count, evidence.form, evidence.rule)
            found.append(Reason(REGISTRY[at].key, *named, part=float(parts[at])))
    return tuple(found)
