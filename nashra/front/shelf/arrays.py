"""Arrays in one file that processes map into memory: a head, the arrays one after the other, then what is said of them.

Arrays are written piece by piece, so that none needs to be whole in memory. A file is written beside its place and
moved there when it is whole, so that a killed writer leaves the former one as it was; whoever has mapped that keeps it.
It can always be made again, so nothing waits for the disk; checksums tell a file of which a power cut left a part.
"""

import json
import mmap
import os
import struct
import zlib
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

Arrays = dict[str, npt.NDArray[Any]]
Kinds = dict[str, tuple[np.dtype[Any], tuple[int, ...]]]
_MARK = b"nashra shelf 2\n\0"
_HEAD = struct.Struct("<16sQQI")  # mark, place of the end, its length, its checksum
_ALIGNED = 64
_KINDS = frozenset({"|b1", "|u1", "<i2", "<i4", "<i8", "<u4", "<f4", "<f8"})
_AT_ONCE = 1 << 18  # bytes that are read at once


class DamagedError(Exception):
    """A file that is not there, not whole, or not ours."""


class Places:
    """Where the arrays of a file go, and how far each is written."""

    def __init__(self, file: BinaryIO, kinds: Kinds) -> None:
        self._file = file
        self._entries: dict[str, tuple[str, tuple[int, ...], int]] = {}
        at = -(-_HEAD.size // _ALIGNED) * _ALIGNED
        for name, (kind, shape) in kinds.items():
            self._entries[name] = (kind.str, shape, at)
            at = -(-(at + kind.itemsize * int(np.prod(shape))) // _ALIGNED) * _ALIGNED
        self._end = at
        self._next = {name: entry[2] for name, entry in self._entries.items()}
        self._checksums = dict.fromkeys(self._entries, 0)

    def put(self, pieces: Arrays) -> None:
        """What comes next of each of these arrays."""
        for name, piece in pieces.items():
            data = _bytes(np.ascontiguousarray(piece, self._entries[name][0]))
            self._file.seek(self._next[name])
            self._file.write(data)
            self._next[name] += len(data)
            self._checksums[name] = zlib.crc32(data, self._checksums[name])

    def close(self, about: Mapping[str, Any]) -> None:
        """All is there: the file is what it says from now on."""
        said = json.dumps({"arrays": self._entries, "checksums": self._checksums, "about": dict(about)}).encode()
        self._file.truncate(self._end)
        self._file.seek(self._end)
        self._file.write(said)
        self._file.seek(0)
        self._file.write(_HEAD.pack(_MARK, self._end, len(said), zlib.crc32(said)))


def kinds_of(arrays: Arrays) -> Kinds:
    """What `Places` asks of arrays that are there."""
    return {name: (array.dtype, array.shape) for name, array in arrays.items()}


def write(path: Path, arrays: Arrays, about: Mapping[str, Any]) -> None:
    """Writes the arrays and what is said about them (JSON), all or nothing. Raises OSError."""
    write_in_pieces(path, kinds_of(arrays), [arrays], about)


def write_in_pieces(path: Path, kinds: Kinds, pieces: Iterable[Arrays], about: Mapping[str, Any]) -> None:
    """The same with arrays of which only pieces are there at any moment, in order."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            _fill(file, kinds, pieces, about)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def packed(kinds: Kinds, pieces: Iterable[Arrays], about: Mapping[str, Any]) -> bytes:
    """The same as bytes, where no file can be written."""
    file = BytesIO()
    _fill(file, kinds, pieces, about)
    return file.getvalue()


def _fill(file: BinaryIO, kinds: Kinds, pieces: Iterable[Arrays], about: Mapping[str, Any]) -> None:
    places = Places(file, kinds)
    for some in pieces:
        places.put(some)
    places.close(about)


def read(path: Path, *, own: bool = False) -> tuple[Arrays, dict[str, Any]]:
    """The arrays, mapped read-only, and what was said about them. `own`: this process has written the file just now, so
    that nothing of it needs to be read before it is used. Raises `DamagedError`.
    """
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return unpacked(mapped, None if own else file)
    except (OSError, ValueError, LookupError, TypeError, struct.error) as error:
        raise DamagedError(f"{path.name}: {error}") from None


def unpacked(data: mmap.mmap | bytes, file: BinaryIO | None = None) -> tuple[Arrays, dict[str, Any]]:
    """The arrays of what was mapped or packed, and what was said about them; compared with the checksums where the
    file is given. Raises ValueError, LookupError, TypeError.
    """
    mark, end, length, checksum = _HEAD.unpack_from(data)
    text = data[end : end + length] if mark == _MARK else b""
    if not text or len(text) != length or zlib.crc32(text) != checksum:
        raise ValueError("not a file of this kind, or damaged")
    said = json.loads(text)
    found: Arrays = {}
    for name, (kind, shape, at) in said["arrays"].items():
        if kind not in _KINDS:
            raise ValueError("an unknown kind of array")
        count = int(np.prod(shape))
        found[name] = np.frombuffer(data, kind, count, at).reshape(shape) if count else np.empty(shape, kind)
        if file is not None and _checksum(file, at, found[name].nbytes) != said["checksums"][name]:
            raise ValueError("damaged")
    return found, said["about"]


def let_go(array: npt.NDArray[Any]) -> None:
    """Of the file in which an array lies nothing needs to stay in memory; what is looked at comes back by itself."""
    base: Any = array
    while isinstance(base, np.ndarray):
        base = base.base
    mapped = base.obj if isinstance(base, memoryview) else None
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _checksum(file: BinaryIO, at: int, left: int) -> int:
    """Read, not looked at through the map: pages that nobody needs then stay out of this process."""
    checksum = 0
    file.seek(at)
    while left > 0 and (data := file.read(min(left, _AT_ONCE))):
        checksum = zlib.crc32(data, checksum)
        left -= len(data)
    return checksum


def _bytes(array: npt.NDArray[Any]) -> memoryview:
    return array.data.cast("B") if array.size else memoryview(b"")
