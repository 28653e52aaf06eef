"""What a reader was shown and passed by."""

import numpy as np

from nashra.core.rank.model import Profile
from nashra.core.rank.pool import Pool
from nashra.core.rank.signals.registry import Values, signal

MOST = 3.0


@signal("passed", -1.0)
def passed(pool: Pool, profile: Profile, now: float) -> Values:
    """How often the reader looked at it and passed by: who did so once mostly does again, and each time more surely.
    One pass weighs nearly as much as a followed word, so that a page that was read to its end is new the next time.
    """
    return np.minimum(pool.passed, MOST).astype(np.float32)
