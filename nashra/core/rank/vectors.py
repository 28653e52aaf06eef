"""Nearness in meaning: vectors that an embedding model gave to articles, compared with those of a reader's lessons.

Embedding models crowd texts into a cone: two that have nothing in common still have a cosine of .3 or .7, depending on
the model. So vectors are seen from the centre of all articles before they are compared (Mu and Viswanath 2018,
"All-but-the-top"): what is then near 0 are strangers, whatever the model.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.integer]
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


def directions(vectors: npt.NDArray[np.floating], centre: Floats) -> Floats:
    """Where vectors lie as seen from the centre: rows of length 1; zeros stay zeros."""
    moved = vectors.astype(np.float32)
    there = moved.any(1)
    moved -= centre
    lengths = np.sqrt(np.einsum("ij,ij->i", moved, moved))
    moved *= np.where(there & (lengths > _SHORT), 1 / np.maximum(lengths, _SHORT), 0).astype(np.float32)[:, None]
    return moved


def cosines(vectors: npt.NDArray[np.floating], others: Floats, rows: Rows | None = None) -> Floats:
    """(n, m): how near each vector is to each of m others, both of length 1; 0 where one is zeros. `rows`: of n
    articles their rows in `vectors`, -1 for those without one; none: the rows as they stand.
    """
    if rows is None:
        return _products(vectors, others)
    if 4 * len(rows) < len(vectors):
        found = _products(vectors[rows], others)
    else:  # going through all of them costs less than taking most of them out
        found = _products(vectors, others)[rows]
    found[rows < 0] = 0
    return found


def _products(vectors: npt.NDArray[np.floating], others: Floats) -> Floats:
    found = np.zeros((len(vectors), len(others)), np.float32)
    for start in range(0, len(vectors), _AT_ONCE):
        np.matmul(vectors[start : start + _AT_ONCE].astype(np.float32), others.T, out=found[start : start + _AT_ONCE])
    return found


def nearest(found: Floats, count: int) -> Floats:
    """(n, count): the highest cosines of each article, in no particular order; zeros where there are fewer."""
    if found.shape[1] <= count:
        return np.pad(found, ((0, 0), (0, count - found.shape[1])))
    return np.partition(found, found.shape[1] - count, axis=1)[:, -count:]
