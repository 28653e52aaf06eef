"""One round of fetching: take what is due, keep the line busy, store what comes, until nothing is due any more."""

import time
from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from nashra.base import jobs, room
from nashra.base.net import Request
from nashra.news.fetching import circumstances, sandbox, schedule, turns
from nashra.news.fetching.download import Downloads
from nashra.news.fetching.record import record
from nashra.news.models import Source

MOST_AT_ONCE = 64  # sources claimed at once, and stored in one transaction
_LET_GO_AFTER = 16  # batches
HEAVY = 1_250_000  # bytes of feeds after which a transaction takes no more of them
_TICK = 0.25  # seconds between two looks at what is due
_GATHER = 0.15  # seconds in which answers come together that are stored together
_LEAST_WAIT = 0.01  # another node may have taken a turn that we are waiting for
_SOON = timedelta(seconds=1.5)


def fetch_due() -> int:
    """Fetches and stores every source that is due; how many articles are new."""
    claimed = turns.claim_sources(_places(0), timezone.now())
    if not claimed:
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
    new, look_at, batches, memory = 0, 0.0, 0, circumstances.Memory()
    _start(downloads, claimed, under_way)
    while not jobs.stopping():
        batch = downloads.finished(MOST_AT_ONCE, _TICK, _GATHER, HEAVY) if downloads.running else []
        places = _places(downloads.running) if downloads.weight < HEAVY else 0  # what waits takes memory
        if places and time.monotonic() >= look_at:
            claimed = turns.claim_sources(places, timezone.now())
            _start(downloads, claimed, under_way)  # before storing, so that the line is not idle meanwhile
            if len(claimed) < places:  # nobody else's turn has come yet
                look_at = time.monotonic() + _TICK
        if batch:
            with room.alone():
                new += record(batch, timezone.now(), memory)
            batches += 1
            if batches % _LET_GO_AFTER == 0:
                jobs.let_go()
            for source, _ in batch:
                del under_way[source.pk]
        if not downloads.running:
            if not _wait_for_turns():
                break
            look_at = 0.0
    return new


def _wait_for_turns() -> bool:
    """Waits for the end of the pause that due sources' hosts are given; false when none is due within a moment."""
    now = timezone.now()
    free = turns.next_free(now, _SOON)
    if free is None:
        return False
    jobs.wait(max(_LEAST_WAIT, (free - now).total_seconds()))
    return True


def _start(downloads: Downloads[Source], claimed: Sequence[Source], under_way: dict[int, Source]) -> None:
    under_way |= {source.pk: source for source in claimed}
    downloads.start([(source, request_for(source)) for source in claimed])


def request_for(source: Source) -> Request:
    """The conditional request for a source: both validators, byte for byte, and never while its last answer was
    damaged. Once a week without them where the server's date lies in the future (see `schedule.asks_in_full`).
    """
    kind = "page" if source.kind == Source.Kind.PAGE else "feed"
    if schedule.asks_in_full(source.last_modified, source.fetched_at, timezone.now(), source.pk):
        return Request(source.url, kind=kind, keep_cut=True)
    etag, last_modified = source.etag or None, source.last_modified or None
    return Request(source.url, kind=kind, etag=etag, last_modified=last_modified, keep_cut=True)


def _places(under_way: int) -> int:
    """How many more sources may be claimed: as many as are fetched at once, and as many again that wait for a place.

    Many at a time, so none while the line is busy. Two times the longest a fetch takes is well within the lease.
    """
    at_once = settings.NASHRA_FETCH_CONCURRENCY
    return min(at_once * 2 - under_way, MOST_AT_ONCE) if under_way <= at_once else 0
