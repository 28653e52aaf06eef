"""What speaks for an article whoever reads it: how many tell of it, and how new it is."""

import numpy as np

from nashra.core.rank.model import Profile
from nashra.core.rank.pool import Pool
from nashra.core.rank.signals.registry import Evidence, Values, reason, signal

HALF_LIFE_HOURS = 18.0


@signal("story_sources", 0.7, personal=False)
def story_sources(pool: Pool, profile: Profile, now: float) -> Values:
    """How many sources tell of the same event: two are a hint, six or more the full weight."""
    return np.clip((pool.story_sources - 1) / 5, 0, 1).astype(np.float32)


@reason("story_sources")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    return Evidence("", int(pool.story_sources[place]))


@signal("fresh", 0.8, personal=False)
def fresh(pool: Pool, profile: Profile, now: float) -> Values:
    """Newness, halved every 18 hours, so that yesterday's great story can still stand above a fresh triviality."""
    hours = np.maximum(0.0, (now - pool.published) / 3600)
    return (0.5 ** (hours / HALF_LIFE_HOURS)).astype(np.float32)


@reason("fresh")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    return Evidence()
