"""The simple search: every word, in any spelling, newest first; the same on both databases.

Texts are stored folded, and words are folded before they are looked for, so that the database only compares letters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from nashra.core.text import Query, Snippet, fold, parse_query, snippet
from nashra.news.access import Visitor, visible_articles
from nashra.news.models import ArticleText

Before = tuple[datetime, int]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ids of the articles found, newest first. `error` is parse_query's; `before` continues where this result ends."""

    ids: list[int]
    query: Query = field(default_factory=Query)
    before: Before | None = None

    @property
    def error(self) -> str | None:
        """Why nothing, or not all, was looked for: None, "empty", "only_excluded" or "too_many"."""
        return self.query.error

    def snippets(self, ids: Sequence[int]) -> dict[int, Snippet]:
        """For each of these articles the place of its text where the words are, with marks."""
        rows = ArticleText.objects.filter(pk__in=ids).values_list("pk", "text", "article__language")
        return {pk: snippet(text, self.query.all_words, language=language) for pk, text, language in rows}


def search(reader: Visitor, text: str, *, limit: int, before: Before | None = None) -> SearchResult:
    """Articles that a reader may see and that hold every word and phrase and none of the excluded words."""
    query = parse_query(text)
    wanted = _condition(query)
    if wanted is None:
        return SearchResult([], query)
    rows = visible_articles(reader).filter(wanted).order_by("-published_at", "-pk")
    if before is not None:
        rows = rows.filter(Q(published_at__lt=before[0]) | Q(published_at=before[0], pk__lt=before[1]))
    found = list(rows.values_list("pk", "published_at")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return SearchResult([pk for pk, _ in found[:limit]], query, (last[1], last[0]) if last else None)


def _condition(query: Query) -> Q | None:
    """What the folded text must hold; None when there is nothing to look for."""
    wanted = [needle for word in query.words if (needle := _needle(word))]
    wanted += [f" {needle} " for phrase in query.phrases if (needle := _needle(" ".join(phrase)))]
    if not wanted:
        return None
    condition = Q()
    for needle in wanted:
        condition &= Q(body__folded__contains=needle)
    for word in query.excluded:
        if needle := _needle(word):
            condition &= ~Q(body__folded__contains=f" {needle} ")
    return condition


def _needle(text: str) -> str:
    return " ".join(_WORD.findall(fold(text)))[:200]
