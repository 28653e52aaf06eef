"""One round of fetching: take what is due, keep the line busy, store what comes, until nothing is due any more."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from nashra.base import jobs
from nashra.base.net import Request
from nashra.news.fetching import sandbox, schedule, turns
from nashra.news.fetching.download import Downloads
from nashra.news.fetching.record import record
from nashra.news.models import Source

BATCH = 32  # sources stored in one transaction
MOST_AT_ONCE = 64
_TICK = 0.25  # seconds between two looks at what is due
_GATHER = 0.05  # seconds in which answers come together that are stored together
_SOON = timedelta(seconds=1.5)


def fetch_due() -> int:
    """Fetches and stores every source that is due; how many articles are new."""
    claimed = turns.claim_sources(_places(0), timezone.now())
    if not claimed:
        sandbox.tidy()
        return 0
    under_way: dict[int, Source] = {}
    try:
        with Downloads[Source](settings.NASHRA_FETCH_CONCURRENCY) as downloads:
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
        results = downloads.finished(BATCH, wait=_TICK, gather=_GATHER) if downloads.running else []
        claimed = turns.claim_sources(_places(downloads.running), timezone.now())
        _start(downloads, claimed, under_way)  # before storing, so that the line is not idle meanwhile
        if results:
            new += record(results, timezone.now())
            for source, _ in results:
                del under_way[source.pk]
        if not downloads.running and not claimed and not _wait_for_turns():
            break
    return new


def _wait_for_turns() -> bool:
    """Waits for the end of the pause that due sources' hosts are given; false when none is due within a moment."""
    now = timezone.now()
    free = turns.next_free(now, _SOON)
    if free is None:
        return False
    jobs.wait((free - now).total_seconds())
    return True


def _start(downloads: Downloads[Source], claimed: Sequence[Source], under_way: dict[int, Source]) -> None:
    under_way |= {source.pk: source for source in claimed}
    downloads.start([(source, request_for(source)) for source in claimed])


def request_for(source: Source) -> Request:
    """The conditional request for a source: both validators, byte for byte, and never while its last answer was
    damaged. Once a week without them where the server's date lies in the future (see `schedule.asks_in_full`).
    """
    if schedule.asks_in_full(source.last_modified, source.fetched_at, timezone.now(), source.pk):
        return Request(source.url, keep_cut=True)
    return Request(source.url, etag=source.etag or None, last_modified=source.last_modified or None, keep_cut=True)


def _places(under_way: int) -> int:
    """How many more sources may be claimed: as many as are fetched at once, and as many again that wait for a place.

    Two times the longest a fetch takes is well within the lease.
    """
    return min(settings.NASHRA_FETCH_CONCURRENCY * 2 - under_way, MOST_AT_ONCE)
