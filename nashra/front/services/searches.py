"""Followed searches: how one is written, what answers it, and the secret address of its own feed.

A search is asked again each time, never remembered: what a reader may see, has muted or read changes by the minute.
"""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.core import text as texts
from nashra.front.models import Follow, Kind
from nashra.front.muting import muting_of
from nashra.front.services.errors import FollowError
from nashra.front.services.signals import profile_changed
from nashra.news import access
from nashra.news import services as news
from nashra.news.models import Article

LONGEST = 500  # characters of a followed search
DEPTH = 300  # hits that are looked through for those that are wanted


def written(text: str) -> str:
    """The one form in which the same search is always written."""
    return " ".join(texts.clean(text).split())


def asked(text: str) -> tuple[str, str]:
    """Key and label of a search that somebody wants to follow. Raises `FollowError` for one that finds nothing."""
    label = texts.clean(text).strip()
    if len(label) > LONGEST or len(written(label)) > LONGEST:
        text = gettext("This search is too long to be followed: 500 characters are the most. Nothing was changed.")
        raise FollowError(text)
    error = texts.parse_query(label).error
    if error == "empty":
        raise FollowError(gettext("There is no word to look for: type at least one letter or digit."))
    if error == "only_excluded":
        raise FollowError(gettext("A search needs a word to find, beside those to leave out."))
    return written(label), label


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
    """What answers a followed search, newest first, and how many pieces there are beyond `limit`.

    Only what its reader may see and has neither muted nor hidden, each text once. With `seen` only what came here
    after the first moment, and not after the second.
    """
    reader = follow.reader
    ids = news.search(reader, follow.key, limit=DEPTH).ids
    rows = access.visible_articles(reader).filter(pk__in=ids)
    if seen is not None and not rows.filter(_came_in(seen)).exists():
        return [], 0  # mostly so
    muting = muting_of(reader, now)
    found = muting.keep(muting.limit(rows).select_related("source").order_by("-published_at", "-pk"))
    wanted = [row for row in _once_each(found) if seen is None or seen[0] < row.first_seen_at <= seen[1]]
    return wanted[:limit], max(0, len(wanted) - limit)


def _came_in(seen: tuple[datetime, datetime]) -> Q:
    return Q(first_seen_at__gt=seen[0], first_seen_at__lte=seen[1])


def _once_each(articles: list[Article]) -> list[Article]:
    """Without copies of an article that is there itself; of copies whose original is not, the first that came."""
    first: dict[int, int] = {}
    for one in articles:
        original = one.duplicate_of_id or one.pk
        first[original] = min(one.pk if one.duplicate_of_id else 0, first.get(original, one.pk))
    return [one for one in articles if not one.duplicate_of_id or first[one.duplicate_of_id] == one.pk]
