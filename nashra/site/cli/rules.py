"""`nashra rule …`: a reader's rules, which hide, read, save and tag what comes in."""

import click

from nashra.site.cli.common import JSON, Failed, begin, print_json, print_table, reader_of

READER = click.option("--reader", "email", metavar="E-MAIL", help="Whose rules. Default: the owner's.")
RULE = click.argument("words", metavar="RULE", nargs=-1, required=True)


@click.group()
def rule() -> None:
    """List and add a reader's rules, and see what one would have done."""


@rule.command("list")
@READER
@JSON
def list_(email: str | None, as_json: bool) -> None:
    """List rules, with how often each acted in the last seven days."""
    begin()
    from django.utils import timezone

    from nashra.news.filters import services

    rows = [
        {"id": line.rule.pk, "on": line.rule.enabled, "hits": line.hits, "rule": line.rule.text}
        for line in services.rules_of(reader_of(email), now=timezone.now())
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(("ID", "ON", "HITS", "RULE"), [list(row.values()) for row in rows])


@rule.command()
@RULE
@READER
def add(words: tuple[str, ...], email: str | None) -> None:
    """Add a rule that acts on what comes from now on: nashra rule add 'when title:cup then hide'."""
    begin()
    from django.utils import timezone

    from nashra.news.filters import services

    try:
        made = services.add_rule(reader_of(email), " ".join(words), now=timezone.now())
    except services.FilterError as error:
        raise Failed(error.message) from None
    click.echo(f"{made.text}\n  {services.sentence_of(made.text)}")


@rule.command()
@RULE
@READER
@JSON
def preview(words: tuple[str, ...], email: str | None, as_json: bool) -> None:
    """Show what a rule would have done in the last seven days. Nothing is changed."""
    begin()
    from django.utils import timezone

    from nashra.news.filters import services

    try:
        found = services.preview(reader_of(email), " ".join(words), now=timezone.now())
    except services.FilterError as error:
        raise Failed(error.message) from None
    if as_json:
        articles = [
            {"id": line.article.pk, "title": line.article.title, "source": str(line.article.source)}
            for line in found.lines
        ]
        print_json(
            {"count": found.count, "looked_at": found.looked_at, "complete": found.complete, "articles": articles}
        )
        return
    for line in found.lines:
        click.echo(f"{line.article.title}\n  {line.article.source} · {line.article.published_at.date().isoformat()}")
    click.echo(f"{found.count} of {found.looked_at}{'' if found.complete else ', the newest'} in the last 7 days.")
