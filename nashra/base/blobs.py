"""Files in the data folder named by their content, and bounded caches of files.

A blob's key is the SHA-256 of its bytes in hexadecimal: the same picture saved by a thousand readers lies here once,
and what was acknowledged is on the disk (file and folder are synced) before `put` returns.
"""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings

_KEY = re.compile(r"[0-9a-f]{64}")
_CUTTING_ROOM = "unfinished"
_UNFINISHED_SECONDS = 24 * 3600


class BlobMissing(LookupError):
    """There is no blob of this key."""


def put(data: bytes) -> str:
    """Keeps these bytes for good and gives their key. Doing it again changes nothing."""
    key = hashlib.sha256(data).hexdigest()
    target = path(key)
    if not _is_whole(target, len(data)):
        _make_folder(target.parent)
        _write(target, data, cutting_room=_root() / _CUTTING_ROOM, durable=True)
    return key


def path(key: str) -> Path:
    """Where a blob lies or would lie. ValueError for anything that is not a key, a path above all."""
    if not _KEY.fullmatch(key):
        raise ValueError("not a blob's key")
    return _root() / key[:2] / key[2:4] / key


def get(key: str) -> bytes:
    """The bytes of a blob; BlobMissing when there is none."""
    try:
        return path(key).read_bytes()
    except FileNotFoundError:
        raise BlobMissing(key) from None


def exists(key: str) -> bool:
    """Whether there is a blob of this key."""
    return path(key).is_file()


def delete(key: str) -> None:
    """Removes a blob; no error when it is gone already."""
    path(key).unlink(missing_ok=True)


def iterate() -> Iterator[str]:
    """Every key, in order. Blobs that come or go meanwhile may be seen or not."""
    for folder in sorted(_root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]")):
        yield from sorted(entry.name for entry in folder.iterdir() if _KEY.fullmatch(entry.name))


def clear_unfinished() -> int:
    """Removes what a killed process left half written more than a day ago; how many files that was."""
    limit, removed = time.time() - _UNFINISHED_SECONDS, 0
    for file in (_root() / _CUTTING_ROOM).glob("*"):
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < limit:
                file.unlink()
                removed += 1
    return removed


class Cache:
    """Bytes that may be lost, under any text as a key, in `cache/<name>` of the data folder.

    Holds about `max_bytes`: what was used longest ago leaves first. Several processes may share it. Use is noted in
    the file's time of change, by us, since many file systems do not note reading.
    """

    _NOTE_EVERY = 3600.0  # seconds between two notes of use, so that reading seldom writes

    def __init__(self, name: str, max_bytes: int) -> None:
        if not re.fullmatch(r"[a-z-]+", name):
            raise ValueError("a cache's name is a word")
        self.folder = Path(settings.NASHRA_DATA) / "cache" / name
        self.max_bytes = max_bytes
        self._written = max_bytes  # so that the first write of a process looks at what is there

    def get(self, key: str) -> bytes | None:
        """What is kept under this key, or None."""
        file = self._file(key)
        try:
            data = file.read_bytes()
            if time.time() - file.stat().st_mtime > self._NOTE_EVERY:
                os.utime(file)
        except FileNotFoundError:
            return None
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keeps these bytes for a while, unless they alone would fill the cache."""
        if len(data) > self.max_bytes // 4:
            return
        file = self._file(key)
        _make_folder(file.parent)
        _write(file, data, cutting_room=self.folder / _CUTTING_ROOM, durable=False)
        self._written += len(data)
        if self._written >= self.max_bytes // 16:
            self._written = 0
            self.shrink()

    def delete(self, key: str) -> None:
        """Forgets a key; no error when it is unknown."""
        self._file(key).unlink(missing_ok=True)

    def shrink(self, *, unused_for: float | None = None) -> int:
        """Removes what is over the bound, and what was not used for so many seconds; how many files went."""
        files = sorted(self._files(), reverse=True)
        limit = -1.0 if unused_for is None else time.time() - unused_for
        room, removed = self.max_bytes, 0
        for used, size, file in files:
            room -= size
            if room < 0 or used < limit:
                Path(file).unlink(missing_ok=True)
                removed += 1
        return removed

    def _files(self) -> Iterator[tuple[float, int, str]]:
        for folder in self.folder.glob("*"):
            with suppress(FileNotFoundError), os.scandir(folder) as entries:
                for entry in entries:
                    with suppress(FileNotFoundError):
                        seen = entry.stat()
                        yield seen.st_mtime, seen.st_size, entry.path

    def _file(self, key: str) -> Path:
        name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self.folder / name[:2] / name


def _root() -> Path:
    return Path(settings.NASHRA_DATA) / "blobs"


def _is_whole(file: Path, size: int) -> bool:
    try:
        return file.stat().st_size == size
    except FileNotFoundError:
        return False


def _make_folder(folder: Path) -> None:
    """Makes a folder and those above it, each synced into the one that holds it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    _sync_folder(folder.parent)


def _write(target: Path, data: bytes, *, cutting_room: Path, durable: bool) -> None:
    """Writes aside and moves into place, so that a reader sees the whole file or none."""
    _make_folder(cutting_room)
    number, name = tempfile.mkstemp(dir=cutting_room)
    try:
        with open(number, "wb") as file:
            file.write(data)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
