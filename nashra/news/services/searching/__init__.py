"""The search over articles: what a reader typed is read by `core.text.asking`, words are asked of the index of terms,
filters of the tables; both databases give the same ids in the same order.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from django.db.models import Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from nashra.core.text import Snippet, primary, snippet
from nashra.core.text.asking import Node, Note, Query, asked_languages, parse
from nashra.core.text.asking.scoring import MOST, READ, Document, best_first
from nashra.core.text.marking import marks
from nashra.core.text.wanting import wanted_of
from nashra.news.access import Visitor, visible_articles, visible_sources
from nashra.news.models import Article, ArticleText
from nashra.news.services.searching.compiling import condition
from nashra.news.services.searching.filters import ArticleFilters
from nashra.news.terms import ARTICLES

Before = tuple[datetime, int]
Notes = tuple[Note, ...]
SearchOrder = Literal["newest", "best"]
_SAMPLE = 300  # articles


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ids of the articles found, newest or best first. `before` continues behind those that were looked at, the
    newest ones; `more`: there are others, older than these; `notes` says what was not read, or not found, as it may
    have been meant.
    """

    ids: list[int]
    query: Query = field(default_factory=Query)
    before: Before | None = None
    more: bool = False
    notes: Notes = ()
    languages: tuple[str, ...] = ()  # in which the words were meant

    @property
    def error(self) -> str | None:
        """Why nothing was looked for: None, "empty" or "only_excluded"."""
        return self.query.error

    def snippets(self, ids: Sequence[int]) -> dict[int, Snippet]:
        """For each of these articles the place of its text where the words are, with marks."""
        rows = ArticleText.objects.filter(pk__in=ids).values_list("pk", "text", "article__language")
        wanted = wanted_of(self.query.node, self.languages)
        return {pk: snippet(text, wanted, language=language) for pk, text, language in rows}

    def titled(self, title: str, language: str) -> Snippet:
        """A title with the words marked in it."""
        wanted = wanted_of(self.query.node, self.languages, field="title")
        return Snippet(title, marks(title, wanted, language=language))


def search(
    reader: Visitor,
    asked: str | Query,
    *,
    limit: int,
    before: Before | None = None,
    order: SearchOrder = "newest",
    now: datetime | None = None,
) -> SearchResult:
    """Articles that a reader may see and that answer a search, muted ones too.

    `order` "best" weighs the MOST newest of them; with `before` only what is older. `now` is what "today" refers to.
    """
    query = parse(asked) if isinstance(asked, str) else asked
    if query.node is None or query.error:
        return SearchResult([], query, notes=query.notes)
    filters, languages = ArticleFilters(reader, now or timezone.now()), languages_for(reader, query.node)
    rows = _answering(reader, query.node, filters, languages).order_by("-published_at", "-pk")
    if before is not None:
        rows = rows.filter(Q(published_at__lt=before[0]) | Q(published_at=before[0], pk__lt=before[1]))
    most = limit if order == "newest" else MOST
    found = list(rows.values_list("pk", "published_at")[: most + 1])
    more, beyond, found = len(found) > min(limit, most), len(found) > most, found[:most]
    ids = [pk for pk, _ in found] if order == "newest" else _best(found, query.node)[:limit]
    last = found[-1] if beyond else None
    notes = (*query.notes, *filters.notes)
    return SearchResult(ids, query, (last[1], last[0]) if last else None, more, notes, languages)


def answering(reader: Visitor, query: Query, *, now: datetime | None = None) -> QuerySet[Article]:
    """The articles that a reader may see and that answer a search, in no order."""
    if query.node is None or query.error:
        return Article.objects.none()
    filters = ArticleFilters(reader, now or timezone.now())
    return _answering(reader, query.node, filters, languages_for(reader, query.node))


def _answering(reader: Visitor, node: Node, filters: ArticleFilters, languages: Sequence[str]) -> QuerySet[Article]:
    wanted = condition(node, lambda words: ARTICLES.condition(words, languages=languages), filters)
    return visible_articles(reader).filter(wanted)


def languages_for(reader: Visitor, node: Node) -> tuple[str, ...]:
    """The languages in which words may be meant: the one that is asked for, else those of the reader's sources."""
    if asked := asked_languages(node):
        return asked
    spoken = set(visible_sources(reader).order_by().values_list("language", flat=True).distinct())
    if "" in spoken:  # sources that do not say it: what their newest articles were found to be in
        newest = visible_articles(reader).order_by("-published_at", "-pk")
        spoken |= set(newest.values_list("language", flat=True)[:_SAMPLE])
    return tuple(sorted({code for one in spoken if (code := primary(one))} | {"ar", "en"}))


def _best(found: Sequence[tuple[int, datetime]], node: Node) -> list[int]:
    rows = ArticleText.objects.filter(pk__in=[pk for pk, _ in found]).annotate(head=Substr("text", 1, READ))
    columns = rows.values_list("pk", "article__published_at", "article__language", "article__title", "head")
    documents = {row[0]: Document(*row) for row in columns}
    bare = Article.objects.filter(pk__in=[pk for pk, _ in found if pk not in documents])
    for row in bare.values_list("pk", "published_at", "language", "title", "summary"):
        documents[row[0]] = Document(*row)
    return best_first([documents[pk] for pk, _ in found if pk in documents], node)
