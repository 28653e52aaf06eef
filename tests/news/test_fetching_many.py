"""Many sources at a time: few statements whatever their number, bounded batches, one line for each host."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from multidict import CIMultiDict, CIMultiDictProxy

from nashra.base.net import Request, Response
from nashra.news.fetching import sweep, turns
from nashra.news.fetching.download import Downloads
from nashra.news.fetching.record import record
from nashra.news.models import Fetch, Host, Source, Subscription

Make = Callable[..., Source]


def _sources(count: int) -> list[Source]:
    """Each on a host of its own, due, fetched before."""
    then = timezone.now() - timedelta(hours=2)
    return [
        Source.objects.create(url=f"http://paper-{n}.example/feed", ok_at=then, due_at=then, etag='"old"')
        for n in range(count)
    ]


def _answer(source: Source, *, status: int = 304, body: bytes = b"") -> Response:
    headers = CIMultiDictProxy(CIMultiDict({"ETag": '"new"'}))
    return Response(source.url, source.url, status, headers, body, etag='"new"')


def _statements(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def test_many_unchanged_sources_are_recorded_with_as_many_statements_as_few(db: None) -> None:
    sources = _sources(33)
    now = timezone.now()
    claimed = {source.pk: source for source in turns.claim_sources(64, now)}
    few, many = [[claimed[source.pk] for source in some] for some in (sources[:3], sources[3:])]
    numbers = [_statements(lambda some=some: record([(s, _answer(s)) for s in some], now)) for some in (few, many)]  # type: ignore[misc]
    assert numbers[0] == numbers[1]
    assert Fetch.objects.filter(status=304, outcome="unchanged").count() == 33
    assert set(Source.objects.values_list("etag", "claimed_until", "attempts")) == {('"new"', None, 0)}


def test_claiming_many_sources_takes_as_many_statements_as_claiming_few(db: None) -> None:
    _sources(30)
    Host.objects.bulk_create(Host(name=f"paper-{n}.example") for n in range(30))
    now = timezone.now()
    numbers = [_statements(lambda limit=limit: turns.claim_sources(limit, now)) for limit in (2, 28)]  # type: ignore[misc]
    assert numbers[0] == numbers[1]
    assert Source.objects.filter(claimed_until=now + turns.LEASE, attempts=1).count() == 30


def test_quiet_answers_are_stored_together_and_feeds_a_few_at_a_time(feeds: Any) -> None:
    quiet = _in_batches([feeds.put(f"/quiet/{n}", "") for n in range(20)])
    large = _in_batches([feeds.put(f"/large/{n}", "x" * 400_000) for n in range(10)])
    assert (quiet, large) == ([20], [4, 4, 2])


def _in_batches(urls: Sequence[str]) -> list[int]:
    """How many answers are handed out at a time when all have come."""
    sizes = []
    with Downloads[str](len(urls)) as downloads:
        downloads.start([(url, Request(url)) for url in urls])
        while downloads._done.qsize() < len(urls):
            time.sleep(0.01)
        while downloads.running:
            sizes.append(len(downloads.finished(64, 5, 0, sweep.HEAVY)))
        assert downloads.weight == 0
    return sizes


def test_two_sources_that_move_to_one_address_in_the_same_round_become_one(layla: Any, karim: Any) -> None:
    one, other = _sources(2)
    target = "http://paper.example/feed"
    Source.objects.update(moved_to=target, moved_times=1)
    for reader, source in ((layla, one), (karim, other)):
        Subscription.objects.create(reader=reader, source=source)
    now = timezone.now()
    record([(source, _moved(source, target)) for source in turns.claim_sources(5, now)], now)
    kept = Source.objects.get(url=target)
    assert {row.reader for row in Subscription.objects.filter(source=kept)} == {layla, karim}
    assert Source.objects.exclude(pk=kept.pk).get().state == Source.State.GONE


def _moved(source: Source, target: str) -> Response:
    headers = CIMultiDictProxy(CIMultiDict[str]())
    return Response(source.url, target, 304, headers, b"", redirects=((301, source.url),), permanent=True)


def test_a_round_waits_for_the_first_host_whose_pause_ends(db: None) -> None:
    soon, later = _sources(2)
    now, second = timezone.now(), timedelta(seconds=1)
    Host.objects.create(name=soon.host, next_at=now + second)
    Host.objects.create(name=later.host, next_at=now + 2 * second)
    assert turns.next_free(now, 3 * second) == now + second
    assert turns.next_free(now, second / 2) is None
    assert turns.next_free(now + 5 * second, second) == now + second  # it became free while something was stored


def test_a_round_does_not_wait_for_a_host_that_asked_for_silence(db: None) -> None:
    (quiet,) = _sources(1)
    now = timezone.now()
    Host.objects.create(name=quiet.host, next_at=now + timedelta(seconds=1), asked_to_wait=True)
    assert turns.next_free(now, timedelta(seconds=5)) is None


def test_no_more_requests_run_at_once_than_there_are_places_and_all_are_answered(feeds: Any) -> None:
    running, most, lock = [0], [0], threading.Lock()
    plain = feeds.answer

    def slowly(handler: BaseHTTPRequestHandler) -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.03)
        with lock:
            running[0] -= 1
        plain(handler)

    feeds.answer = slowly
    urls = [feeds.put(f"/{n}", "ok") for n in range(9)]
    assert sorted(_bodies(urls, at_once=3)) == [b"ok"] * 9
    assert 2 <= most[0] <= 3


def _bodies(urls: Sequence[str], *, at_once: int) -> list[bytes]:
    found: list[bytes] = []
    with Downloads[str](at_once) as downloads:
        downloads.start([(url, Request(url)) for url in urls])
        while downloads.running:
            answers = [answer for _, answer in downloads.finished(4, wait=5, gather=0.01)]
            assert len(answers) <= 4
            found += [answer.body for answer in answers if isinstance(answer, Response)]
    return found
