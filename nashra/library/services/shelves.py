"""The library as lists: five shelves, tags, and a search over titles, texts and tags."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import and_

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from nashra.accounts.models import Reader
from nashra.core.text import Query, Snippet, parse_query, snippet
from nashra.library.models import SavedItem, Tag
from nashra.library.services.tagging import tag_key
from nashra.news.ingest.drafts import folded

ON_PAGE = 25
SNIPPET = 200  # characters
SHELVES: Mapping[str, Q] = {
    "unread": Q(is_archived=False, read_at=None),
    "read": Q(is_archived=False, read_at__isnull=False),
    "favourites": Q(is_favourite=True),
    "archived": Q(is_archived=True),
    "all": Q(),
}
_SHORTEST_PART = 3  # letters of a word that also finds longer words
_ARABIC = range(0x600, 0x700)


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a shelf. `counts`: items of each shelf under the same tag and search; `tags`: with their number of
    items on this shelf; `snippets`: where the search was found, by item; `error`: of the search, as core.text gives it.
    """

    name: str
    page: Page[SavedItem]
    counts: Mapping[str, int]
    tags: list[tuple[Tag, int]]
    tag: Tag | None
    query: str
    snippets: Mapping[int, Snippet]
    error: str | None


def items(
    reader: Reader, *, shelf: str = "unread", tag: str | None = None, query: str = "", page: int | str | None = 1
) -> Shelf:
    """A page of a shelf, newest saved first; an unknown shelf is "unread", a page beyond the end is the last.

    `tag` is a tag's key or name. The search wants every word, in any spelling; "phrases" and -excluded words hold.
    """
    name = shelf if shelf in SHELVES else "unread"
    parsed = parse_query(query) if query.strip() else None
    mine = SavedItem.objects.filter(reader=reader)
    chosen = Tag.objects.filter(reader=reader, key=tag_key(tag)).first() if tag else None
    rows = mine.filter(tags=chosen) if chosen else (mine.none() if tag else mine)
    rows = _matching(rows, parsed) if parsed else rows
    shown = rows.filter(SHELVES[name]).prefetch_related("tags").order_by("-saved_at", "-pk")
    found = Paginator(shown.defer("html", "folded", *([] if parsed else ["text"])), ON_PAGE).get_page(page)
    return Shelf(
        name=name,
        page=found,
        counts=_counts(rows),
        tags=tags_of(reader, mine.filter(SHELVES[name])),
        tag=chosen,
        query=query,
        snippets=_snippets(found, parsed) if parsed else {},
        error=parsed.error if parsed else None,
    )


def tags_of(reader: Reader, rows: QuerySet[SavedItem] | None = None) -> list[tuple[Tag, int]]:
    """The reader's tags with how many of these items have them (of all, if none are given); the most used first."""
    among = SavedItem.objects.filter(reader=reader) if rows is None else rows
    through = SavedItem.tags.through.objects.filter(saveditem__in=among).values("tag").annotate(n=Count("pk"))
    counts = {line["tag"]: line["n"] for line in through}
    tags = Tag.objects.filter(reader=reader, pk__in=counts)
    return sorted(((tag, counts[tag.pk]) for tag in tags), key=lambda pair: (-pair[1], pair[0].key))


def _counts(rows: QuerySet[SavedItem]) -> dict[str, int]:
    wanted = {name: Count("pk", filter=where) if where else Count("pk") for name, where in SHELVES.items()}
    return dict(rows.order_by().aggregate(**wanted))


def _matching(rows: QuerySet[SavedItem], query: Query) -> QuerySet[SavedItem]:
    if query.error in ("empty", "only_excluded"):
        return rows.none()
    wanted = [_found(_part(word)) for word in query.words]
    wanted += [_found(folded(*phrase)) for phrase in query.phrases]
    refused = [~Q(folded__contains=folded(word)) for word in query.excluded if folded(word)]
    return rows.filter(reduce(and_, [*wanted, *refused], Q()))


def _found(needle: str) -> Q:
    """The needle stands in the text, or in the name of a tag."""
    label = SavedItem.tags.through.objects.filter(saveditem=OuterRef("pk"), tag__key__contains=needle.strip())
    return Q(folded__contains=needle) | Q(Exists(label))


def _part(word: str) -> str:
    """What is looked for in the folded text: Arabic words without their article and anywhere in a word (article and
    particles stand before them), others at its beginning, short ones alone.
    """
    whole = folded(word)
    bare = whole.strip()
    if len(bare) < _SHORTEST_PART:
        return whole
    if ord(bare[0]) not in _ARABIC:
        return f" {bare}"
    return bare.removeprefix("ال") if len(bare) > _SHORTEST_PART + 1 else bare


def _snippets(page: Page[SavedItem], query: Query) -> dict[int, Snippet]:
    words = query.all_words
    return {item.pk: snippet(item.text, words, language=item.language, length=SNIPPET) for item in page if item.text}
