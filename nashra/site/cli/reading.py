"""`nashra front`, `nashra search`, `nashra save`: what a reader sees and keeps."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from nashra.site.cli.common import JSON, Failed, begin, print_json, reader_of

if TYPE_CHECKING:
    from nashra.accounts.models import Reader
    from nashra.core.text import Snippet
    from nashra.front.services import Account
    from nashra.news.services import SearchResult
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
        accounts = services.accounts_of(reader, shown)
        items = [_item(card, accounts[card.id]) for card in built]
        about = {"edition": shown.edition_id, "made_at": shown.made_at, "day": shown.day, "part": shown.part}
        print_json(about | {"model": accounts[built[0].id].model if built else "", "items": items})
        return
    slot = ""
    for card in built:
        if card.slot != slot:
            slot = card.slot
            click.echo(f"\n{slot.upper().replace('_', ' ')}")
        click.echo(f"  {card.title}\n    {card.source_name} · {' · '.join(card.reasons)}")
    if not built:
        click.echo("Nothing yet.")


def _item(card: "Card", account: "Account") -> dict[str, object]:
    numbers = {
        one.key: {"value": round(one.value, 4), "weight": round(one.weight, 4), "added": round(one.part, 4)}
        for one in account.lines
    }
    return {
        "id": card.id, "slot": card.slot, "title": card.title, "url": card.url, "source": card.source_name,
        "language": card.language, "published": card.published, "read": card.is_read, "saved": card.is_saved,
        "position": account.item.position, "score": account.item.score, "propensity": account.item.propensity,
        "reasons": card.reasons, "signals": numbers,
    }  # fmt: skip


@click.command()
@click.argument("words", nargs=-1, required=True)
@READER
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
@click.option("--best", is_flag=True, help="Best match first. Default: newest first.")
@click.option("--muted", "with_muted", is_flag=True, help="Also what the reader muted.")
@JSON
def search(words: tuple[str, ...], email: str | None, limit: int, best: bool, with_muted: bool, as_json: bool) -> None:
    """Search the articles that a reader may see, in the language of the search page, and show where the words are.

    For example: nashra search 'water (harbour OR port) -football since:7d'. Words that begin with a dash stand behind
    two dashes: nashra search -- water -football.
    """
    begin()
    from django.utils import timezone

    from nashra.news import services as news
    from nashra.news.services.searching.telling import error_sentence, note_sentences

    reader = reader_of(email)
    result = news.search(reader, " ".join(words), limit=limit, order="best" if best else "newest", now=timezone.now())
    for sentence in note_sentences(result.notes):
        click.echo(sentence, err=True)
    if result.error:
        raise Failed(error_sentence(result.error))
    ids = result.ids if with_muted else _offered(reader, result)
    found = list(_found(reader, result, ids))
    if as_json:
        print_json([hit for hit, *_ in found])
        return
    for hit, title, snippet in found:
        click.echo(f"{_marked(title)}\n  {hit['source']} · {str(hit['published'])[:10]}")
        if snippet and snippet.text:
            click.echo(f"  {_marked(snippet)}")
    muted = len(result.ids) - len(ids)
    click.echo(
        f"{len(found)}{'+' if result.more else ''} found." + (f" {muted} muted (--muted shows them)." if muted else "")
    )


def _offered(reader: "Reader", result: "SearchResult") -> list[int]:
    """The hits without what the reader muted."""
    from django.utils import timezone

    from nashra.front.muting import muting_of
    from nashra.news import access

    hits = access.visible_articles(reader).filter(pk__in=result.ids)
    offered = muting_of(reader, timezone.now()).offered(hits)
    return [pk for pk in result.ids if pk in offered]


def _found(
    reader: "Reader", result: "SearchResult", ids: list[int]
) -> "Iterator[tuple[dict[str, object], Snippet, Snippet | None]]":
    """Each hit as a mapping, with its marked title and its snippet."""
    from nashra.news import access

    rows = access.visible_articles(reader).select_related("source").in_bulk(ids)
    snippets = result.snippets(ids)
    for article_id in ids:
        article, snippet = rows[article_id], snippets.get(article_id)
        hit: dict[str, object] = {
            "id": article.pk, "title": article.title, "url": article.url, "source": str(article.source),
            "published": article.published_at, "snippet": snippet.text if snippet else "",
            "marks": [list(mark) for mark in snippet.marks] if snippet else [],
        }  # fmt: skip
        yield hit, result.titled(article.title, article.language), snippet


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
