"""Small embedding models of our own, written into folders: a few words of two languages whose meanings are known."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

MEANINGS = {  # the direction in which a word points, by its place among the axes
    "water": 0, "river": 0, "dam": 0, "ماء": 0, "نهر": 0, "سد": 0,
    "goal": 1, "match": 1, "team": 1, "هدف": 1, "مباراة": 1, "فريق": 1,
    "bank": 2, "price": 2, "market": 2, "بنك": 2, "سعر": 2, "سوق": 2,
    "ship": 3, "harbour": 3, "sail": 3, "سفينة": 3, "مرفأ": 3, "شراع": 3,
}  # fmt: skip
WORDS = ["[UNK]", *MEANINGS]


def table(dim: int = 8) -> npt.NDArray[np.float32]:
    """A vector for each word: its meaning's axis, and a little of its own."""
    rows = np.random.default_rng(7).normal(0, 0.1, (len(WORDS), dim)).astype(np.float32)
    for place, word in enumerate(WORDS[1:], 1):
        rows[place, MEANINGS[word]] += 1
    return rows


def tokenizer(folder: Path) -> None:
    """Words between spaces, each a piece."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    made = Tokenizer(models.WordLevel({word: place for place, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.save(str(folder / "tokenizer.json"))


def safetensors(file: Path, arrays: dict[str, npt.NDArray[Any]]) -> None:
    """Writes a safetensors file."""
    kinds = {"float32": "F32", "float16": "F16", "int64": "I64", "int32": "I32", "int8": "I8"}
    header: dict[str, Any] = {"__metadata__": {"format": "np"}}
    body = b""
    for name, array in arrays.items():
        data = np.ascontiguousarray(array).tobytes()
        offsets = [len(body), len(body) + len(data)]
        header[name] = {"dtype": kinds[array.dtype.name], "shape": list(array.shape), "data_offsets": offsets}
        body += data
    text = json.dumps(header).encode()
    file.write_bytes(struct.pack("<Q", len(text)) + text + body)


def model2vec(folder: Path, **more: npt.NDArray[Any]) -> Path:
    """A static model in model2vec's format; `more` replaces or adds arrays."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer(folder)
    safetensors(folder / "model.safetensors", {"embeddings": table(), **more})
    (folder / "config.json").write_text('{"normalize": true}', "utf-8")
    return folder


def onnx(folder: Path) -> Path:
    """A model of one step that looks the pieces up in the table; it asks for two inputs, as small transformers do."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer(folder)
    rows = table()
    weights = _numbers(1, *rows.shape) + _number(2, 1) + _text(8, "table") + _part(9, rows.tobytes())
    gather = _text(1, "table") + _text(1, "input_ids") + _text(2, "last_hidden_state") + _text(4, "Gather")
    same = _text(1, "attention_mask") + _text(2, "mask") + _text(4, "Identity")
    inputs = _part(11, _value("input_ids", 7, 2)) + _part(11, _value("attention_mask", 7, 2))
    outputs = _part(12, _value("last_hidden_state", 1, 3)) + _part(12, _value("mask", 7, 2))
    graph = _part(1, gather) + _part(1, same) + _text(2, "tiny") + _part(5, weights) + inputs + outputs
    (folder / "model.onnx").write_bytes(_number(1, 8) + _part(7, graph) + _part(8, _number(2, 13)))
    return folder


# Protocol buffers, as far as a model of two steps needs them (onnx.proto gives the fields' numbers).
def _varint(number: int) -> bytes:
    head, rest = number & 127, number >> 7
    return bytes([head]) if not rest else bytes([head | 128]) + _varint(rest)


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _numbers(field: int, *numbers: int) -> bytes:
    return b"".join(_number(field, number) for number in numbers)


def _part(field: int, body: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(body)) + body


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode())


def _value(name: str, kind: int, sides: int) -> bytes:
    shape = b"".join(_part(1, _text(2, f"{name}_{side}")) for side in range(sides))
    return _text(1, name) + _part(2, _part(1, _number(1, kind) + _part(2, shape)))
