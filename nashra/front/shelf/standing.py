"""How articles stand now: source, story, copies, popularity, picks. Read anew from the database every minute."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import Max

from nashra.base import courtesy
from nashra.front.models import Pick
from nashra.front.shelf.analysing import stamp_of
from nashra.front.shelf.arrays import Arrays
from nashra.front.shelf.popularity import Sums
from nashra.news.models import Article, Source, Visibility

Ints = npt.NDArray[np.int64]
_STEP = 2_000
_LIVE = ("id", "source_id", "story_id", "duplicate_of_id", "content_hash", "page_outcome")


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """All articles of the window: the newest first."""

    ids: Ints
    sources: Ints
    stories: Ints  # 0: none
    copies_of: Ints  # 0: none
    stamps: Ints  # see `analysing.stamp_of`
    mark: int  # the highest number that any article had


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """How n articles stand; not `alive`: let go, too old, or corrected since they were analysed."""

    alive: npt.NDArray[np.bool_]
    sources: Ints
    stories: Ints
    copies_of: Ints
    story_sources: npt.NDArray[np.int32]  # sources that are nobody's own
    shown: npt.NDArray[np.float32]  # (n, 2), see `core.rank.Candidate`
    opened: npt.NDArray[np.float32]  # (n, 2)
    readers: npt.NDArray[np.int32]
    picked: npt.NDArray[np.bool_]

    def arrays(self, prefix: str) -> Arrays:
        """All of it by name."""
        return {f"{prefix}{one.name}": getattr(self, one.name) for one in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Arrays, prefix: str) -> "Standing":
        """What `arrays` gave. Raises LookupError."""
        return cls(*(arrays[f"{prefix}{one.name}"] for one in fields(cls)))


def live(since: datetime) -> Live:
    """The articles that were published since then. Gives way to pages between two steps."""
    mark = Article.objects.aggregate(highest=Max("pk"))["highest"] or 0
    rows = Article.objects.filter(published_at__gt=since).order_by("-published_at", "-pk").values_list(*_LIVE)
    steps = [np.zeros((0, 5), np.int64), *(_step(some) for some in _steps(rows.iterator(chunk_size=_STEP)))]
    ids, sources, stories, copies_of, stamps = np.concatenate(steps).T
    return Live(ids, sources, stories, copies_of, stamps, mark)


def _steps(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    while some := list(islice(rows, _STEP)):
        yield some


def _step(rows: Sequence[Any]) -> npt.NDArray[np.int64]:
    courtesy.give_way()
    values = [(pk, source, story or 0, copy or 0, stamp_of(*read)) for pk, source, story, copy, *read in rows]
    return np.array(values, np.int64)


def standing(ids: Ints, stamps: Ints, now: Live, sums: Sums, picks: Ints, told: "Told") -> Standing:
    """How these articles stand among the live ones."""
    order = np.argsort(now.ids)
    at = np.searchsorted(now.ids, ids, sorter=order)
    at = order[np.minimum(at, len(order) - 1)] if len(order) else np.zeros(len(ids), np.intp)
    if not len(order):
        return nothing(len(ids))
    alive = (now.ids[at] == ids) & (now.stamps[at] == stamps)
    stories = now.stories[at]
    shown, opened, readers = sums.of(ids)
    return Standing(
        alive, now.sources[at], stories, now.copies_of[at], told.count(stories), shown, opened, readers,
        np.isin(ids, picks),
    )  # fmt: skip


def nothing(count: int) -> Standing:
    """Of so many articles that none is live."""
    numbers, flags = np.zeros(count, np.int64), np.zeros(count, np.bool_)
    pairs = np.zeros((count, 2), np.float32)
    return Standing(flags, numbers, numbers, numbers, np.ones(count, np.int32), pairs, pairs,
                    np.zeros(count, np.int32), flags)  # fmt: skip


class Told:
    """How many sources tell each story, without private ones."""

    def __init__(self, now: Live) -> None:
        private = np.fromiter(
            Source.objects.filter(visibility=Visibility.PRIVATE).order_by().values_list("pk", flat=True), np.int64
        )
        told = (now.stories > 0) & ~np.isin(now.sources, private)
        pairs = np.unique(np.stack((now.stories[told], now.sources[told])), axis=1)
        self._stories, self._counts = np.unique(pairs[0], return_counts=True)

    def count(self, stories: Ints) -> npt.NDArray[np.int32]:
        """For each of these stories its sources, 1 at least."""
        if not len(self._stories):
            return np.ones(len(stories), np.int32)
        at = np.minimum(np.searchsorted(self._stories, stories), len(self._stories) - 1)
        return np.where(self._stories[at] == stories, self._counts[at], 1).astype(np.int32)


def picks(now: datetime) -> Ints:
    """The articles that an editor has set on the front page, as of now."""
    rows = Pick.objects.filter(until__gt=now).order_by().values_list("article_id", flat=True)
    return np.fromiter(rows, np.int64)
