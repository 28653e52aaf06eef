"""What was learned of the reader: sources, topics and subjects that they open, and who else reads like them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from nashra.core.rank import texts
from nashra.core.rank.model import Lessons, Profile, Taste
from nashra.core.rank.pool import Pool
from nashra.core.rank.ragged import Ragged
from nashra.core.rank.signals.popularity import FEWEST_READERS
from nashra.core.rank.signals.registry import Evidence, Values, reason, signal

_DISLIKED = 4.0
"""So much weight against a line of the profile counts in full."""


def trusted(taste: Taste) -> float:
    """What a line of the profile is worth, from -1 to 1: its share, drawn towards 0 while only few articles were opened
    (four of them count half). A pinned line counts in full. What the reader wants less of, and what they turned away
    from more often than they opened it, counts against.
    """
    if taste.pinned:
        return 1.0
    if taste.weight < 0:
        return max(-1.0, taste.weight / _DISLIKED)
    worth = min(1.0, 2 * taste.share) * taste.opened / (taste.opened + 4)
    return worth * taste.factor - max(0.0, 1 - taste.factor) / 2


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
    """The one of its topics that the reader opens most, and the one that they want least."""
    return _by_lines(pool.topics, _worths(pool.topic_keys, profile.topic_taste), len(pool))


@reason("topic_opened")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    return _most_opened(pool.topics.row(place), pool.topic_keys, profile.topic_taste)


@signal("name_opened", 0.8)
def name_opened(pool: Pool, profile: Profile, now: float) -> Values:
    """The people, places and organisations in it that the reader opens pieces about: as much as a topic, which is wider
    but chosen by an editor.
    """
    return _by_lines(pool.names, _worths(pool.name_keys, profile.name_taste), len(pool))


@reason("name_opened")
def _(pool: Pool, place: int, profile: Profile) -> Evidence:
    return _most_opened(pool.names.row(place), pool.name_keys, profile.name_taste)


@signal("word_opened", 0.4)
def word_opened(pool: Pool, profile: Profile, now: float) -> Values:
    """The words in it that stand in the reader's profile: half as much as a name, since a word has several meanings."""
    if not profile.term_taste:
        return np.zeros(len(pool), np.float32)
    worth = np.zeros(texts.SIZE, np.float32)
    for term, taste in profile.term_taste.items():
        worth[term] = trusted(taste)
    return _by_lines(pool.terms, worth, len(pool))


def _worths(keys: Sequence[str], tastes: Mapping[str, Taste]) -> Values:
    return np.array([trusted(tastes[key]) if key in tastes else 0.0 for key in keys], np.float32)


def _by_lines(rows: Ragged, worth: Values, count: int) -> Values:
    """(count,): for each row the highest worth of its columns above 0, and the lowest below."""
    values = np.zeros(count, np.float32)
    if not worth.any():
        return values
    found = worth[rows.columns]
    places = np.flatnonzero(found)
    owners = np.searchsorted(rows.starts, places, "right") - 1
    against = np.zeros(count, np.float32)
    np.maximum.at(values, owners, found[places])
    np.minimum.at(against, owners, found[places])
    return values + against


def _most_opened(columns: Iterable[int], keys: Sequence[str], tastes: Mapping[str, Taste]) -> Evidence:
    known = [keys[column] for column in columns if keys[column] in tastes]
    key = max(known, key=lambda one: (trusted(tastes[one]), one))
    return Evidence(key, tastes[key].opened)


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
        return _none(pool)
    found = (pool.drawn @ own).astype(np.float32)
    if pool.drawn_rows is None:
        return found
    return np.where(pool.drawn_rows >= 0, found[pool.drawn_rows], 0).astype(np.float32) if len(found) else _none(pool)


def _none(pool: Pool) -> Values:
    return np.zeros(len(pool), np.float32)


@reason("kindred")
def _(pool: Pool, place: int, profile: Profile) -> Evidence | None:
    readers = int(pool.readers[place])
    return Evidence("", readers) if readers >= FEWEST_READERS else None
