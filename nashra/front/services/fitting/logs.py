"""This installation's own pages as examples: what the signals said of each piece, and what was opened."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from nashra.base import courtesy
from nashra.core import rank
from nashra.core.rank.examining import all_looked
from nashra.core.rank.fitting import Example
from nashra.core.rank.replaying import Logged
from nashra.core.rank.signals import REGISTRY
from nashra.front.models import Edition, Signal
from nashra.front.services.popularity.tallies import CLOSED, LEFT_OUT, OPENINGS

MOST = 8_000  # pages, the newest ones: while weights are fitted each takes some 17 KiB of memory
MOST_OF_ONE = 500  # pages of one reader: nobody decides alone how the page is ordered for all
_CHUNK = 200
Rows = list[list[Any]]
Values = bytes | memoryview | None


class Stopped(Exception):
    """The worker is about to end; nothing was changed."""


@dataclass(slots=True)
class Log:
    """Pages, oldest first, and how many were left out, by why: "model" (another version of the signals), "values"
    (those of the signals are gone), "single" (one piece alone), "reader" (enough of one reader).
    """

    pages: list[Logged] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def examples(self) -> list[Example]:
        """The pages as fitting takes them."""
        return [page.example for page in self.pages]


def keys() -> list[str]:
    """The signals' keys in the order of the columns."""
    return [one.key for one in REGISTRY]


def opened_pages(now: datetime) -> "QuerySet[Edition]":
    """Shown editions of which something was opened, and that no reader has taken back."""
    return _shown(now).filter(pk__in=Signal.objects.filter(what__in=OPENINGS).values("edition"))


def closed_pages(now: datetime) -> "QuerySet[Edition]":
    """Shown editions that readers have left, with or without an opening."""
    return _shown(now).filter(counted=CLOSED)


def _shown(now: datetime) -> "QuerySet[Edition]":
    return Edition.objects.filter(shown_at__lte=now, features__isnull=False).exclude(counted=LEFT_OUT)


def read(editions: "QuerySet[Edition]", *, most: int = MOST, stopping: Callable[[], bool] = lambda: False) -> Log:
    """The newest of these editions as pages. Raises `Stopped` when `stopping` says so."""
    log, of_reader = Log(), Counter[int]()
    newest = list(editions.order_by("-made_at", "-pk").values_list("pk", "reader")[: most * 2])
    wanted: list[int] = []
    for pk, reader in newest:
        of_reader[reader] += 1
        if of_reader[reader] <= MOST_OF_ONE and len(wanted) < most:
            wanted.append(pk)
    log.skipped["reader"] = sum(max(0, count - MOST_OF_ONE) for count in of_reader.values())
    for chunk in _chunks(wanted[::-1]):
        if stopping():
            raise Stopped
        courtesy.give_way()
        log.pages += _pages(chunk, log.skipped)
    log.skipped = +log.skipped
    return log


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))


def _pages(ids: Sequence[int], skipped: Counter[str]) -> Iterator[Logged]:
    clicks = Signal.objects.filter(edition__in=ids, what__in=OPENINGS)
    opened = set(clicks.values_list("edition", "article"))
    rows = Edition.objects.filter(pk__in=ids).order_by("made_at", "pk")
    for row in rows.values_list("pk", "made_at", "model", "items", "weights", "features"):
        page = _page(*row, opened)
        if isinstance(page, str):
            skipped[page] += 1
        else:
            yield page


def _page(
    pk: int, at: datetime, model: str, items: Rows, weights: Rows, values: Values, opened: set[tuple[int, int]]
) -> Logged | str:
    """The page, or why it cannot be used."""
    columns = _columns([key for key, _ in weights])
    if model.partition("+")[0] != rank.MODEL or columns is None:  # with trees as well: signals are what they were
        return "model"
    found = np.frombuffer(bytes(values or b""), np.float16)
    if found.size != len(items) * len(weights):
        return "values"
    if len(items) < 2:
        return "single"
    clicked = np.array([(pk, item[0]) in opened for item in items], np.bool_)
    features = found.reshape(len(items), -1)[:, columns].astype(np.float32)
    propensity = np.array([item[3] for item in items], np.float32)
    return Logged(Example(features, clicked, all_looked(len(items)), at.timestamp()), propensity)


def _columns(stored: Iterable[str]) -> npt.NDArray[np.intp] | None:
    """Where the signals of the registry stand among the stored ones; None when one of them was not there then."""
    place = {key: at for at, key in enumerate(stored)}
    if not place.keys() >= set(keys()):
        return None
    return np.array([place[key] for key in keys()], np.intp)
