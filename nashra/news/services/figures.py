"""Figures of sources: what they bring, what they cost, how fast they answer, at which hours they publish."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Count, Min, Q, Sum

from nashra.news.fetching import rhythm
from nashra.news.models import Article, Fetch, Source, Subscription

WEEK = timedelta(days=7)
SLOW_MS = 3_000  # a source whose answers take so long on average is slow
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SourceFigures:
    """One source: articles held, those published in the last week, followers, bytes a day and milliseconds an answer
    over the fetches that are kept.
    """

    articles: int = 0
    week: int = 0
    followers: int = 0
    bytes_a_day: int = 0
    mean_ms: int = 0


@dataclass(frozen=True, slots=True)
class SourceRhythm:
    """How often a source is asked and why: learnt seconds between two fetches, seconds that the feed asks for at least,
    hours (of UTC) and days that it leaves out, and the share of its news in each hour of UTC, 24 of them or none;
    `quiet`: the hours in which it is asked less often.
    """

    interval_s: int
    ttl_s: int
    skip_hours: tuple[int, ...]
    skip_days: tuple[str, ...]
    hours: tuple[float, ...]
    quiet: frozenset[int]


def figures(source_ids: Collection[int], now: datetime) -> dict[int, SourceFigures]:
    """The figures of these sources, by id; a few queries for all of them."""
    articles = Article.objects.filter(source__in=source_ids).order_by().values_list("source")
    held = dict(articles.annotate(n=Count("pk")))
    week = dict(articles.filter(published_at__gt=now - WEEK).annotate(n=Count("pk")))
    followed = Subscription.objects.filter(source__in=source_ids).order_by().values_list("source")
    followers = dict(followed.annotate(n=Count("pk")))
    cost = costs(source_ids, now)
    return {
        pk: SourceFigures(held.get(pk, 0), week.get(pk, 0), followers.get(pk, 0), *cost.get(pk, (0, 0)))
        for pk in source_ids
    }


def costs(source_ids: Collection[int], now: datetime) -> dict[int, tuple[int, int]]:
    """Bytes a day and milliseconds an answer of these sources, over the fetches that are kept; at least over a day."""
    rows = Fetch.objects.filter(source__in=source_ids).order_by().values_list("source")
    found = rows.annotate(size=Sum("size"), first=Min("at"), ms=Avg("took_ms", filter=Q(status__isnull=False)))
    return {
        pk: (int(size / max((now - first) / _DAY, 1.0)), int(ms or 0))
        for pk, size, first, ms in found
        if size is not None
    }


def slow() -> Q:
    """The condition of a source that answers slowly."""
    rows = Fetch.objects.filter(status__isnull=False).order_by().values("source")
    return Q(pk__in=rows.annotate(ms=Avg("took_ms")).filter(ms__gte=SLOW_MS).values("source"))


def rhythm_of(source: Source) -> SourceRhythm:
    """What was learnt of a source's rhythm, and what its feed asks for."""
    known = rhythm.from_row(source.hours)
    total = sum(known.weights)
    hours = tuple(weight / total for weight in known.weights) if total else ()
    quiet = frozenset(hour for hour in range(24) if known.is_quiet(hour))
    skip_hours = tuple(int(hour) for hour in source.skip_hours)
    return SourceRhythm(source.interval_s, source.ttl_s, skip_hours, tuple(source.skip_days), hours, quiet)
