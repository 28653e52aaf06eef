"""What an article is about, as far as a list shows it: hashed terms and names of its title and summary.

Names are what is cheap to find in a short text: the places that `core.text.places` knows (territories and well-known
cities, under the same key in every language) and the names that an editor or several readers follow. Together about a
tenth of a millisecond for each article.
"""

import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from nashra.core.rank import texts
from nashra.core.text import naming
from nashra.core.text.words import WORD
from nashra.front.services.mentioned import meaning, shared_names
from nashra.front.words import Named, finder
from nashra.news.models import Article


class Row(NamedTuple):
    """The columns of an article that are looked at."""

    id: int
    source_id: int
    published_at: datetime
    story_id: int | None
    language: str
    title: str
    summary: str
    author: str
    image_url: str
    duplicate_of_id: int | None
    content_hash: str
    page_outcome: str


class Analysed(NamedTuple):
    """What stays the same as long as an article reads the same; `terms` are those of its title and of its summary, not
    yet counted.
    """

    id: int
    stamp: int
    published: float
    language: str
    has_image: bool
    topics: tuple[str, ...]
    names: tuple[str, ...]
    terms: tuple[Sequence[int], Sequence[int]]


def stamp_of(content_hash: str, page_outcome: str) -> int:
    """Another number when the article was corrected, or its page read."""
    return zlib.crc32(f"{content_hash} {page_outcome}".encode())


def rows_of(articles: QuerySet[Article]) -> list[Row]:
    """The rows of a query, in its order."""
    return [Row(*values) for values in articles.values_list(*Row._fields)]


def analyse(rows: Sequence[Row], now: datetime) -> list[Analysed]:
    """These articles with their topics, in one query for those of all."""
    topics, shared = topics_of([row.id for row in rows]), shared_names(now)
    return [analysed(row, topics.get(row.id, ()), shared) for row in rows]


def analysed(row: Row, topics: Sequence[str], shared: tuple[Named, ...]) -> Analysed:
    """One article. `shared`: the names that everybody may see."""
    title, summary = WORD.findall(row.title), WORD.findall(row.summary)
    return Analysed(
        row.id,
        stamp_of(row.content_hash, row.page_outcome),
        row.published_at.timestamp(),
        row.language,
        bool(row.image_url),
        tuple(sorted(topics)),
        tuple(sorted(_names(row, shared, {*title, *summary}))),
        (texts.terms_of(title, row.language), texts.terms_of(summary, row.language)),
    )


def names_in(article: Article, now: datetime) -> tuple[str, ...]:
    """The keys of the names in an article's title and summary: a place's, or `word:` and the folded words."""
    words = {*WORD.findall(article.title), *WORD.findall(article.summary)}
    return tuple(sorted(_names(article, shared_names(now), words)))


def _names(row: Row | Article, shared: tuple[Named, ...], words: set[str]) -> set[str]:
    found: set[str] = set()
    if naming.may_name_places(words, language=row.language):
        found.update(naming.places_in(row.title, row.summary, language=row.language))
    if shared:
        keys = finder(shared).keys((row.title, row.summary), row.language)
        found |= {_meanings(shared)[key] for key in keys} if keys else set()
    return found


_known: tuple[tuple[Named, ...], dict[str, str]] = ((), {})


def _meanings(shared: tuple[Named, ...]) -> dict[str, str]:
    """What the shared names mean, by key; remembered as long as they are the very same."""
    global _known
    if _known[0] is not shared:
        _known = (shared, {one.key: meaning(one) for one in shared})
    return _known[1]


def topics_of(ids: Iterable[int]) -> dict[int, list[str]]:
    """The keys of the topics of these articles, by article."""
    found: dict[int, list[str]] = {}
    tagged = Article.topics.through.objects.filter(article_id__in=list(ids))
    for article_id, key in tagged.values_list("article_id", "topic__key"):
        found.setdefault(article_id, []).append(key)
    return found
