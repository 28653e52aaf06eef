"""Static models in the format of model2vec: a vector for each piece of a word, of which a text's is the mean.

The format (github.com/MinishLab/model2vec): `model.safetensors` has the table `embeddings`, and where that was made
smaller `mapping` (a piece's row in it) and `weights` (by piece); `tokenizer.json` cuts texts into pieces. Pieces that
the tokenizer does not know do not count.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nashra.front.embedding import folders, safetensors
from nashra.front.embedding.model import EmbeddingError, Floats, unit

FILES = ("model.safetensors", "tokenizer.json")
_MOST_PIECES = 512


class Model2Vec:
    """Works without the package of that name: numpy alone, and the tokenizer."""

    max_chars = 2_500

    def __init__(self, folder: Path) -> None:
        self.name = name_of(folder)
        arrays = safetensors.read(folder / "model.safetensors")
        table = arrays.get("embeddings", arrays.get("embedding.weight"))
        if table is None or table.ndim != 2:
            raise EmbeddingError("damaged", "model.safetensors has no table of embeddings")
        self._table, self.dim = table, int(table.shape[1])
        self._mapping, self._weights = arrays.get("mapping"), arrays.get("weights")
        self._tokenizer = folders.tokenizer_of(folder)
        self._unknown = self._tokenizer.token_to_id(getattr(self._tokenizer.model, "unk_token", None) or "[UNK]")
        known = len(table) if self._mapping is None else len(self._mapping)
        if self._tokenizer.get_vocab_size() > known:
            raise EmbeddingError("damaged", "tokenizer.json knows more pieces than model.safetensors")

    def encode(self, texts: Sequence[str]) -> Floats:
        """See `Embedder`."""
        cut = self._tokenizer.encode_batch([text[: self.max_chars] for text in texts], add_special_tokens=False)
        rows = [self._mean(one.ids[:_MOST_PIECES]) for one in cut]
        return unit(np.array(rows, np.float32).reshape(len(texts), self.dim), self.dim, len(texts))

    def _mean(self, pieces: Sequence[int]) -> "npt.NDArray[Any]":
        known = np.array([piece for piece in pieces if piece != self._unknown], np.int64)
        if not len(known):
            return np.zeros(self.dim, np.float32)
        rows = self._table[known if self._mapping is None else self._mapping[known]].astype(np.float32)
        if self._weights is not None:
            rows *= np.asarray(self._weights[known], np.float32)[:, None]
        return np.asarray(rows.mean(0))


def name_of(folder: Path) -> str:
    """The model's name, without loading it."""
    return folders.named("model2vec", folder, *(folder / name for name in FILES))
