"""What readers' rules do with the library: saving and tagging in bulk. No signal: a rule is no taste to learn from."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from nashra.library import terms
from nashra.library.models import SavedItem, Tag
from nashra.library.services.copying import copy_of
from nashra.library.services.errors import BadTag
from nashra.library.services.saving import key_of
from nashra.library.services.tagging import MOST, tag_names
from nashra.news.models import Article
from nashra.news.registry import FilterAction, FilterHit

Place = tuple[int, str]  # reader, key of the address


def save(hits: Sequence[FilterHit]) -> None:
    """Saves articles; with names, under these tags too. What is in the library stays as it is but for the tags; what
    the reader took out does not come back.
    """
    rows = Article.objects.filter(pk__in={hit.article_id for hit in hits}).select_related("source")
    articles = {article.pk: article for article in rows}
    places = {hit: (hit.reader_id, key_of(articles[hit.article_id])) for hit in hits if hit.article_id in articles}
    _take_in(places, articles)
    _tag(places)


def standing(hits: Sequence[FilterHit]) -> list[FilterHit]:
    """Those that `save` took in and that the reader has not read, put away, marked or tagged since."""
    return [hit for hit, _ in _untouched(hits)]


def unsave(hits: Sequence[FilterHit]) -> list[FilterHit]:
    """Takes `save` back: what it took in goes as if removed by hand. A tag on a piece that was saved before stays."""
    found = _untouched(hits)
    SavedItem.objects.filter(pk__in=[item for _, item in found]).update(removed_at=timezone.now())
    return [hit for hit, _ in found]


ACTIONS = {"save": FilterAction(save, standing, unsave), "tag": FilterAction(save, standing, unsave)}


def _untouched(hits: Sequence[FilterHit]) -> list[tuple[FilterHit, int]]:
    wanted = {(hit.reader_id, hit.article_id, hit.at): hit for hit in hits}
    rows = SavedItem.objects.filter(
        reader__in={hit.reader_id for hit in hits}, article__in={hit.article_id for hit in hits},
        read_at=None, is_archived=False, is_favourite=False,
    )  # fmt: skip
    found: list[tuple[FilterHit, int]] = []
    for item in rows.defer("html", "text", "folded").prefetch_related("tags"):
        hit = wanted.get((item.reader_id, item.article_id or 0, item.saved_at))
        if hit is not None and {tag.key for tag in item.tags.all()} <= _tag_keys(hit.names).keys():
            found.append((hit, item.pk))
    return found


def _take_in(places: Mapping[FilterHit, Place], articles: Mapping[int, Article]) -> None:
    present = SavedItem.every.filter(
        reader__in={reader for reader, _ in places.values()}, url_key__in={key for _, key in places.values()}
    )
    known = set(present.values_list("reader_id", "url_key"))
    fresh: dict[Place, FilterHit] = {}
    for hit, place in places.items():
        if place not in known:
            fresh.setdefault(place, hit)
    copies = {pk: copy_of(articles[pk]) for pk in {hit.article_id for hit in fresh.values()}}
    items = [
        SavedItem(reader_id=reader, url_key=key, saved_at=hit.at, due_at=hit.at, **copies[hit.article_id])
        for (reader, key), hit in fresh.items()
    ]
    with transaction.atomic():
        SavedItem.every.bulk_create(items, ignore_conflicts=True, batch_size=100)  # a sweep makes their copies
        stored = present.values_list("pk", "reader_id", "url_key")
        terms.store([pk for pk, reader, key in stored if (reader, key) in fresh])


def _tag(places: Mapping[FilterHit, Place]) -> None:
    named = {hit: place for hit, place in places.items() if hit.names}
    if not named:
        return
    rows = SavedItem.objects.filter(
        reader__in={reader for reader, _ in named.values()}, url_key__in={key for _, key in named.values()}
    ).annotate(n=Count("tags"))
    items = {
        (reader, key): pk for pk, reader, key, n in rows.values_list("pk", "reader_id", "url_key", "n") if n < MOST
    }
    tags = _tags(named)
    through = SavedItem.tags.through
    links = {
        (items[place], tags[place[0], key])
        for hit, place in named.items()
        if place in items
        for key in _tag_keys(hit.names)
    }
    through.objects.bulk_create(
        (through(saveditem_id=item, tag_id=tag) for item, tag in sorted(links)), ignore_conflicts=True
    )


def _tags(hits: Iterable[FilterHit]) -> dict[tuple[int, str], int]:
    """The readers' tags of these names, made where they are new: id by reader and key."""
    names = {(hit.reader_id, key): name for hit in hits for key, name in _tag_keys(hit.names).items()}
    rows = [Tag(reader_id=reader, key=key, name=name) for (reader, key), name in names.items()]
    Tag.objects.bulk_create(rows, ignore_conflicts=True)
    found = Tag.objects.filter(reader__in={reader for reader, _ in names}, key__in={key for _, key in names})
    return {(reader, key): pk for pk, reader, key in found.values_list("pk", "reader_id", "key")}


def _tag_keys(names: Iterable[str]) -> dict[str, str]:
    try:
        return tag_names(names)
    except BadTag:  # a rule that was written by hand into the database
        return {}
