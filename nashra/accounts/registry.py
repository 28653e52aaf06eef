"""What upper apps hang up here in `AppConfig.ready()`: how their rows about a reader are exported and deleted.

A test walks all models: one that refers to a reader and has no exporter here fails it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from nashra.accounts.models import Reader


@dataclass(frozen=True, slots=True)
class Row:
    """One row that names the reader: field names and values (text, numbers, moments, lists, maps)."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of an export: its path inside the archive and its bytes, part by part."""

    name: str
    parts: Iterable[bytes]


Exporter = Callable[[Reader], Iterable[Row]]
FileExporter = Callable[[Reader], Iterable[ExportFile]]
Deleter = Callable[[Reader], None]

exporters: dict[str, Exporter] = {}  # "app.Model" -> its rows that name this reader
file_exporters: list[FileExporter] = []  # pictures, OPML and the like
deleters: list[Deleter] = []  # what no foreign key takes along; called in the deletion's transaction, last hung first


def rows(query: QuerySet[Any], *, leave_out: Iterable[str] = ()) -> Iterator[Row]:
    """Rows of a query with all their columns but those in `leave_out` (secrets, bulky copies)."""
    hidden = set(leave_out)
    names = [field.attname for field in query.model._meta.concrete_fields if field.attname not in hidden]
    for row in query.iterator(chunk_size=500):
        yield Row({name: getattr(row, name) for name in names})


def export_model(model: type[Model], *, path: str = "reader", leave_out: Iterable[str] = ()) -> None:
    """Exports all rows of this model whose field `path` is the reader; enough for most models."""

    def exporter(reader: Reader) -> Iterator[Row]:
        return rows(model._default_manager.filter(**{path: reader}).order_by("pk"), leave_out=leave_out)

    exporters[model._meta.label] = exporter
