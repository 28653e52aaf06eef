"""From scores to the parts of a finite page: lead, stories, for you, followed, one thing from outside, latest."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain

import numpy as np
import numpy.typing as npt

from nashra.core.rank import exploring
from nashra.core.rank.diversity import Spread
from nashra.core.rank.model import Candidate, Context, Profile, Ranked, Reason
from nashra.core.rank.pool import Pool, pool_of
from nashra.core.rank.scoring import FOLLOWED, Scores, best_first, reasons, scores, strongest_follows
from nashra.core.rank.shortlisting import chosen, pinned
from nashra.core.rank.signals import REGISTRY

MODEL = "linear-2"
KEPT = 180  # articles of a large pool that become more than numbers
WINDOW = 10
"""Among so many that stand beside each other no source has more than `Context.per_source`."""
# The short line of an item says what its part of the page is about; all other reasons stay behind it.
_FITTING = {"followed": FOLLOWED, "story": frozenset({"story_sources"})}
_SPREAD = frozenset({"lead", "story", "for_you"})  # chosen for what each adds; the others have an order of their own
_ORDER = ("lead", "story", "for_you", "followed", "outside", "latest")
Mask = npt.NDArray[np.bool_]


def score(
    candidates: Sequence[Candidate] | Pool, profile: Profile, now: datetime, given: Mapping[str, float] | None = None
) -> list[Ranked]:
    """All candidates with score and reasons, best first; ties go to the newer, then the higher id."""
    found = scores(_pool(candidates), profile, Context(weights=given or {}), now)
    return [
        Ranked(
            found.pool.candidate(place),
            float(found.totals[place]),
            reasons(found, place, profile),
            "",
            features=tuple(found.features(place).tolist()),
        )
        for place in best_first(found).tolist()
    ]


def rank(candidates: Sequence[Candidate] | Pool, profile: Profile, context: Context, *, now: datetime) -> list[Ranked]:
    """An edition in reading order. Each story appears once; no source takes more than its places while there are
    others; a tenth of it tries something out. What nothing speaks for is left out: everything on the page has a reason.
    """
    found = scores(_pool(candidates), profile, context, now)
    floor, places = context.floor, None
    if len(found.pool) > KEPT:
        floor = exploring.floor(found) if floor is None else floor
        places = chosen(found, profile, KEPT, floor)
    page = _Page(found.take(best_first(found, places)), profile, context, floor)
    page.fill()
    return page.made()


def _pool(candidates: Sequence[Candidate] | Pool) -> Pool:
    return candidates if isinstance(candidates, Pool) else pool_of(candidates)


class _Page:
    """A page that fills up: what was chosen for each part, and what may still be chosen. Places are those of a pool
    that is sorted by score.
    """

    def __init__(self, found: Scores, profile: Profile, context: Context, floor: float | None) -> None:
        self.found, self.profile, self.context = found, profile, context
        self.pool = found.pool
        self.sources: list[int] = found.pool.sources.tolist()
        self.spread = Spread(found.pool, found.totals)
        self.all: Mask = np.ones(len(found.pool), np.bool_)
        self.free = self.all.copy()
        self.parts: dict[str, list[int]] = {}
        self.chance: dict[int, float] = {}  # of those that were drawn
        self.reasons: dict[int, tuple[Reason, ...]] = {}
        self.outside = exploring.outside(found, profile, floor)
        self.personal = frozenset(one.key for one in REGISTRY if one.personal)
        self.lot = random.Random(context.seed)  # noqa: S311 (a lot, not a secret)

    def fill(self) -> None:
        """Fills all parts, the most wanted first."""
        sizes, profile = self.context.sizes, self.profile
        self._lead()
        self._present(self.pool.picked, "story" if sizes.stories else "for_you")
        for must in pinned(self.pool, profile):
            self._present(must, "for_you")
        self._wanted(self.pool.story_sources > 1, self._room("story", sizes.stories), "story")
        personal = self.found.followed if _is_new(profile) else self.found.liking > 0
        wanted = (personal, False), (self.all, False), (self.all, True)  # a page of two sources is better than half one
        for mask, free in wanted:
            self._wanted(mask, self._room("for_you", sizes.for_you), "for_you", free=free)
        self._followed()
        tried = self._explore()
        self._take(self._newest(), sizes.latest - tried, "latest", free=True)

    def made(self) -> list[Ranked]:
        """All that was chosen, in reading order."""
        return [self._ranked(place, part) for part in _ORDER for place in self.parts.get(part, ())]

    # -- choosing

    def _lead(self) -> None:
        """The lead wants a picture: the best with one among the first five, else the best. Of a new reader nothing is
        known but what they follow, so that comes first.
        """
        wanted = self.found.followed if _is_new(self.profile) and self.found.followed.any() else self.all
        pictured = np.flatnonzero(wanted)[:5]
        pictured = pictured[self.pool.images[pictured]]
        first = np.zeros(len(self.pool), np.float32)
        first[pictured[:1]] = 1
        self._take(np.where(wanted, 2 - np.arange(len(self.pool)) / max(1, len(self.pool)) + 2 * first, -np.inf),
                   self.context.sizes.lead, "lead")  # fmt: skip

    def _present(self, mask: Mask, slot: str) -> None:
        """Sees to it that one of these is on the page."""
        if not mask[self._taken()].any():
            size = self.context.sizes.stories if slot == "story" else self.context.sizes.for_you
            self._wanted(mask, min(1, self._room(slot, size)), slot)

    def _wanted(self, mask: Mask, most: int, slot: str, *, free: bool = False) -> None:
        """Chooses the best of these for what each adds to the page."""
        for _ in range(most):
            if not self._take(np.where(mask, self.spread.values(), -np.inf), 1, slot, free=free):
                break

    def _take(self, worth: npt.NDArray[np.floating], most: int, slot: str, *, free: bool = False) -> int:
        """Chooses up to `most` that may still be chosen, the worthiest first (−∞: never); `free` ones repeat sources
        as they come. How many were chosen.
        """
        taken = 0
        while taken < most:
            place = self._best(worth, slot, free)
            if place is None:
                break
            taken += self._put(place, slot)
        return taken

    def _best(self, worth: npt.NDArray[np.floating], slot: str, free: bool) -> int | None:
        worth = np.where(self.free, worth, -np.inf)
        while len(worth) and worth[place := int(np.argmax(worth))] > -np.inf:
            source = self.pool.sources[place]
            if free or not self._crowds(int(source), slot):
                return place
            worth[self.pool.sources == source] = -np.inf
        return None

    def _put(self, place: int, slot: str, chance: float | None = None) -> bool:
        """Chooses one, if anything speaks for it; neither it nor its story can be chosen again."""
        said = reasons(self.found, place, self.profile)
        if not said and chance is None:
            self.free[place] = False
            return False
        self.reasons[place] = said
        self.free[self.pool.ids == self.pool.ids[place]] = False
        if self.pool.stories[place]:
            self.free[self.pool.stories == self.pool.stories[place]] = False
        self.parts.setdefault(slot, []).append(place)
        if slot in _SPREAD:
            self.spread.add(place)
        if chance is not None:
            self.chance[place] = chance
        return True

    def _taken(self) -> list[int]:
        """What was chosen so far, in reading order; the latest stand apart."""
        return [place for part in _ORDER[:-1] for place in self.parts.get(part, ())]

    def _room(self, slot: str, size: int) -> int:
        return size - len(self.parts.get(slot, ()))

    # -- parts of their own order

    def _followed(self) -> None:
        """What the reader follows, one of each follow before a second of any, so that busy sources drown nobody."""
        turn: Counter[str] = Counter()
        worth = np.full(len(self.pool), -np.inf)
        for place, name in strongest_follows(self.found, np.flatnonzero(self.found.followed & self.free), self.profile):
            worth[place] = -turn[name] - place / len(self.pool)
            turn[name] += 1
        self._take(worth, self.context.sizes.followed, "followed")

    def _newest(self) -> npt.NDArray[np.float64]:
        """The worth of each when only newness counts."""
        worth = np.empty(len(self.pool))
        worth[np.lexsort((-self.pool.ids, -self.pool.published))] = -np.arange(len(self.pool), dtype=np.float64)
        return worth

    def _explore(self) -> int:
        """Draws what is tried out: the first stands in a part of its own, others at the end of what is for the reader.
        How many of those there are: they stand there instead of something at the end of the page.
        """
        sizes = self.context.sizes
        if not sizes.outside or not self.profile.personalise:
            return 0
        length = len(self._taken()) + self._length_of_latest() + sizes.outside
        count = exploring.places(length, self.context.discover, self.lot)
        drawn = 0
        for turn in range(count):
            drawn += self._draw("outside" if turn < sizes.outside else "for_you")
        return max(0, drawn - sizes.outside)

    def _length_of_latest(self) -> int:
        """How many there would be."""
        free = np.flatnonzero(self.free)
        stories = self.pool.stories[free]
        return min(self.context.sizes.latest, int((stories == 0).sum()) + len({*stories.tolist()} - {0}))

    def _draw(self, slot: str) -> bool:
        possible = np.flatnonzero(self.outside & self.free)
        crowded = [one for one in {self.sources[place] for place in self._taken()} if self._crowds(one, slot)]
        possible = possible[~np.isin(self.pool.sources[possible], crowded)]
        if not len(possible):
            return False
        chance = exploring.chances(self.found, self.profile, possible)
        drawn = self.lot.choices(range(len(possible)), chance.tolist())[0]
        return self._put(int(possible[drawn]), slot, min(1.0, float(chance[drawn])))

    def _crowds(self, source: int, slot: str) -> bool:
        """Whether another piece of this source at the end of this part would be one too many beside each other."""
        parts = [self.parts.get(one, ()) for one in _ORDER[:-1]]
        before = sum(map(len, parts[: _ORDER.index(slot) + 1]))
        at = [number for number, place in enumerate(chain(*parts)) if self.sources[place] == source]
        at = [*(one for one in at if one < before), before, *(one + 1 for one in at if one >= before)]
        most = self.context.per_source
        return any(last - first < WINDOW for first, last in zip(at, at[most:], strict=False))

    # -- what comes out

    def _ranked(self, place: int, slot: str) -> Ranked:
        fitting = _FITTING.get(slot, self.personal)
        said = tuple(sorted(self.reasons[place], key=lambda one: one.key not in fitting))
        tried = place in self.chance
        if tried:  # what it has of the reader's habits is too little to speak of beside that
            said = (Reason("outside"), *(one for one in said if one.key not in self.personal))
        return Ranked(
            self.pool.candidate(place),
            float(self.found.totals[place]),
            said,
            slot,
            self.chance.get(place, 1.0),
            tuple(self.found.features(place).tolist()),
        )


def _is_new(profile: Profile) -> bool:
    """Whether all that is known of a reader is what they said."""
    learned = (*profile.source_taste.values(), *profile.topic_taste.values(), *profile.name_taste.values())
    return not len(profile.lessons.ids) and not any(one.opened for one in learned)
