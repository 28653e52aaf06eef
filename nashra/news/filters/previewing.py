"""What a rule would have done: held against the last seven days of what its reader may see, within a time that a page
can wait.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from nashra.accounts.models import Reader
from nashra.core.text import Snippet
from nashra.core.text.rules import Rule as Meaning
from nashra.core.text.sifting import Item, Origin, Owned, Sifter, places, shown
from nashra.news import registry
from nashra.news.access import visible_articles, visible_sources
from nashra.news.filters.loading import load, origins_of
from nashra.news.models import Article, ArticleText

DAYS = 7
MOST = 20_000  # articles looked at, newest first
SECONDS = 2.0
SHOWN = 50
_PAGE = 1_000
_ALL_SOURCES = 5_000  # as many sources as one query is narrowed to


@dataclass(frozen=True, slots=True)
class Looked:
    """Ids of the articles for which a rule holds, newest first; `complete` is false when not all were looked at."""

    ids: list[int]
    looked_at: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One of them as the page shows it, the rule's words marked; `text` only where the words stand in the text."""

    article: Article
    title: Snippet
    source: Snippet
    author: Snippet
    text: Snippet | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a rule would have done in the last seven days."""

    count: int
    looked_at: int
    complete: bool
    lines: list[Line]


def matching(reader: Reader, meaning: Meaning, *, now: datetime, most: int = MOST, seconds: float = SECONDS) -> Looked:
    """The articles of the last seven days that this reader may see and for which the rule holds."""
    sifter, until = Sifter([Owned(0, reader.pk, meaning)]), time.monotonic() + seconds
    articles = _narrowed(reader, meaning).filter(published_at__gt=now - timedelta(days=DAYS))
    origins: dict[int, tuple[Origin, int | None]] = {}
    found: list[int] = []
    looked_at = 0
    for page in _pages(articles, most):
        loaded = {
            one.id: one.item
            for one in load(
                Article.objects.filter(pk__in=page), text=sifter.needs_text, readers=[reader.pk], origins=origins
            )
        }
        found += [pk for pk in page if pk in loaded and sifter.match(loaded[pk])]
        looked_at += len(page)
        if time.monotonic() > until:
            return Looked(found, looked_at, len(page) < _PAGE)
    return Looked(found, looked_at, looked_at < most)


def _pages(articles: QuerySet[Article], most: int) -> Iterator[list[int]]:
    """Ids of these articles, newest first, a thousand at a time."""
    ids = list(articles.order_by("-published_at", "-pk").values_list("pk", flat=True)[:most])
    for start in range(0, len(ids), _PAGE):
        yield ids[start : start + _PAGE]


def _narrowed(reader: Reader, meaning: Meaning) -> QuerySet[Article]:
    """What the reader may see, only of the sources for which the rule can hold."""
    articles = visible_articles(reader)
    about = tuple(one for one in meaning.conditions if one.field == "source")
    if not about:
        return articles
    sifter = Sifter([Owned(0, reader.pk, Meaning(about, meaning.actions))])
    known = origins_of(list(visible_sources(reader).values_list("pk", flat=True)), [reader.pk])
    ids = [pk for pk, (origin, _) in known.items() if sifter.match(Item("", "", "", origin))]
    return articles.filter(source__in=ids) if len(ids) <= _ALL_SOURCES else articles


def preview(reader: Reader, meaning: Meaning, *, now: datetime) -> Preview:
    """What a rule would have done, with the newest of the articles to show: those that the reader has not muted."""
    looked = matching(reader, meaning, now=now)
    ids = looked.ids[: 4 * SHOWN]
    for kept in registry.unmuted:
        ids = kept(reader, ids, now)
    return Preview(len(looked.ids), looked.looked_at, looked.complete, lines(reader, meaning, ids[:SHOWN]))


def lines(reader: Reader, meaning: Meaning, ids: Sequence[int]) -> list[Line]:
    """These articles, as far as the reader may see them, with the rule's words marked."""
    articles = visible_articles(reader).select_related("source").in_bulk(ids)
    in_text = any(one.field == "text" and not one.negated for one in meaning.conditions)
    rows = ArticleText.objects.filter(pk__in=ids if in_text else ()).values_list("pk", "text")
    texts = dict(rows)
    return [_line(meaning, articles[pk], texts.get(pk, "")) for pk in ids if pk in articles]


def _line(meaning: Meaning, article: Article, text: str) -> Line:
    body = shown(meaning, "text", text, length=160) if text and places(meaning, "text", text) else None
    return Line(
        article,
        shown(meaning, "title", article.title, length=300),
        shown(meaning, "source", str(article.source), length=100),
        shown(meaning, "author", article.author, length=100),
        body,
    )
