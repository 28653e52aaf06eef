"""`nashra run`, `nashra web`, `nashra work`."""

import os
import sys

import click

from nashra.base.lifeline import LIFELINE, follow_parent
from nashra.site.cli import setup

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
PORT = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")


@click.command()
@HOST
@PORT
def run(host: str, port: int) -> None:
    """Run everything: web, workers and schedule, until Ctrl+C."""
    os.environ.setdefault("NASHRA_URL", f"http://localhost:{port}")
    setup()
    from nashra.site import start
    from nashra.site.supervisor import Child, supervise

    lock = start.prepare()
    start.check_port(host, port)
    _welcome()
    code = supervise([Child("web", ["web", "--host", host, "--port", str(port)]), Child("work", ["work"])])
    del lock  # held until here
    sys.exit(code)


def _welcome() -> None:
    from django.conf import settings
    from django.utils import timezone

    from nashra.accounts import services as accounts

    click.echo(f"Nashra is at {settings.NASHRA_URL}")
    click.echo(f"Data folder: {settings.NASHRA_DATA}")
    if settings.NASHRA_SINGLE_USER:
        accounts.ensure_single_owner()
    elif not accounts.has_owner():
        link = accounts.make_setup_link(now=timezone.now())
        click.echo(
            f"\nOpen this link once, within the hour, to set up your paper:\n\n    {settings.NASHRA_URL}{link}\n"
        )


@click.command()
@HOST
@PORT
def web(host: str, port: int) -> None:
    """Run the web server alone (several nodes on PostgreSQL)."""
    if _begin(port):
        from nashra.site import start

        start.check_port(host, port)
        _welcome()
    from django.conf import settings
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    server = Server(
        "nashra.site.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.NASHRA_WEB_WORKERS,
        blocking_threads=settings.NASHRA_WEB_THREADS,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
        log_level=LogLevels.warning,
    )
    os.environ[LIFELINE] = str(os.getpid())  # its processes end with this one
    server.serve()


@click.command()
def work() -> None:
    """Run the job worker and the schedule alone (several nodes on PostgreSQL)."""
    _begin()
    from django.conf import settings

    from nashra.base import jobs

    jobs.work(settings.NASHRA_WORK_THREADS)


def _begin(port: int | None = None) -> bool:
    """Makes one part ready; whether it was started by hand, not by `nashra run` (which has prepared everything)."""
    if follow_parent():  # first of all: the parent may end at any moment
        setup()
        return False
    if port is not None:
        os.environ.setdefault("NASHRA_URL", f"http://localhost:{port}")
    from nashra.site import start

    start.check_shared_key()
    setup()
    start.prepare_part()
    return True
