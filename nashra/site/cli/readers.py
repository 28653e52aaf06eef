"""`nashra reader …`: accounts."""

import sys
from pathlib import Path

import click

from nashra.site.cli.common import JSON, Failed, begin, print_json, print_table, reader_of


@click.group()
def reader() -> None:
    """Make, list, export and delete accounts."""


@reader.command()
@click.argument("email")
@click.option("--role", type=click.Choice(["reader", "editor", "owner"]), default="reader", show_default=True)
@click.option("--name", default="", help="Name that pages show.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def create(email: str, role: str, name: str, password_stdin: bool) -> None:
    """Make an account. Without a password its reader sets one through “forgotten password”."""
    begin()
    from nashra.accounts import services as accounts
    from nashra.accounts.errors import AccountError

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    if password == "":
        raise Failed("No password came on standard input.")
    try:
        made = accounts.create_reader(email, role, password, name=name)
    except AccountError as error:
        raise Failed(str(error)) from None
    click.echo(f"{made.email} is a new {made.role}.")


@reader.command("list")
@JSON
def list_(as_json: bool) -> None:
    """List all accounts."""
    begin()
    from nashra.accounts import services as accounts

    rows = [
        {"email": one.email, "name": one.name, "role": one.role, "active": one.is_active, "since": one.date_joined}
        for one in accounts.list_readers()
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(("ADDRESS", "NAME", "ROLE", "ACTIVE", "SINCE"), [list(row.values()) for row in rows])


@reader.command()
@click.argument("email")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(email: str, file: Path) -> None:
    """Write everything that is kept about a reader into a ZIP archive."""
    begin()
    from nashra.accounts import services as accounts

    try:
        accounts.export_to_zip(reader_of(email), file)
    except OSError as error:
        raise Failed(f"{file} cannot be written ({error.strerror}).") from None
    click.echo(f"{file}: {file.stat().st_size} bytes")


@reader.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask.")
def delete(email: str, yes: bool) -> None:
    """Delete an account and everything that belongs to it, for good."""
    begin()
    from nashra.accounts import services as accounts
    from nashra.accounts.errors import AccountError

    found = reader_of(email)
    if not yes and not click.confirm(f"Delete {found.email} with all saved articles and history?"):
        raise Failed("Nothing was deleted.")
    try:
        accounts.delete(found)
    except AccountError as error:
        raise Failed(str(error)) from None
    click.echo(f"{email} is deleted.")
