"""The shelf of this installation: kept in files of the data folder by the worker, mapped by everybody else.

`articles-NAME` holds the large part; `now` names it and holds the rest. Whoever makes the next shelf holds a lock, so
that no work is done twice. Without a worker, whoever needs the shelf makes it. Where the folder cannot be written to,
each process makes its own.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import structlog
from django.conf import settings

from nashra.core.rank import texts
from nashra.core.rank.texts import Basis
from nashra.front.shelf import arrays, building, segment, standing
from nashra.front.shelf.building import Part, Shelf, Statistics, built
from nashra.front.shelf.kindred import Drawn, Kindred
from nashra.front.shelf.popularity import Tallied
from nashra.front.shelf.standing import Standing

log = structlog.get_logger(__name__)
FOLDER, NOW, LOCK, ARTICLES = "shelf", "now", "lock", "articles-"
VERSION = 2
FIRST = 400  # articles that a page analyses: more would keep its reader waiting
_SAID = ("at", "name", "mark", "waiting", "base_rate")
EVERY, MANY = 55.0, 50  # seconds, and new articles, after which a worker makes the next shelf
_PATIENCE, _STEP = 2.0, 0.02  # seconds


class Keeper:
    """The shelf of one data folder, as this process knows it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._shelf, self._seen = building.empty(), (0, 0)
        self._tallied, self._kindred, self._thread = Tallied(), Kindred(), threading.Lock()
        self._alone = False  # the folder cannot be written to
        self._came = 0  # articles that this process took in since it made a shelf

    def current(self, now: datetime) -> Shelf:
        """The shelf, as of a minute ago at most where somebody keeps it."""
        self._look()
        if self._is_late(now):
            with self._thread:
                self._look()
                if self._is_late(now):
                    self._renew(now, FIRST, _PATIENCE, anyway=False)
        return self._shelf

    def refresh(self, now: datetime, *, most: int = building.MOST) -> Shelf:
        """The next shelf, made here and now; unless another process is making it, which is then taken as it stands."""
        with self._thread:
            self._look()
            self._came = 0
            self._renew(now, most, 0.0, anyway=True)
        return self._shelf

    def came(self, count: int) -> None:
        """So many articles are new or were corrected."""
        self._came += count

    def is_due(self, now: datetime) -> bool:
        """Whether it is time for the next shelf; asked by workers."""
        self._look()
        old = abs(now.timestamp() - self._shelf.at) >= EVERY
        return old or not self._shelf.name or self._shelf.waiting > 0 or self._came >= MANY

    def _is_late(self, now: datetime) -> bool:
        return not self._shelf.name or abs(now.timestamp() - self._shelf.at) >= settings.SHELF_LATE

    def _renew(self, now: datetime, most: int, patience: float, *, anyway: bool) -> None:
        try:
            with _locked(self.folder, patience) as mine:
                self._look()  # somebody else may have made it meanwhile
                if mine and (anyway or self._is_late(now)):
                    self._shelf = self._next(now, most)
                    self._write()
                    self._seen = _version(self.folder / NOW)
                if mine or self._shelf.name:
                    return
        except OSError as error:
            if not self._alone:
                log.warning("shelf.unwritable", folder=str(self.folder), error=error.strerror)
            self._alone = True
        self._shelf = self._next(now, most)

    def _next(self, now: datetime, most: int) -> Shelf:
        made = built(self._shelf, self._tallied, now, most=most)
        drawn = self._kindred.drawn(made.name, made.statistics, now - building.window(), now)
        return replace(made, drawn=drawn)

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

    def _write(self) -> None:
        shelf, path = self._shelf, self.folder / f"{ARTICLES}{self._shelf.name}"
        if not path.exists():
            _write_large(path, shelf)
        small = shelf.small.segment
        stands = shelf.large.standing.arrays("large.") | shelf.small.standing.arrays("small.")
        stands |= small.arrays("small.") | segment.flat("small.", {"weighed": shelf.small.terms})
        stands |= {"small.gists": shelf.small.gists, "drawn.ids": shelf.drawn.ids, "drawn.rows": shelf.drawn.rows}
        about = {name: getattr(shelf, name) for name in _SAID}
        arrays.write(self.folder / NOW, stands, {"version": _versions(), "keys": small.keys(), **about})
        for other in self.folder.glob(f"{ARTICLES}*"):
            if other != path:
                other.unlink(missing_ok=True)  # whoever has mapped it keeps it


def _write_large(path: Path, shelf: Shelf) -> None:
    part, statistics = shelf.large, shelf.statistics
    held = part.segment.arrays("") | segment.flat("", {"weighed": part.terms})
    held |= {"gists": part.gists, "frequencies": statistics.frequencies}
    held |= {f"basis.{one.name}": getattr(statistics.basis, one.name) for one in fields(Basis)}
    arrays.write(path, held, {"version": _versions(), "articles": statistics.articles, "keys": part.segment.keys()})


def _versions() -> list[int]:
    return [VERSION, texts.VERSION, texts.SIZE, texts.DIMS]


def _read(folder: Path, last: Shelf) -> Shelf:
    """The shelf in a folder; the large part of the last one where that is still the same. Raises `DamagedError`."""
    stands, about = arrays.read(folder / NOW)
    try:
        if about["version"] != _versions():
            raise arrays.DamagedError("of another version")
        same = last.name == about["name"]
        large, statistics = (last.large, last.statistics) if same else _read_large(folder, about["name"])
        small = segment.from_arrays(stands, "small.", about["keys"])
        parts = (
            replace(large, standing=Standing.from_arrays(stands, "large.")),
            Part(
                small, segment.unflat(stands, "small.weighed"), stands["small.gists"],
                Standing.from_arrays(stands, "small."),
            ),
        )  # fmt: skip
        if any(len(part.segment) != len(part.standing.alive) for part in parts):
            raise arrays.DamagedError("its parts do not fit together")
        return Shelf(
            about["at"], about["name"], *parts, statistics, about["mark"], about["waiting"], about["base_rate"],
            Drawn(stands["drawn.ids"], stands["drawn.rows"]),
        )  # fmt: skip
    except (LookupError, TypeError) as error:
        raise arrays.DamagedError(f"something is missing: {error}") from None


def _read_large(folder: Path, name: str) -> tuple[Part, Statistics]:
    held, about = arrays.read(folder / f"{ARTICLES}{name}")
    if about["version"] != _versions():
        raise arrays.DamagedError("of another version")
    part = segment.from_arrays(held, "", about["keys"])
    basis = Basis(*(held[f"basis.{one.name}"] for one in fields(Basis)))
    statistics = Statistics(held["frequencies"], about["articles"], basis)
    return Part(part, segment.unflat(held, "weighed"), held["gists"], standing.nothing(len(part))), statistics


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


def refresh(now: datetime, *, most: int = building.MOST) -> Shelf:
    """Makes the next shelf."""
    return keeper().refresh(now, most=most)


def came(ids: list[int]) -> None:
    """Tells a worker's shelf of new and corrected articles: many of them make the next one due."""
    keeper().came(len(ids))


def is_due(now: datetime) -> bool:
    """Whether a worker should make the next shelf."""
    return keeper().is_due(now)
