"""The library as lists: five shelves, tags, and a search over titles, texts and tags."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core.text import Snippet
from nashra.core.text.asking import Note, parse
from nashra.library.models import SavedItem, Tag
from nashra.library.services.searching import answering
from nashra.library.services.tagging import tag_key

ON_PAGE = 25
SHELVES: Mapping[str, Q] = {
    "unread": Q(is_archived=False, read_at=None),
    "read": Q(is_archived=False, read_at__isnull=False),
    "favourites": Q(is_favourite=True),
    "archived": Q(is_archived=True),
    "all": Q(),
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a shelf. `counts`: items of each shelf under the same tag and search; `tags`: with their number of
    items on this shelf; `snippets` and `titles`: where the search was found, by item; `error` and `notes`: of the
    search, as core.text.asking gives them.
    """

    name: str
    page: Page[SavedItem]
    counts: Mapping[str, int]
    tags: list[tuple[Tag, int]]
    tag: Tag | None
    query: str
    snippets: Mapping[int, Snippet]
    titles: Mapping[int, Snippet]
    error: str | None
    notes: tuple[Note, ...] = ()


def items(
    reader: Reader,
    *,
    shelf: str = "unread",
    tag: str | None = None,
    query: str = "",
    page: int | str | None = 1,
    now: datetime | None = None,
) -> Shelf:
    """A page of a shelf, newest saved first; an unknown shelf is "unread", a page beyond the end is the last.

    `tag` is a tag's key or name; `query` a search in the language of `core.text.asking`.
    """
    name = shelf if shelf in SHELVES else "unread"
    mine = SavedItem.objects.filter(reader=reader)
    search = answering(reader, parse(query), now=now or timezone.now()) if query.strip() else None
    rows = search.rows if search else mine
    chosen = Tag.objects.filter(reader=reader, key=tag_key(tag)).first() if tag else None
    if tag:
        rows = rows.filter(tags=chosen) if chosen else rows.none()
    shown = rows.filter(SHELVES[name]).prefetch_related("tags").order_by("-saved_at", "-pk")
    found = Paginator(shown.defer("html", "folded", *([] if search else ["text"])), ON_PAGE).get_page(page)
    return Shelf(
        name=name,
        page=found,
        counts=_counts(rows),
        tags=tags_of(reader, mine.filter(SHELVES[name])),
        tag=chosen,
        query=query,
        snippets={item.pk: search.snippet(item) for item in found if item.text} if search else {},
        titles={item.pk: search.titled(item) for item in found} if search else {},
        error=search.query.error if search else None,
        notes=search.notes if search else (),
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
