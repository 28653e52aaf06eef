"""`nashra source …` and `nashra opml …`: what is fetched, and why."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from nashra.site.cli.common import JSON, PRIVATE, Failed, begin, print_json, print_table, progress, reader_of, shown

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from nashra.accounts.models import Reader
    from nashra.news.models import Source
    from nashra.news.services import AddResult, OpmlPlan

READER = click.option("--reader", "email", metavar="E-MAIL", help="Whose subscriptions. Default: the owner's.")
SOURCES = click.argument("names", metavar="URL|ID…", nargs=-1)
SOME_SOURCES = click.argument("names", metavar="URL|ID…", nargs=-1, required=True)


@click.group()
def source() -> None:
    """Add, list, remove, fetch and explain sources."""


@source.command()
@click.argument("urls", metavar="URL…", nargs=-1, required=True)
@READER
@click.option("--paper", is_flag=True, help="Make them the paper's own choice: visitors see them.")
@click.option("--item", metavar="SELECTOR", default="", help="Watch a page without a feed: its items, in CSS.")
@click.option("--title", metavar="SELECTOR", default="", help="Inside an item, as are the next ones: its title.")
@click.option("--link", metavar="SELECTOR", default="", help="Its link.")
@click.option("--date", metavar="SELECTOR", default="", help="Its date.")
@click.option("--summary", metavar="SELECTOR", default="", help="Its summary.")
@click.option("--image", metavar="SELECTOR", default="", help="Its picture.")
def add(urls: tuple[str, ...], email: str | None, paper: bool, **selectors: str) -> None:
    """Follow feeds, or the feeds of sites, at these addresses; with --item, watch a page that has none.

    Parts that are not named are looked for inside each item.
    """
    begin()
    from nashra.news import services as news

    if any(selectors.values()) and not selectors["item"]:
        raise click.UsageError("A page is watched by --item; the other selectors look inside its items.")
    reader, failed = reader_of(email), 0
    for url in urls:
        try:
            result = _added(reader, url, "paper" if paper else None, selectors)
        except news.SourceError as error:
            failed += 1
            click.echo(f"{url}: {error.message}", err=True)
            continue
        _tell_added(url, result)
        failed += not result.source
    if failed:
        raise Failed(f"{failed} of {len(urls)} could not be added.")


def _added(reader: "Reader", url: str, visibility: str | None, selectors: dict[str, str]) -> "AddResult":
    from nashra.core.feeds.watching import Selectors
    from nashra.news import services as news

    if selectors["item"]:
        return news.watch_page(reader, url, Selectors(**selectors), visibility=visibility)
    return news.add_source(reader, url, visibility=visibility, offer_watch=True)


def _tell_added(url: str, result: "AddResult") -> None:
    if result.source is not None:
        click.echo(f"{result.source.url}: {result.source.title or 'waits for its first turn'}")
    for one in result.found:
        click.echo(f"{url}: has several feeds, name one of them: {one.url} {one.title or ''}".rstrip())
    for found in result.lists:
        options = " ".join(f'--{name} "{text}"' for name, text in asdict(found.selectors).items() if text)
        first = found.items[0].title or found.items[0].link
        click.echo(f"{url}: names no feed; watch a list of it with {options} ({first} …)")


@source.command("list")
@JSON
def list_(as_json: bool) -> None:
    """List sources with their state. Private ones appear without their address."""
    begin()
    from nashra.news import services as news
    from nashra.news.models import Source

    rows = []
    for one in Source.objects.order_by("pk"):
        rows.append(
            {"id": one.pk, "url": shown(one), "title": one.title if one.owner_id is None else "", "state": one.state,
             "visibility": one.visibility, "health": news.health(one).word, "fetched": one.fetched_at,
             "due": one.due_at, "articles": one.articles.count()}
        )  # fmt: skip
    if as_json:
        print_json(rows)
    else:
        names = ("id", "health", "visibility", "fetched", "articles", "url")
        print_table([name.upper() for name in names], [[row[name] for name in names] for row in rows])


@source.command()
@SOME_SOURCES
def remove(names: tuple[str, ...]) -> None:
    """Remove sources for all readers, with their articles; what readers saved stays."""
    begin()
    from nashra.news import services as news

    for name, one in _named(names):
        said = _numbered(name, one)  # it has no number afterwards
        news.remove_source(one)
        click.echo(f"{said}: removed")


@source.command()
@SOURCES
@click.option("--all", "everything", is_flag=True, help="All sources, whether due or not.")
def fetch(names: tuple[str, ...], everything: bool) -> None:
    """Fetch these sources now, or those that are due. A server that asked for a pause is not asked."""
    begin()
    from django.utils import timezone

    from nashra.news.fetching.sweep import fetch_due
    from nashra.news.models import Fetch, Source

    began = timezone.now()
    named = [(shown(one), one) for one in Source.objects.filter(state="active")] if everything else _named(names)
    chosen = [one for _name, one in named]
    waiting = _make_due(named)
    fetch_due()
    _fetch_rest(chosen, began)
    fetches = Fetch.objects.filter(at__gte=began)
    if chosen:
        fetches = fetches.filter(source__in=[one.pk for one in chosen])
    failed = fetches.filter(outcome__in=("failed", "refused")).count()
    new = sum(fetches.values_list("added", flat=True))
    click.echo(f"{fetches.count()} fetched, {new} new articles, {failed} failed, {waiting} asked to wait.")
    if names and (failed or waiting):
        raise Failed("Not every source could be fetched; “nashra source why URL|ID” says why.")


def _make_due(sources: "Sequence[tuple[str, Source]]") -> int:
    """Makes these sources due now; how many cannot be asked, because their server asked for a pause."""
    from nashra.news import services as news

    waiting = 0
    with progress("Asking", len(sources)) as bar:
        for (name, one), _ in zip(sources, bar, strict=True):
            try:
                news.fetch_now(one)
            except news.SourceError as error:
                waiting += 1
                click.echo(f"{_numbered(name, one)}: {error.message}", err=True)
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
@click.argument("name", metavar="URL|ID")
@JSON
def why(name: str, as_json: bool) -> None:
    """Print a source's last fetches: when, status, bytes, what was decided and why."""
    begin()
    from nashra.base import locale
    from nashra.news import services as news

    address, one = _named((name,))[0]
    found, facts = news.explain(one), _facts(one)
    names = ("at", "status", "size", "took_ms", "outcome", "added", "updated", "sentence")
    rows = [[getattr(line, name) for name in names] for line in found.fetches]
    if as_json:
        fetches = [dict(zip(names, row, strict=True)) for row in rows]
        state = {"kind": found.health.kind, "word": found.health.word, "sentence": found.health.sentence}
        said = {"due": found.due_at, "why": found.due, "hub": found.hub, "told": found.told, **facts}
        print_json({"url": address, "health": state, **said, "fetches": fetches})
        return
    click.echo(f"{address}\n{found.health.word}. {found.health.sentence}".rstrip())
    click.echo(f"Next: {locale.stamp(found.due_at)} UTC. {found.due}" if found.due_at else "Not fetched.")
    for line in filter(None, (found.told, found.hub)):
        click.echo(line)
    _say_facts(facts)
    print_table(("WHEN (UTC)", "STATUS", "BYTES", "MS", "DECIDED", "NEW", "CHANGED", "WHY"), rows)


def _facts(one: "Source") -> dict[str, Any]:
    """What the operation's page of a source tells besides: its figures and its rhythm."""
    from dataclasses import asdict

    from django.utils import timezone

    from nashra.news.services import figures

    rhythm = figures.rhythm_of(one)
    measured = asdict(figures.figures([one.pk], timezone.now())[one.pk])
    return {
        **measured,
        "interval_s": rhythm.interval_s,
        "ttl_s": rhythm.ttl_s,
        "skip_hours": rhythm.skip_hours,
        "skip_days": rhythm.skip_days,
        "hours": [round(share, 4) for share in rhythm.hours],
        "quiet_hours": sorted(rhythm.quiet),
    }


def _say_facts(facts: dict[str, Any]) -> None:
    click.echo(
        f"{facts['articles']} articles, {facts['week']} in the last week; {facts['followers']} followers; "
        f"{facts['bytes_a_day']} bytes a day; {facts['mean_ms']} ms an answer."
    )
    click.echo(f"Learnt time between two fetches: {facts['interval_s'] // 60} minutes.")
    if facts["hours"]:
        busy = sorted(range(24), key=lambda hour: -facts["hours"][hour])[:3]
        click.echo(f"Most comes in the hours from {', '.join(f'{hour:02}:00' for hour in sorted(busy))} UTC.")
    click.echo()


def _named(names: tuple[str, ...]) -> "list[tuple[str, Source]]":
    """The sources with these addresses or numbers, each with what may be shown of it.

    Whoever writes the address of a private source knows it already; whoever writes its number may not.
    """
    found: list[tuple[str, Source]] = []
    for name in names:
        by_id = name.isascii() and name.isdigit() and len(name) < 19  # more is no number of a row
        rows = _rows_by_id(name) if by_id else _rows(name)
        if not rows:
            raise Failed(f"There is no source with the {'number' if by_id else 'address'} {name}.")
        found += [(shown(one) if by_id else one.url, one) for one in rows]
    return found


def _numbered(name: str, one: "Source") -> str:
    """What stands before a line about a source; private ones are told apart by their number."""
    return f"{name} {one.pk}" if name == PRIVATE else name


def _rows_by_id(number: str) -> "QuerySet[Source]":
    from nashra.news.models import Source

    return Source.objects.filter(pk=int(number))


def _rows(url: str) -> "QuerySet[Source]":
    from nashra.core.feeds.address import AddressError, normalise
    from nashra.news.models import Source

    try:
        url = normalise(url)
    except AddressError:
        pass  # looked for as written
    return Source.objects.filter(url=url)


@click.group()
def opml() -> None:
    """Import and export subscriptions."""


@opml.command("import")
@click.argument("file", type=click.File("rb"))
@READER
@click.option("--rules", is_flag=True, help="Take over the reader's rules in it, too.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
@JSON
def import_(file: IO[bytes], email: str | None, rules: bool, dry_run: bool, as_json: bool) -> None:
    """Follow the feeds of an OPML file ("-": standard input)."""
    begin()
    from nashra.news import services as news

    reader, body = reader_of(email), file.read()
    try:
        plan = news.plan_opml(reader, body)
    except news.SourceError as error:
        raise Failed(error.message) from None
    refused = [{"line": line, "address": address, "why": text} for line, address, text in plan.refused]
    found = {"known": len(plan.known), "over_limit": len(plan.over), "refused": refused}
    if dry_run:
        new = [{"line": one.line, "address": one.xml_url, "title": one.title} for one in plan.new]
        more = {"new": new, "folders": plan.folders, "tags": plan.tags, "rules": plan.rules}
        print_json({**found, **more}) if as_json else _say_plan(plan)
        return
    report = news.follow_opml(reader, plan, rules=rules)
    if as_json:
        print_json({"added": report.added, **found, "rules": report.rules})
        return
    click.echo(f"{report.added} added, {report.known} followed before, {report.over_limit} over the limit.")
    for line, address, text in report.refused:
        click.echo(f"line {line}: {address}: {text}", err=True)


def _say_plan(plan: "OpmlPlan") -> None:
    """What a file would do, for people: numbers first, then every line that is new or left out."""
    click.echo(f"{len(plan.new)} new, {len(plan.known)} followed already, {len(plan.over)} over the limit.")
    for name, values in (("folders", plan.folders), ("tags", plan.tags), ("rules", plan.rules)):
        if values:
            click.echo(f"{len(values)} new {name}: {', '.join(values[:20])}{' …' if len(values) > 20 else ''}")
    for one in plan.new:
        click.echo(f"line {one.line}: {one.xml_url}: would be followed")
    for line, address, text in plan.refused:
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
