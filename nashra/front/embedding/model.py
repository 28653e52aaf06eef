"""What an embedding model is, and what can be wrong with it. Pure: no settings, no database."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors whose cosine says how near they are in meaning.

    `name` is the model's own: vectors of different names are never compared. `dim` is the length of a vector.
    `max_chars`: more letters of a text than this make no difference.
    """

    name: str
    dim: int
    max_chars: int

    def encode(self, texts: Sequence[str]) -> Floats:
        """(texts, dim), each row of length 1, or all zeros for a text that says nothing to the model.

        Raises EmbeddingError.
        """
        ...


class EmbeddingError(Exception):
    """No vectors. `code` names a sentence of `progress`; `detail` is in English, for the log; `wait`: seconds after
    which the address asked to be tried again.
    """

    def __init__(self, code: str, detail: str = "", *, wait: float = 0.0) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail, self.wait = code, detail, wait


def unit(vectors: "npt.NDArray[Any]", dim: int, count: int) -> Floats:
    """These vectors at length 1. What is no number, or has another shape, is an error rather than a bad ranking."""
    found = np.asarray(vectors, np.float32)
    if found.ndim != 2 or len(found) != count:
        raise EmbeddingError("answer", f"{count} texts, an answer of the shape {found.shape}")
    if found.shape[1] != dim:
        raise EmbeddingError("size", f"vectors of {found.shape[1]} numbers instead of {dim}")
    if not np.isfinite(found).all():
        raise EmbeddingError("numbers", "infinite numbers, or none")
    lengths = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.where(lengths > 0, lengths, 1), np.float32)
