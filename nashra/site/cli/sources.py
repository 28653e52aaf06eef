"""`nashra source …` and `nashra opml …`: what is fetched, and why."""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from nashra.site.cli.common import JSON, Failed, begin, print_json, print_table, progress, reader_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from nashra.news.models import Source

READER = click.option("--reader", "email", metavar="E-MAIL", help="Whose subscriptions. Default: the owner's.")
URLS = click.argument("urls", metavar="URL…", nargs=-1)


@click.group()
def source() -> None:
    """Add, list, remove, fetch and explain sources."""


@source.command()
@click.argument("urls", metavar="URL…", nargs=-1, required=True)
@READER
@click.option("--paper", is_flag=True, help="Make them the paper's own choice: visitors see them.")
def add(urls: tuple[str, ...], email: str | None, paper: bool) -> None:
    """Follow feeds, or the feeds of sites, at these addresses."""
    begin()
    from nashra.news import services as news

    reader, failed = reader_of(email), 0
    for url in urls:
        try:
            result = news.add_source(reader, url, visibility="paper" if paper else None)
        except news.SourceError as error:
            failed += 1
            click.echo(f"{url}: {error.message}", err=True)
            continue
        if result.source is not None:
            click.echo(f"{result.source.url}: {result.source.title or 'waits for its first turn'}")
        for one in result.found:
            click.echo(f"{url}: has several feeds, name one of them: {one.url} {one.title or ''}".rstrip())
        failed += not result.source
    if failed:
        raise Failed(f"{failed} of {len(urls)} could not be added.")


@source.command("list")
@JSON
def list_(as_json: bool) -> None:
    """List sources with their state. Private ones appear without their address."""
    begin()
    from nashra.news import services as news
    from nashra.news.models import Source

    rows = []
    for one in Source.objects.order_by("pk"):
        shown = one.url if one.owner_id is None else "(private)"
        rows.append(
            {"id": one.pk, "url": shown, "title": one.title if one.owner_id is None else "", "state": one.state,
             "visibility": one.visibility, "health": news.health(one).word, "fetched": one.fetched_at,
             "due": one.due_at, "articles": one.articles.count()}
        )  # fmt: skip
    if as_json:
        print_json(rows)
    else:
        names = ("id", "health", "visibility", "fetched", "articles", "url")
        print_table([name.upper() for name in names], [[row[name] for name in names] for row in rows])


@source.command()
@click.argument("urls", metavar="URL…", nargs=-1, required=True)
def remove(urls: tuple[str, ...]) -> None:
    """Remove sources for all readers, with their articles; what readers saved stays."""
    begin()
    from nashra.news import services as news

    for one in _named(urls):
        news.remove_source(one)
        click.echo(f"{one.url}: removed")


@source.command()
@URLS
@click.option("--all", "everything", is_flag=True, help="All sources, whether due or not.")
def fetch(urls: tuple[str, ...], everything: bool) -> None:
    """Fetch these sources now, or those that are due. A server that asked for a pause is not asked."""
    begin()
    from django.utils import timezone

    from nashra.news.fetching.sweep import fetch_due
    from nashra.news.models import Fetch, Source

    began = timezone.now()
    chosen = list(Source.objects.filter(state="active")) if everything else _named(urls)
    waiting = _make_due(chosen)
    fetch_due()
    _fetch_rest(chosen, began)
    fetches = Fetch.objects.filter(at__gte=began)
    if chosen:
        fetches = fetches.filter(source__in=[one.pk for one in chosen])
    failed = fetches.filter(outcome__in=("failed", "refused")).count()
    new = sum(fetches.values_list("added", flat=True))
    click.echo(f"{fetches.count()} fetched, {new} new articles, {failed} failed, {waiting} asked to wait.")
    if urls and (failed or waiting):
        raise Failed("Not every source could be fetched; “nashra source why URL” says why.")


def _make_due(sources: "Sequence[Source]") -> int:
    """Makes these sources due now; how many cannot be asked, because their server asked for a pause."""
    from nashra.news import services as news

    waiting = 0
    with progress("Asking", len(sources)) as bar:
        for one, _ in zip(sources, bar, strict=True):
            try:
                news.fetch_now(one)
            except news.SourceError as error:
                waiting += 1
                click.echo(f"{one.url}: {error.message}", err=True)
    return waiting


def _fetch_rest(sources: "Sequence[Source]", began: datetime) -> None:
    """Fetches those whose host wanted a pause first, and waits for those that a running Nashra took up meanwhile.

    Gives up after a minute without any progress.
    """
    from django.db.models import Q

    from nashra.news.fetching.sweep import fetch_due
    from nashra.news.models import Source

    rows = Source.objects.filter(Q(fetched_at=None) | Q(fetched_at__lt=began), state="active", due_reason__code="asked")
    rows = rows.filter(pk__in=[one.pk for one in sources])
    left, until = rows.count(), time.monotonic() + 60
    while left and time.monotonic() < until:
        time.sleep(0.2)
        fetch_due()
        now_left = rows.count()
        if now_left < left:
            left, until = now_left, time.monotonic() + 60


@source.command()
@click.argument("url")
@JSON
def why(url: str, as_json: bool) -> None:
    """Print a source's last fetches: when, status, bytes, what was decided and why."""
    begin()
    from nashra.news import services as news

    one = _named((url,))[0]
    found = news.explain(one)
    names = ("at", "status", "size", "took_ms", "outcome", "added", "updated", "sentence")
    rows = [[getattr(line, name) for name in names] for line in found.fetches]
    if as_json:
        fetches = [dict(zip(names, row, strict=True)) for row in rows]
        state = {"kind": found.health.kind, "word": found.health.word, "sentence": found.health.sentence}
        print_json({"url": one.url, "health": state, "due": found.due_at, "why": found.due, "fetches": fetches})
        return
    click.echo(f"{one.url}\n{found.health.word}. {found.health.sentence}".rstrip())
    click.echo(f"Next: {found.due_at:%Y-%m-%d %H:%M:%S} UTC. {found.due}\n" if found.due_at else "Not fetched.\n")
    print_table(("WHEN (UTC)", "STATUS", "BYTES", "MS", "DECIDED", "NEW", "CHANGED", "WHY"), rows)


def _named(urls: tuple[str, ...]) -> "list[Source]":
    """The sources with these addresses."""
    from nashra.core.feeds.address import AddressError, normalise

    found = []
    for url in urls:
        try:
            address = normalise(url)
        except AddressError:
            address = url
        rows = _rows(address)
        if not rows:
            raise Failed(f"There is no source with the address {url}.")
        found += list(rows)
    return found


def _rows(address: str) -> "QuerySet[Source]":
    from nashra.news.models import Source

    return Source.objects.filter(url=address)


@click.group()
def opml() -> None:
    """Import and export subscriptions."""


@opml.command("import")
@click.argument("file", type=click.File("rb"))
@READER
@JSON
def import_(file: IO[bytes], email: str | None, as_json: bool) -> None:
    """Follow the feeds of an OPML file ("-": standard input)."""
    begin()
    from nashra.news import services as news

    try:
        report = news.import_opml(reader_of(email), file.read())
    except news.SourceError as error:
        raise Failed(error.message) from None
    if as_json:
        refused = [{"line": line, "address": address, "why": text} for line, address, text in report.refused]
        print_json({"added": report.added, "known": report.known, "over_limit": report.over_limit, "refused": refused})
        return
    click.echo(f"{report.added} added, {report.known} followed before, {report.over_limit} over the limit.")
    for line, address, text in report.refused:
        click.echo(f"line {line}: {address}: {text}", err=True)


@opml.command("export")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File. Default: the terminal.")
@READER
def export_(output: Path | None, email: str | None) -> None:
    """Print a reader's subscriptions as OPML."""
    begin()
    from nashra.news import services as news

    body = news.export_opml(reader_of(email))
    if output is None:
        click.echo(body, nl=False)
        return
    try:
        output.write_bytes(body)
    except OSError as error:
        raise Failed(f"{output} cannot be written ({error.strerror}).") from None
