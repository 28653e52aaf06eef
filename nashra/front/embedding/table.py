"""The vectors of live articles as one table in files that all processes of a machine map: a folder of the data folder.

`ids` and `vectors` only grow, row by row, so a reader that mapped them earlier keeps what it has. Rows are seen from
the centre of the articles that were there when the table was begun; `now` names the table in use, with that centre. It
can always be made again from the rows of the database, and is at each start of a worker.
"""

import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import structlog
from django.conf import settings

from nashra.base import courtesy
from nashra.core.rank import Lessons, Pool
from nashra.core.rank.vectors import centre_of, directions
from nashra.front.embedding import choosing, serving
from nashra.front.models import Embedding

log = structlog.get_logger(__name__)
FOLDER, NOW = "vectors", "now"
_AT_ONCE = 2_000
_LOOKS = 2.0  # seconds between two looks whether there is more
_BACK = 500  # rows read again: transactions may end in another order than they took their numbers
_GROWN, _FEW = 2, 2_000  # a young table is begun anew when it has doubled: its centre was that of few
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The vectors of one model: `matrix` rows (N, dim) of length 1, seen from `centre`."""

    folder: str
    model: str
    centre: npt.NDArray[np.float32]
    ids: Ints  # (N,)
    matrix: npt.NDArray[np.float16]
    order: npt.NDArray[np.intp]  # of the ids

    def rows(self, ids: Ints) -> npt.NDArray[np.int32]:
        """Of each article its row, -1 for those without a vector."""
        if not len(self.ids):
            return np.full(len(ids), -1, np.int32)
        at = np.minimum(np.searchsorted(self.ids, ids, sorter=self.order), len(self.ids) - 1)
        found = self.order[at]
        return np.where(self.ids[found] == ids, found, -1).astype(np.int32)


class Keeper:
    """The table of one data folder, as this process knows it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._table: Table | None = None
        self._looked = -_LOOKS
        self._begun = False  # by this process
        self._rows: list[tuple[Ints, Table, npt.NDArray[np.int32]]] = []

    def current(self) -> Table | None:
        """The table, as of some seconds ago; None without one."""
        if time.monotonic() - self._looked >= _LOOKS:
            self._looked = time.monotonic()
            self._table = _mapped(self.folder, self._table)
        return self._table

    def rows(self, ids: Ints, table: Table) -> npt.NDArray[np.int32]:
        """`Table.rows`, remembered for the arrays of ids that come again and again: those of the shelf."""
        for known, of, rows in self._rows:
            if known is ids and of is table:
                return rows
        self._rows = [*self._rows[-1:], (ids, table, table.rows(ids))]
        return self._rows[-1][2]

    def refresh(self, now: datetime) -> int:
        """Takes in what was encoded since; how many rows. The worker alone does this."""
        model = serving.serving(now)
        if not model:
            self._let_go("")
            return 0
        self._looked = -_LOOKS
        table = self.current()
        if table is None or not self._begun or _is_old(table, model, now):
            return self._begin(model, now)
        return self._grow(table)

    def _begin(self, model: str, now: datetime) -> int:
        rows = Embedding.objects.filter(model=model, article__in=serving.wanted(now)).order_by("pk")
        first = _matrix(list(rows.order_by("-pk").values_list("article_id", "vector")[:_AT_ONCE]))[1]
        if not len(first):
            return 0
        name, centre = f"{time.time_ns():x}", centre_of(first)
        (self.folder / name).mkdir(parents=True)
        added = _append(self.folder / name, rows, centre)
        about = {"folder": name, "model": model, "dim": len(centre), "centre": centre.tolist()}
        unfinished = self.folder / f".{NOW}"
        unfinished.write_text(json.dumps(about), "utf-8")
        unfinished.replace(self.folder / NOW)
        self._begun, self._looked = True, -_LOOKS
        self._let_go(name)
        return added

    def _grow(self, table: Table) -> int:
        last = Embedding.objects.filter(model=table.model, article__in=table.ids[-_BACK:].tolist())
        since = last.order_by("pk").values_list("pk", flat=True).first() or 0
        rows = Embedding.objects.filter(model=table.model, pk__gte=since).order_by("pk")
        self._looked = -_LOOKS
        return _append(self.folder / table.folder, rows, table.centre, table)

    def _let_go(self, kept: str) -> None:
        """Deletes tables that are no longer in use; whoever has mapped one keeps it."""
        if not kept:
            (self.folder / NOW).unlink(missing_ok=True)
        for old in self.folder.iterdir() if self.folder.is_dir() else ():
            if old.is_dir() and old.name != kept:
                shutil.rmtree(old, ignore_errors=True)
        if not kept and self.folder.is_dir():
            shutil.rmtree(self.folder, ignore_errors=True)


def _is_old(table: Table, model: str, now: datetime) -> bool:
    """Whether the table is another model's, its centre that of few articles, or half of it gone."""
    there = serving.coverage(now, model)[0]
    young = len(table.ids) < _FEW and there > _GROWN * _counted(table)
    return table.model != model or young or len(table.ids) > 2 * there + _BACK


def _counted(table: Table) -> int:
    """From how many articles the centre was made."""
    return int((Path(settings.NASHRA_DATA) / FOLDER / table.folder / "first").read_text("utf-8") or 0)


def _append(folder: Path, rows: Any, centre: npt.NDArray[np.float32], table: Table | None = None) -> int:
    """Writes the vectors of these rows behind those that are there: first vectors, then the ids that count them."""
    known = set() if table is None else set(table.ids.tolist())
    added = 0
    with (folder / "vectors").open("ab") as vectors, (folder / "ids").open("ab") as ids:
        vectors.truncate(2 * len(centre) * len(known))
        for some in _chunks(rows):
            courtesy.give_way()
            fresh = [(pk, data) for pk, data in some if pk not in known and len(data) == 2 * len(centre)]
            numbers, matrix = _matrix(fresh)
            if len(numbers):
                vectors.write(directions(matrix, centre).astype(np.float16).tobytes())
                vectors.flush()
                ids.write(numbers.tobytes())
                ids.flush()
            known |= set(numbers.tolist())
            added += len(numbers)
    if table is None:
        (folder / "first").write_text(str(added), "utf-8")
    return added


def _chunks(rows: Any) -> Any:
    last = 0
    while some := list(rows.filter(pk__gt=last).values_list("pk", "article_id", "vector")[:_AT_ONCE]):
        last = some[-1][0]
        yield [row[1:] for row in some]


def _matrix(rows: Sequence[tuple[int, Any]]) -> tuple[Ints, npt.NDArray[np.float16]]:
    if not rows:
        return np.zeros(0, np.int64), np.zeros((0, 0), np.float16)
    dim = len(rows[0][1]) // 2
    same = [row for row in rows if len(row[1]) == 2 * dim]
    data = b"".join(bytes(vector) for _, vector in same)
    return np.array([pk for pk, _ in same], np.int64), np.frombuffer(data, np.float16).reshape(-1, dim)


def _mapped(folder: Path, last: Table | None) -> Table | None:
    """The table as it stands in the folder; the last one where nothing has changed."""
    try:
        about = json.loads((folder / NOW).read_text("utf-8"))
        place, dim = folder / about["folder"], int(about["dim"])
        size = min((place / "ids").stat().st_size // 8, (place / "vectors").stat().st_size // (2 * dim))
        if last is not None and (last.folder, len(last.ids)) == (about["folder"], size):
            return last
        if not size:
            return None
        ids = np.memmap(place / "ids", np.int64, "r", shape=(size,))
        matrix = np.memmap(place / "vectors", np.float16, "r", shape=(size, dim))
        centre = np.array(about["centre"], np.float32)
        return Table(about["folder"], about["model"], centre, ids, matrix, np.argsort(ids, kind="stable"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("vectors.damaged", error=str(error))
        return None


@lru_cache(maxsize=2)
def _keeper(folder: Path) -> Keeper:
    return Keeper(folder / FOLDER)


def keeper() -> Keeper:
    """The one of this process for this installation."""
    return _keeper(Path(settings.NASHRA_DATA))


def is_wanted() -> bool:
    """Whether there is a model, or a table of one that was given up."""
    return bool(choosing.chosen().kind) or keeper().folder.is_dir()


def attached(pool: Pool) -> Pool:
    """The pool with the vectors of its articles; as it is without a model."""
    if not choosing.chosen().kind or (table := keeper().current()) is None:
        return pool
    return replace(pool, vectors=table.matrix, vector_rows=keeper().rows(pool.ids, table))


def taught(lessons: Lessons, articles: Sequence[int | None]) -> Lessons:
    """Lessons with the vectors of their articles, as the table sees them; as they are without a model."""
    if not lessons.ids or not choosing.chosen().kind or (table := keeper().current()) is None:
        return lessons
    stored = Embedding.objects.filter(model=table.model, article__in=[pk for pk in articles if pk])
    known: dict[int | None, Any] = dict(stored.values_list("article_id", "vector"))
    vectors = np.zeros((len(lessons.ids), len(table.centre)), np.float16)
    for place, article in enumerate(articles):
        data = known.get(article)
        if data is not None and len(data) == 2 * len(table.centre):
            vectors[place] = np.frombuffer(bytes(data), np.float16)
    return replace(lessons, vectors=directions(vectors, table.centre))
