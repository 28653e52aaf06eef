"""What the grouper knows of one language: its terms, the vectors of its articles, and its stories.

An article is a sparse vector: sorted numbers of terms and their weights, of length 1. Postings hold for each term
which articles have it and how strongly. They are about articles, which never change, rather than about stories, which
grow and merge: an article's likeness to all stories is then one pass over the postings of its terms, added up by the
story that each article is in at that moment.

A paper of thousands of sources has tens of thousands of articles here, nearly all of which nobody else tells. So what
is kept of an article are 16 bits for a weight, and of one that is alone a packed vector instead of two arrays.
"""

import math
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nashra.core.text import Analyser

from .vectors import counts

Numbers = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float64]
Sums = npt.NDArray[np.float32]  # half the memory; thousands of stories are remembered
_COMMON_SHARE = 0.03  # of articles are taken to hold each of the common words
_LOCAL_SHARE = 0.4  # a word in more of a paper's articles than this says where it is at home, not what happened
_FEW = 12  # articles before that can be said
_ONE = 65_535  # what stands for a weight of 1
_POSTING = np.dtype([("article", "<i4"), ("weight", "<u2")])
_FARTHEST = 65_535  # between the numbers of two terms that stand one behind the other in a packed vector
_NOWHERE = 0  # the slot of articles whose story has ended
_NEWEST = 2_000  # articles of one term that are compared: a word that more than these have says little


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """An article: sorted numbers of its terms with their weights, and the numbers of its title's terms in order."""

    terms: Numbers
    weights: Weights
    title: tuple[int, ...]
    rest: float  # 0 to 1: how much it says beside its title


@dataclass(slots=True, eq=False)
class Story:
    """The sum of its articles' vectors, packed while it is one; `square` is that sum's length squared, `told` who told
    it when and how.
    """

    id: str
    slot: int
    last: float
    square: float = 0.0
    size: int = 0
    packed: bytes = b""
    sum: tuple[Numbers, Sums] | None = None
    articles: tuple[int, ...] = ()
    told: tuple[tuple[str, float, tuple[int, ...]], ...] = ()  # source, time, terms of the title

    @property
    def vector(self) -> tuple[Numbers, Sums]:
        """The sum: sorted numbers of terms, and their weights."""
        return self.sum or _unpacked(self.packed)

    def held(self, terms: Numbers) -> Weights:
        """The weight of each of these terms in the story, 0 for those that it lacks."""
        own, weights = self.vector
        if not own.size:
            return np.zeros(terms.size)
        places = own.searchsorted(terms)
        places[places == own.size] = 0
        found: Weights = np.where(own[places] == terms, weights[places], 0.0)
        return found

    def take(self, terms: Numbers, weights: Weights | Sums) -> float:
        """Adds a vector to the sum; the product of both before that."""
        own, sums = self.vector
        if not own.size:
            self.packed = _packed(terms, weights)
            self.sum = None if self.packed else (terms, weights.astype(np.float32))
            return 0.0
        self.packed = b""
        places = own.searchsorted(terms)
        places[places == own.size] = 0
        known = own[places] == terms
        held, more = places[known], weights[known]
        product = float(sums[held] @ more)
        sums[held] += more
        if held.size < terms.size:
            both = np.concatenate((own, terms[~known]))
            order = both.argsort(kind="stable")
            own, sums = both[order], np.concatenate((sums, weights[~known].astype(np.float32)))[order]
        self.sum = own, sums
        return product


def _packed(terms: Numbers, weights: Weights | Sums) -> bytes:
    """A vector of weights up to 1 in four bytes for each term; empty where that is not possible."""
    steps = np.diff(terms, prepend=np.int32(0))
    if not terms.size or steps.max() > _FARTHEST or weights.max() > 1:
        return b""
    return steps.astype("<u2").tobytes() + _short(weights).tobytes()


def _unpacked(packed: bytes) -> tuple[Numbers, Sums]:
    both = np.frombuffer(packed, "<u2")
    steps, weights = both[: both.size // 2], both[both.size // 2 :]
    return steps.cumsum(dtype=np.int32), weights.astype(np.float32) / np.float32(_ONE)


def _short(weights: Weights | Sums) -> npt.NDArray[np.uint16]:
    found: npt.NDArray[np.uint16] = np.rint(weights * _ONE).astype("<u2")
    return found


class Lexicon:
    """One language. `prior` stands for articles seen before the first one."""

    def __init__(self, analyser: Analyser, prior: int) -> None:
        self.stories: dict[str, Story] = {}
        self._analyser, self._prior = analyser, prior
        self._documents = 0
        self._numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._frequency = np.zeros(1024, np.float64)  # articles that hold a term
        self._rarity = np.full(1024, 0.5)  # added to it: much for the language's common words
        self._postings: list[bytearray] = []
        self._articles = 0
        self._slot_of = np.zeros(1024, np.int32)  # article -> slot of its story
        self._slots: list[Story | None] = [None]
        self._lengths = np.full(1024, np.inf)  # slot -> length of its story's sum

    def names(self, terms: Numbers) -> tuple[str, ...]:
        """These terms as stems."""
        return tuple(self._names[number] for number in terms.tolist())

    def vector(self, title: str, text: str) -> Vector:
        """An article's vector; from now on it counts among those that hold its terms."""
        stems = self._analyser.stems(title)
        found = counts(stems, text, self._analyser)
        self._documents += 1
        terms = np.fromiter(map(self._number, found), np.int32, len(found))
        times = np.fromiter(found.values(), np.float64, len(found))
        order = terms.argsort()
        terms, times = terms[order], times[order]
        self._frequency[terms] += 1
        frequency = self._frequency[terms]
        total = math.log(self._documents + self._prior)
        weights = (1 + np.log(times)) * (total - np.log(frequency + self._local(frequency) + self._rarity[terms]))
        if terms.size:
            weights /= math.sqrt(weights @ weights)
        return Vector(terms, weights, tuple(map(self._number, stems)), min(1.0, max(0, len(found) - len(stems)) / 30))

    def _number(self, stem: str) -> int:
        number = self._numbers.get(stem)
        if number is None:
            number = self._numbers[stem] = len(self._names)
            self._names.append(stem)
            self._postings.append(bytearray())
            self._frequency = _with_room(self._frequency, number, 0.0)
            self._rarity = _with_room(self._rarity, number, 0.5)
            if stem in self._analyser.common:
                self._rarity[number] = self._prior * _COMMON_SHARE
        return number

    def _local(self, frequency: Weights) -> "Weights | float":
        """More articles for a word that much of this paper holds (its own town): the prior knows nothing of it."""
        if self._documents < _FEW:
            return 0.0
        more: Weights = self._prior * np.maximum(0.0, frequency / self._documents - _LOCAL_SHARE)
        return more

    def like(self, vector: Vector, least: float) -> list[tuple[float, Story]]:
        """Stories at least so similar to an article, decay left aside, each with its similarity."""
        postings = [self._postings[number] for number in vector.terms.tolist()]
        found = np.frombuffer(b"".join(postings), _POSTING)
        if not found.size:
            return []
        spoken = vector.weights.repeat([len(some) // _POSTING.itemsize for some in postings])
        products = np.bincount(self._slot_of[found["article"]], found["weight"] * spoken)
        similar = products / (self._lengths[: products.size] * _ONE)
        chosen = (similar >= least).nonzero()[0].tolist()
        return [(float(similar[slot]), story) for slot in chosen if (story := self._slots[slot]) is not None]

    def start(self, story_id: str, time: float) -> Story:
        """A story of no article yet."""
        story = self.stories[story_id] = Story(story_id, len(self._slots), time)
        self._slots.append(story)
        self._lengths = _with_room(self._lengths, story.slot, np.inf)
        return story

    def join(self, story: Story, vector: Vector, source: str, time: float) -> None:
        """Puts an article into a story."""
        number, self._articles = self._articles, self._articles + 1
        self._slot_of = _with_room(self._slot_of, number, 0)
        self._slot_of[number] = story.slot
        self._post(number, vector)
        self._grow(story, vector.terms, vector.weights, 1.0)
        story.size += 1
        story.articles += (number,)
        story.told += ((sys.intern(source), time, vector.title),)
        story.last = max(story.last, time)

    def _post(self, number: int, vector: Vector) -> None:
        rows = np.empty(vector.terms.size, _POSTING)
        rows["article"], rows["weight"] = number, _short(vector.weights)
        packed, width, postings = rows.tobytes(), _POSTING.itemsize, self._postings
        for place, term in enumerate(vector.terms.tolist()):
            posting = postings[term]
            posting += packed[place * width : (place + 1) * width]
            if len(posting) > 2 * _NEWEST * width:
                del posting[: -_NEWEST * width]

    def _grow(self, story: Story, terms: Numbers, weights: Weights | Sums, square: float) -> None:
        story.square += 2 * story.take(terms, weights) + square
        self._lengths[story.slot] = math.sqrt(story.square) or np.inf

    def absorb(self, keeper: Story, gone: Story) -> None:
        """Makes one story part of another."""
        self._grow(keeper, *gone.vector, gone.square)
        self._slot_of[list(gone.articles)] = keeper.slot
        keeper.articles += gone.articles
        keeper.size += gone.size
        keeper.last = max(keeper.last, gone.last)
        keeper.told += gone.told
        self._leave(gone)

    def forget(self, ended: list[Story]) -> None:
        """Takes stories out, and their articles out of the postings."""
        if not ended:
            return
        for story in ended:
            self._slot_of[list(story.articles)] = _NOWHERE
            self._leave(story)
        for term in np.unique(np.concatenate([story.vector[0] for story in ended])).tolist():
            rows = np.frombuffer(bytes(self._postings[term]), _POSTING)
            self._postings[term] = bytearray(rows[self._slot_of[rows["article"]] != _NOWHERE].tobytes())

    def _leave(self, story: Story) -> None:
        del self.stories[story.id]
        self._slots[story.slot] = None
        self._lengths[story.slot] = np.inf


def _with_room(array: npt.NDArray[Any], place: int, filler: float) -> npt.NDArray[Any]:
    """The array, twice as long when it has no such place."""
    if place < array.size:
        return array
    return np.concatenate((array, np.full(array.size, filler, array.dtype)))
