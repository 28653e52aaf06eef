"""`nashra front`, `nashra search`, `nashra save`: what a reader sees and keeps."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from nashra.site.cli.common import JSON, Failed, begin, print_json, reader_of

if TYPE_CHECKING:
    from nashra.accounts.models import Reader
    from nashra.core.text import Snippet
    from nashra.site.pages.cards import Card

READER = click.option("--reader", "email", metavar="E-MAIL", help="Who looks. Default: the owner.")


@click.command()
@click.argument("email", metavar="E-MAIL")
@JSON
def front(email: str, as_json: bool) -> None:
    """Print a reader's edition as the page would show it, with the reasons, in the reader's language."""
    begin()
    from django.utils import timezone, translation

    from nashra.base import locale
    from nashra.front import services
    from nashra.front.muting import muting_of
    from nashra.site.pages import cards

    reader, now = reader_of(email), timezone.now()
    with translation.override(reader.language), locale.using(reader.preferences):
        shown, follows = services.edition_for(reader, now=now), services.follows_of(reader)
        built = cards.of_items(reader, shown.items, muting_of(reader, now), edition_id=None, follows=follows)
    if as_json:
        scores = {item.article_id: (item.score, item.propensity) for item in shown.items}
        items = [_item(card, *scores[card.id]) for card in built]
        print_json({"edition": shown.edition_id, "made_at": shown.made_at, "items": items})
        return
    slot = ""
    for card in built:
        if card.slot != slot:
            slot = card.slot
            click.echo(f"\n{slot.upper().replace('_', ' ')}")
        click.echo(f"  {card.title}\n    {card.source_name} · {' · '.join(card.reasons)}")
    if not built:
        click.echo("Nothing yet.")


def _item(card: "Card", score: float, propensity: float) -> dict[str, object]:
    return {
        "id": card.id, "slot": card.slot, "title": card.title, "url": card.url, "source": card.source_name,
        "language": card.language, "published": card.published, "read": card.is_read, "saved": card.is_saved,
        "score": score, "propensity": propensity, "reasons": card.reasons,
    }  # fmt: skip


@click.command()
@click.argument("words", nargs=-1, required=True)
@READER
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
@JSON
def search(words: tuple[str, ...], email: str | None, limit: int, as_json: bool) -> None:
    """Search the articles that a reader may see, and show where the words are."""
    begin()
    from nashra.news import services as news

    reader = reader_of(email)
    result = news.search(reader, " ".join(words), limit=limit)
    if result.error in ("empty", "only_excluded"):
        raise Failed("A search needs a word to find.")
    found = list(_found(reader, result))
    if as_json:
        print_json([hit for hit, _ in found])
        return
    for hit, snippet in found:
        click.echo(f"{click.style(str(hit['title']), bold=True)}\n  {hit['source']} · {str(hit['published'])[:10]}")
        if snippet and snippet.text:
            click.echo(f"  {_marked(snippet)}")
    click.echo(f"{len(found)} found.")


def _found(reader: "Reader", result: object) -> "Iterator[tuple[dict[str, object], Snippet | None]]":
    """Each hit as a mapping, with its snippet."""
    from nashra.news import access
    from nashra.news.services import SearchResult

    assert isinstance(result, SearchResult)
    rows = access.visible_articles(reader).select_related("source").in_bulk(result.ids)
    snippets = result.snippets(result.ids)
    for article_id in result.ids:
        article, snippet = rows[article_id], snippets.get(article_id)
        hit: dict[str, object] = {
            "id": article.pk, "title": article.title, "url": article.url, "source": str(article.source),
            "published": article.published_at, "snippet": snippet.text if snippet else "",
            "marks": [list(mark) for mark in snippet.marks] if snippet else [],
        }  # fmt: skip
        yield hit, snippet


def _marked(snippet: "Snippet") -> str:
    """The snippet with its words in bold (plain where the output is no terminal)."""
    parts, at = [], 0
    for start, end in snippet.marks:
        parts += [snippet.text[at:start], click.style(snippet.text[start:end], bold=True)]
        at = end
    return " ".join("".join([*parts, snippet.text[at:]]).split())


@click.command()
@click.argument("url")
@click.option("--reader", "email", metavar="E-MAIL", required=True, help="Whose library.")
@click.option("--tag", "tags", multiple=True, help="A label; may be given several times.")
def save(url: str, email: str, tags: tuple[str, ...]) -> None:
    """Save an address into a reader's library, with its text and pictures."""
    begin()
    from django.utils import timezone

    from nashra.library import services as library

    reader = reader_of(email)
    try:
        item = library.save_url(reader, url, tags=tags, now=timezone.now())
    except library.LibraryError as error:
        raise Failed(str(error)) from None
    library.archive_next(item.pk, now=timezone.now())
    item.refresh_from_db()
    click.echo(f"{item.title}\n  {item.url}\n  copy: {item.archive}")
    if item.archive == item.Archive.FAILED:
        raise Failed("The address is saved; its page could not be copied.")
