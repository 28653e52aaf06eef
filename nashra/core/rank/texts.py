"""What a text is about, as numbers: hashed terms, their weights, and directions in which texts differ most.

Three steps, none of which needs anything but the installation's own articles:

1. `counted`: the stems of a title and a summary, each hashed to a number below SIZE.
2. `weighed`: rare terms say more (TF-IDF; Spärck Jones 1972), each row of length 1.
3. `Basis`: the DIMS directions in which the articles differ most (latent semantic analysis, Deerwester and others 1990,
   by the randomised method of Halko and others 2011). In them two texts are near that share a subject, not only words.

A reader's taste is the mean direction of what they read (`taste`); what drew readers to an article is the mean of their
tastes, less that of all who open anything (`Crowd`).
"""

import math
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
import numpy.typing as npt

from nashra.core.rank.ragged import Ragged
from nashra.core.text import for_language

Floats = npt.NDArray[np.float32]

VERSION = 1
"""Grows when a text may give other terms than before: what was kept of it is then made anew."""
SIZE = 1 << 18
DIMS = 64
"""Directions that are kept: measured, 32 and 96 do no better."""

_REMEMBERED, _LONGEST = 20_000, 40  # words of a language, and letters of one
_SUMMARY = 0.5  # what a word of a summary counts beside one of a title
MOST_ROWS = 6_000
"""Articles from which a basis is made: measured, more make no difference."""
_MOST_TERMS = 8_000  # the same of terms
_SPARE, _ROUNDS = 16, 2
_FEWEST_ROWS = 8  # below that, texts have no directions to speak of
_SHORT = 1e-6
_DRAWN_SHRINK = 5.0  # as many readers make half a crowd
_AT_ONCE = 1 << 11  # terms whose vectors are gathered at once: what stays near the processor is read twice as fast
_COMMON = 1e-3  # the least rarity of a term: what stands everywhere says next to nothing, but can be weighed again
_FLAT = 1e-6  # of the longest direction: what is shorter is rounding


def counted(title: str, summary: str, language: str) -> dict[int, float]:
    """The terms of an article and how much it says of each."""
    stems = for_language(language or "ar").stems
    weights: dict[int, float] = {}
    for text, weight in ((title, 1.0), (summary, _SUMMARY)):
        counts = Counter(zlib.crc32(stem.encode()) % SIZE for stem in stems(text))
        for term, count in counts.items():
            weights[term] = weights.get(term, 0.0) + weight * count
    return {term: math.log1p(weight) for term, weight in weights.items()}


class _Numbers(dict[str, tuple[int, ...]]):
    """The terms of a written word in one language, remembered."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._stems = for_language(language).stems

    def __missing__(self, word: str) -> tuple[int, ...]:
        numbers = tuple(zlib.crc32(stem.encode()) % SIZE for stem in self._stems(word))
        if len(word) <= _LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[word] = numbers
        return numbers


_numbers = lru_cache(maxsize=16)(_Numbers)


def terms_of(words: Iterable[str], language: str) -> tuple[int, ...]:
    """The terms of a text of these words (see `core.text.words.WORD`), in order."""
    return tuple(chain.from_iterable(map(_numbers(language or "ar").__getitem__, words)))


def counted_rows(rows: Sequence[tuple[Sequence[int], Sequence[int]]]) -> Ragged:
    """What `counted` says of articles, of each the terms of its title and those of its summary, all at once; the terms
    of a row in order.
    """
    lengths = np.array([len(terms) for row in rows for terms in row], np.int64)
    flat = np.fromiter(chain.from_iterable(chain.from_iterable(rows)), np.int64, int(lengths.sum()))
    owners = np.repeat(np.repeat(np.arange(len(rows)), 2), lengths)
    keys, place = np.unique(owners * SIZE + flat, return_inverse=True)
    weights = np.bincount(place, np.repeat(np.tile((1.0, _SUMMARY), len(rows)), lengths), len(keys))
    starts = np.searchsorted(keys, np.arange(len(rows) + 1) * SIZE)
    return Ragged(starts, (keys % SIZE).astype(np.int32), np.log1p(weights).astype(np.float32))


def frequencies(counts: Ragged) -> Floats:
    """(SIZE,): in how many articles each term stands."""
    return np.bincount(counts.columns, minlength=SIZE).astype(np.float32)


def weighed(counts: Ragged, frequencies: Floats, articles: int) -> Ragged:
    """The rows by weight, each of length 1: rare terms say more. What stands in every article says next to nothing."""
    return _levelled(counts, counts.weights * _rarity(counts, frequencies, articles))


def reweighed(rows: Ragged, last: tuple[Floats, int], now: tuple[Floats, int]) -> Ragged:
    """Rows that were weighed by the last frequencies and number of articles, as `weighed` gives them by those of now:
    counts need not be kept.
    """
    return _levelled(rows, rows.weights * (_rarity(rows, *now) / _rarity(rows, *last)))


def _rarity(rows: Ragged, frequencies: Floats, articles: int) -> Floats:
    found = np.log((articles + 2) / (frequencies[rows.columns] + 1))
    return np.asarray(np.maximum(found, _COMMON), np.float32)


def _levelled(rows: Ragged, weights: Floats) -> Ragged:
    owners = rows.owners()
    lengths = np.sqrt(np.bincount(owners, weights**2, len(rows)))
    return Ragged(rows.starts, rows.columns, (weights / np.maximum(lengths, _SHORT)[owners]).astype(np.float32))


def packed(terms: Mapping[int, float]) -> bytes:
    """Terms as bytes, for a row of a table: the version, then pairs of a number and a weight."""
    rows = np.array(sorted(terms.items()), [("term", "<u4"), ("weight", "<f2")])
    return bytes([VERSION]) + rows.tobytes()


def unpacked(data: bytes) -> dict[int, float]:
    """What `packed` gave; nothing for another version, or for what it did not give."""
    if data[:1] != bytes([VERSION]) or len(data) % 6 != 1:
        return {}
    rows = np.frombuffer(data, [("term", "<u4"), ("weight", "<f2")], offset=1)
    return dict(zip(rows["term"].tolist(), rows["weight"].astype(float).tolist(), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class Basis:
    """Directions in which texts differ: a vector for each of m terms, and the middle of all texts."""

    columns: npt.NDArray[np.int32]  # (m,), ascending
    vectors: Floats  # (m, dims)
    middle: Floats  # (dims,)

    def encode(self, rows: Ragged) -> Floats:
        """(n, dims): where each weighed row lies, as seen from the middle, in length 1. Zeros for a row without a known
        term.
        """
        at = np.minimum(np.searchsorted(self.columns, rows.columns), max(0, len(self.columns) - 1))
        known = self.columns[at] == rows.columns if len(self.columns) else np.zeros(len(rows.columns), np.bool_)
        lengths = np.bincount(rows.owners()[known], minlength=len(rows))
        starts = np.concatenate([[0], np.cumsum(lengths)])
        found = _lengthened(_product(Ragged(starts, at[known].astype(np.int32), rows.weights[known]), self.vectors))
        return _lengthened(np.where((lengths > 0)[:, None], found - self.middle, 0).astype(np.float32))


NO_BASIS = Basis(np.zeros(0, np.int32), np.zeros((0, DIMS), np.float32), np.zeros(DIMS, np.float32))


def basis_of(rows: Ragged, *, seed: int = 0) -> Basis:
    """The directions in which these weighed rows differ most. The same rows and seed give the same basis."""
    random = np.random.default_rng(seed)
    if len(rows) > MOST_ROWS:
        rows = rows.take(np.sort(random.choice(len(rows), MOST_ROWS, replace=False)))
    columns, small = _common(rows)
    count = min(DIMS + _SPARE, len(rows), len(columns))
    if count < _FEWEST_ROWS:
        return NO_BASIS
    turned = _turned(small, len(columns))
    vectors = random.standard_normal((len(columns), count), np.float32)
    for _ in range(_ROUNDS + 1):
        vectors = _apart(_product(turned, _apart(_product(small, vectors))))
    directions = np.zeros((len(columns), DIMS), np.float32)
    directions[:, : min(DIMS, count)] = vectors[:, :DIMS]
    return Basis(columns, directions, _lengthened(_product(small, directions)).mean(0))


def _common(rows: Ragged) -> tuple[npt.NDArray[np.int32], Ragged]:
    """The terms that stand in several rows, the most common ones, and the rows in them; columns are their places."""
    terms, counts = np.unique(rows.columns, return_counts=True)
    several = np.flatnonzero(counts > 1)
    kept = np.sort(several[np.argsort(-counts[several], kind="stable")[:_MOST_TERMS]])
    columns = terms[kept].astype(np.int32)
    if not len(columns):
        return columns, rows
    at = np.minimum(np.searchsorted(columns, rows.columns), len(columns) - 1)
    known = columns[at] == rows.columns
    lengths = np.bincount(rows.owners()[known], minlength=len(rows))
    starts = np.concatenate([[0], np.cumsum(lengths)])
    return columns, Ragged(starts, at[known].astype(np.int32), rows.weights[known])


def _turned(rows: Ragged, width: int) -> Ragged:
    """Columns as rows."""
    order = np.argsort(rows.columns, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(rows.columns, minlength=width))])
    return Ragged(starts, rows.owners()[order].astype(np.int32), rows.weights[order])


def _product(rows: Ragged, vectors: Floats) -> Floats:
    """(n, dims): of each row the sum of weight · vector of its columns, some rows at a time."""
    found = np.zeros((len(rows), vectors.shape[1]), np.float32)
    most = min(max(_AT_ONCE, int(np.diff(rows.starts).max(initial=0))), len(rows.columns))
    room = np.empty((most, vectors.shape[1]), np.float32)  # asked for once: new memory costs more than the sums
    first = 0
    while first < len(rows):
        last = int(np.searchsorted(rows.starts, rows.starts[first] + _AT_ONCE, "right")) - 1
        last = min(max(last, first + 1), len(rows))
        flat = slice(rows.starts[first], rows.starts[last])
        filled = first + np.flatnonzero(rows.starts[first + 1 : last + 1] > rows.starts[first:last])
        if len(filled):
            gathered = room[: flat.stop - flat.start]
            np.take(vectors, rows.columns[flat], 0, gathered, "clip")
            gathered *= rows.weights[flat, None]
            found[filled] = np.add.reduceat(gathered, rows.starts[filled] - rows.starts[first])
        first = last
    return found


def _apart(vectors: Floats) -> Floats:
    """(n, k): the directions of k columns at right angles, in length 1, the one they have most of first (their left
    singular vectors, by way of the small matrix of their products); zeros for those they have nothing of.
    """
    shares, turns = np.linalg.eigh((vectors.T @ vectors).astype(np.float64))
    lengths = np.sqrt(np.maximum(shares[::-1], 0))
    factors = np.where(lengths > _FLAT * lengths[0], 1 / np.maximum(lengths, _SHORT), 0)
    return np.asarray(vectors @ (turns[:, ::-1] * factors).astype(np.float32), np.float32)


def _lengthened(rows: Floats) -> Floats:
    lengths = np.sqrt((rows * rows).sum(1, keepdims=True))
    return np.asarray(np.where(lengths > _SHORT, rows / np.maximum(lengths, _SHORT), 0), np.float32)


def taste(vectors: Floats, weights: Floats) -> Floats:
    """(dims,): the mean direction of m lessons, by weight; length 1. What was to be less (weights below 0) points away.
    Zeros where nothing is known.
    """
    total: Floats = np.clip(weights, -1, 1).astype(np.float32) @ vectors
    return np.asarray(_lengthened(total[None, :])[0], np.float32)


@dataclass(slots=True, eq=False)
class Crowd:
    """Who opened the articles: of each the sum of its readers' tastes, and how many they are."""

    sums: Floats  # (articles, dims)
    counts: Floats  # (articles,)

    @classmethod
    def empty(cls, articles: int) -> "Crowd":
        """Nobody yet."""
        return cls(np.zeros((articles, DIMS), np.float32), np.zeros(articles, np.float32))

    def add(self, places: npt.NDArray[np.intp], tastes: Floats) -> None:
        """The reader whose taste is `tastes[i]` opened the article at `places[i]`; give each reader once for an
        article. Readers of whom nothing is known (zeros) are left out.
        """
        known = tastes.any(1)
        np.add.at(self.sums, places[known], tastes[known])
        np.add.at(self.counts, places[known], 1)

    def drawn(self, places: npt.NDArray[np.intp]) -> Floats:
        """(places, dims): what the readers of each of these have in common that readers in general have not. Drawn
        towards 0 while they are few, so that one reader moves it by a sixth at most.
        """
        middle = self.sums.sum(0) / max(1.0, float(self.counts.sum()))
        counts = self.counts[places, None]
        return np.asarray((self.sums[places] - counts * middle) / (counts + _DRAWN_SHRINK), np.float32)
