"""Folders of sentence-transformers, for those who have that (large) package installed."""

import os
from collections.abc import Sequence
from pathlib import Path

from nashra.front.embedding import folders
from nashra.front.embedding.model import EmbeddingError, Floats, unit

_OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE")
_AT_ONCE = 16  # texts


class SentenceTransformers:
    """The package itself does the work; it is told, three times over, to fetch nothing."""

    max_chars = 2_500

    def __init__(self, folder: Path) -> None:
        self.name = name_of(folder)
        os.environ.update(dict.fromkeys(_OFFLINE, "1"))  # read when the package is imported
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError:
            raise EmbeddingError("package", "sentence-transformers") from None
        try:
            self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True, trust_remote_code=False)
            self.dim = int(self._model.encode(["a"], convert_to_numpy=True, show_progress_bar=False).shape[1])
        except Exception as error:  # whatever is wrong with the folder
            raise EmbeddingError("damaged", f"{type(error).__name__}: {error}"[:300]) from None

    def encode(self, texts: Sequence[str]) -> Floats:
        """See `Embedder`."""
        cut = [text[: self.max_chars] for text in texts]
        found = self._model.encode(cut, batch_size=_AT_ONCE, convert_to_numpy=True, show_progress_bar=False)
        return unit(found, self.dim, len(texts))


def name_of(folder: Path) -> str:
    """The model's name, without loading it."""
    weights = (
        sorted(folder.glob("*.safetensors")) or sorted(folder.glob("*/*.safetensors")) or sorted(folder.glob("*.bin"))
    )
    return folders.named("sentence-transformers", folder, folder / "modules.json", *weights)
