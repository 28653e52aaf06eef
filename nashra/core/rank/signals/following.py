"""What the reader said: followed words, authors, searches, topics and sources."""

from collections.abc import Mapping

import numpy as np

from nashra.core.rank.model import Profile
from nashra.core.rank.pool import Pool
from nashra.core.rank.signals.registry import Evidence, Values, reason, signal


def _at(pool: Pool, places: Mapping[int, object]) -> Values:
    values = np.zeros(len(pool), np.float32)
    values[list(places)] = 1.0
    return values


def _those(mentioned: Mapping[int, tuple[str, ...]], wanted: frozenset[str]) -> dict[int, str]:
    """By place the first of the followed keys that stand there."""
    return {place: found[0] for place, keys in mentioned.items() if (found := [key for key in keys if key in wanted])}


@signal("follow_word", 1.2)
def follow_word(pool: Pool, profile: Profile, now: float) -> Values:
    """A word that the reader follows: the most explicit wish there is, hence the largest weight."""
    keys = {place: tuple(mention.key for mention in found) for place, found in pool.words.items()}
    return _at(pool, _those(keys, profile.words))


@reason("follow_word")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    found = next(one for one in pool.words[place] if one.key in profile.words)
    return Evidence(found.key, 0, found.form, found.rule)


@signal("follow_author", 1.1)
def follow_author(pool: Pool, profile: Profile, now: float) -> Values:
    """An author whom the reader follows."""
    return _at(pool, _those(pool.authors, profile.authors))


@reason("follow_author")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    return Evidence(_those({0: pool.authors[place]}, profile.authors)[0])


@signal("follow_search", 1.1)
def follow_search(pool: Pool, profile: Profile, now: float) -> Values:
    """A search that the reader follows."""
    return _at(pool, _those(pool.searches, profile.searches))


@reason("follow_search")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    return Evidence(_those({0: pool.searches[place]}, profile.searches)[0])


@signal("follow_topic", 1.0)
def follow_topic(pool: Pool, profile: Profile, now: float) -> Values:
    """A topic that the reader follows."""
    wanted = np.array([key in profile.topics for key in pool.topic_keys], np.bool_)
    values = np.zeros(len(pool), np.float32)
    if wanted.any():
        values[pool.topics.rows_of(np.flatnonzero(wanted[pool.topics.columns]))] = 1.0
    return values


@reason("follow_topic")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    keys = [pool.topic_keys[column] for column in pool.topics.row(place)]
    return Evidence(next(key for key in keys if key in profile.topics))


@signal("subscribed", 0.35)
def subscribed(pool: Pool, profile: Profile, now: float) -> Values:
    """A source on the reader's list: a weaker wish than a topic, since one feed tells of many things."""
    return np.isin(pool.sources, sorted(profile.subscriptions)).astype(np.float32)


@reason("subscribed")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    return Evidence(str(int(pool.sources[place])))
