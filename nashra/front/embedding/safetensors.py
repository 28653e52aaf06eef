"""Reading safetensors files: eight bytes with the length of a JSON header, the header, then the numbers.

Arrays are mapped from the file, so a table of half a million words takes only the memory of those that occur.
"""

import json
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nashra.front.embedding.model import EmbeddingError

_KINDS = {
    "F64": np.float64, "F32": np.float32, "F16": np.float16,
    "I64": np.int64, "I32": np.int32, "I16": np.int16, "I8": np.int8, "U8": np.uint8,
}  # fmt: skip
_LONGEST_HEADER = 100_000_000


def read(file: Path) -> "dict[str, npt.NDArray[Any]]":
    """The arrays of a file by name, mapped into memory. EmbeddingError ("damaged") for what is no such file."""
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            length = int.from_bytes(opened.read(8), "little")
            if length > min(size, _LONGEST_HEADER):
                raise ValueError("its header is longer than the file")
            header = json.loads(opened.read(length))
        return {name: _array(file, about, 8 + length, size) for name, about in header.items() if name[:2] != "__"}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EmbeddingError("damaged", f"{file.name}: {error}") from None


def _array(file: Path, about: dict[str, Any], start: int, size: int) -> "npt.NDArray[Any]":
    kind = np.dtype(_KINDS[about["dtype"]])
    shape = tuple(int(side) for side in about["shape"])
    first, end = (int(place) for place in about["data_offsets"])
    if min(first, *shape, 0) < 0 or end - first != prod(shape) * kind.itemsize or start + end > size:
        raise ValueError("it is shorter than it says, or cut off")
    if not prod(shape):
        return np.zeros(shape, kind)
    return np.memmap(file, kind, "r", start + first, shape)
