"""Articles as the rule language sees them, read in bulk."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import QuerySet

from nashra.core.text import folded_words, primary
from nashra.core.text.rules import words_of
from nashra.core.text.sifting import Item, Origin
from nashra.news.ingest.drafts import LONGEST_TEXT
from nashra.news.models import Article, Source, Subscription, Visibility

NOBODY = 0  # no reader has this number


class _Row(NamedTuple):
    """The columns of an article that rules look at."""

    id: int
    source_id: int
    title: str
    summary: str
    author: str
    language: str
    first_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article ready to be judged. `only`: the one reader who may see it; None when every reader may."""

    id: int
    only: int | None
    first_seen_at: datetime
    item: Item


def load(
    articles: QuerySet[Article], *, text: bool, readers: Collection[int], origins: dict[int, tuple[Origin, int | None]]
) -> Iterator[Loaded]:
    """These articles, with their texts if `text`. `origins` keeps what is known of sources from one call to the next;
    `readers` are those whose own names of sources count.
    """
    columns = [*_Row._fields, *(["body__text"] if text else [])]
    rows = list(articles.values_list(*columns))
    missing = {row[1] for row in rows} - origins.keys()
    if missing:
        origins.update(origins_of(missing, readers))
    for row in rows:
        one = _Row(*row[: len(_Row._fields)])
        if one.source_id not in origins:
            continue  # it left while we looked
        origin, only = origins[one.source_id]
        parts = _parts(one, row[-1] or "") if text else ()
        yield Loaded(one.id, only, one.first_seen_at, Item(one.title, one.author, primary(one.language), origin, parts))


def origins_of(source_ids: Collection[int], readers: Collection[int]) -> dict[int, tuple[Origin, int | None]]:
    """Names and addresses of sources, and the one reader who may see each, or None."""
    called: dict[int, list[tuple[int, str]]] = {}
    own = Subscription.objects.filter(source__in=source_ids, reader__in=readers).exclude(title="")
    for source_id, reader_id, title in own.values_list("source_id", "reader_id", "title"):
        called.setdefault(source_id, []).append((reader_id, title))
    columns = ("pk", "title", "url", "site_url", "visibility", "owner_id")
    return {
        pk: (
            Origin((title,), tuple(filter(None, (url, site_url))), tuple(sorted(called.get(pk, ())))),
            (owner_id or NOBODY) if visibility == Visibility.PRIVATE else None,
        )
        for pk, title, url, site_url, visibility, owner_id in Source.objects.filter(pk__in=source_ids).values_list(
            *columns
        )
    }


def _parts(row: _Row, text: str) -> Sequence[Sequence[str]]:
    """Title, summary and text as folded words."""
    return words_of(row.title), words_of(row.summary), folded_words(text[:LONGEST_TEXT])
