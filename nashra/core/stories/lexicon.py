"""The terms of one language, and the vectors of its articles.

An article is a sparse vector: sorted numbers of terms and their weights, of length 1.
"""

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nashra.core.text import Analyser

from .packing import Numbers, Weights, with_room
from .vectors import counts

_COMMON_SHARE = 0.03  # of articles are taken to hold each of the common words
_LOCAL_SHARE = 0.4  # a word in more of a paper's articles than this says where it is at home, not what happened
_FEW = 12  # articles before that can be said


@dataclass(frozen=True, slots=True, eq=False)
class Vector:
    """An article: sorted numbers of its terms with their weights, the numbers of its title's terms in order, and its
    stems in an order of their own: the place of each term's among them is in `order`.
    """

    terms: Numbers
    weights: Weights
    title: tuple[int, ...]
    rest: float  # 0 to 1: how much it says beside its title
    stems: Collection[str]
    order: npt.NDArray[np.intp]

    def names(self, places: npt.NDArray[np.intp]) -> tuple[str, ...]:
        """The stems of the terms at these places."""
        stems = tuple(self.stems)
        return tuple(stems[place] for place in self.order[places].tolist())


class _Stems(dict[str, int]):
    """The number of each stem, given when it is asked for the first time."""

    def __missing__(self, stem: str) -> int:
        number = self[stem] = len(self)
        return number


class Lexicon:
    """One language. `prior` stands for articles seen before the first one."""

    def __init__(self, analyser: Analyser, prior: int) -> None:
        self._analyser, self._prior = analyser, prior
        self._documents = 0
        self._numbers = _Stems()
        self._frequency = np.zeros(1024)  # articles that hold a term
        self._rarity = np.full(1024, 0.5)  # added to it: much for the language's common words
        for number in map(self._numbers.__getitem__, sorted(analyser.common)):
            self._rarity = with_room(self._rarity, number, 0.5)
            self._rarity[number] = prior * _COMMON_SHARE

    def vector(self, title: str, text: str | list[str]) -> Vector:
        """An article's vector; from now on it counts among those that hold its terms."""
        stems = self._analyser.stems(title)
        found = counts(stems, text, self._analyser)
        number = self._numbers.__getitem__
        terms = np.fromiter(map(number, found), np.int32, len(found))
        times = np.fromiter(found.values(), np.float64, len(found))
        order = terms.argsort()
        terms, times = terms[order], times[order]
        weights = self._weights(terms, times)
        rest = min(1.0, max(0, len(found) - len(stems)) / 30)
        return Vector(terms, weights, tuple(map(number, stems)), rest, found, order)

    def _weights(self, terms: Numbers, times: Weights) -> Weights:
        self._documents += 1
        if not terms.size:
            return times
        self._frequency = with_room(self._frequency, int(terms[-1]), 0.0)
        self._rarity = with_room(self._rarity, int(terms[-1]), 0.5)
        self._frequency[terms] += 1
        frequency = self._frequency[terms]
        total = math.log(self._documents + self._prior)
        rarity = total - np.log(frequency + self._local(frequency) + self._rarity[terms])
        weights: Weights = (1 + np.log(times)) * rarity
        weights /= math.sqrt(weights @ weights)
        return weights

    def _local(self, frequency: Weights) -> "Weights | float":
        """More articles for a word that much of this paper holds (its own town): the prior knows nothing of it."""
        if self._documents < _FEW:
            return 0.0
        more: Weights = self._prior * np.maximum(0.0, frequency / self._documents - _LOCAL_SHARE)
        return more
