"""Saving and removing: one gesture, done at once; the text is copied before the answer, pictures by a job after it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from nashra.accounts.models import Reader
from nashra.base import net
from nashra.core.feeds.address import AddressError, normalise
from nashra.front.models import Signal
from nashra.front.services.signals import NOWHERE, Place, signal
from nashra.library import tasks, terms
from nashra.library.models import SavedItem
from nashra.library.services.copying import bare_title, copy_of
from nashra.library.services.errors import BadAddress
from nashra.library.services.tagging import add_tags, tag_names
from nashra.news import sentences
from nashra.news.access import visible_articles
from nashra.news.keys import address_key, digest, host_of
from nashra.news.models import Article

UNDO = timedelta(minutes=10)  # a removal that is taken back so soon leaves no trace
Archive = SavedItem.Archive


def save(reader: Reader, article: Article, *, now: datetime, place: Place = NOWHERE) -> SavedItem:
    """Saves an article with its text; its pictures follow at once in a worker. Saving again changes nothing."""
    with transaction.atomic():
        item, is_new = _take_in(reader, key_of(article), copy_of(article), now)
        if not is_new:
            _attach(item, article, now)
        else:
            signal(reader, article, Signal.What.SAVE, now=now, place=place)
    tasks.archive_soon.later(item.pk)
    return item


def save_url(reader: Reader, address: str, *, tags: Iterable[str] = (), now: datetime) -> SavedItem:
    """Saves any address; a worker fetches the page. An article that the reader can see here is used as it is.

    Raises BadAddress for what is no address or leads inside, BadTag for tags; nothing is stored then.
    """
    names, url = tag_names(tags), _checked(address)
    key = address_key(url)
    known = visible_articles(reader).filter(canonical_key=key).order_by("-published_at").first()
    if known is not None:
        item = save(reader, known, now=now)
    else:
        item, _ = _take_in(reader, key, {"url": url, "title": bare_title(url), "source_name": host_of(url)[:300]}, now)
        tasks.archive_soon.later(item.pk)
    if names:
        add_tags([item], names)
    return item


def unsave(reader: Reader, what: Article | SavedItem, *, now: datetime) -> SavedItem | None:
    """Takes an article or item out of the library. Nothing of it is lost for a week: `restore` takes this back."""
    item = what if isinstance(what, SavedItem) else item_of(reader, what)
    if item is None:
        return None
    with transaction.atomic():
        taken = SavedItem.objects.filter(pk=item.pk, reader=reader).update(removed_at=now)
        if taken and item.article is not None:
            signal(reader, item.article, Signal.What.UNSAVE, now=now)
    return item


def restore(reader: Reader, item: SavedItem, *, now: datetime) -> SavedItem:
    """Takes `unsave` back: tags, marks and place are as before."""
    with transaction.atomic():
        taken = SavedItem.every.filter(pk=item.pk, reader=reader).exclude(removed_at=None).update(removed_at=None)
        if taken and item.article is not None:
            signal(reader, item.article, Signal.What.SAVE, now=now)
    item.removed_at = None
    tasks.archive_soon.later(item.pk)
    return item


def retry(item: SavedItem, *, now: datetime) -> None:
    """Makes the copy again, as if for the first time; what is here stays until there is something better."""
    state = item.archive if item.text else Archive.WAITING
    SavedItem.every.filter(pk=item.pk).update(archive=state, due_at=now, attempts=0, claimed_until=None)
    tasks.archive_soon.later(item.pk)


def item_of(reader: Reader, article: Article) -> SavedItem | None:
    """The saved item of an article, also when it was saved from another source or by its address."""
    rows = SavedItem.objects.filter(Q(article=article) | Q(url_key=key_of(article)), reader=reader)
    return rows.select_related("article").first()


def saved_among(article_ids: list[int]) -> set[int]:
    """Which of these articles somebody saved; retention keeps them."""
    rows = SavedItem.every.filter(article_id__in=article_ids).values_list("article_id", flat=True)
    return {found for found in rows if found is not None}


def key_of(article: Article) -> str:
    """The key under which an article is saved: one for all sources of the same address."""
    return article.canonical_key or digest("article", str(article.pk))


def _take_in(reader: Reader, key: str, values: dict[str, Any], now: datetime) -> tuple[SavedItem, bool]:
    """The reader's item of this key, and whether it came into the library just now."""
    defaults = {**values, "saved_at": now, "due_at": now}
    with transaction.atomic():
        item, made = SavedItem.every.get_or_create(reader=reader, url_key=key, defaults=defaults)
        if made:
            terms.store([item.pk])
    if made or item.removed_at is None:
        return item, made
    changes: dict[str, Any] = {"removed_at": None}
    if now - item.removed_at > UNDO:
        changes |= {"saved_at": now, "read_at": None, "is_archived": False}
    _change(item, changes)
    return item, True


def _attach(item: SavedItem, article: Article, now: datetime) -> None:
    """An address that was saved before its article came, or whose page could not be had: the article fills it."""
    if item.article_id is None:
        _change(item, {"article": article})
    if not item.text:
        again = {"archive": Archive.WAITING, "archive_detail": {}, "due_at": now, "attempts": 0}
        _change(item, {**copy_of(article), **again})
        terms.store([item.pk])


def _change(item: SavedItem, changes: dict[str, Any]) -> None:
    SavedItem.every.filter(pk=item.pk).update(**changes)
    for name, value in changes.items():
        setattr(item, name, value)


def _checked(address: str) -> str:
    try:
        url = normalise(address)
    except AddressError as error:
        raise BadAddress(sentences.address(error.code)) from error
    refusal = net.judge_url(url)
    if refusal is not None:
        raise BadAddress(refusal.message)
    return url
