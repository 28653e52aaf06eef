"""The shelf of this installation: kept in files of the data folder by the worker, mapped by everybody else.

`articles-NAME` holds the large part; `now` names it and holds the rest. Whoever makes the next shelf holds a lock, so
that no work is done twice. Without a worker, whoever needs the shelf makes it. Where the folder cannot be written to,
each process makes its own.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings

from nashra.core.rank import texts
from nashra.front.shelf import arrays, building, segment
from nashra.front.shelf.arrays import Arrays, Kinds
from nashra.front.shelf.building import Keep, Kept, Part, Shelf, built, in_memory
from nashra.front.shelf.kindred import Drawn, Kindred
from nashra.front.shelf.popularity import Tallied
from nashra.front.shelf.segment import Statistics
from nashra.front.shelf.standing import Standing

log = structlog.get_logger(__name__)
FOLDER, NOW, LOCK, ARTICLES = "shelf", "now", "lock", "articles-"
VERSION = 3
FIRST = 400  # articles that a page analyses: more would keep its reader waiting
_SAID = ("at", "looked", "name", "mark", "waiting", "base_rate")
EVERY = 55.0  # seconds after which a worker looks at all articles again
CALM = 4.0  # seconds in which nothing came, after which it takes in what came before
_PATIENCE, _STEP = 2.0, 0.02  # seconds


class Keeper:
    """The shelf of one data folder, as this process knows it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shelf, self._seen = building.empty(), (0, 0)
        self._tallied, self._kindred, self._thread = Tallied(), Kindred(), threading.Lock()
        self._alone = False  # the folder cannot be written to
        self._came: float | None = None  # when this process took in articles that are not on the shelf, if it did

    def current(self, now: datetime) -> Shelf:
        """The shelf, as of a minute ago at most where somebody keeps it."""
        self._look()
        if self._is_late(now):
            with self._thread:
                self._look()
                if self._is_late(now):
                    self._renew(now, FIRST, _PATIENCE, anyway=False, anew=True)
        return self._shelf

    def refresh(self, now: datetime, *, most: int = building.MOST, anew: bool = True) -> Shelf:
        """The next shelf, made here and now; unless another process is making it, which is then taken as it stands.
        Unless `anew`, only what came is looked at, where the rest was looked at a minute ago at most.
        """
        with self._thread:
            self._look()
            self._came = None
            self._renew(now, most, 0.0, anyway=True, anew=anew)
        return self._shelf

    def came(self) -> None:
        """Articles are new or were corrected."""
        self._came = time.monotonic()

    def is_due(self, now: datetime) -> bool:
        """Whether it is time for the next shelf; asked by workers. What comes is taken in when it has come to rest, so
        that many sources that are asked together cost one shelf, or two.
        """
        self._look()
        calm = self._came is not None and time.monotonic() - self._came >= CALM
        return calm or self._is_old(now)

    def _is_old(self, now: datetime) -> bool:
        """Whether all articles are to be looked at."""
        shelf = self._shelf
        return not shelf.name or shelf.waiting > 0 or abs(now.timestamp() - shelf.looked) >= EVERY

    def _is_late(self, now: datetime) -> bool:
        return not self._shelf.name or abs(now.timestamp() - self._shelf.at) >= settings.SHELF_LATE

    def _renew(self, now: datetime, most: int, patience: float, *, anyway: bool, anew: bool) -> None:
        try:
            with _locked(self.folder, patience) as mine:
                self._look()  # somebody else may have made it meanwhile
                if mine and (anyway or self._is_late(now)):
                    self._write(self._next(now, most, self._keep, anew=anew))
                if mine or self._shelf.name:
                    return
        except OSError as error:
            if not self._alone:
                log.warning("shelf.unwritable", folder=str(self.folder), error=error.strerror)
            self._alone = True
        self._shelf = self._next(now, most, in_memory, anew=anew)

    def _next(self, now: datetime, most: int, keep: Keep, *, anew: bool) -> Shelf:
        last = self._shelf
        if keep is not in_memory and last.name and not (self.folder / f"{ARTICLES}{last.name}").exists():
            last, anew = building.empty(), True  # what this process made alone is in no file that others could map
        made = built(last, self._tallied, now, keep, most=most, anew=anew or self._is_old(now))
        return replace(made, drawn=self._kindred.drawn(made.statistics, now - building.window(), now))

    def _look(self) -> None:
        """Takes over what another process has written."""
        for _ in range(3):
            version = _version(self.folder / NOW)
            if version in (self._seen, (0, 0)):
                return
            try:
                self._shelf, self._seen = _read(self.folder, self._shelf), version
                return
            except arrays.DamagedError as error:
                if version == _version(self.folder / NOW):  # not just written anew
                    log.warning("shelf.damaged", folder=str(self.folder), error=str(error))
                    self._shelf, self._seen = building.empty(), version
                    return

    def _keep(self, name: str, kinds: Kinds, pieces: Iterable[Arrays], about: Mapping[str, Any]) -> Kept:
        path = self.folder / f"{ARTICLES}{name}"
        arrays.write_in_pieces(path, kinds, pieces, {"version": _versions(), **about})
        return arrays.read(path, own=True)

    def _write(self, shelf: Shelf) -> None:
        """Other processes find it from now on; this one maps it as they do, so that it holds nothing of its own."""
        small = shelf.small.segment
        held = shelf.large.standing.arrays("large.") | shelf.small.standing.arrays("small.") | small.arrays("small.")
        held |= {"drawn.ids": shelf.drawn.ids, "drawn.rows": shelf.drawn.rows}
        about = {"version": _versions(), "keys": small.keys(), **{name: getattr(shelf, name) for name in _SAID}}
        path = self.folder / NOW
        arrays.write(path, held, about)
        self._shelf, self._seen = _read(self.folder, shelf, own=True), _version(path)
        for other in chain(self.folder.glob(f"{ARTICLES}*"), self.folder.glob(f".{ARTICLES}*")):  # killed writers' too
            if other.name != f"{ARTICLES}{shelf.name}":
                other.unlink(missing_ok=True)  # whoever has mapped it keeps it


def _versions() -> list[int]:
    return [VERSION, texts.VERSION, texts.SIZE, texts.DIMS]


def _read(folder: Path, last: Shelf, *, own: bool = False) -> Shelf:
    """The shelf in a folder; the large part of the last one where that is still the same. `own`: this process wrote it
    just now. Raises `DamagedError`.
    """
    stands, about = arrays.read(folder / NOW, own=own)
    try:
        if about["version"] != _versions():
            raise arrays.DamagedError("of another version")
        same = last.name == about["name"]
        large, statistics = (last.large, last.statistics) if same else _read_large(folder, about["name"])
        small = segment.from_arrays(stands, "small.", about["keys"])
        parts = [
            Part(one, Standing.from_arrays(stands, name))
            for one, name in ((large.segment, "large."), (small, "small."))
        ]
        if any(len(part.segment) != len(part.standing.alive) for part in parts):
            raise arrays.DamagedError("its parts do not fit together")
        return Shelf(
            **{name: about[name] for name in _SAID}, large=parts[0], small=parts[1], statistics=statistics,
            drawn=Drawn(stands["drawn.ids"], stands["drawn.rows"]),
        )  # fmt: skip
    except (LookupError, TypeError) as error:
        raise arrays.DamagedError(f"something is missing: {error}") from None


def _read_large(folder: Path, name: str) -> tuple[Part, Statistics]:
    held, about = arrays.read(folder / f"{ARTICLES}{name}")
    if about["version"] != _versions():
        raise arrays.DamagedError("of another version")
    return building.from_kept((held, about))


def _version(path: Path) -> tuple[int, int]:
    """Another pair when the file was replaced; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return found.st_ino, found.st_mtime_ns


@contextmanager
def _locked(folder: Path, patience: float) -> Iterator[bool]:
    """Whether the lock could be had, in so many seconds. Raises OSError where the folder cannot be written to."""
    folder.mkdir(mode=0o700, parents=False, exist_ok=True)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _lock(handle, patience)
    finally:
        os.close(handle)


def _lock(handle: int, patience: float) -> bool:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(_STEP)
        else:
            return True


@lru_cache(maxsize=2)
def _keeper(folder: Path) -> Keeper:
    return Keeper(folder / FOLDER)


def keeper() -> Keeper:
    """The one of this process for this installation."""
    return _keeper(Path(settings.NASHRA_DATA))


def current(now: datetime) -> Shelf:
    """The shelf of this installation."""
    return keeper().current(now)


def refresh(now: datetime, *, most: int = building.MOST, anew: bool = True) -> Shelf:
    """Makes the next shelf; unless `anew`, from what came only, where all was looked at a minute ago at most."""
    return keeper().refresh(now, most=most, anew=anew)


def came(ids: list[int]) -> None:
    """Tells a worker's shelf of new and corrected articles: when no more come, the next one is due."""
    if ids:
        keeper().came()


def is_due(now: datetime) -> bool:
    """Whether a worker should make the next shelf."""
    return keeper().is_due(now)
