"""The grouper: one article in, one decision out."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from nashra.core.text import for_language

from .lexicon import Lexicon, Story, Vector
from .vectors import alike, near_duplicate, pairs

_STRONG = 0.2  # a term with this mean weight in a story is what the story is about
_EASING = 0.8  # how fast a story's threshold sinks with its size
_MERGE_EASE = 1.0  # how much of the usual similarity two stories need that one article tells both
_MERGE_MARGIN = 0.03
_SAID = 5  # terms that are named as reasons
_SWEEP = 500  # articles between two sweeps for stories that have ended


@dataclass(frozen=True, slots=True)
class Item:
    """An article as the grouper sees it. ``published`` is aware; ``source`` is any name of the publisher."""

    id: str
    title: str
    text: str
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
    """An article as it is being placed."""

    item: Item
    vector: Vector
    time: float  # seconds since 1970


class Grouper:
    """Groups articles online. Articles may come a little out of order; feed the last ``window`` after a restart.

    Settings: ``title_start`` and ``text_start`` are the similarities (0 to 1) that a bare title and an article with
    text need to join one other article; for a story of many they sink towards ``title_floor`` and ``text_floor``,
    since many tellings of an event show its words well. ``half_life`` is the time after which a silent story counts
    half; ``window`` after which it has ended; ``same_source`` the time within which one source tells two events, not
    one; ``prior`` stands for articles seen before the first one; ``most`` bounds the memory: of so many articles of a
    language the stories that have been silent longest are forgotten first, be they within the window.
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
    ) -> None:
        self._title = title_start, title_floor
        self._text = text_start, text_floor
        self._half_life = half_life.total_seconds()
        self._window = window.total_seconds()
        self._same_source = same_source.total_seconds()
        self._prior = prior
        self._most = most
        self._languages: dict[str, Lexicon] = {}
        self._assigned: dict[str, str] = {}
        self._became: dict[str, str] = {}
        self._since_sweep = 0

    def add(self, item: Item, *, story_id: str | None = None) -> Decision:
        """Decide where ``item`` belongs and remember it. ``story_id`` puts it there without deciding (a rebuild)."""
        if item.id in self._assigned:
            return Decision(self._find(self._assigned[item.id]), "known")
        lexicon = self._lexicon(item.language)
        new = _Told(item, lexicon.vector(item.title, item.text), item.published.timestamp())
        self._sweep(new.time)
        if story_id is not None:
            story = lexicon.stories.get(self._find(story_id)) or self._start(lexicon, new, story_id)
            self._join(new, story, lexicon)
            return Decision(story.id, "known")
        ranked = self._ranked(new, lexicon)
        if not ranked:
            story = self._start(lexicon, new, f"story:{item.id}")
            self._join(new, story, lexicon)
            return Decision(story.id, "new")
        return self._decide(new, lexicon, ranked)

    def assignment(self) -> Mapping[str, str]:
        """The story of every article that was added, merges included."""
        return {item: self._find(story) for item, story in self._assigned.items()}

    def holds(self, story_id: str) -> bool:
        """Whether articles may still join this story; not whether it was ever told."""
        return any(story_id in lexicon.stories for lexicon in self._languages.values())

    def _lexicon(self, language: str) -> Lexicon:
        analyser = for_language(language)
        found = self._languages.get(analyser.code)
        if found is None:
            found = self._languages[analyser.code] = Lexicon(analyser, self._prior)
        return found

    def _threshold(self, vector: Vector, size: int) -> float:
        start, floor = self._start_of(vector), self._floor(vector)
        return floor + (start - floor) / float(size**_EASING)

    def _start_of(self, vector: Vector) -> float:
        """The similarity that one other article needs."""
        return self._title[0] + (self._text[0] - self._title[0]) * vector.rest

    def _floor(self, vector: Vector) -> float:
        """The similarity that a large story needs."""
        return self._title[1] + (self._text[1] - self._title[1]) * vector.rest

    def _ranked(self, new: _Told, lexicon: Lexicon) -> list[tuple[float, Story]]:
        """Stories by their similarity to the article, best first, those that may not take it left out."""
        found = []
        for similar, story in lexicon.like(new.vector, self._floor(new.vector)):
            score = similar * self._decay(new.time - story.last)
            enough = score >= self._threshold(new.vector, story.size)
            if enough and _shared(new.vector, story) > 1 and self._may_join(new, story):
                found.append((score, story))
        return sorted(found, key=lambda pair: (-pair[0], pair[1].id))

    def _decay(self, silent: float) -> float:
        silent = abs(silent)
        return 0.0 if silent > self._window else float(0.5 ** (silent / self._half_life))

    def _may_join(self, new: _Told, story: Story) -> bool:
        for source, time, title in story.told:
            if source == new.item.source and abs(new.time - time) <= self._same_source:
                return near_duplicate(new.vector.title, title) >= 0.5
        return True

    def _decide(self, new: _Told, lexicon: Lexicon, ranked: list[tuple[float, Story]]) -> Decision:
        score, story = ranked[0]
        title = pairs(new.vector.title)
        same = any(alike(title, pairs(other)) >= 0.8 for _, _, other in story.told[-20:])
        strength = new.vector.weights * story.held(new.vector.terms)
        strongest = (-strength).argsort(kind="stable")[:_SAID]
        shared = lexicon.names(new.vector.terms[strongest[strength[strongest] > 0]])
        self._join(new, story, lexicon)
        story, merged = self._merge(story, [other for _, other in ranked[1:6]], new, lexicon)
        return Decision(story.id, "near_duplicate" if same else "similar", score, shared, merged)

    def _start(self, lexicon: Lexicon, new: _Told, story_id: str) -> Story:
        self._became.pop(story_id, None)
        return lexicon.start(story_id, new.time)

    def _join(self, new: _Told, story: Story, lexicon: Lexicon) -> None:
        lexicon.join(story, new.vector, new.item.source, new.time)
        self._assigned[new.item.id] = story.id

    def _merge(
        self, story: Story, others: Iterable[Story], new: _Told, lexicon: Lexicon
    ) -> tuple[Story, tuple[str, ...]]:
        merged: list[str] = []
        for other in others:
            terms, weights = story.vector
            product = float(other.held(terms) @ weights)
            usual = self._threshold(new.vector, min(story.size, other.size))
            needed = max(usual * _MERGE_EASE, self._floor(new.vector) + _MERGE_MARGIN)
            if product / math.sqrt(story.square * other.square) < needed:
                continue
            keeper, gone = (story, other) if story.size >= other.size else (other, story)
            lexicon.absorb(keeper, gone)
            self._became[gone.id] = keeper.id
            merged.append(gone.id)
            story = keeper
        return story, tuple(name for name in merged if name != story.id)

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
        for lexicon in self._languages.values():
            lexicon.forget(self._ended(lexicon.stories.values(), now))

    def _ended(self, stories: Iterable[Story], now: float) -> list[Story]:
        living: list[Story] = []
        ended: list[Story] = []
        articles = 0
        for story in stories:
            (ended if now - story.last > self._window else living).append(story)
        if self._most is not None and sum(story.size for story in living) > self._most:
            for story in sorted(living, key=lambda story: -story.last):
                articles += story.size
                if articles > self._most:
                    ended.append(story)
        return ended


def _shared(vector: Vector, story: Story) -> int:
    """How many terms of an article stand in a story; what a story of many is about counts twice."""
    held = story.held(vector.terms)
    strong = np.count_nonzero(held > _STRONG * story.size) if story.size > 3 else 0
    return int(np.count_nonzero(held) + strong)
