"""`nashra demo`: the sample newspaper, without internet, in a temporary folder."""

import sys
from pathlib import Path

import click

from nashra.site.cli import setup
from nashra.site.cli.serve import HOST


@click.command()
@HOST
@click.option("--port", default=8010, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder to keep. Default: a temporary one.")
@click.pass_context
def demo(context: click.Context, host: str, port: int, data: Path | None) -> None:
    """Run a sample newspaper with its own sources, an editor and three readers, until Ctrl+C."""
    from nashra.site.demo.run import growing, stage

    data = data or (context.parent.params.get("data") if context.parent else None)
    with stage(data.expanduser().absolute() if data else None, port) as here:
        setup()
        from nashra.site import start
        from nashra.site.supervisor import Child, supervise

        lock = start.prepare()
        start.check_port(host, port)
        _fill(here.server.base)
        with growing(here.server.base):
            code = supervise([Child("web", ["web", "--host", host, "--port", str(port)]), Child("work", ["work"])])
        del lock  # held until here
    sys.exit(code)


def _fill(base: str) -> None:
    """Fills a new folder and prints who can sign in."""
    from django.conf import settings

    from nashra.accounts import services as accounts
    from nashra.site.demo.people import PEOPLE
    from nashra.site.demo.seed import PASSWORD, seed

    if accounts.paper().set_up_at is None:
        click.echo("Laying out the sample newspaper …")
        seed(base)
    click.echo(f"\nThe sample newspaper is at {settings.NASHRA_URL}\n")
    for person in sorted(PEOPLE, key=lambda one: one.role != "owner"):
        click.echo(f"  {person.role:8} {person.email:20} {PASSWORD}")
    click.echo(f"\nIts sources are at {base}, its letters in {settings.NASHRA_DATA / 'mail'}. Stop it with Ctrl+C.")
