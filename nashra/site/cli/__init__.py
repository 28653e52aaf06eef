"""The command line: `nashra …`. Commands live in this folder's modules; each calls the apps' services."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from nashra.site.config import ConfigError

COMMANDS = {
    # command: module that defines it under the same name
    "run": "serve", "web": "serve", "work": "serve", "demo": "demo",
    "source": "sources", "opml": "sources", "rule": "rules",
    "reader": "readers",
    "front": "reading", "search": "reading", "save": "reading",
    "newsletter": "newsletters",
    "evaluate": "evaluate",
    "backup": "care", "restore": "care", "check": "care",
}  # fmt: skip


class Commands(click.Group):
    """Imports a command's module only when it is asked for, so that `--data` counts and start-up stays short."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands, in the order of the table above."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = __import__(f"{__name__}.{COMMANDS[cmd_name]}", fromlist=[cmd_name])
        command: click.Command = getattr(module, cmd_name)
        return command


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--data", type=click.Path(path_type=Path), help="Folder that holds everything (NASHRA_DATA).")
@click.option("--debug", is_flag=True, help="Show a traceback when something fails.")
@click.version_option(package_name="nashra")
def nashra(data: Path | None, debug: bool) -> None:
    """News chosen for each reader, saved articles and newsletters, on your own machine."""
    if data is not None:
        os.environ["NASHRA_DATA"] = str(data.expanduser().absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nashra.site.settings")


def main(arguments: list[str] | None = None) -> Any:
    """Runs a command: exit 0 when done, 1 with one clear line when it failed, 2 on wrong usage."""
    debug = "--debug" in (sys.argv[1:] if arguments is None else arguments)
    try:
        nashra.main(arguments, prog_name="nashra", standalone_mode=True)
    except ConfigError as error:
        _fail(str(error))
    except Exception as error:
        if debug:
            raise
        _fail(f"{error}" if _is_ours(error) else f"{type(error).__name__}: {error}")


def _is_ours(error: Exception) -> bool:
    return type(error).__module__.startswith("nashra.")


def _fail(message: str) -> None:
    click.echo(f"nashra: {' '.join(message.split())}", err=True)
    sys.exit(1)


def setup() -> None:
    """Makes the data folder and its secret, then loads Django; every command but help begins with it."""
    import django

    from nashra.site import config, logs, start

    folder = config.data_folder(config.read()["DATA"])
    os.umask(0o077)  # database, letters, pictures: whatever is written here is for this user alone
    start.make_folder(folder)
    start.make_secret(folder)
    django.setup()
    logs.configure()
