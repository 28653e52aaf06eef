"""The shelf as a value, and how the next one is made from the last: only what is new or corrected is analysed.

Most articles stand in a large part that is written anew seldom, what came since in a small one. How they stand now is
read for all.
"""

import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from django.conf import settings

from nashra.base import courtesy
from nashra.core.rank import texts
from nashra.core.rank.pool import BASE_RATE, Pool
from nashra.core.rank.ragged import Ragged
from nashra.core.rank.texts import NO_BASIS, Basis
from nashra.front.shelf import standing as standings
from nashra.front.shelf.analysing import analyse, rows_of
from nashra.front.shelf.kindred import NO_DRAWN, Drawn
from nashra.front.shelf.popularity import Tallied, decay
from nashra.front.shelf.segment import NO_ARTICLES, Segment, joined, segment_of
from nashra.front.shelf.standing import Live, Standing, Told
from nashra.news.models import Article

MOST = 1_000  # articles that are analysed before a shelf is handed out, the newest first
SMALL, SHARE = 64, 32  # the small part holds so many articles at most, or that part of the large one
_AT_ONCE = 100


Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """In how many of how many articles each term stands, and the directions in which these differ most."""

    frequencies: Floats = field(default_factory=lambda: np.zeros(texts.SIZE, np.float32))
    articles: int = 0
    basis: Basis = NO_BASIS

    def weigh(self, counts: Ragged) -> Ragged:
        """Counted terms by weight, each row of length 1."""
        return texts.weighed(counts, self.frequencies, self.articles)


NO_STATISTICS = Statistics()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Articles, what their texts amount to by the shelf's statistics, and how they stand."""

    segment: Segment
    terms: Ragged  # weighed
    gists: Floats  # (n, dims), see `texts`
    standing: Standing

    def __len__(self) -> int:
        return len(self.segment)

    def pool(self, left: npt.NDArray[np.float64], base_rate: float, basis: Basis, drawn: Drawn = NO_DRAWN) -> Pool:
        """All of it for ranking; `left` is what is left of popularity since it was summed, by half-life."""
        segment, now = self.segment, self.standing
        drawn_rows = np.full(len(self), -1, np.int32)
        known = np.isin(drawn.ids, segment.ids)
        drawn_rows[segment.places(drawn.ids)] = np.flatnonzero(known)
        return Pool(
            ids=segment.ids, sources=now.sources, published=segment.published, stories=now.stories,
            story_sources=now.story_sources, images=segment.images, topics=segment.topics, names=segment.names,
            terms=self.terms, shown=(now.shown * left).astype(np.float32),
            opened=(now.opened * left).astype(np.float32), readers=now.readers, picked=now.picked,
            passed=np.zeros(len(self), np.float32), topic_keys=segment.topic_keys, name_keys=segment.name_keys,
            base_rate=base_rate, basis=basis, gists=self.gists, drawn=drawn.rows, drawn_rows=drawn_rows,
        )  # fmt: skip


def part_of(segment: Segment, statistics: Statistics, stands: Standing) -> Part:
    """A part whose texts are weighed by these statistics."""
    weighed = statistics.weigh(segment.terms)
    return Part(segment, weighed, statistics.basis.encode(weighed), stands)


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """All live articles, as of a moment."""

    at: float  # seconds since 1970
    name: str  # of the large part, as long as that stays the same
    large: Part
    small: Part
    statistics: Statistics
    mark: int = 0  # the highest number of an article that was seen
    waiting: int = 0  # articles that are not analysed yet
    base_rate: float = BASE_RATE
    drawn: Drawn = NO_DRAWN

    @property
    def parts(self) -> tuple[Part, Part]:
        """Both parts; an article stands in one of them."""
        return self.large, self.small

    def pools(self, now: datetime) -> tuple[Pool, Pool]:
        """Both parts for ranking, popularity decayed to now."""
        left = decay(now.timestamp() - self.at)
        return tuple(part.pool(left, self.base_rate, self.statistics.basis, self.drawn) for part in self.parts)  # type: ignore[return-value]


def empty() -> Shelf:
    """A shelf without articles."""
    nothing = part_of(NO_ARTICLES, NO_STATISTICS, standings.nothing(0))
    return Shelf(0.0, "", nothing, nothing, NO_STATISTICS)


def window() -> timedelta:
    """How long an article is live."""
    return timedelta(days=settings.NASHRA_LIVE_DAYS)


def built(last: Shelf, tallied: Tallied, now: datetime, *, most: int = MOST) -> Shelf:
    """The shelf as of now; at most `most` articles are analysed, the newest first."""
    there = standings.live(now - window())
    large, small = (_still(part.segment, there) for part in last.parts)
    missing = _missing(there, large, small)
    fresh = _analysed(missing[:most], now)
    small = joined(small, fresh) if len(fresh) else small
    name, statistics, kept = last.name, last.statistics, last.large
    if len(small) > max(SMALL, len(large) // SHARE) or not name or _mostly_gone(last, large):
        name, large, small = f"{time.time_ns():x}", joined(large, small), NO_ARTICLES
        statistics = _statistics(large.terms)
        kept = part_of(large, statistics, last.large.standing)
    return _stood(there, Shelf(
        now.timestamp(), name, kept, part_of(small, statistics, last.small.standing), statistics,
        there.mark, len(missing) - len(fresh),
    ), tallied, now)  # fmt: skip


def _statistics(counts: Ragged) -> Statistics:
    frequencies = texts.frequencies(counts)
    courtesy.give_way()
    return Statistics(frequencies, len(counts), texts.basis_of(texts.weighed(counts, frequencies, len(counts))))


def _still(segment: Segment, there: Live) -> Segment:
    """Those articles of a part that are live and read as they did."""
    order = np.argsort(there.ids)
    if not len(order) or not len(segment):
        return NO_ARTICLES
    at = order[np.minimum(np.searchsorted(there.ids, segment.ids, sorter=order), len(order) - 1)]
    kept = (there.ids[at] == segment.ids) & (there.stamps[at] == segment.stamps)
    return segment if kept.all() else segment.take(np.flatnonzero(kept))


def _missing(there: Live, large: Segment, small: Segment) -> npt.NDArray[np.int64]:
    """The live articles that stand in neither part, the newest first."""
    return there.ids[~np.isin(there.ids, np.concatenate((large.ids, small.ids)))]


def _mostly_gone(last: Shelf, left: Segment) -> bool:
    return len(left) < len(last.large) * 3 // 4


def _analysed(ids: npt.NDArray[np.int64], now: datetime) -> Segment:
    found = []
    for start in range(0, len(ids), _AT_ONCE):
        courtesy.give_way()
        some = Article.objects.filter(pk__in=ids[start : start + _AT_ONCE].tolist())
        found += analyse(rows_of(some.order_by("pk")), now)
    return segment_of(found)


def _stood(there: Live, shelf: Shelf, tallied: Tallied, now: datetime) -> Shelf:
    """The same with how everything stands now."""
    sums, picked, told = tallied.sums(now - window(), now), standings.picks(now), Told(there)
    large, small = (
        replace(part, standing=standings.standing(part.segment.ids, part.segment.stamps, there, sums, picked, told))
        for part in shelf.parts
    )
    return replace(shelf, large=large, small=small, base_rate=sums.base_rate())
