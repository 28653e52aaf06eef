"""What the editors chose."""

import numpy as np

from nashra.core.rank.model import Profile
from nashra.core.rank.pool import Pool
from nashra.core.rank.signals.registry import Evidence, Values, reason, signal


@signal("picked", 1.5, personal=False)
def picked(pool: Pool, profile: Profile, now: float) -> Values:
    """A piece that an editor has set on the front page: more than anything one signal says, so that it stands near the
    top of every page, and less than two of a reader's own wishes together.
    """
    return pool.picked.astype(np.float32)


@reason("picked")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    return Evidence()
