"""The grouper: one article in, one decision out."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from nashra.core.text import for_language

from .vectors import counts, near_duplicate, unit

_STRONG = 0.2  # a term with this mean weight in a story is what the story is about
_COMMON_SHARE = 0.03  # of articles are taken to hold each of the common words
_EASING = 0.8  # how fast a story's threshold sinks with its size
_MERGE_EASE = 1.0  # how much of the usual similarity two stories need that one article tells both
_MERGE_MARGIN = 0.03
_LOCAL_SHARE = 0.4  # a word in more of a paper's articles than this says where it is at home, not what happened
_FEW = 12  # articles before that can be said
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


@dataclass(slots=True)
class _Story:
    id: str
    language: str
    last: float
    weights: dict[str, float] = field(default_factory=dict)
    square: float = 0.0
    size: int = 0
    told: list[tuple[str, float, list[str]]] = field(default_factory=list)  # source, time, stems of the title


@dataclass(slots=True)
class _Language:
    """What is known of one language: how many articles hold a term, which stories hold it."""

    documents: int = 0
    frequency: Counter[str] = field(default_factory=Counter)
    index: defaultdict[str, dict[str, _Story]] = field(default_factory=lambda: defaultdict(dict))
    stories: dict[str, _Story] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Vector:
    weights: dict[str, float]
    title: list[str]
    start: float  # the similarity that one other article needs
    floor: float  # the similarity that a large story needs
    time: float

    def threshold(self, size: int) -> float:
        return self.floor + (self.start - self.floor) / float(size**_EASING)


class Grouper:
    """Groups articles online. Articles may come a little out of order; feed the last ``window`` after a restart.

    Settings: ``title_start`` and ``text_start`` are the similarities (0 to 1) that a bare title and an article with
    text need to join one other article; for a story of many they sink towards ``title_floor`` and ``text_floor``,
    since many tellings of an event show its words well. ``half_life`` is the time after which a silent story counts
    half; ``window`` after which it has ended; ``same_source`` the time within which one source tells two events, not
    one; ``prior`` stands for articles seen before the first one.
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
    ) -> None:
        self._title = title_start, title_floor
        self._text = text_start, text_floor
        self._half_life = half_life.total_seconds()
        self._window = window.total_seconds()
        self._same_source = same_source.total_seconds()
        self._prior = prior
        self._languages: defaultdict[str, _Language] = defaultdict(_Language)
        self._assigned: dict[str, str] = {}
        self._became: dict[str, str] = {}
        self._since_sweep = 0

    def add(self, item: Item, *, story_id: str | None = None) -> Decision:
        """Decide where ``item`` belongs and remember it. ``story_id`` puts it there without deciding (a rebuild)."""
        if item.id in self._assigned:
            return Decision(self._find(self._assigned[item.id]), "known")
        language = self._languages[for_language(item.language).code]
        vector = self._vector(item, language)
        self._sweep(vector.time)
        if story_id is not None:
            story = language.stories.get(self._find(story_id)) or self._start(item, language, vector, story_id)
            self._join(item, story, vector, language)
            return Decision(story.id, "known")
        ranked = self._ranked(item, vector, language)
        if not ranked:
            story = self._start(item, language, vector, f"story:{item.id}")
            self._join(item, story, vector, language)
            return Decision(story.id, "new")
        return self._decide(item, vector, language, ranked)

    def assignment(self) -> Mapping[str, str]:
        """The story of every article that was added, merges included."""
        return {item: self._find(story) for item, story in self._assigned.items()}

    def _vector(self, item: Item, language: _Language) -> _Vector:
        analyser = for_language(item.language)
        found = counts(item.title, item.text, analyser)
        title = analyser.stems(item.title)
        language.documents += 1
        language.frequency.update(found.keys())
        total = math.log(language.documents + self._prior)
        common, floor = analyser.common, self._prior * _COMMON_SHARE
        weights = {
            term: (1 + math.log(count))
            * (
                total
                - math.log(language.frequency[term] + self._local(term, language) + (floor if term in common else 0.5))
            )
            for term, count in found.items()
        }
        rest = min(1.0, max(0, len(found) - len(title)) / 30)
        start, floor = (bare + (full - bare) * rest for bare, full in zip(self._title, self._text, strict=True))
        return _Vector(unit(weights), title, start, floor, item.published.timestamp())

    def _local(self, term: str, language: _Language) -> float:
        """More articles for a word that much of this paper holds (its own town): the prior knows nothing of it."""
        share = language.frequency[term] / language.documents
        return self._prior * max(0.0, share - _LOCAL_SHARE) if language.documents >= _FEW else 0.0

    def _ranked(self, item: Item, vector: _Vector, language: _Language) -> list[tuple[float, _Story]]:
        """Stories by their similarity to the article, best first, those that may not take it left out."""
        products: defaultdict[str, float] = defaultdict(float)
        shared: Counter[str] = Counter()
        for term, weight in vector.weights.items():
            for story_id, story in language.index.get(term, {}).items():
                held = story.weights[term]
                products[story_id] += weight * held
                shared[story_id] += 2 if story.size > 3 and held > _STRONG * story.size else 1
        found = []
        for story_id, product in products.items():
            story = language.stories[story_id]
            score = product / math.sqrt(story.square) * self._decay(vector.time - story.last)
            enough = score >= vector.threshold(story.size)
            if enough and shared[story_id] > 1 and self._may_join(item, vector, story):
                found.append((score, story))
        return sorted(found, key=lambda pair: (-pair[0], pair[1].id))

    def _decay(self, silent: float) -> float:
        silent = abs(silent)
        return 0.0 if silent > self._window else float(0.5 ** (silent / self._half_life))

    def _may_join(self, item: Item, vector: _Vector, story: _Story) -> bool:
        for source, time, title in story.told:
            if source == item.source and abs(vector.time - time) <= self._same_source:
                return near_duplicate(vector.title, title) >= 0.5
        return True

    def _decide(self, item: Item, vector: _Vector, language: _Language, ranked: list[tuple[float, _Story]]) -> Decision:
        score, story = ranked[0]
        same = any(near_duplicate(vector.title, title) >= 0.8 for _, _, title in story.told[-20:])
        strength = {term: weight * story.weights.get(term, 0.0) for term, weight in vector.weights.items()}
        shared = sorted((term for term, value in strength.items() if value), key=lambda term: -strength[term])[:5]
        self._join(item, story, vector, language)
        story, merged = self._merge(story, [other for _, other in ranked[1:6]], vector, language)
        return Decision(story.id, "near_duplicate" if same else "similar", score, tuple(shared), merged)

    def _start(self, item: Item, language: _Language, vector: _Vector, story_id: str) -> _Story:
        story = _Story(story_id, item.language, vector.time)
        language.stories[story_id] = story
        self._became.pop(story_id, None)
        return story

    def _join(self, item: Item, story: _Story, vector: _Vector, language: _Language) -> None:
        product = 0.0
        for term, weight in vector.weights.items():
            held = story.weights.get(term, 0.0)
            product += weight * held
            story.weights[term] = held + weight
            language.index[term][story.id] = story
        story.square += 2 * product + 1
        story.size += 1
        story.last = max(story.last, vector.time)
        story.told.append((item.source, vector.time, vector.title))
        self._assigned[item.id] = story.id

    def _merge(
        self, story: _Story, others: Iterable[_Story], vector: _Vector, language: _Language
    ) -> tuple[_Story, tuple[str, ...]]:
        merged: list[str] = []
        for other in others:
            product = sum(weight * other.weights.get(term, 0.0) for term, weight in story.weights.items())
            needed = max(vector.threshold(min(story.size, other.size)) * _MERGE_EASE, vector.floor + _MERGE_MARGIN)
            if product / math.sqrt(story.square * other.square) < needed:
                continue
            keeper, gone = (story, other) if story.size >= other.size else (other, story)
            self._absorb(keeper, gone, product, language)
            merged.append(gone.id)
            story = keeper
        return story, tuple(name for name in merged if name != story.id)

    def _absorb(self, keeper: _Story, gone: _Story, product: float, language: _Language) -> None:
        for term, weight in gone.weights.items():
            keeper.weights[term] = keeper.weights.get(term, 0.0) + weight
            language.index[term].pop(gone.id, None)
            language.index[term][keeper.id] = keeper
        keeper.square += gone.square + 2 * product
        keeper.size += gone.size
        keeper.last = max(keeper.last, gone.last)
        keeper.told.extend(gone.told)
        del language.stories[gone.id]
        self._became[gone.id] = keeper.id

    def _find(self, story_id: str) -> str:
        while story_id in self._became:
            story_id = self._became[story_id]
        return story_id

    def _sweep(self, now: float) -> None:
        """Forget the words of stories that have been silent for longer than the window."""
        self._since_sweep += 1
        if self._since_sweep < _SWEEP:
            return
        self._since_sweep = 0
        for language in self._languages.values():
            for story in [story for story in language.stories.values() if now - story.last > self._window]:
                for term in story.weights:
                    language.index[term].pop(story.id, None)
                    if not language.index[term]:
                        del language.index[term]
                del language.stories[story.id]
