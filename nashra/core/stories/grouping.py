"""The grouper: one article in, one decision out."""

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from nashra.core.text import for_language

from .lexicon import Lexicon, Vector
from .memory import MISSED, UNNAMED, Memory
from .packing import Numbers, Weights
from .vectors import alike, near_duplicate, pairs

_STRONG = 0.2  # a term with this mean weight in a story is what the story is about
_EASING = 0.8  # how fast a story's threshold sinks with its size
_MERGE_EASE = 1.0  # how much of the usual similarity two stories need that one article tells both
_MERGE_MARGIN = 0.03
_SAID = 5  # terms that are named as reasons
_COMPARED = 20  # of the newest titles of a story with which a new one is compared
_SWEEP = 500  # articles between two sweeps for stories that have ended


@dataclass(frozen=True, slots=True)
class Item:
    """An article as the grouper sees it. ``published`` is aware; ``source`` is any name of the publisher; ``text`` may
    be given as the words of its first 2,400 characters.
    """

    id: Hashable
    title: str
    text: str | list[str]
    language: str
    source: str
    published: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """Where an article belongs. ``reason``: ``new``, ``similar``, ``near_duplicate`` or ``known`` (said by the caller).

    ``shared`` are the stems that spoke for it, strongest first; ``merged`` the stories that became part of
    ``story_id`` because this article tells both.
    """

    story_id: str
    reason: str
    score: float = 0.0
    shared: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """An article as it is being placed, and the stories it may join, by their numbers."""

    item: Item
    vector: Vector
    time: float  # seconds since 1970
    memory: Memory


class Grouper:
    """Groups articles online. Articles may come a little out of order; feed the last ``window`` after a restart.

    Settings: ``title_start`` and ``text_start`` are the similarities (0 to 1) that a bare title and an article with
    text need to join one other article; for a story of many they sink towards ``title_floor`` and ``text_floor``,
    since many tellings of an event show its words well. ``half_life`` is the time after which a silent story counts
    half; ``window`` after which it has ended; ``same_source`` the time within which one source tells two events, not
    one; ``prior`` stands for articles seen before the first one; ``most`` bounds the memory: of so many articles of a
    language the stories that have been silent longest are forgotten first, be they within the window. ``remember``
    says whether the story of every article is remembered for ever, for ``assignment`` and to know one that comes again.
    """

    def __init__(
        self,
        *,
        title_start: float = 0.27,
        title_floor: float = 0.13,
        text_start: float = 0.22,
        text_floor: float = 0.20,
        half_life: timedelta = timedelta(hours=30),
        window: timedelta = timedelta(hours=72),
        same_source: timedelta = timedelta(minutes=5),
        prior: int = 2000,
        most: int | None = None,
        remember: bool = True,
    ) -> None:
        self._title = title_start, title_floor
        self._text = text_start, text_floor
        self._half_life = half_life.total_seconds()
        self._window = window.total_seconds()
        self._same_source = same_source.total_seconds()
        self._prior = prior
        self._most = most
        self._languages: dict[str, tuple[Lexicon, Memory]] = {}
        self._remember = remember
        self._assigned: dict[Hashable, str] = {}
        self._became: dict[str, str] = {}
        self._since_sweep = 0

    def add(self, item: Item, *, story_id: str | None = None) -> Decision:
        """Decide where ``item`` belongs and remember it. ``story_id`` puts it there without deciding (a rebuild)."""
        if item.id in self._assigned:
            return Decision(self._find(self._assigned[item.id]), "known")
        lexicon, memory = self._language(item.language)
        new = _Told(item, lexicon.vector(item.title, item.text), item.published.timestamp(), memory)
        self._sweep(new.time)
        if story_id is not None:
            story = memory.find(self._find(story_id)) or self._start(new, story_id)
            return self._join(new, story, Decision(memory.name(story), "known"))
        ranked = self._ranked(new)
        if ranked:
            return self._decide(new, ranked)
        name = f"{UNNAMED}{item.id}"
        self._became.pop(name, None)
        return self._join(new, memory.start(new.time), Decision(name, "new"))

    def assignment(self) -> Mapping[Hashable, str]:
        """The story of every article that was added, merges included."""
        return {item: self._find(story) for item, story in self._assigned.items()}

    def names(self) -> set[str]:
        """The stories that articles may still join, those aside that one article alone tells and nobody named."""
        return {name for _, memory in self._languages.values() for name in memory.names()}

    def members(self, story_id: str) -> list[tuple[Hashable, datetime]]:
        """The articles of a story, and when they were published; none when nothing can join it any more."""
        memories = [memory for _, memory in self._languages.values()]
        for memory in sorted(memories, key=lambda memory: story_id not in memory.names()):  # the others search long
            story = memory.find(story_id)
            if story is not None:
                return [(item, datetime.fromtimestamp(time, UTC)) for item, time in memory.members(story)]
        return []

    def _language(self, language: str) -> tuple[Lexicon, Memory]:
        analyser = for_language(language)
        found = self._languages.get(analyser.code)
        if found is None:
            found = self._languages[analyser.code] = Lexicon(analyser, self._prior), Memory(self._most)
        return found

    def _thresholds(self, vector: Vector, sizes: Numbers) -> Weights:
        """The similarity that stories of so many articles need."""
        start, floor = self._start_of(vector), self._floor(vector)
        return floor + (start - floor) / sizes.astype(np.float64) ** _EASING

    def _start_of(self, vector: Vector) -> float:
        """The similarity that one other article needs."""
        return self._title[0] + (self._text[0] - self._title[0]) * vector.rest

    def _floor(self, vector: Vector) -> float:
        """The similarity that a large story needs."""
        return self._title[1] + (self._text[1] - self._title[1]) * vector.rest

    def _ranked(self, new: _Told) -> list[tuple[float, int]]:
        """Stories by their similarity to the article, best first, those that may not take it left out."""
        memory, found = new.memory, []
        stories, similar = memory.like(new.vector, self._floor(new.vector))
        if not stories.size:
            return []
        decay = self._decay(new.time - memory.last[stories])
        needed = self._thresholds(new.vector, memory.size[stories])
        near = ((similar + MISSED) * decay >= needed).nonzero()[0]
        for place in near.tolist():
            story = int(stories[place])
            held = memory.held(story, new.vector.terms)
            score = float(held @ new.vector.weights) / math.sqrt(memory.square[story]) * float(decay[place])
            enough = score >= needed[place] and _shared(held, int(memory.size[story])) > 1
            if enough and self._may_join(new, story):
                found.append((score, story))
        return sorted(found, key=lambda pair: (-pair[0], memory.name(pair[1])))

    def _decay(self, silent: Weights) -> Weights:
        silent = np.abs(silent)
        share: Weights = np.where(silent > self._window, 0.0, 0.5 ** (silent / self._half_life))
        return share

    def _may_join(self, new: _Told, story: int) -> bool:
        title = new.memory.told_by(story, new.item.source, new.time, self._same_source)
        return title is None or near_duplicate(new.vector.title, title) >= 0.5

    def _decide(self, new: _Told, ranked: list[tuple[float, int]]) -> Decision:
        score, story = ranked[0]
        title = pairs(new.vector.title)
        same = any(alike(title, pairs(other)) >= 0.8 for other in new.memory.titles(story, _COMPARED))
        strength = new.vector.weights * new.memory.held(story, new.vector.terms)
        strongest = (-strength).argsort(kind="stable")[:_SAID]
        shared = new.vector.names(strongest[strength[strongest] > 0])
        new.memory.join(story, new.vector, id=new.item.id, source=new.item.source, time=new.time)
        story, merged = self._merge(story, [other for _, other in ranked[1:6]], new)
        reason = "near_duplicate" if same else "similar"
        return self._assign(new, Decision(new.memory.name(story), reason, score, shared, merged))

    def _start(self, new: _Told, story_id: str) -> int:
        self._became.pop(story_id, None)
        return new.memory.start(new.time, story_id)

    def _join(self, new: _Told, story: int, decision: Decision) -> Decision:
        new.memory.join(story, new.vector, id=new.item.id, source=new.item.source, time=new.time)
        return self._assign(new, decision)

    def _assign(self, new: _Told, decision: Decision) -> Decision:
        if self._remember:
            self._assigned[new.item.id] = decision.story_id
        return decision

    def _merge(self, story: int, others: Iterable[int], new: _Told) -> tuple[int, tuple[str, ...]]:
        memory, merged = new.memory, list[str]()
        for other in others:
            terms, weights = memory.vector(story)
            product = float(memory.held(other, terms) @ weights)
            usual = self._thresholds(new.vector, memory.size[[story, other]]).max()
            needed = max(usual * _MERGE_EASE, self._floor(new.vector) + _MERGE_MARGIN)
            if product / math.sqrt(memory.square[story] * memory.square[other]) < needed:
                continue
            keeper, gone = (story, other) if memory.size[story] >= memory.size[other] else (other, story)
            merged.append(memory.name(gone))
            self._became[merged[-1]] = memory.name(keeper)
            memory.absorb(keeper, gone)
            story = keeper
        return story, tuple(name for name in merged if name != memory.name(story))

    def _find(self, story_id: str) -> str:
        while story_id in self._became:
            story_id = self._became[story_id]
        return story_id

    def _sweep(self, now: float) -> None:
        """Forget the words of stories that have been silent for longer than the window, or are one too many."""
        self._since_sweep += 1
        if self._since_sweep < _SWEEP:
            return
        self._since_sweep = 0
        for _, memory in self._languages.values():
            memory.forget(self._ended(memory, now))

    def _ended(self, memory: Memory, now: float) -> list[int]:
        stories = memory.stories()
        silent = now - memory.last[stories] > self._window
        ended, living = stories[silent].tolist(), stories[~silent]
        if self._most is not None and memory.size[living].sum() > self._most:
            living = living[(-memory.last[living]).argsort(kind="stable")]
            ended += living[memory.size[living].cumsum() > self._most].tolist()
        return list(ended)


def _shared(held: Weights, size: int) -> int:
    """How many terms of an article stand in a story; what a story of many is about counts twice."""
    strong = np.count_nonzero(held > _STRONG * size) if size > 3 else 0
    return int(np.count_nonzero(held) + strong)
