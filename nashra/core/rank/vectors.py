"""Nearness in meaning: vectors that an embedding model gave to articles, compared with those of a reader's lessons.

Embedding models crowd texts into a cone: two that have nothing in common still have a cosine of .3 or .7, depending on
the model. So the mean of all articles is taken away before vectors are compared (Mu and Viswanath 2018, "All-but-the-
top"), and what is left is near 0 for strangers, whatever the model.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_AT_ONCE = 4096  # articles whose numbers fit into the processor's cache
_SHORT = 1e-4


def stacked(rows: Sequence[Floats | None]) -> Floats | None:
    """Vectors under one another, zeros where there is none; None when there is none at all."""
    dim = next((len(row) for row in rows if row is not None), 0)
    if not dim:
        return None
    return np.array([np.zeros(dim, np.float32) if row is None else row for row in rows], np.float32)


def centre_of(vectors: npt.NDArray[np.floating]) -> Floats:
    """The mean of the vectors that are there (a row of zeros is none)."""
    there = vectors[vectors.any(1)]
    return there.mean(0, dtype=np.float32) if len(there) else np.zeros(vectors.shape[1], np.float32)


def cosines(vectors: npt.NDArray[np.floating], lessons: Floats, centre: Floats | None = None) -> Floats:
    """(n, m): how near each of n articles is to each of m lessons, both seen from the centre. 0 where one of the two
    has no vector.
    """
    middle = np.zeros(lessons.shape[1], np.float32) if centre is None else centre.astype(np.float32)
    towards = _from(lessons.astype(np.float32), middle)
    found = np.zeros((len(vectors), len(lessons)), np.float32)
    for start in range(0, len(vectors), _AT_ONCE):
        found[start : start + _AT_ONCE] = _from(vectors[start : start + _AT_ONCE], middle) @ towards.T
    return found


def _from(vectors: npt.NDArray[np.floating], middle: Floats) -> Floats:
    """The directions of vectors as seen from the middle; zeros stay zeros."""
    moved = vectors.astype(np.float32)
    there = moved.any(1)
    moved -= middle
    lengths = np.sqrt(np.einsum("ij,ij->i", moved, moved))
    moved *= np.where(there & (lengths > _SHORT), 1 / np.maximum(lengths, _SHORT), 0).astype(np.float32)[:, None]
    return moved


def nearest(found: Floats, count: int) -> Floats:
    """(n, count): the highest cosines of each article, in no particular order; zeros where there are fewer."""
    if found.shape[1] <= count:
        return np.pad(found, ((0, 0), (0, count - found.shape[1])))
    return np.partition(found, found.shape[1] - count, axis=1)[:, -count:]
