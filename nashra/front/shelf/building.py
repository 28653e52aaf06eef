"""The shelf as a value, and how the next one is made from the last: only what is new or corrected is analysed.

Most articles stand in a large part that is written anew seldom, what came since in a small one. How they stand now is
read for all once a minute, in between for what came only.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

from nashra.base import courtesy
from nashra.core.rank.pool import BASE_RATE, Pool
from nashra.core.rank.ragged import Ragged
from nashra.core.rank.texts import Basis
from nashra.front.shelf import arrays
from nashra.front.shelf import standing as standings
from nashra.front.shelf.analysing import Analysed, analyse, rows_of
from nashra.front.shelf.arrays import Arrays, Kinds
from nashra.front.shelf.joining import Chosen, Joining, joined, statistics_of
from nashra.front.shelf.kindred import NO_DRAWN, Drawn
from nashra.front.shelf.popularity import Tallied, decay
from nashra.front.shelf.segment import NO_STATISTICS, Places, Segment, Statistics, from_arrays, segment_of
from nashra.front.shelf.standing import Live, Standing, Told
from nashra.news.models import Article

MOST = 4_000  # articles that are analysed before a shelf is handed out, the newest first: half a second
SMALL, SHARE = 64, 32  # the small part holds so many articles at most, or that part of the large one
GROWTH, DAY = 1.5, 86_400.0  # when there are so many times the articles, and each day, terms are weighed anew:
# what `core.rank.evaluation` measured
_AT_ONCE = 250

Floats = npt.NDArray[np.float32]
Kept = tuple[Arrays, Mapping[str, Any]]
Keep = Callable[[str, Kinds, Iterable[Arrays], Mapping[str, Any]], Kept]
"""Keeps the arrays of a large part of this name, and what is said of them; gives them back as they lie there."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Articles by the shelf's statistics, and how they stand."""

    segment: Segment
    standing: Standing

    def __len__(self) -> int:
        return len(self.segment)

    @property
    def terms(self) -> Ragged:
        """Weighed."""
        return self.segment.terms

    @property
    def gists(self) -> Floats:
        """(n, dims), see `texts`."""
        return self.segment.gists

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


def part_of(rows: list[Analysed], statistics: Statistics) -> Part:
    """Articles by these statistics of which is not known how they stand."""
    return Part(segment_of(rows, statistics), standings.nothing(len(rows)))


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """All live articles, as of a moment."""

    at: float  # seconds since 1970
    looked: float  # when it was read for all how they stand
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
    nothing = part_of([], NO_STATISTICS)
    return Shelf(0.0, 0.0, "", nothing, nothing, NO_STATISTICS)


def window() -> timedelta:
    """How long an article is live."""
    return timedelta(days=settings.NASHRA_LIVE_DAYS)


def in_memory(name: str, kinds: Kinds, pieces: Iterable[Arrays], about: Mapping[str, Any]) -> Kept:
    """Keeps a large part in this process alone."""
    return arrays.unpacked(arrays.packed(kinds, pieces, about))


def built(
    last: Shelf, tallied: Tallied, now: datetime, keep: Keep = in_memory, *, most: int = MOST, anew: bool = True
) -> Shelf:
    """The shelf as of now; at most `most` articles are analysed, the newest first. Unless `anew`, articles that were
    there are taken to stand as they did, and only what came is looked at.
    """
    since = now - window()
    there = standings.live(since) if anew else standings.grown([*map(_known, last.parts)], last.mark, since)
    kept = [_still(part.segment, there) for part in last.parts]
    missing = _missing(there, [part.segment.ids[places] for part, places in zip(last.parts, kept, strict=True)])
    small = joined([last.small.segment.take(kept[1]), *_analysed(missing[:most], last.statistics, now)])
    chosen = ((last.large.segment, kept[0]), (small, np.arange(len(small))))
    made = _with_large(last, chosen, keep, now) or replace(last, small=replace(last.small, segment=small))
    looked = now.timestamp() if anew else last.looked
    made = replace(made, at=now.timestamp(), looked=looked, mark=there.mark, waiting=max(0, len(missing) - most))
    return _stood(there, made, tallied, now)


def _known(part: Part) -> Live:
    return standings.known(part.segment.ids, part.segment.stamps, part.standing)


def _still(segment: Segment, there: Live) -> Places:
    """Where those articles stand that are live and read as they did."""
    if not len(there.ids):
        return np.zeros(0, np.intp)
    at = there.places(segment.ids)
    return np.flatnonzero((there.ids[at] == segment.ids) & (there.stamps[at] == segment.stamps))


def _missing(there: Live, known: Sequence[npt.NDArray[np.int64]]) -> npt.NDArray[np.int64]:
    """The live articles that are not known, the newest first."""
    absent = np.flatnonzero(~np.isin(there.ids, np.concatenate(known)))
    return there.ids[absent[np.argsort(there.ranks[absent])]]


def _analysed(ids: npt.NDArray[np.int64], statistics: Statistics, now: datetime) -> Iterator[Segment]:
    """Step by step: as arrays they need a tenth of the memory."""
    for start in range(0, len(ids), _AT_ONCE):
        courtesy.give_way()
        some = Article.objects.filter(pk__in=ids[start : start + _AT_ONCE].tolist())
        yield segment_of(analyse(rows_of(some.order_by("pk")), now), statistics)


# -------------------------------------------------------------------------------------------- the large part


def _with_large(last: Shelf, chosen: Chosen, keep: Keep, now: datetime) -> Shelf | None:
    """With all of these in a new large part, if it is time for one."""
    (large, places), (small, _) = chosen
    statistics, count, at = last.statistics, len(places) + len(small), now.timestamp()
    is_old = len(small) > 0 and not 0 <= at - statistics.at < DAY
    is_full = len(small) > max(SMALL, len(places) // SHARE) or len(places) < len(large) * 3 // 4
    if last.name and not is_old and not is_full:
        return None
    name = f"{time.time_ns():x}"
    if is_old or not last.name or count >= statistics.articles * GROWTH:
        statistics = statistics_of(chosen, last.statistics, name, at)
    joining = Joining(chosen, last.statistics, statistics)
    held = {f"statistics.{key}": array for key, array in statistics.arrays().items()}
    about = {"statistics": statistics.about(), "keys": joining.keys}
    kinds = joining.kinds() | arrays.kinds_of(held)
    part, statistics = from_kept(keep(name, kinds, chain([held], joining.pieces()), about))
    return replace(last, name=name, large=part, small=part_of([], statistics), statistics=statistics)


def from_kept(kept: Kept) -> tuple[Part, Statistics]:
    """A large part as it was kept, and the statistics by which its texts are weighed. Raises LookupError, TypeError."""
    held, about = kept
    found = from_arrays(held, "", about["keys"])
    own = {name.removeprefix("statistics."): array for name, array in held.items() if name.startswith("statistics.")}
    return Part(found, standings.nothing(len(found))), Statistics.from_arrays(own, about["statistics"])


def _stood(there: Live, shelf: Shelf, tallied: Tallied, now: datetime) -> Shelf:
    """The same with how everything stands now."""
    sums, picked, told = tallied.sums(now - window(), now), standings.picks(now), Told(there)
    large, small = (
        replace(part, standing=standings.standing(part.segment.ids, part.segment.stamps, there, sums, picked, told))
        for part in shelf.parts
    )
    return replace(shelf, large=large, small=small, base_rate=sums.base_rate())
