"""Backup and restore of a one-machine installation: one archive of database, files and secret.

The database is copied by SQLite's own backup, a consistent snapshot while everything runs. Files follow after it: they
are named by their content and never change, so what the snapshot refers to is there (a file let go in between was
saved by nobody any more).
"""

import io
import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

DATABASE, SECRET, BLOBS, NOTE = "nashra.db", "secret", "blobs", "backup.json"
FORMAT = 1


class BackupError(Exception):
    """A backup that cannot be made or restored; the message says why and what is left as it was."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What an archive holds: files, and its size in bytes."""

    files: int
    size: int


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
    count = 0
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=data) as folder:
        snapshot, note = Path(folder) / DATABASE, Path(folder) / NOTE
        copy_database(database, snapshot)
        made = {"format": FORMAT, "version": version, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}
        note.write_text(json.dumps(made))
        with tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as archive:  # type: ignore[call-overload]
            for path, name in _parts(data, snapshot, note):
                try:
                    archive.add(path, name, recursive=False)
                except FileNotFoundError:  # let go since it was listed
                    continue
                count += 1
                tick()
    return count


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
        for path in workshop.iterdir():
            path.replace(data / path.name)
    except (OSError, EOFError, tarfile.TarError, sqlite3.Error) as error:
        raise BackupError(f"{archive} is not a whole backup of Nashra ({error}). Nothing was restored.") from None
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    return Summary(count, archive.stat().st_size)


def _unpack(archive: Path, folder: Path, tick: Callable[[], None]) -> int:
    count = 0
    with tarfile.open(archive, "r:gz") as packed:
        for member in packed:
            if not (member.isfile() and _is_ours(member.name)):
                raise BackupError(
                    f"{archive} holds something that no backup holds ({member.name!r}); nothing restored."
                )
            _take_out(packed, member, folder / member.name)
            count += 1
            tick()
    (folder / NOTE).unlink(missing_ok=True)
    return count


def _take_out(packed: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    """Writes one file, by hand: `TarFile.extract` knows no `filter` before Python 3.11.4, and Debian 12 has 3.11.2."""
    target.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file, packed.extractfile(member) or io.BytesIO() as inside:
        shutil.copyfileobj(inside, file)
    os.utime(target, (member.mtime, member.mtime))


def _is_ours(name: str) -> bool:
    if name in (DATABASE, SECRET, NOTE):
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
