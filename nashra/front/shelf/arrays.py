"""Arrays in one file that processes map into memory: a header of JSON, then the arrays one after the other.

A file is written beside its place and moved there when it is whole, so that a killed writer leaves the former one as it
was; whoever has mapped that keeps it. It can always be made again, so nothing waits for the disk; checksums tell a file
of which a power cut left a part.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[Any]]
_MARK = b"nashra shelf 1\n\0"
_HEAD = struct.Struct("<16sQI")  # mark, length of the header, its checksum
_ALIGNED = 64
_KINDS = frozenset({"|b1", "|u1", "<i2", "<i4", "<i8", "<u4", "<f4", "<f8"})


class DamagedError(Exception):
    """A file that is not there, not whole, or not ours."""


def write(path: Path, arrays: Mapping[str, npt.NDArray[Any]], about: Mapping[str, Any]) -> None:
    """Writes the arrays and what is said about them (JSON), all or nothing. Raises OSError."""
    plain = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    entries: dict[str, tuple[str, tuple[int, ...], int]] = {}
    at = checksum = 0
    for name, array in plain.items():
        at = -(-at // _ALIGNED) * _ALIGNED
        entries[name] = (array.dtype.str, array.shape, at)
        at += array.nbytes
        checksum = zlib.crc32(_bytes(array), checksum)
    header = json.dumps({"arrays": entries, "length": at, "checksum": checksum, "about": dict(about)}).encode()
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(_HEAD.pack(_MARK, len(header), zlib.crc32(header)) + header)
            start = _start(len(header))
            for name, array in plain.items():
                file.seek(start + entries[name][2])
                file.write(_bytes(array))
            file.truncate(start + at)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read(path: Path) -> tuple[Arrays, dict[str, Any]]:
    """The arrays, mapped read-only, and what was said about them. Raises `DamagedError`."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return _arrays(mapped)
    except (OSError, ValueError, LookupError, TypeError, struct.error) as error:
        raise DamagedError(f"{path.name}: {error}") from None


def _arrays(mapped: mmap.mmap) -> tuple[Arrays, dict[str, Any]]:
    mark, length, checksum = _HEAD.unpack_from(mapped)
    header = mapped[_HEAD.size : _HEAD.size + length] if mark == _MARK else b""
    if not header or zlib.crc32(header) != checksum:
        raise ValueError("not a file of this kind, or damaged")
    said = json.loads(header)
    start = _start(length)
    if len(mapped) != start + said["length"]:
        raise ValueError("not whole")
    found: Arrays = {}
    checksum = 0
    for name, (kind, shape, at) in said["arrays"].items():
        if kind not in _KINDS:
            raise ValueError("an unknown kind of array")
        count = int(np.prod(shape))
        found[name] = np.frombuffer(mapped, kind, count, start + at).reshape(shape) if count else np.empty(shape, kind)
        checksum = zlib.crc32(_bytes(found[name]), checksum)
    if checksum != said["checksum"]:
        raise ValueError("damaged")
    return found, said["about"]


def _start(header: int) -> int:
    return -(-(_HEAD.size + header) // _ALIGNED) * _ALIGNED


def _bytes(array: npt.NDArray[Any]) -> memoryview:
    return array.data.cast("B") if array.size else memoryview(b"")
