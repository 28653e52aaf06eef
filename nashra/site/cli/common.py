"""What the commands share: a beginning, readers by address, failures in one line, tables and JSON."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, TYPE_CHECKING, Any

import click

from nashra.site.cli import setup

if TYPE_CHECKING:
    from nashra.accounts.models import Reader
    from nashra.news.models import Source

PRIVATE = "(private)"  # stands for the address of a private source
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")


class Failed(click.ClickException):
    """A command that could not do its work: exit 1 and this one line."""

    def show(self, file: IO[Any] | None = None) -> None:
        """One line on standard error."""
        click.echo(f"nashra: {' '.join(self.format_message().split())}", file=file, err=file is None)


def begin() -> None:
    """Loads the installation and brings its database up to date. The command line speaks English."""
    setup()
    from django.conf import settings
    from django.utils import translation

    from nashra.base import locale
    from nashra.site import start

    translation.activate("en")
    locale.activate(locale.Preferences(language="en", time_zone=settings.TIME_ZONE))
    start.prepare_database()


def reader_of(email: str | None) -> "Reader":
    """The reader with this address; without one the owner."""
    from nashra.accounts import services as accounts
    from nashra.accounts.models import Role

    if email is None:
        owner = accounts.list_readers().filter(role=Role.OWNER, is_active=True).first()
        if owner is None:
            raise Failed("There is no owner yet: open the link that “nashra run” prints, or name a reader.")
        return owner
    reader = accounts.find_reader(email)
    if reader is None:
        raise Failed(f"There is no reader with the address {email}.")
    return reader


def shown(source: "Source") -> str:
    """A source's address; a private one's is its reader's alone, and may hold a key."""
    return source.url if source.owner_id is None else PRIVATE


def print_json(value: object) -> None:
    """A value as JSON, moments in ISO form."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Columns two spaces apart; nothing but a dash where there is nothing."""
    lines = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(line[n]) for line in [list(head), *lines]) for n in range(len(head))]
    for line in [list(head), *lines]:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: object) -> str:
    from nashra.base import locale

    if isinstance(value, datetime):
        return locale.stamp(value)
    text = " ".join(str(value).split()) if value not in (None, "") else "-"
    return text.replace("\x1b", "")


def progress(label: str, length: int) -> "click._termui_impl.ProgressBar[int]":
    """A bar for long work, on standard error; nothing is drawn when nobody sits there."""
    return click.progressbar(range(length), length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
