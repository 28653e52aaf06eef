"""Housekeeping: old articles leave, histories are cut, the database learns what its tables look like."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from nashra.news import registry
from nashra.news.ingest.strangers import stone
from nashra.news.models import Article, Fetch, Host, Source, Story, Tombstone, Topic, Visibility

HISTORY = 50  # fetches kept of each source
MANY = 500  # articles after which the database should look at its tables again
_BATCH = 500
_TOMBSTONES = timedelta(days=400)
_ORPHANS = timedelta(days=1)


def let_go(now: datetime) -> int:
    """Deletes articles older than the retention time that nobody saved; how many. The paper's own articles stay.

    An article is as old as our first sight of it, so a rare feed is not emptied right after it was added. A tombstone
    keeps it from coming back while its feed still lists it, under this id or, with the same address and words, another.
    """
    before = now - timedelta(days=settings.NASHRA_RETENTION_DAYS)
    old = Article.objects.filter(first_seen_at__lt=before, source__is_own=False).order_by("pk")
    last = deleted = 0
    while ids := list(old.filter(pk__gt=last).values_list("pk", flat=True)[:_BATCH]):
        last = ids[-1]
        kept = registry.kept(ids)
        deleted += _delete([pk for pk in ids if pk not in kept], now)
    return deleted


def _delete(ids: list[int], now: datetime) -> int:
    with transaction.atomic():
        rows = list(Article.objects.filter(pk__in=ids).values_list("source_id", "guid", "url", "text_hash"))
        names = ((source, name) for source, guid, url, text in rows for name in (guid, stone(url, text)) if name)
        stones = [Tombstone(source_id=source, guid=name, at=now) for source, name in names]
        Tombstone.objects.bulk_create(stones, ignore_conflicts=True)
        Article.objects.filter(pk__in=ids).delete()
    return len(rows)


def sweep_up(now: datetime) -> None:
    """Deletes what nothing refers to any more: empty stories and topics, private sources without their reader's
    subscription, tombstones of entries that no feed lists after so long a time.
    """
    Story.objects.filter(articles=None).delete()
    Topic.objects.filter(articles=None, source=None, is_catalogue=False).delete()
    orphans = Source.objects.filter(visibility=Visibility.PRIVATE, subscriptions=None, state=Source.State.PAUSED)
    for source in orphans.filter(added_at__lt=now - _ORPHANS):
        source.delete()
    Tombstone.objects.filter(at__lt=now - _TOMBSTONES).delete()
    Host.objects.filter(next_at__lt=now - timedelta(days=30)).delete()


def trim_histories() -> int:
    """Keeps the last 50 fetches of each source; how many older ones went."""
    long = Fetch.objects.values("source").annotate(n=Count("pk")).filter(n__gt=HISTORY).values("source")
    place = Window(RowNumber(), partition_by=F("source"), order_by=[F("at").desc(), F("pk").desc()])
    rows = Fetch.objects.filter(source__in=list(long.values_list("source", flat=True)))
    old = list(rows.annotate(place=place).filter(place__gt=HISTORY).values_list("pk", flat=True))
    for start in range(0, len(old), _BATCH):
        Fetch.objects.filter(pk__in=old[start : start + _BATCH]).delete()
    return len(old)


def analyse() -> None:
    """Lets the database count its rows, without which it chooses slow ways through large tables."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA analysis_limit=1000")
        cursor.execute("ANALYZE")


def nightly() -> None:
    """All of it, in turn."""
    now = timezone.now()
    let_go(now)
    sweep_up(now)
    analyse()
