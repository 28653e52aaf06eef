"""A reader whose taste changes, for measuring how exploring finds that out.

There are 40 topics; the reader likes five of them and opens a piece of those with another chance than of any other.
After every 200 impressions one of the five gives way to a new one. A page of ten is made each day by the product's own
`rank`, and what is opened and passed by is learned by its own arithmetic. The rival makes the same page, but fills the
place for trying out with any other piece, drawn evenly: 10 % ε-greedy. Both see the same pieces and the same moods.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from nashra.core.rank import Candidate, Context, Pool, Profile, Sizes, pool_of, rank
from nashra.core.rank.learning import Line, faded, learned, passed_by, tastes

TOPICS, LIKED, EACH, SOURCES = 40, 5, 2, 60
LIKES, OTHERS = 0.4, 0.04  # chances that a piece is opened
PAGE, CHANGES, IMPRESSIONS = 10, 200, 2000
START = datetime(2026, 1, 1, 7, tzinfo=UTC)
DAY = 86400.0


@dataclass(slots=True)
class Learned:
    """What is known of the reader, and since when."""

    topics: dict[str, Line] = field(default_factory=dict)
    sources: dict[int, Line] = field(default_factory=dict)

    def profile(self) -> Profile:
        """As ranking sees it, a day after the last page."""
        return Profile(source_taste=_tastes(self.sources), topic_taste=_tastes(self.topics))

    def note(self, item: Candidate, opened: bool) -> None:
        """The piece was opened, or looked at and passed by."""
        for lines, key in ((self.topics, item.topics[0]), (self.sources, item.source)):
            line = lines.get(key, Line())  # type: ignore[call-overload]
            lines[key] = learned(line, 1, 0, opened=1) if opened else passed_by(line, 1, 0)  # type: ignore[index]

    def sleep(self) -> None:
        """A day goes by."""
        self.topics = {key: faded(line, DAY) for key, line in self.topics.items()}
        self.sources = {key: faded(line, DAY) for key, line in self.sources.items()}


def _tastes(lines: dict) -> dict:  # type: ignore[type-arg]
    return tastes({key: line for key, line in lines.items() if line.opened or line.passed > 0.01})


@dataclass(frozen=True, slots=True)
class Life:
    """What came of one reader: mean regret of an impression, by how many impressions after it was new each new liking
    was opened for the first time, and how many never were.
    """

    regret: float
    found: tuple[int, ...]
    missed: int


def life(seed: int, *, ours: bool, impressions: int = IMPRESSIONS) -> Life:
    """One reader's days."""
    nature = random.Random(f"reader {seed}")
    liked, known, pieces = nature.sample(range(TOPICS), LIKED), Learned(), _Pieces(seed)
    regret, shown = 0.0, 0
    waiting: dict[int, int] = {}
    found: list[int] = []
    missed = 0
    for day in range(impressions // PAGE):
        if shown and shown % CHANGES == 0:
            new = nature.choice([topic for topic in range(TOPICS) if topic not in liked])
            missed += waiting.pop(liked[0], None) is not None
            liked = [*liked[1:], new]
            waiting[new] = shown
        pool, moods = pieces.of(day)
        items = page(pool, known, day, seed, ours=ours)
        for place, item in enumerate(items):
            topic = int(item.topics[0])
            chance = LIKES if topic in liked else OTHERS
            regret += LIKES - chance
            opened = moods[item.id] < chance
            if opened and topic in waiting:
                found.append(shown + place + 1 - waiting.pop(topic))
            known.note(item, opened)
        shown += PAGE
        known.sleep()
    return Life(regret / shown, tuple(found), missed + len(waiting))


class _Pieces:
    """The pieces of each day: so many of each topic, from any source, as new as may be."""

    def __init__(self, seed: int) -> None:
        self._lot = np.random.default_rng(seed)
        self._pool = pool_of(
            [Candidate(at + 1, 1, START, topics=(f"{at % TOPICS:02}",)) for at in range(TOPICS * EACH)]
        )

    def of(self, day: int) -> tuple[Pool, dict[int, float]]:
        """The pieces, and by their ids the moods: below its chance a piece is opened."""
        count = len(self._pool)
        age = self._lot.random(count) * 600
        pool = replace(
            self._pool,
            sources=self._lot.integers(1, SOURCES + 1, count),
            published=(START + timedelta(days=day)).timestamp() - age,
            candidates=(),
        )
        return pool, dict(zip(pool.ids.tolist(), self._lot.random(count).tolist(), strict=True))


def page(pool: Pool, known: Learned, day: int, seed: int, *, ours: bool) -> list[Candidate]:
    """Ten pieces for one day, one of which tries something out."""
    now, lot = START + timedelta(days=day), random.Random(f"{seed} {day}")
    sizes = Sizes(lead=1, stories=0, for_you=PAGE - 2, followed=0, outside=1 if ours else 0, latest=0)
    made = rank(pool, known.profile(), Context(sizes=sizes, seed=lot.randrange(2**31)), now=now)
    items = [one.item for one in made]
    if len(items) < PAGE:  # the rival's place; ours, too, while there are no habits
        chosen = {item.id for item in items}
        items.append(pool.candidate(lot.choice([at for at, key in enumerate(pool.ids.tolist()) if key not in chosen])))
    return items


def lives(seeds: Iterable[int], *, ours: bool) -> list[Life]:
    """Of several readers."""
    return [life(seed, ours=ours) for seed in seeds]
