"""A reader's library for the export of all their data: rows, pictures and pages as they came."""

from collections.abc import Iterable, Iterator
from mimetypes import guess_extension

from nashra.accounts.models import Reader
from nashra.accounts.registry import ExportFile, Row, export_model, exporters, file_exporters, rows
from nashra.base import blobs
from nashra.library.models import SavedItem, SavedPicture, Tag


def register() -> None:
    """Hangs up the exporters. Deleting needs no more than the foreign keys; files leave with the sweep."""
    export_model(Tag)
    export_model(SavedPicture, path="item__reader")
    exporters[SavedItem._meta.label] = _items
    file_exporters.append(_files)


def _items(reader: Reader) -> Iterator[Row]:
    """The saved items, each with the names of its tags."""
    mine = SavedItem.every.filter(reader=reader).order_by("pk")
    names: dict[int, list[str]] = {}
    for item_id, name in mine.filter(tags__isnull=False).values_list("pk", "tags__name"):
        names.setdefault(item_id, []).append(name)
    for row in rows(mine, leave_out=["folded", "claimed_until", "attempts"]):
        yield Row({**row.values, "tags": names.get(row.values["id"], [])})


def _files(reader: Reader) -> Iterator[ExportFile]:
    """Each kept picture and page once, under its key."""
    pictures = SavedPicture.objects.filter(item__reader=reader).order_by("key")
    for key, kind in pictures.values_list("key", "content_type").distinct():
        yield ExportFile(f"library/pictures/{key}{guess_extension(kind) or ''}", _bytes(key))
    pages = SavedItem.every.filter(reader=reader).exclude(page="").order_by("page")
    for key in pages.values_list("page", flat=True).distinct():
        yield ExportFile(f"library/pages/{key}.html.gz", _bytes(key))


def _bytes(key: str) -> Iterable[bytes]:
    try:
        yield blobs.get(key)
    except blobs.BlobMissing:
        return
