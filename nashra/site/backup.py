"""Backup and restore of a one-machine installation: one archive of database, files and secret.

The database is copied by SQLite's own backup, a consistent snapshot while everything runs. Files follow after it: they
are named by their content and never change, so what the snapshot refers to is there (a file let go in between was
saved by nobody any more).

The archive's last member is a manifest of all others: name, size and SHA-256. Nothing counts as restored before the
whole stream was read, so that gzip's own checksum (RFC 1952) was compared, and each file agrees with the manifest.
"""

import gzip
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

DATABASE, SECRET, BLOBS, NOTE, MANIFEST = "nashra.db", "secret", "blobs", "backup.json", "manifest.json"
FORMAT = 2
_DAMAGE = (OSError, EOFError, ValueError, ArithmeticError, LookupError, zlib.error, tarfile.TarError, sqlite3.Error)


class BackupError(Exception):
    """A backup that cannot be made or restored; the message says why and what is left as it was."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an archive holds: files, and its size in bytes."""

    files: int
    size: int


class _Hashed(io.RawIOBase):
    """A file that is read once, and what was read of it: size and SHA-256."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._hash, self.size = file, hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._file.read(size)
        self._hash.update(data)
        self.size += len(data)
        return data

    def seen(self) -> dict[str, object]:
        """What a manifest says of it."""
        return {"size": self.size, "sha256": self._hash.hexdigest()}


def write_backup(
    data: Path, database: Path, target: Path, *, version: str, tick: Callable[[], None] = lambda: None
) -> Summary:
    """Writes the archive of the installation in `data`; it appears under its name only when it is whole.

    Readable by its owner alone, because it holds the secret. `tick` is called after each file.
    """
    if target.exists():
        raise BackupError(f"{target} exists already; nothing was written. Choose another name.")
    unfinished = target.with_name(f".{target.name}.part")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    except OSError as error:
        raise BackupError(f"{target} cannot be written ({error.strerror}).") from None
    try:
        with os.fdopen(handle, "wb") as file:
            count = _write(file, data, database, version, tick)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError as error:
        raise BackupError(f"The backup could not be written ({error.strerror}). Nothing was changed.") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return Summary(count, target.stat().st_size)


def _write(file: object, data: Path, database: Path, version: str, tick: Callable[[], None]) -> int:
    manifest: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=data) as folder:
        snapshot, note = Path(folder) / DATABASE, Path(folder) / NOTE
        copy_database(database, snapshot)
        made = {"format": FORMAT, "version": version, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}
        note.write_text(json.dumps(made))
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:  # type: ignore[call-overload]
            for path, name in _parts(data, snapshot, note):
                try:
                    manifest[name] = _put_in(archive, path, name)
                except FileNotFoundError:  # let go since it was listed
                    continue
                tick()
            manifest_bytes = json.dumps(manifest).encode()
            last = tarfile.TarInfo(MANIFEST)
            last.size = len(manifest_bytes)
            archive.addfile(last, io.BytesIO(manifest_bytes))
    return len(manifest)


def _put_in(archive: tarfile.TarFile, path: Path, name: str) -> dict[str, object]:
    with path.open("rb") as file:
        hashed = _Hashed(file)
        archive.addfile(archive.gettarinfo(arcname=name, fileobj=file), hashed)
    return hashed.seen()


def _parts(data: Path, snapshot: Path, note: Path) -> Iterator[tuple[Path, str]]:
    yield note, NOTE
    yield snapshot, DATABASE
    if (data / SECRET).is_file():
        yield data / SECRET, SECRET
    yield from ((path, path.relative_to(data).as_posix()) for path in blob_files(data))


def blob_files(data: Path) -> list[Path]:
    """The kept files, without those that are being written."""
    return sorted(path for path in (data / BLOBS).glob("??/??/*") if path.is_file())


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a SQLite database, also while others write."""
    if not source.is_file():
        raise BackupError(f"There is no database at {source}.")
    with closing(sqlite3.connect(source, timeout=30)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there, pages=2000)


def read_backup(archive: Path, data: Path, *, tick: Callable[[], None] = lambda: None) -> Summary:
    """Unpacks an archive into an empty data folder. Raises BackupError for a folder in use and for a damaged file;
    the folder is then as it was.
    """
    if data.exists() and any(data.iterdir()):
        raise BackupError(f"The data folder {data} is not empty; nothing was touched. Choose an empty one with --data.")
    if not archive.is_file():
        raise BackupError(f"There is no file {archive}.")
    try:
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        workshop = Path(tempfile.mkdtemp(prefix=".restore-", dir=data))
    except OSError as error:
        raise BackupError(f"The data folder {data} cannot be written ({error.strerror}).") from None
    try:
        count = _unpack(archive, workshop, tick)
        _check(workshop)
        _move(workshop, data)
    except _DAMAGE as error:
        raise BackupError(f"{archive} is not a whole backup of Nashra ({error}). Nothing was restored.") from None
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return Summary(count, archive.stat().st_size)


def _move(workshop: Path, data: Path) -> None:
    """Puts everything in its place, the database last: a folder without one was never restored. All or nothing."""
    moved: list[Path] = []
    try:
        for path in sorted(workshop.iterdir(), key=lambda one: one.name == DATABASE):
            moved.append(data / path.name)
            path.replace(moved[-1])
    except BaseException:
        for path in moved:
            if path.exists():
                path.replace(workshop / path.name)
        raise


def _unpack(archive: Path, folder: Path, tick: Callable[[], None]) -> int:
    found: dict[str, dict[str, object]] = {}
    with gzip.open(archive) as stream:
        with tarfile.open(fileobj=stream, mode="r|") as packed:
            for member in packed:
                if not (member.isfile() and _is_ours(member.name)):
                    raise BackupError(
                        f"{archive} holds something that no backup holds ({member.name!r}). Nothing was restored."
                    )
                found[member.name] = _take_out(packed, member, folder / member.name)
                tick()
        while stream.read(1 << 20):  # to the end: gzip compares its checksum there
            pass
    _compare(folder, found)
    for name in (NOTE, MANIFEST):
        (folder / name).unlink(missing_ok=True)
    return len(found) - 1


def _compare(folder: Path, found: dict[str, dict[str, object]]) -> None:
    """Raises OSError unless exactly what the manifest lists was found, byte for byte."""
    if MANIFEST not in found:
        raise OSError("it has no manifest, so its end is missing or it was made by something else")
    listed = json.loads((folder / MANIFEST).read_bytes())
    if not isinstance(listed, dict):
        raise OSError("its manifest is none")
    files = {name: seen for name, seen in found.items() if name != MANIFEST}
    if listed != files:
        wrong = sorted(name for name in {*listed, *files} if listed.get(name) != files.get(name))
        raise OSError(f"damaged or missing: {', '.join(wrong[:3])}")


def _take_out(packed: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> dict[str, object]:
    """Writes one file, by hand: `TarFile.extract` knows no `filter` before Python 3.11.4, and Debian 12 has 3.11.2."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, packed.extractfile(member) or io.BytesIO() as inside:
        hashed = _Hashed(inside)
        shutil.copyfileobj(hashed, file)
    os.utime(target, (member.mtime, member.mtime))
    return hashed.seen()


def _is_ours(name: str) -> bool:
    if name in (DATABASE, SECRET, NOTE, MANIFEST):
        return True
    parts = name.split("/")
    return len(parts) == 4 and parts[0] == BLOBS and all(set(part) <= set("0123456789abcdef") for part in parts[1:])


def _check(folder: Path) -> None:
    database = folder / DATABASE
    if not database.is_file():
        raise OSError("it has no database")
    with closing(sqlite3.connect(database)) as here:
        if here.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise OSError("its database is damaged")
