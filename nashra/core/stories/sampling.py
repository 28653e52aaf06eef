"""Which of many texts may be the same: an index of a sample of their shingles.

Of each text those shingles are kept whose hash falls into a fixed eighth (Broder's sampling modulo m), so that a
shortened version still meets its original, which minima of the whole do not allow. One number of eight bytes holds
hash and text; they lie sorted in a few arrays.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .near import Hashes, distinct

_EIGHTH, _HALF = np.uint64(7), np.uint64(1)  # masks of the hash's lowest bits
_SMALL = 64  # shingles; of shorter texts half are kept
_MOST = 200  # shingles of a text that are kept
_OWNERS = 64  # texts that are looked at for one shingle, the first ones
_SHARE = 0.4  # of the smaller sample, for two texts to be compared
_TOGETHER = 20  # texts that are looked up in one go: each shingle may have _OWNERS owners, eight bytes each
_LONGEST_RUN = 50_000  # entries: longer runs are not merged any more
_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts by their keys that may be the same; `shared` shingles of their samples are."""

    new: int
    known: int
    shared: int


class Sample:
    """The index. Texts have keys of the caller's; numbers inside are places in the order of coming."""

    def __init__(self) -> None:
        self._keys = array("q")
        self._sizes = array("H")  # of each text's sample, counted as if it were an eighth
        self._runs: list[Hashes] = []  # entries: hash, 32 bits, and text, 32 bits; each run sorted, older texts first

    def __len__(self) -> int:
        return len(self._keys)

    def meet(self, texts: Sequence[tuple[int, Hashes]], *, keep: Sequence[bool]) -> list[Pair]:
        """Pairs of each of these texts (key, shingles) with those kept before and those further ahead in the sequence.

        Texts whose place in `keep` is false are looked for and not kept: nothing is ever paired with them.
        """
        samples = [_sample(found) for _, found in texts]
        numbers = len(self._keys) + np.arange(len(texts))
        self._keys.extend(key for key, _ in texts)
        self._sizes.extend(int(np.count_nonzero((one & _EIGHTH) == 0)) for one in samples)
        self._put(_packed([one if keeps else one[:0] for one, keeps in zip(samples, keep, strict=True)], numbers))
        pairs: list[Pair] = []
        for start in range(0, len(texts), _TOGETHER):
            some = slice(start, start + _TOGETHER)
            pairs += self._pairs(_packed(samples[some], numbers[some]))
        return pairs

    def _put(self, entries: Hashes) -> None:
        """Adds a run, and merges the last ones while they are as long: one long one would be copied every time."""
        entries.sort()
        while self._runs and self._runs[-1].size <= min(entries.size, _LONGEST_RUN):
            entries = np.concatenate((self._runs.pop(), entries))
            entries.sort(kind="stable")
        self._runs.append(entries)

    def _pairs(self, asked: Hashes) -> list[Pair]:
        pairs, times = distinct(self._met(asked))
        new, known = (pairs >> _SHIFT).astype(np.int64), (pairs & _LOW).astype(np.int64)
        sizes = np.frombuffer(self._sizes.tobytes(), np.uint16)
        enough = times >= np.maximum(2, _SHARE * np.minimum(sizes[new], sizes[known]))
        rows = zip(new[enough].tolist(), known[enough].tolist(), times[enough].tolist(), strict=True)
        return [Pair(self._keys[one], self._keys[other], number) for one, other, number in rows]

    def _met(self, asked: Hashes) -> Hashes:
        """For each asked entry its text with each of the first texts further ahead that have the same shingle."""
        left = np.full(asked.size, _OWNERS)
        met = [asked[:0]]
        for run in self._runs:
            starts = run.searchsorted(asked & ~_LOW)
            lengths = np.minimum(run.searchsorted(asked) - starts, left)  # owners further ahead alone
            left -= lengths
            places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
            met.append(np.repeat(asked & _LOW, lengths) << _SHIFT | run[places] & _LOW)
        return np.concatenate(met)


def _sample(shingles: Hashes) -> Hashes:
    mask = _HALF if shingles.size < _SMALL else _EIGHTH
    sampled: Hashes = shingles[(shingles & mask) == 0][:_MOST]
    return sampled


def _packed(samples: Sequence[Hashes], numbers: npt.NDArray[np.int64]) -> Hashes:
    owners = np.repeat(numbers.astype(np.uint64), [one.size for one in samples])
    hashes = np.concatenate([np.empty(0, np.uint64), *samples])
    packed: Hashes = (hashes << np.uint64(29)) & ~_LOW | owners
    return packed
