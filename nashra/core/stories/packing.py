"""Vectors and their parts in few bytes: what is kept of thousands of articles."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float64]
_FINE = 40  # terms of a vector that is kept with finer weights: each of so few decides
_TAIL = 6  # bytes: the scale, and how many bytes a step and a weight take
_STEPS = {width: np.dtype(f"<u{width}") for width in (1, 2)}


def packed(terms: Numbers, weights: Weights, *, fine: bool) -> bytes:
    """A vector of positive weights in two to four bytes for each term.

    A term is kept as the step from the one before it, in one byte where steps are short. A weight is kept as a share of
    the heaviest, in 255 parts, or in 65,535 when `fine`; the lightest ones are one part.
    """
    if not terms.size:
        return b""
    width, most = (2, 65_535) if fine or terms.size <= _FINE else (1, 255)
    steps = terms.copy()
    steps[1:] -= terms[:-1]
    scale = np.float32(weights.max() / most)
    codes = np.maximum(np.rint(weights / scale), 1).astype(_STEPS[width])
    narrow = np.maximum(steps - 1, 0) // 255
    if (terms.size + narrow.sum()) * (1 + width) < terms.size * (2 + width):
        step, fillers = 1, narrow
    else:
        step, fillers = 2, np.maximum(steps - 1, 0) // 65_535
    if fillers.any():
        steps, codes = _filled(steps, codes, fillers, 256**step - 1)
    return steps.astype(_STEPS[step]).tobytes() + codes.tobytes() + scale.tobytes() + bytes((step, width))


def unpacked(row: bytes) -> tuple[Numbers, Weights]:
    """The terms, sorted, and their weights."""
    if not row:
        return np.empty(0, np.int32), np.empty(0)
    step, width = row[-2:]
    size = (len(row) - _TAIL) // (step + width)
    terms = np.frombuffer(row, _STEPS[step], size).cumsum(dtype=np.int32)
    codes = np.frombuffer(row, _STEPS[width], size, step * size)
    weights = codes * float(np.frombuffer(row, "<f4", 1, len(row) - _TAIL)[0])
    return (terms, weights) if codes.all() else (terms[codes > 0], weights[codes > 0])


def _filled(steps: Numbers, codes: Any, fillers: Numbers, widest: int) -> tuple[Numbers, Any]:
    """Both with so many terms of no weight before each, as its step is too wide."""
    places = fillers.cumsum() + np.arange(steps.size)
    more, none = np.full(places[-1] + 1, widest, np.int32), np.zeros(places[-1] + 1, codes.dtype)
    more[places], none[places] = steps - fillers * widest, codes
    return more, none


class Rows:
    """Short rows of numbers, one behind another in one array."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = np.zeros(1024, np.int64)
        self._size = 0

    def append(self, numbers: Sequence[int]) -> None:
        """Adds a row, of numbers up to 2³² - 1."""
        self._bytes += np.array(numbers, "<u4").tobytes()
        self._ends = with_room(self._ends, self._size, 0)
        self._ends[self._size] = len(self._bytes)
        self._size += 1

    def __getitem__(self, place: int) -> tuple[int, ...]:
        start, end = self._bounds(place)
        return tuple(np.frombuffer(bytes(self._bytes[start:end]), "<u4").tolist())

    def keep(self, places: Sequence[int]) -> None:
        """Drops all rows but these, which follow one another from then on."""
        old, ends, ours = self._bytes, self._ends, [self._bounds(place) for place in places]
        self._bytes = bytearray().join(old[start:end] for start, end in ours)
        self._ends = np.zeros(ends.size, np.int64)
        self._ends[: len(ours)] = np.cumsum([end - start for start, end in ours])
        self._size = len(ours)

    def _bounds(self, place: int) -> tuple[int, int]:
        return (int(self._ends[place - 1]) if place else 0), int(self._ends[place])


def with_room(array: npt.NDArray[Any], place: int, filler: float) -> npt.NDArray[Any]:
    """The array, longer by half when it has no such place."""
    if place < array.size:
        return array
    return np.concatenate((array, np.full(max(place + 1, array.size // 2), filler, array.dtype)))
