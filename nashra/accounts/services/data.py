"""A reader's data as a whole: all of it out, or all of it gone."""

import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from nashra.accounts import registry
from nashra.accounts.errors import LastOwner
from nashra.accounts.models import Paper, Reader, Role
from nashra.accounts.registry import ExportFile, Row
from nashra.accounts.services.readers import end_sessions


class _Encoder(DjangoJSONEncoder):
    """JSON with whole moments (Django's cuts microseconds) and bytes as text where they are text."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime | date):
            return o.isoformat()
        if isinstance(o, bytes | bytearray | memoryview):
            return bytes(o).decode("utf-8", "replace")
        return super().default(o)


def export(reader: Reader) -> Iterator[ExportFile]:
    """All that is kept about a reader: a JSON list for each kind of row, then files. One row in memory at a time."""
    for label in sorted(registry.exporters):
        yield ExportFile(f"{label}.json", _json_list(registry.exporters[label](reader)))
    for files in registry.file_exporters:
        yield from files(reader)


def _json_list(rows: Iterable[Row]) -> Iterator[bytes]:
    before = "[\n"
    for row in rows:
        yield f"{before}{json.dumps(dict(row.values), cls=_Encoder, ensure_ascii=False)}".encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def export_to_zip(reader: Reader, target: Path | IO[bytes]) -> None:
    """Writes the export as a ZIP archive; a file appears under its name only when it is whole."""
    if not isinstance(target, Path):
        _write_zip(reader, target)
        return
    unfinished = target.with_name(f".{target.name}.part")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        _write_zip(reader, file)
    unfinished.replace(target)


def _write_zip(reader: Reader, file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in export(reader):
            with archive.open(entry.name, "w") as inside:
                for part in entry.parts:
                    inside.write(part)


@transaction.atomic
def delete(reader: Reader) -> None:
    """Deletes the account and everything that names it, for good. Raises `LastOwner` while others still read here.

    When the only reader of an installation goes, the paper waits for a new owner's set-up.
    """
    others = Reader.objects.exclude(pk=reader.pk)
    owner_left = others.filter(role=Role.OWNER, is_active=True).exists()
    if reader.is_owner and not owner_left and others.exists():
        raise LastOwner
    end_sessions(reader)
    for forget in reversed(registry.deleters):
        forget(reader)
    reader.delete()
    if not others.exists():
        Paper.objects.update(set_up_at=None)
