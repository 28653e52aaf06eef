"""Followed searches: how one is written, what answers it, and the secret address of its own feed.

A search is asked again each time, never remembered: what a reader may see, has muted or read changes by the minute.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.core import text as texts
from nashra.core.text import asking
from nashra.front.models import Follow, Kind
from nashra.front.muting import Muting, muting_of
from nashra.front.services.errors import FollowError
from nashra.front.services.signals import profile_changed
from nashra.news import services as news
from nashra.news.models import Article
from nashra.news.services.searching.newest import newest_of

LONGEST = 500  # characters of a followed search
DEPTH = 300  # hits that are looked through for those that are wanted
ON_A_PAGE, NEWEST = 10, 150  # searches whose hits may stand on a page, and hits of each


def written(text: str) -> str:
    """The one form in which the same search is always written."""
    return asking.written(asking.parse(text))


def asked(text: str) -> tuple[str, str]:
    """Key and label of a search that somebody wants to follow. Raises `FollowError` for one that finds nothing."""
    label = texts.clean(text).strip()
    key = written(label) if len(label) <= LONGEST else ""
    if len(label) > LONGEST or len(key) > LONGEST:
        text = gettext("This search is too long to be followed: 500 characters are the most. Nothing was changed.")
        raise FollowError(text)
    error = asking.parse(label).error
    if error == "only_excluded":
        raise FollowError(gettext("A search needs a word to find, beside those to leave out."))
    if error or not key:
        raise FollowError(gettext("There is no word to look for: type at least one letter or digit."))
    return key, label


def searches_of(reader: Reader) -> list[Follow]:
    """The searches that a reader follows, newest first."""
    return list(Follow.objects.filter(reader=reader, kind=Kind.SEARCH).order_by("-at", "-pk"))


def search_followed(reader: Reader, text: str) -> Follow | None:
    """The reader's follow of this search, however it is typed; None when it is not followed."""
    if len(text) > 2 * LONGEST or not (key := written(text)):
        return None
    return Follow.objects.filter(reader=reader, kind=Kind.SEARCH, key=key).first()


def change_search(follow: Follow, text: str, *, now: datetime) -> Follow:
    """Another text for a followed search; its feed keeps its address. Raises `FollowError`."""
    key, label = asked(text)
    try:
        with transaction.atomic():
            Follow.objects.filter(pk=follow.pk).update(key=key, label=label)
    except IntegrityError:
        raise FollowError(gettext("You follow this search already. Nothing was changed.")) from None
    follow.key, follow.label = key, label
    profile_changed(follow.reader)
    return follow


def open_feed(follow: Follow) -> Follow:
    """Gives a followed search's feed a new secret address; an address that it had leads nowhere from now on."""
    follow.feed_key = secrets.token_urlsafe(32)
    follow.save(update_fields=["feed_key"])
    return follow


def reopen_feed(follow: Follow, feed_key: str | None) -> Follow:
    """Gives a search that is followed again its feed's former address, unless it has one."""
    if feed_key and not follow.feed_key and not Follow.objects.filter(feed_key=feed_key).exists():
        follow.feed_key = feed_key
        follow.save(update_fields=["feed_key"])
    return follow


def close_feed(follow: Follow) -> Follow:
    """Takes the feed's address away."""
    follow.feed_key = None
    follow.save(update_fields=["feed_key"])
    return follow


def answers(
    follow: Follow, *, now: datetime, limit: int, seen: tuple[datetime, datetime] | None = None
) -> tuple[list[Article], int]:
    """What answers a followed search, newest first, and how many pieces there are beyond `limit` (up to `DEPTH`).

    Only what its reader may see and has neither muted nor hidden, each text once. With `seen` only what came here
    after the first moment, and not after the second.
    """
    reader = follow.reader
    rows = news.answering(reader, asking.parse(follow.key), now=now)
    came = rows if seen is None else rows.filter(first_seen_at__gt=seen[0], first_seen_at__lte=seen[1])
    muting = muting_of(reader, now)
    newest = muting.limit(came).select_related("source").order_by("-published_at", "-pk")
    found = muting.keep(newest[:DEPTH])
    wanted = _once_each(found, rows, muting) if found else []
    return wanted[:limit], max(0, len(wanted) - limit)


def _once_each(found: list[Article], answering: QuerySet[Article], muting: Muting) -> list[Article]:
    """Without copies of an article that answers as well and is not muted; of other copies the first that came."""
    originals = {one.duplicate_of_id for one in found if one.duplicate_of_id}
    there = {one.pk for one in muting.keep(muting.limit(answering.filter(pk__in=originals)))} if originals else set()
    first: dict[int, int] = {}
    for one in found:
        if one.duplicate_of_id:
            first[one.duplicate_of_id] = min(one.pk, first.get(one.duplicate_of_id, one.pk))
    kept = {pk for original, pk in first.items() if original not in there}
    return [one for one in found if not one.duplicate_of_id or one.pk in kept]


def found(reader: Reader, keys: Sequence[str], *, now: datetime) -> dict[int, tuple[str, ...]]:
    """Which of the articles that came in last answer the searches that a reader follows: the keys of these by the
    articles' ids. Whether the reader may see them is not asked here.

    A page bears a few searches: of those given the first `ON_A_PAGE`, and of each the newest `NEWEST`.
    """
    asked_for = [asking.parse(key) for key in keys[:ON_A_PAGE]]
    answering: dict[int, tuple[str, ...]] = {}
    for key, ids in zip(keys, newest_of(reader, asked_for, most=NEWEST, now=now), strict=False):
        for pk in ids:
            answering[pk] = (*answering.get(pk, ()), key)
    return answering
