"""`nashra backup`, `nashra restore`, `nashra check`: what an operator needs on bad days and good ones."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nashra.site.cli import setup
from nashra.site.cli.common import JSON, Failed, begin, print_json, progress

if TYPE_CHECKING:
    from nashra.site.health.checks import Check

FILE = click.argument("file", type=click.Path(path_type=Path, dir_okay=False))


@click.command()
@FILE
def backup(file: Path) -> None:
    """Write database, saved files and secret into one .tar.gz, also while Nashra runs."""
    begin()
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from nashra.site.backup import blob_files, write_backup
    from nashra.site.health import beat, figures

    if connection.vendor != "sqlite":
        raise Failed(
            "This installation keeps its rows in PostgreSQL: back it up with pg_dump, and copy the folders "
            f"blobs/ and secret of {settings.NASHRA_DATA} beside it. Nothing was written."
        )
    began = timezone.now()
    database = Path(str(connection.settings_dict["NAME"]))
    with progress("Packing", 3 + len(blob_files(settings.NASHRA_DATA))) as bar:
        made = write_backup(
            settings.NASHRA_DATA, database, file.absolute(), version=figures.version(), tick=lambda: bar.update(1)
        )
    took = int((timezone.now() - began).total_seconds() * 1000)
    beat.note(beat.BACKUP, timezone.now(), took_ms=took)
    click.echo(f"{file}: {made.files} files, {made.size} bytes. It holds the secret: keep it where nobody else looks.")


@click.command()
@FILE
def restore(file: Path) -> None:
    """Unpack a backup into an empty data folder (name it with --data)."""
    from nashra.site import config
    from nashra.site.backup import read_backup

    folder = config.data_folder(config.read()["DATA"])
    restored = read_backup(file, folder)
    click.echo(f"{restored.files} files are in {folder}. Start it with: nashra --data {folder} run")


@click.command()
@JSON
def check(as_json: bool) -> None:
    """Report on database, queue, clock, disk, mail and public address; exit 1 if something needs a person."""
    setup()
    from django.utils import timezone, translation

    from nashra.base import locale
    from nashra.site.health.checks import run_checks

    translation.activate("en")
    locale.activate(locale.Preferences(language="en"))
    results = run_checks(timezone.now())
    if as_json:
        print_json([{"name": one.name, "state": one.state, "text": one.text} for one in results])
    else:
        _print(results)
    if any(one.state == "bad" for one in results):
        sys.exit(1)


def _print(results: "list[Check]") -> None:
    marks = {"ok": "ok  ", "warn": "look", "bad": "BAD "}
    for one in results:
        click.echo(f"{marks[one.state]}  {one.name:10} {one.text}")
    bad = [one.name for one in results if one.state == "bad"]
    if bad:
        click.echo(f"nashra: needs a person: {', '.join(bad)}.", err=True)
