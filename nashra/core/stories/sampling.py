"""Which of many texts may be the same: an index of a sample of their shingles.

Of each text those shingles are kept whose hash falls into a fixed eighth (Broder's sampling modulo m), so that a
shortened version still meets its original, which minima of the whole do not allow. One number holds hash and text;
all of them lie sorted in one array, eight bytes each.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .near import Hashes

_EIGHTH, _HALF = np.uint64(7), np.uint64(1)  # masks of the hash's lowest bits
_SMALL = 64  # shingles; of shorter texts half are kept
_MOST = 200  # shingles of a text that are kept
_OWNERS = 64  # texts that are looked at for one shingle, the first ones
_SHARE = 0.4  # of the smaller sample, for two texts to be compared
_TOGETHER = 50  # texts that are looked up in one go: each shingle may have _OWNERS owners, eight bytes each
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
        self._keys: list[int] = []
        self._sizes = np.empty(0, np.int64)  # of each text's sample, counted as if it were an eighth
        self._entries = np.empty(0, np.uint64)  # hash, 32 bits, and text, 32 bits; sorted

    def __len__(self) -> int:
        return len(self._keys)

    def meet(self, texts: Sequence[tuple[int, Hashes]], *, keep: Sequence[bool]) -> list[Pair]:
        """Pairs of each of these texts (key, shingles) with those kept before and those further ahead in the sequence.

        Texts whose place in `keep` is false are looked for and not kept: nothing is ever paired with them.
        """
        samples = [_sample(found) for _, found in texts]
        sizes = np.array([np.count_nonzero((one & _EIGHTH) == 0) for one in samples], np.int64)
        first = len(self._keys)
        numbers = first + np.arange(len(texts))
        self._keys += [key for key, _ in texts]
        self._sizes = np.concatenate((self._sizes, sizes))
        kept = [one if keeps else one[:0] for one, keeps in zip(samples, keep, strict=True)]
        self._entries = np.concatenate((self._entries, _packed(kept, numbers)))
        self._entries.sort(kind="stable")
        pairs: list[Pair] = []
        for start in range(0, len(texts), _TOGETHER):
            some = slice(start, start + _TOGETHER)
            pairs += self._pairs(_packed(samples[some], numbers[some]))
        return pairs

    def _pairs(self, asked: Hashes) -> list[Pair]:
        starts = self._entries.searchsorted(asked & ~_LOW)
        ends = self._entries.searchsorted(asked)  # owners further ahead alone
        lengths = np.minimum(ends - starts, _OWNERS)
        places = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
        met = np.repeat(asked & _LOW, lengths) << _SHIFT | self._entries[places] & _LOW
        pairs, times = np.unique(met, return_counts=True)
        new, known = (pairs >> _SHIFT).astype(np.int64), (pairs & _LOW).astype(np.int64)
        enough = times >= np.maximum(2, _SHARE * np.minimum(self._sizes[new], self._sizes[known]))
        rows = zip(new[enough].tolist(), known[enough].tolist(), times[enough].tolist(), strict=True)
        return [Pair(self._keys[one], self._keys[other], number) for one, other, number in rows]


def _sample(shingles: Hashes) -> Hashes:
    mask = _HALF if shingles.size < _SMALL else _EIGHTH
    sampled: Hashes = shingles[(shingles & mask) == 0][:_MOST]
    return sampled


def _packed(samples: Sequence[Hashes], numbers: npt.NDArray[np.int64]) -> Hashes:
    owners = np.repeat(numbers.astype(np.uint64), [one.size for one in samples])
    hashes = np.concatenate([np.empty(0, np.uint64), *samples])
    packed: Hashes = (hashes << np.uint64(29)) & ~_LOW | owners
    return packed
