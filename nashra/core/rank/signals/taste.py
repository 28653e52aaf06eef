"""What was learned of the reader: sources and topics that they open."""

from collections.abc import Iterable

import numpy as np

from nashra.core.rank.model import Profile, Taste
from nashra.core.rank.pool import Pool
from nashra.core.rank.signals.registry import Evidence, Values, reason, signal


def trusted(taste: Taste) -> float:
    """A share drawn towards 0 while only few articles were opened (four of them count half)."""
    return min(1.0, 2 * taste.share) * taste.opened / (taste.opened + 4) * taste.factor


@signal("source_opened", 0.9)
def source_opened(pool: Pool, profile: Profile, now: float) -> Values:
    """A source that the reader opens: its share of what was opened, trusted more with every opened article."""
    values = np.zeros(len(pool), np.float32)
    for source, taste in profile.source_taste.items():
        values[pool.sources == source] = trusted(taste)
    return values


@reason("source_opened")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    source = int(pool.sources[place])
    return Evidence(str(source), profile.source_taste[source].opened)


@signal("topic_opened", 0.8)
def topic_opened(pool: Pool, profile: Profile, now: float) -> Values:
    """The one of its topics that the reader opens most."""
    worth = np.array([_worth(profile, key) for key in pool.topic_keys], np.float32)
    values = np.zeros(len(pool), np.float32)
    if worth.any():
        np.maximum.at(values, pool.topics.owners(), worth[pool.topics.columns])
    return values


def _worth(profile: Profile, key: str) -> float:
    return trusted(profile.topic_taste[key]) if key in profile.topic_taste else 0.0


@reason("topic_opened")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    keys: Iterable[str] = (pool.topic_keys[column] for column in pool.topics.row(place))
    key = max((key for key in keys if key in profile.topic_taste), key=lambda one: (_worth(profile, one), one))
    return Evidence(key, profile.topic_taste[key].opened)
