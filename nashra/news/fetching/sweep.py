"""One round of fetching: take what is due, keep the line busy, store what comes, until nothing is due any more."""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from nashra.base import jobs
from nashra.base.net import Request
from nashra.news.fetching import sandbox, schedule, turns
from nashra.news.fetching.download import Downloads
from nashra.news.fetching.record import record
from nashra.news.models import Host, Source

BATCH = 32  # sources stored in one transaction
MOST_AT_ONCE = 64
_TICK = 0.25  # seconds between two looks at what is due
_SOON = timedelta(seconds=1.5)


def fetch_due() -> int:
    """Fetches and stores every source that is due; how many articles are new."""
    claimed = turns.claim_sources(_places(0), timezone.now())
    if not claimed:
        sandbox.tidy()
        return 0
    under_way: dict[int, Source] = {}
    try:
        with Downloads[Source]() as downloads:
            return _work(downloads, claimed, under_way)
    except sandbox.Stopping:
        return 0
    finally:
        if jobs.stopping():
            turns.give_back(list(under_way.values()))


def _work(downloads: Downloads[Source], claimed: Sequence[Source], under_way: dict[int, Source]) -> int:
    new = 0
    _start(downloads, claimed, under_way)
    while not jobs.stopping():
        results = downloads.finished(BATCH, wait=_TICK, gather=0.05) if downloads.running else []
        claimed = turns.claim_sources(_places(downloads.running), timezone.now())
        _start(downloads, claimed, under_way)  # before storing, so that the line is not idle meanwhile
        if results:
            new += record(results, timezone.now())
            for source, _ in results:
                del under_way[source.pk]
        if not claimed and not results and not downloads.running:
            if not _more_soon(timezone.now()):
                break
            time.sleep(_TICK)
    return new


def _start(downloads: Downloads[Source], claimed: Sequence[Source], under_way: dict[int, Source]) -> None:
    for source in claimed:
        under_way[source.pk] = source
        downloads.start(source, request_for(source))


def request_for(source: Source) -> Request:
    """The conditional request for a source: both validators, byte for byte, and never while its last answer was
    damaged. Once a week without them where the server's date lies in the future (see `schedule.asks_in_full`).
    """
    if schedule.asks_in_full(source.last_modified, source.fetched_at, timezone.now(), source.pk):
        return Request(source.url, keep_cut=True)
    return Request(source.url, etag=source.etag or None, last_modified=source.last_modified or None, keep_cut=True)


def _places(running: int) -> int:
    return min(settings.NASHRA_FETCH_CONCURRENCY - running, MOST_AT_ONCE)


def _more_soon(now: datetime) -> bool:
    """Whether sources are due that only wait for the pause between two requests to their host."""
    soon = Host.objects.filter(next_at__gt=now, next_at__lte=now + _SOON, asked_to_wait=False).values("name")
    return Source.objects.filter(state=Source.State.ACTIVE, due_at__lte=now, claimed_until=None, host__in=soon).exists()
