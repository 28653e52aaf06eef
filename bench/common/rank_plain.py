"""The score written down plainly: each feature as one numpy expression, as one would type it. What ranking is measured
against, and checked with.
"""

import numpy as np
import numpy.typing as npt

from nashra.core.rank import Pool, Profile, Taste, texts
from nashra.core.rank.signals import shipped

Values = npt.NDArray[np.floating]


def totals(pool: Pool, profile: Profile, now: float) -> Values:
    """Σ weight · feature for all articles."""
    weights, found = shipped(), features(pool, profile, now)
    total = np.zeros(len(pool), np.float32)
    for key, value in found.items():
        total += weights[key] * value
    return total


def features(pool: Pool, profile: Profile, now: float) -> dict[str, Values]:
    """All features that say anything of this pool."""
    assert pool.basis is not None
    assert pool.gists is not None
    assert pool.drawn is not None
    lessons = profile.lessons
    taste = texts.taste(pool.basis.encode(lessons.terms), lessons.weights)
    read = np.abs(np.clip(lessons.weights, -1, 1)).sum()
    owners = np.repeat(np.arange(len(pool)), np.diff(pool.topics.starts))
    bearers = np.repeat(np.arange(len(pool)), np.diff(pool.names.starts))
    followed = np.array([key in profile.topics for key in pool.topic_keys])[pool.topics.columns]
    of_topic = np.array([_worth(profile.topic_taste.get(key)) for key in pool.topic_keys], np.float32)
    topic_opened = np.zeros(len(pool), np.float32)
    np.maximum.at(topic_opened, owners, of_topic[pool.topics.columns])
    of_name = np.array([_worth(profile.name_taste.get(key)) for key in pool.name_keys], np.float32)
    name_opened = np.zeros(len(pool), np.float32)
    np.maximum.at(name_opened, bearers, of_name[pool.names.columns])
    of_source = np.zeros(pool.sources.max() + 1, np.float32)
    of_source[list(profile.source_taste)] = [_worth(one) for one in profile.source_taste.values()]
    rate = pool.base_rate
    return {
        "picked": pool.picked,
        "follow_topic": np.bincount(owners, followed, len(pool)) > 0,
        "subscribed": np.isin(pool.sources, list(profile.subscriptions)),
        "source_opened": of_source[pool.sources],
        "topic_opened": topic_opened,
        "name_opened": name_opened,
        "similar": pool.gists @ (taste * read / (read + 5)),
        "kindred": pool.drawn @ taste,
        "story_sources": np.clip((pool.story_sources - 1) / 5, 0, 1),
        "fresh": 0.5 ** (np.maximum(0, now - pool.published) / 3600 / 18),
        "opened_lately": np.log((pool.opened[:, 0] + 1) / (pool.shown[:, 0] * rate + 1)),
        "opened_today": np.log((pool.opened[:, 1] + 1) / (pool.shown[:, 1] * rate + 1)),
        "shown_widely": np.log1p(pool.shown[:, 1]),
        "passed": np.minimum(pool.passed, 3),
    }


def _worth(taste: Taste | None) -> float:
    return min(1, 2 * taste.share) * taste.opened / (taste.opened + 4) * taste.factor if taste else 0.0
