"""What speaks for an article whoever reads it: how many tell of it, open it, and how new it is."""

import numpy as np

from nashra.core.rank.model import Profile
from nashra.core.rank.pool import Pool
from nashra.core.rank.signals.registry import Evidence, Values, reason, signal

HALF_LIFE_HOURS = 18.0
FEWEST_READERS = 5
"""Distinct readers below which it is not said that a piece is read: it would say too much of few people."""

_EXPECTED = 1.0  # openings that are believed in beside what was counted, at the installation's own rate
_LATELY, _TODAY = 0, 1  # the columns of half-lives of 6 and 24 hours


@signal("story_sources", 0.7, personal=False)
def story_sources(pool: Pool, profile: Profile, now: float) -> Values:
    """How many sources tell of the same event: two are a hint, six or more the full weight."""
    return np.clip((pool.story_sources - 1) / 5, 0, 1).astype(np.float32)


@reason("story_sources")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    return Evidence("", int(pool.story_sources[place]))


@signal("fresh", 0.3, personal=False)
def fresh(pool: Pool, profile: Profile, now: float) -> Values:
    """Newness, halved every 18 hours, so that yesterday's great story can still stand above a fresh triviality.

    It decides where nothing else is known, and a little where something is: what is old has had its chance, and then
    how many opened it says more than its age. In the measured log a larger weight did worse.
    """
    hours = np.maximum(0.0, (now - pool.published) / 3600)
    return (0.5 ** (hours / HALF_LIFE_HOURS)).astype(np.float32)


@reason("fresh")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    return Evidence()


def _lift(pool: Pool, column: int) -> Values:
    """The logarithm of how much more often a piece was opened, by those who looked, than pieces are here.

    Drawn towards 0 by one opening as expected: after a single reader it is .7 at most.
    """
    opened, shown = pool.opened[:, column], pool.shown[:, column]
    return np.log((opened + _EXPECTED) / (shown * pool.base_rate + _EXPECTED)).astype(np.float32)


@signal("opened_lately", 0.4, personal=False)
def opened_lately(pool: Pool, profile: Profile, now: float) -> Values:
    """How often those who looked opened it in the last hours. A chance that is twice as high is worth ln 2 in a
    logistic model, so this weight and the next would be 1 together; each is less since the past is not the future.
    """
    return _lift(pool, _LATELY)


@reason("opened_lately")
def _(pool: Pool, place: int, profile: Profile) -> Evidence | None:
    return _readers(pool, place)


@signal("opened_today", 0.4, personal=False)
def opened_today(pool: Pool, profile: Profile, now: float) -> Values:
    """The same over a day, which is steadier: as much weight."""
    return _lift(pool, _TODAY)


@reason("opened_today")
def _(pool: Pool, place: int, profile: Profile) -> Evidence | None:
    return _readers(pool, place)


def _readers(pool: Pool, place: int) -> Evidence | None:
    readers = int(pool.readers[place])
    return Evidence("", readers) if readers >= FEWEST_READERS else None


@signal("shown_widely", -0.1, personal=False)
def shown_widely(pool: Pool, profile: Profile, now: float) -> Values:
    """To how many readers it was shown within a day, as a logarithm. What everybody was shown this reader has mostly
    met elsewhere: a little against it, a quarter of a doubled click rate for ten times the readers.
    """
    return np.log1p(pool.shown[:, _TODAY]).astype(np.float32)
