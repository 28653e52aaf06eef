"""Nearness in meaning to what the reader read, where the owner has set up an embedding model. Without one it is silent.

Unlike common words it reaches across languages: an Arabic piece that was read speaks for an English one on the subject.
"""

import numpy as np

from nashra.core.rank.model import Lessons, Profile
from nashra.core.rank.pool import Pool
from nashra.core.rank.signals.registry import Evidence, Values, reason, signal
from nashra.core.rank.vectors import cosines, nearest

NEAREST = 3
LIKE = 0.3
"""A cosine below which pieces are not called alike: among fifty lessons the third of a stranger comes so near."""

_FULL = 0.8  # the cosine of two reports of the same thing: nearer counts no more
_MOST = 50  # lessons that are looked at, the latest: more cost time and change little


@signal("similar_meaning", 0.9)
def similar_meaning(pool: Pool, profile: Profile, now: float) -> Values:
    """The mean nearness to the three nearest pieces that the reader read, less the nearness to one that they wanted
    less of. As much weight as the source that they open: what a piece is about says at least as much as whose it is.
    The mean of three, so that one lesson alone (a slip, a curiosity) counts a third.
    """
    lessons = profile.lessons
    if pool.vectors is None or lessons.vectors is None or not len(lessons.vectors):
        return np.zeros(len(pool), np.float32)
    alike = _alike(pool, lessons)
    liked, unliked = alike[:, lessons.weights[:_MOST] > 0], alike[:, lessons.weights[:_MOST] < 0]
    return np.asarray(nearest(liked, NEAREST).mean(1) - nearest(unliked, 1).mean(1), np.float32)


def _alike(pool: Pool, lessons: Lessons, place: int | None = None) -> Values:
    """(n, lessons) of all articles, or of the one at a place: from 0, not alike, to 1, the same; times what the lesson
    counts, at most 1.
    """
    known, count = lessons.vectors, len(pool) if place is None else 1
    if pool.vectors is None or known is None or pool.vectors.shape[1] != known.shape[1]:
        return np.zeros((count, min(_MOST, len(lessons.ids))), np.float32)
    rows = pool.vector_rows
    if place is not None:
        rows = np.array([place], np.intp) if rows is None else rows[place : place + 1]
    found = cosines(pool.vectors, known[:_MOST], rows)
    counts = np.minimum(np.abs(lessons.weights[:_MOST]), 1)
    return np.asarray(np.clip((found - LIKE) / (_FULL - LIKE), 0, 1) * counts, np.float32)


@reason("similar_meaning")
def _(pool: Pool, place: int, profile: Profile) -> Evidence | None:
    lessons = profile.lessons
    alike = _alike(pool, lessons, place)[0] * (lessons.weights[:_MOST] > 0)
    if not alike.any():
        return None
    return Evidence(str(lessons.ids[int(alike.argmax())]), int((alike > 0).sum()))
