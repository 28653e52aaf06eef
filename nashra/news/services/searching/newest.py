"""What is newest for several searches at once, at a cost that a page can bear."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from django.db.models import BooleanField, ExpressionWrapper
from django.utils import timezone

from nashra.base import locale
from nashra.core.text import primary
from nashra.core.text.asking import Node, Query, only_words
from nashra.news.access import Visitor, visible_articles
from nashra.news.models import Source
from nashra.news.services.searching.compiling import NONE, condition
from nashra.news.services.searching.filters import ArticleFilters
from nashra.news.terms import ARTICLES

WITH_FILTERS = 3  # searches with a filter that are asked
BACK = timedelta(days=14)  # how old the answers of these may be
_FRESH = 600  # seconds for which the languages of sources are remembered


def newest_of(reader: Visitor, queries: Sequence[Query], *, most: int, now: datetime | None = None) -> list[list[int]]:
    """For each search ids of the articles that came in last and answer it, at most `most`. Whether the reader may see
    them is not asked here. All searches of words alone are one question; of the others the first `WITH_FILTERS` are
    another.
    """
    nodes = {number: query.node for number, query in enumerate(queries) if query.node and not query.error}
    plain = {number: node for number, node in nodes.items() if only_words(node)}
    found: list[list[int]] = [[] for _ in queries]
    if plain:
        together = ARTICLES.newest(list(plain.values()), languages=_languages(now or timezone.now()), most=most)
        for number, ids in zip(plain, together, strict=True):
            found[number] = ids
    filtered = [number for number in nodes if number not in plain][:WITH_FILTERS]
    if filtered:
        for number, ids in zip(filtered, _filtered(reader, [nodes[n] for n in filtered], most, now), strict=True):
            found[number] = ids
    return found


def _filtered(reader: Visitor, nodes: Sequence[Node], most: int, now: datetime | None) -> list[list[int]]:
    """The same for searches with filters: each article is told which of them it answers."""
    moment = now or timezone.now()
    filters, spoken = ArticleFilters(reader, moment), _languages(moment)
    asked = [condition(node, lambda words: ARTICLES.analysed(words, languages=spoken), filters) for node in nodes]
    answers = {f"answers_{n}": ExpressionWrapper(one, output_field=BooleanField()) for n, one in enumerate(asked)}
    any_of = NONE
    for one in asked:
        any_of |= one
    rows = visible_articles(reader).filter(any_of, published_at__gt=moment - BACK).order_by("-pk")
    found = list(rows.annotate(**answers).values_list("pk", *answers)[: most * len(nodes)])
    return [[row[0] for row in found if row[1 + n]][:most] for n in range(len(nodes))]


def _languages(now: datetime) -> tuple[str, ...]:
    """The languages in which words may be meant, whoever asks: those offered for reading and those of all sources."""
    return _spoken(int(now.timestamp()) // _FRESH)


@lru_cache(maxsize=2)
def _spoken(_period: int) -> tuple[str, ...]:
    said = Source.objects.exclude(language="").order_by().values_list("language", flat=True).distinct()
    return tuple(sorted({primary(code) for code in said} | set(locale.LANGUAGES)))
