"""The trees of an installation: one file of the data folder, its first line (JSON) about it and then the trees.

They belong to the weights on which they were grown and to the signals of this version: with others they are not used.
"""

import importlib.util
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import structlog
from django.conf import settings
from django.utils.translation import gettext, ngettext

from nashra.base import locale
from nashra.core.rank.correcting import Correction
from nashra.core.rank.signals import REGISTRY

log = structlog.get_logger(__name__)
NEEDED = 5_000
"""Lists with an opening from which trees can learn what a sum cannot: with fewer they mostly learn chance."""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the trees are on. `why` not: absent (not installed), never (not grown yet), few (lists), no-gain, other
    (weights or signals have changed since) or damaged. Gains are of the mean AUC of a list, in the replay.
    """

    on: bool
    why: str = ""
    lists: int = 0
    gain: float = 0.0
    low: float = 0.0  # 95 % interval of the gain
    high: float = 0.0
    made_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Grown:
    """What the file holds about its trees: the signals in order, the weights under them, and how they did."""

    keys: tuple[str, ...]
    weights: tuple[float, ...]
    status: Status


def installed() -> bool:
    """Whether LightGBM is there."""
    return importlib.util.find_spec("lightgbm") is not None


def file() -> Path:
    """Where the trees are."""
    return Path(settings.NASHRA_DATA) / "ranking" / "trees.txt"


def write(grown: Grown, text: str) -> None:
    """Puts new trees, or the news that there are none, in the place of the former ones; all or nothing."""
    said = asdict(grown)
    said["status"]["made_at"] = grown.status.made_at.isoformat() if grown.status.made_at else None
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.write_text(f"{json.dumps(said)}\n{text}", "utf-8")
    unfinished.replace(path)


def status(weights: Mapping[str, float]) -> Status:
    """Whether the trees are on over these weights (by signal's key), and why not."""
    if not installed():
        return Status(False, "absent")
    stamp = _stamp()
    if stamp is None:
        return Status(False, "never")
    found = _head(file(), stamp)
    if found is None:
        return Status(False, "damaged")
    if found.status.on and not _fits(found, weights):
        return Status(False, "other", made_at=found.status.made_at)
    return found.status


def correction(weights: Mapping[str, float]) -> Correction | None:
    """The trees over these weights, loaded once in a process; None while they are off."""
    stamp = _stamp()
    if stamp is None or not installed():
        return None
    found = _head(file(), stamp)
    if found is None or not found.status.on or not _fits(found, weights):
        return None
    return _loaded(file(), stamp)


def _fits(found: Grown, weights: Mapping[str, float]) -> bool:
    keys = tuple(one.key for one in REGISTRY)
    return found.keys == keys and found.weights == tuple(in_order(weights, keys))


def in_order(weights: Mapping[str, float], keys: Sequence[str]) -> list[float]:
    """The weights of these signals, the shipped ones where there are no others; rounded, so that they compare."""
    shipped = {one.key: one.weight for one in REGISTRY}
    return [round(float(weights.get(key, shipped.get(key, 0.0))), 6) for key in keys]


def _stamp() -> int | None:
    try:
        return file().stat().st_mtime_ns
    except OSError:
        return None


@lru_cache(maxsize=2)
def _head(path: Path, stamp: int) -> Grown | None:
    try:
        with path.open(encoding="utf-8") as opened:
            said = json.loads(opened.readline())
        made_at = said["status"].pop("made_at")
        made = Status(**said["status"], made_at=datetime.fromisoformat(made_at) if made_at else None)
        return Grown(tuple(said["keys"]), tuple(said["weights"]), made)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.warning("boosting.damaged", error=str(error))
        return None


@lru_cache(maxsize=1)
def _loaded(path: Path, stamp: int) -> Correction | None:
    from nashra.front.boosting.trees import Trees

    try:
        return Trees(path.read_text("utf-8").partition("\n")[2])
    except Exception as error:  # LightGBM's own kinds; pages go on without
        log.warning("boosting.damaged", error=str(error))
        return None


def sentence(found: Status) -> str:
    """The status in words."""
    if found.on:
        return gettext("On: in the replay they order %(gain)s more of 100 pairs rightly (at least %(low)s).") % {
            "gain": locale.number(round(100 * found.gain, 2)),
            "low": locale.number(round(100 * found.low, 2)),
        }
    if found.why == "few":
        return ngettext(
            "Off: of the %(needed)s lists with an opening that they need there is %(count)s.",
            "Off: of the %(needed)s lists with an opening that they need there are %(count)s.",
            found.lists,
        ) % {"needed": locale.number(NEEDED), "count": locale.number(found.lists)}
    return _OFF[found.why]() if found.why in _OFF else gettext("Off.")


_OFF = {
    "absent": lambda: gettext("Off: LightGBM is not installed (nashra[gbdt])."),
    "never": lambda: gettext("Off: they have not been grown yet. That happens at night."),
    "no-gain": lambda: gettext("Off: in the replay they did not do better than the weights alone, for certain."),
    "other": lambda: gettext("Off until the next night: the weights or signals have changed since they were grown."),
    "damaged": lambda: gettext("Off: their file is damaged. It is made again in the next night."),
}
