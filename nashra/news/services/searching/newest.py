"""What is newest for several searches at once, at a cost that a page can bear."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from nashra.core.text.asking import Query, only_words
from nashra.news.access import Visitor
from nashra.news.models import Article
from nashra.news.services.searching import answering, languages_for
from nashra.news.terms import ARTICLES

WITH_FILTERS = 3  # searches with a filter that are asked, each by itself
BACK = 5_000  # articles that came in last, among which those look


def newest_of(reader: Visitor, queries: Sequence[Query], *, most: int, now: datetime | None = None) -> list[list[int]]:
    """For each search ids of the articles that came in last and answer it, at most `most`. Whether the reader may see
    them is not asked here. Searches of words alone are asked in one question; of the others the first `WITH_FILTERS`.
    """
    alone = [query.node for query in queries if query.node and not query.error and only_words(query.node)]
    answers = iter(ARTICLES.newest(alone, languages=languages_for(reader, alone[0]), most=most) if alone else ())
    moment, left = now or timezone.now(), WITH_FILTERS
    found: list[list[int]] = []
    for query in queries:
        if query.node is None or query.error:
            found.append([])
        elif only_words(query.node):
            found.append(next(answers))
        else:
            found.append(_filtered(reader, query, most, moment) if left > 0 else [])
            left -= 1
    return found


def _filtered(reader: Visitor, query: Query, most: int, now: datetime) -> list[int]:
    newest = Article.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = answering(reader, query, now=now).filter(pk__gt=newest - BACK)
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:most])
