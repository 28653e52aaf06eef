"""Models in ONNX, the common format of runtimes: a transformer whose last layer is averaged over the pieces of a text.

The folder is one as `optimum` or sentence-transformers write it: `model.onnx` (or `onnx/model.onnx`), `tokenizer.json`
and, where they matter, `config.json` and `1_Pooling/config.json`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nashra.front.embedding import folders
from nashra.front.embedding.model import EmbeddingError, Floats, unit

_MOST_PIECES = 512
_AT_ONCE = 16  # texts
_WHOLE = "sentence_embedding"  # an output that is a text's vector already
Array = npt.NDArray[Any]


class Onnx:
    """One thread, on the processor: a worker has other things to do as well."""

    max_chars = 2_500

    def __init__(self, folder: Path) -> None:
        self.name = name_of(folder)
        self._session = _session(model_file(folder))
        self._asked = [one.name for one in self._session.get_inputs()]
        self._output = _output([one.name for one in self._session.get_outputs()])
        self._first = folders.settings_of(folder / "1_Pooling" / "config.json").get("pooling_mode_cls_token", False)
        self._tokenizer = folders.tokenizer_of(folder)
        longest = folders.settings_of(folder / "config.json").get("max_position_embeddings", _MOST_PIECES)
        self._tokenizer.enable_truncation(max(8, min(_MOST_PIECES, int(longest) - 2)))
        self.dim = int(self._run(["a"]).shape[1])  # a trial, too

    def encode(self, texts: Sequence[str]) -> Floats:
        """See `Embedder`."""
        parts = [self._run(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
        return unit(np.concatenate(parts) if parts else np.zeros((0, self.dim)), self.dim, len(texts))

    def _run(self, texts: Sequence[str]) -> Array:
        cut = self._tokenizer.encode_batch([text[: self.max_chars] for text in texts])
        there = _padded([one.attention_mask for one in cut])
        given = {
            "input_ids": _padded([one.ids for one in cut]),
            "attention_mask": there,
            "token_type_ids": _padded([one.type_ids for one in cut]),
        }
        try:
            (found,) = self._session.run([self._output], {name: given[name] for name in self._asked})
        except KeyError as error:
            raise EmbeddingError("damaged", f"model.onnx asks for {error}") from None
        except Exception as error:  # the runtime's own kinds have no common one
            raise EmbeddingError("damaged", f"model.onnx: {error}"[:300]) from None
        return self._pooled(np.asarray(found), there)

    def _pooled(self, found: Array, there: Array) -> Array:
        if found.ndim == 2:
            return found
        if found.ndim != 3:
            raise EmbeddingError("damaged", f"model.onnx gives an answer of the shape {found.shape}")
        if self._first:
            return np.asarray(found[:, 0])
        shares = there / np.maximum(there.sum(1, keepdims=True), 1)
        return np.asarray((found * shares[:, :, None]).sum(1))


def model_file(folder: Path) -> Path:
    """Where the model is in its folder."""
    plain, inner = folder / "model.onnx", folder / "onnx" / "model.onnx"
    return inner if inner.is_file() and not plain.is_file() else plain


def name_of(folder: Path) -> str:
    """The model's name, without loading it."""
    return folders.named("onnx", folder, model_file(folder), folder / "tokenizer.json")


def _session(file: Path) -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise EmbeddingError("package", "onnxruntime") from None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's own kinds have no common one
        raise EmbeddingError("damaged", f"{file.name}: {error}"[:300]) from None


def _output(names: Sequence[str]) -> str:
    return _WHOLE if _WHOLE in names else names[0]


def _padded(rows: Sequence[Sequence[int]]) -> Array:
    padded = np.zeros((len(rows), max(1, *map(len, rows))), np.int64)
    for place, row in enumerate(rows):
        padded[place, : len(row)] = row
    return padded
