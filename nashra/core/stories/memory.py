"""The stories of one language that articles may still join, and where an article finds those like it.

Postings are about articles, which never change, rather than about stories, which grow and merge: an article's likeness
to all stories is one pass over the postings of its terms, added up by the story that each article is in at that moment.

A paper of thousands of sources has tens of thousands of articles here, nearly all of which nobody else tells. So all
that is kept of articles lies in a few long arrays, and of weights their first bits. A number of an article or story
counts until `forget` is called.
"""

from collections.abc import Hashable, Iterable, Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

from .lexicon import Vector
from .packing import Numbers, Rows, Weights, packed, unpacked, with_room
from .postings import Postings

MISSED = 0.005  # of a similarity, by which postings may be wrong
UNNAMED = "story:"  # and its first article: the name of a story that the caller gave none
_NOWHERE = 0  # the story of articles whose story has ended
_SHORT = 30_000  # articles whose numbers, and as many again of those that have ended, fit in two bytes
_ENDED = 0.25  # of all articles, for which postings are cleared
_TOLD = np.dtype([("story", "<i4"), ("source", "<u4"), ("time", "<f8")])  # an article


class Memory:
    """Stories by numbers. `most` is how many articles they will have, as far as that is known."""

    def __init__(self, most: int | None) -> None:
        self._postings = Postings(short=most is not None and most <= _SHORT)
        self.last = np.zeros(1024)  # of each story: when it was told last
        self.square = np.zeros(1024)  # its vector's squared length
        self.size = np.zeros(1024, np.int32)  # its articles
        self._rows: list[bytes] = [b""]  # its vector
        self._free: list[int] = []
        self._names: dict[int, str] = {}  # of stories of more than one article, or named by the caller
        self._named: dict[str, int] = {}
        self._articles = 0
        self._told = np.zeros(1024, _TOLD)
        self._ids: list[Hashable] = []
        self._titles = Rows()

    def stories(self) -> Numbers:
        """The numbers of all stories."""
        return self.size.nonzero()[0].astype(np.int32)

    def names(self) -> Iterable[str]:
        """Names of all stories of more than one article, and of those that the caller named."""
        return self._named.keys()

    def find(self, name: str) -> int | None:
        """The story of this name."""
        found = self._named.get(name)
        if found is not None or not name.startswith(UNNAMED):
            return found
        alone = (place for place, id_ in enumerate(self._ids) if f"{UNNAMED}{id_}" == name)
        stories = [int(self._told["story"][place]) for place in alone]
        return next((story for story in stories if story != _NOWHERE and self.name(story) == name), None)

    def name(self, story: int) -> str:
        """A story's name: by its first article, where the caller gave none."""
        return self._names.get(story) or f"{UNNAMED}{self._ids[int(self._articles_of(story)[0])]}"

    def members(self, story: int) -> list[tuple[Hashable, float]]:
        """The articles of a story by their ids, and when they were published."""
        numbers = self._articles_of(story)
        times = self._told["time"][numbers]
        return [(self._ids[number], time) for number, time in zip(numbers.tolist(), times.tolist(), strict=True)]

    def told_by(self, story: int, source: str, time: float, within: float) -> tuple[int, ...] | None:
        """The title of the first article that this source published within so many seconds of a time."""
        numbers = self._articles_of(story)
        told = self._told[numbers]
        mine = (told["source"] == _key(source)) & (np.abs(told["time"] - time) <= within)
        return self._titles[int(numbers[mine][0])] if mine.any() else None

    def titles(self, story: int, most: int) -> list[tuple[int, ...]]:
        """The titles of its newest articles."""
        return [self._titles[number] for number in self._articles_of(story)[-most:].tolist()]

    def _articles_of(self, story: int) -> npt.NDArray[np.intp]:
        numbers: npt.NDArray[np.intp] = (self._stories_told() == story).nonzero()[0]
        return numbers

    def _stories_told(self) -> Numbers:
        """The story of each article."""
        stories: Numbers = self._told["story"][: self._articles]
        return stories

    def vector(self, story: int) -> tuple[Numbers, Weights]:
        """The sum of its articles' vectors: sorted numbers of terms, and their weights."""
        return unpacked(self._rows[story])

    def held(self, story: int, terms: Numbers) -> Weights:
        """The weight of each of these terms in a story, 0 for those that it lacks."""
        return _held(*self.vector(story), terms)

    def like(self, vector: Vector, least: float) -> tuple[Numbers, Weights]:
        """Stories that may be so similar to an article, and about how much they are, at most MISSED too little."""
        products = self._postings.products(vector.terms, vector.weights, self._articles)
        by_story = np.bincount(self._stories_told(), products, self.size.size)
        by_story[_NOWHERE] = 0.0
        found = by_story.nonzero()[0]
        similar = by_story[found] / np.sqrt(self.square[found])
        chosen = similar >= least - MISSED
        return found[chosen].astype(np.int32), similar[chosen]

    def start(self, time: float, name: str | None = None) -> int:
        """A story of no article yet, by its number."""
        if not self._free:
            self._free.append(len(self._rows))
            self._rows.append(b"")
        story = self._free.pop()
        self.last, self.square = with_room(self.last, story, 0.0), with_room(self.square, story, 0.0)
        self.size = with_room(self.size, story, 0)
        self.last[story], self.square[story], self.size[story] = time, 0.0, 0
        if name is not None:
            self._call(story, name)
        return story

    def _call(self, story: int, name: str) -> None:
        self._names[story], self._named[name] = name, story

    def join(self, story: int, vector: Vector, *, id: Hashable, source: str, time: float) -> None:
        """Puts an article into a story."""
        if self.size[story] == 1:
            self._call(story, self.name(story))
        number, self._articles = self._articles, self._articles + 1
        self._told = with_room(self._told, number, 0)
        self._told[number] = story, _key(source), time
        self._ids.append(id)
        self._titles.append(vector.title)
        self._postings.add(number, vector.terms, vector.weights)
        self._grow(story, vector.terms, vector.weights, 1.0, 1)
        self.last[story] = max(self.last[story], time)

    def _grow(self, story: int, terms: Numbers, weights: Weights, square: float, articles: int) -> None:
        size = int(self.size[story]) + articles
        if size > articles:
            own = self.vector(story)
            self.square[story] += 2 * float(_held(*own, terms) @ weights)
            terms, weights = _sum(*own, terms, weights)
        self.square[story] += square
        self.size[story] = size
        self._rows[story] = packed(terms, weights, fine=size > 1)

    def absorb(self, keeper: int, gone: int) -> None:
        """Makes one story part of another, which keeps its name."""
        self._call(keeper, self.name(keeper))
        self._grow(keeper, *self.vector(gone), float(self.square[gone]), int(self.size[gone]))
        self._told["story"][self._articles_of(gone)] = keeper
        self.last[keeper] = max(self.last[keeper], self.last[gone])
        self._leave(gone)

    def forget(self, ended: Sequence[int]) -> None:
        """Takes stories out, and their articles out of the postings once these are many; what is too much of a common
        word's postings, too.
        """
        self._postings.trim()
        if not ended:
            return
        told = self._stories_told()
        told[np.isin(told, ended)] = _NOWHERE
        for story in ended:
            self._leave(story)
        if np.count_nonzero(told == _NOWHERE) > self._articles * _ENDED:
            self._clear()

    def _leave(self, story: int) -> None:
        self._named.pop(self._names.pop(story, ""), None)
        self._rows[story], self.size[story] = b"", 0
        self._free.append(story)

    def _clear(self) -> None:
        """Numbers the articles of living stories anew, in their order, and drops the others."""
        living = self._stories_told() != _NOWHERE
        self._postings.keep(living)
        places = living.nonzero()[0].tolist()
        self._told = with_room(self._told[places], 1024, 0)
        self._ids = [self._ids[place] for place in places]
        self._titles.keep(places)
        self._articles = len(places)


def _key(source: str) -> int:
    return crc32(source.encode("utf-8", "replace"))


def _held(own: Numbers, weights: Weights, terms: Numbers) -> Weights:
    if not own.size:
        return np.zeros(terms.size)
    places = own.searchsorted(terms)
    places[places == own.size] = 0
    found: Weights = np.where(own[places] == terms, weights[places], 0.0)
    return found


def _sum(own: Numbers, sums: Weights, terms: Numbers, weights: Weights) -> tuple[Numbers, Weights]:
    """The sum of two vectors."""
    if not own.size or not terms.size:
        return (terms, weights) if terms.size else (own, sums)
    places = own.searchsorted(terms)
    places[places == own.size] = 0
    known = own[places] == terms
    sums = sums.copy()
    sums[places[known]] += weights[known]
    both = np.concatenate((own, terms[~known]))
    order = both.argsort(kind="stable")
    return both[order], np.concatenate((sums, weights[~known]))[order]
