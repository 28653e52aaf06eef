"""What was learned of the reader: sources, topics and subjects that they open, and who else reads like them."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from nashra.core.rank import texts
from nashra.core.rank.model import Lessons, Profile, Taste
from nashra.core.rank.pool import Pool
from nashra.core.rank.signals.popularity import FEWEST_READERS
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


FEW = 5.0
"""As many lessons make half a taste."""

_ALIKE = 0.2  # the cosine from which two gists are said to be alike


@lru_cache(maxsize=4)
def _encoded(basis: texts.Basis, lessons: Lessons) -> Values:
    """(m, dims): what the lessons are about; asked again for every reason on a page."""
    return basis.encode(lessons.terms)


def _own(pool: Pool, profile: Profile) -> Values | None:
    """(dims,): the reader's taste in the pool's basis; None where one of the two is not known."""
    lessons = profile.lessons
    if pool.basis is None or pool.gists is None or not len(lessons.terms):
        return None
    found = texts.taste(_encoded(pool.basis, lessons), lessons.weights)
    return found if found.any() else None


@signal("similar", 2.5)
def similar(pool: Pool, profile: Profile, now: float) -> Values:
    """How near its subject is to the mean of what the reader read: the cosine, less as long as little was read.

    Pieces on a reader's own subjects have a cosine of about .3 more than others; at this weight that makes an opening
    twice as likely, as much as a piece that is opened twice as often as others: what the reader reads and what all read
    count alike. A piece without text counts as the middle of those with one: nothing speaks for it or against it.
    """
    own = _own(pool, profile)
    if own is None or pool.gists is None:
        return np.zeros(len(pool), np.float32)
    read = float(np.abs(np.clip(profile.lessons.weights, -1, 1)).sum())
    values = (pool.gists @ (own * (read / (read + FEW)))).astype(np.float32)
    blank = values == 0
    blank[blank] = ~pool.gists[blank].any(1)
    if blank.any() and not blank.all():
        values[blank] = values[~blank].mean()
    return values


@reason("similar")
def _(pool: Pool, place: int, profile: Profile) -> Evidence | None:
    lessons = profile.lessons
    if pool.basis is None or pool.gists is None:
        return None
    alike = _encoded(pool.basis, lessons) @ pool.gists[place] * (lessons.weights > 0)
    nearest = int(alike.argmax())
    return Evidence(str(lessons.ids[nearest]), int((alike > _ALIKE).sum())) if alike[nearest] > _ALIKE else None


@signal("kindred", 6.0)
def kindred(pool: Pool, profile: Profile, now: float) -> Values:
    """Whether those who opened it read what this reader reads: the cosine of their common taste and the reader's, near
    0 while few opened it. It tells what a headline does not: whom a piece is for.

    Among ten readers of the reader's own kind it is about .1; at this weight that is as much as `similar` at its
    height. A single reader moves it by .03 or so.
    """
    own = _own(pool, profile)
    if own is None or pool.drawn is None:
        return np.zeros(len(pool), np.float32)
    return (pool.drawn @ own).astype(np.float32)


@reason("kindred")
def _(pool: Pool, place: int, profile: Profile) -> Evidence | None:
    readers = int(pool.readers[place])
    return Evidence("", readers) if readers >= FEWEST_READERS else None
