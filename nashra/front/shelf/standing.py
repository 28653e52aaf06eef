"""How articles stand now: source, story, copies, popularity, picks. Read anew from the database every minute."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Max, QuerySet

from nashra.base import courtesy
from nashra.front.models import Pick
from nashra.front.shelf.analysing import stamp_of
from nashra.front.shelf.arrays import Arrays
from nashra.front.shelf.popularity import Sums
from nashra.news.models import Article, Source, Visibility

Ints = npt.NDArray[np.int64]
_STEP = 2_000
_OVERLAP = 100
_COLUMNS = ("ids", "sources", "stories", "copies_of", "stamps")
_LIVE = ("id", "source_id", "story_id", "duplicate_of_id", "content_hash", "page_outcome")


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """All articles of the window, in the order of their ids."""

    ids: Ints
    sources: Ints
    stories: Ints  # 0: none
    copies_of: Ints  # 0: none
    stamps: Ints  # see `analysing.stamp_of`
    ranks: Ints  # the newest has the lowest
    mark: int  # the highest number that any article had

    def places(self, ids: Ints) -> npt.NDArray[np.intp]:
        """Where these articles would stand; what stands there may be another one."""
        return np.minimum(np.searchsorted(self.ids, ids), max(0, len(self.ids) - 1))


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
    return _live(Article.objects.filter(published_at__gt=since), [])


def grown(known: Sequence[Live], mark: int, since: datetime) -> Live:
    """Articles that were live, as they stood, and those that came since the highest number of one was `mark`."""
    return _live(Article.objects.filter(pk__gt=mark - overlap(), published_at__gt=since), known)


def overlap() -> int:
    """How many ids are looked at again: transactions may end in another order than they took their ids, but where
    there is one writer at a time.
    """
    return 0 if connection.vendor == "sqlite" else _OVERLAP


def known(ids: Ints, stamps: Ints, stands: Standing) -> Live:
    """Those of these articles that are live, as they stood."""
    ids, alive = ids[stands.alive], stands.alive
    return Live(ids, stands.sources[alive], stands.stories[alive], stands.copies_of[alive], stamps[alive], ids, 0)


def _live(articles: QuerySet[Article], known: Sequence[Live]) -> Live:
    mark = Article.objects.aggregate(highest=Max("pk"))["highest"] or 0
    rows = articles.order_by("-published_at", "-pk").values_list(*_LIVE)
    steps = [np.zeros((5, 0), np.int64), *(_step(some) for some in _steps(rows.iterator(chunk_size=_STEP)))]
    came, before = np.concatenate(steps, axis=1), [one for one in known if len(one.ids)]
    absent = [~np.isin(one.ids, came[0]) for one in before]
    columns = [
        np.concatenate([came[number], *(getattr(one, name)[fresh] for one, fresh in zip(before, absent, strict=True))])
        for number, name in enumerate(_COLUMNS)
    ]
    order = np.argsort(columns[0])
    ids, sources, stories, copies_of, stamps = (column[order] for column in columns)
    return Live(ids, sources, stories, copies_of, stamps, order, max(mark, int(came[0].max(initial=0))))


def _steps(rows: Iterator[Any]) -> Iterator[Sequence[Any]]:
    while some := list(islice(rows, _STEP)):
        yield some


def _step(rows: Sequence[Any]) -> npt.NDArray[np.int64]:
    courtesy.give_way()
    ids, sources, stories, copies, *read = zip(*rows, strict=True)
    numbers = [ids, sources, [story or 0 for story in stories], [copy or 0 for copy in copies], map(stamp_of, *read)]
    return np.array([np.fromiter(column, np.int64, len(rows)) for column in numbers])


def standing(ids: Ints, stamps: Ints, now: Live, sums: Sums, picks: Ints, told: "Told") -> Standing:
    """How these articles stand among the live ones."""
    if not len(now.ids):
        return nothing(len(ids))
    at = now.places(ids)
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
        sources, codes = np.unique(now.sources[told], return_inverse=True)
        pairs, _ = np.unique(now.stories[told] * max(1, len(sources)) + codes, return_counts=True)
        self._stories, self._counts = np.unique(pairs // max(1, len(sources)), return_counts=True)

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
