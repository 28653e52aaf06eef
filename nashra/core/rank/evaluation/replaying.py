"""A click log played again: what each signal and each simple method said of every list, by what came before it.

What happened in the same second as a list is not before it. Popularity, the time at which an article was first seen, in
how many texts a term stands, the directions of texts and what readers have in common: all grow as the replay goes on.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nashra.core.rank import texts
from nashra.core.rank.evaluation.counting import Counts
from nashra.core.rank.evaluation.mind import Impression, News
from nashra.core.rank.evaluation.shelf import Places, Shelf
from nashra.core.rank.learning import Line, tastes
from nashra.core.rank.model import Lessons, Profile
from nashra.core.rank.pool import Pool
from nashra.core.rank.ragged import Ragged
from nashra.core.rank.scoring import values

Floats = npt.NDArray[np.float32]
Scores = npt.NDArray[np.float64]
LESSONS = 50
BASELINES = ("recency", "ctr", "sum", "sum_known")
"""The newest first; the click rate of six hours; the sum of that and of the mean cosine of TF-IDF terms, each brought
to mean 0 and deviation 1 in the list; the same where a piece without text counts as the middle, not as unlike anything.
"""
_SMOOTH = 20.0  # shows at the base rate that the plain click rate is smoothed with


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """One list, what the signals said of it (n, signals), and the scores of the simple methods by name."""

    impression: Impression
    features: Floats
    baselines: Mapping[str, Scores]


def replay(log: Sequence[Impression], news: Mapping[str, News]) -> Iterator[Played]:
    """The whole log in order."""
    state = _State(log, news)
    waiting: deque[tuple[Impression, Places, Places]] = deque()
    for one in log:
        while waiting and waiting[0][0].at < one.at:
            state.add(*waiting.popleft())
        places, history = state.shelf.at(one.candidates), state.shelf.at(one.history)
        state.meet(history, one.at)
        yield state.play(one, places, history)
        waiting.append((one, places, history))


class _State:
    """What is known at a moment of the replay."""

    def __init__(self, log: Sequence[Impression], news: Mapping[str, News]) -> None:
        self.shelf = Shelf(log, news)
        self.counts = Counts(len(self.shelf.places))
        self.crowd = texts.Crowd.empty(len(self.shelf.places))
        self.opened: list[tuple[Places, Places]] = []  # of each earlier list what was opened, and the reader's lessons

    def meet(self, history: Places, at: float) -> None:
        """What a reader read before is known. New directions change everybody's taste."""
        self.shelf.see(history)
        if self.shelf.learn(at):
            self.crowd = texts.Crowd.empty(len(self.shelf.places))
            for opened, lessons in self.opened:
                self._join(opened, lessons)

    def add(self, one: Impression, places: Places, history: Places) -> None:
        """A list is in the past."""
        self.shelf.see(places)
        opened = self.counts.add(one.reader, places, one.clicked, one.at)
        self.opened.append((opened, self._lessons(history)))
        self._join(*self.opened[-1])

    def _join(self, opened: Places, lessons: Places) -> None:
        if len(opened) and len(lessons):
            own = texts.taste(self.shelf.gists[lessons], np.ones(len(lessons), np.float32))
            self.crowd.add(opened, np.repeat(own[None, :], len(opened), 0))

    def _lessons(self, history: Places) -> Places:
        return history[self.shelf.has_text[history]][: -LESSONS - 1 : -1]

    def play(self, one: Impression, places: Places, history: Places) -> Played:
        """What is said of a list."""
        lessons = self._lessons(history)
        pool = self._pool(one, places)
        features = np.stack(values(pool, self._profile(history, lessons), one.at), axis=1)
        return Played(one, features, self._baselines(pool, places, lessons, one.at))

    def _pool(self, one: Impression, places: Places) -> Pool:
        shelf, count = self.shelf, len(places)
        shown, opened = self.counts.of(places, one.at)
        nothing = np.zeros(count, np.int64)
        return Pool(
            ids=places.astype(np.int64), sources=nothing, published=np.minimum(self.counts.first_seen[places], one.at),
            stories=nothing, story_sources=np.ones(count, np.int32), images=np.zeros(count, np.bool_),
            topics=shelf.topics.take(places), names=shelf.names.take(places), terms=shelf.terms.take(places),
            shown=shown, opened=opened, readers=self.counts.readers[places], picked=np.zeros(count, np.bool_),
            passed=self.counts.passed(one.reader, places), topic_keys=shelf.topic_keys, name_keys=shelf.name_keys,
            base_rate=self.counts.base_rate(), basis=shelf.basis, gists=shelf.gists[places],
            drawn=self.crowd.drawn(places),
        )  # fmt: skip

    def _profile(self, history: Places, lessons: Places) -> Profile:
        shelf = self.shelf
        return Profile(
            topic_taste=tastes(_lines(shelf.topics.take(history), shelf.topic_keys)),
            name_taste=tastes(_lines(shelf.names.take(history), shelf.name_keys)),
            lessons=Lessons(
                tuple(lessons.tolist()), shelf.terms.take(lessons), np.ones(len(lessons), np.float32)
            ),
        )  # fmt: skip

    def _baselines(self, pool: Pool, places: Places, lessons: Places, at: float) -> dict[str, Scores]:
        rate = pool.base_rate
        ctr = ((pool.opened[:, 0] + _SMOOTH * rate) / (pool.shown[:, 0] + _SMOOTH)).astype(np.float64)
        alike = self.shelf.cosines(places, lessons).mean(1) if len(lessons) else np.zeros(len(places))
        known = self.shelf.has_text[places]
        middle = np.where(known, alike, alike[known].mean()) if known.any() else alike
        plain, fairer = (_standard(ctr) + _standard(one) for one in (alike, middle))
        return {"recency": pool.published, "ctr": ctr, "sum": plain, "sum_known": fairer}


def _standard(values: npt.NDArray[np.floating]) -> Scores:
    """Values of one list with mean 0 and deviation 1."""
    spread = float(values.std())
    return np.asarray((values - values.mean()) / spread if spread > 1e-9 else np.zeros(len(values)), np.float64)


def _lines(rows: Ragged, keys: Sequence[str]) -> dict[str, Line]:
    codes, counts = np.unique(rows.columns, return_counts=True)
    return {keys[code]: Line(float(count), int(count)) for code, count in zip(codes, counts, strict=True)}
