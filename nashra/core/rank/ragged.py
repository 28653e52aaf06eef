"""Rows of different lengths in flat arrays, as compressed sparse rows: they can be mapped from a file and taken apart
without a loop.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.signedinteger]


@dataclass(frozen=True, slots=True, eq=False)
class Ragged:
    """Row i has the columns `columns[starts[i]:starts[i + 1]]` with the `weights` at the same places."""

    starts: npt.NDArray[np.int64]  # n + 1 of them
    columns: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, place: int) -> npt.NDArray[np.int32]:
        """The columns of one row."""
        return self.columns[self.starts[place] : self.starts[place + 1]]

    def row_weights(self, place: int) -> npt.NDArray[np.float32]:
        """The weights of one row."""
        return self.weights[self.starts[place] : self.starts[place + 1]]

    def take(self, places: npt.NDArray[np.intp]) -> "Ragged":
        """These rows, in this order."""
        lengths = (self.starts[1:] - self.starts[:-1])[places]
        starts = np.zeros(len(places) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        flat = np.arange(starts[-1]) + np.repeat(self.starts[places] - starts[:-1], lengths)
        return Ragged(starts, self.columns[flat], self.weights[flat])

    def held(self, places: npt.NDArray[np.intp]) -> int:
        """How many columns these rows have together."""
        return int((self.starts[1:] - self.starts[:-1])[places].sum())

    def owners(self) -> npt.NDArray[np.intp]:
        """For each column in the flat array the row that it belongs to."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))

    def having(self, column: int) -> npt.NDArray[np.bool_]:
        """Which rows have this column."""
        found = np.zeros(len(self), np.bool_)
        found[self.rows_of(np.flatnonzero(self.columns == column))] = True
        return found

    def rows_of(self, flat: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """The rows to which these places of the flat array belong."""
        return np.asarray(np.searchsorted(self.starts, flat, "right") - 1)

    def firsts(self, places: npt.NDArray[np.intp]) -> npt.NDArray[np.int32]:
        """The first column of each of these rows; -1 for an empty one."""
        first = np.full(len(places), -1, np.int32)
        starts = self.starts[places]
        filled = self.starts[places + 1] > starts
        first[filled] = self.columns[starts[filled]]
        return first


def ragged(rows: Sequence[Mapping[int, float] | Iterable[int]]) -> Ragged:
    """Rows of columns, with weights (1 where none are given)."""
    pairs = [list(row.items()) if isinstance(row, Mapping) else [(column, 1.0) for column in row] for row in rows]
    starts = np.zeros(len(pairs) + 1, np.int64)
    np.cumsum([len(row) for row in pairs], out=starts[1:])
    flat = [pair for row in pairs for pair in row]
    columns = np.fromiter((column for column, _ in flat), np.int32, len(flat))
    return Ragged(starts, columns, np.fromiter((weight for _, weight in flat), np.float32, len(flat)))


NO_ROWS = ragged(())
