"""Counters of fetching: what is counted, and that it is what was stored."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from nashra.core.feeds import parse
from nashra.news import tallies
from nashra.news.fetching.verdict import Verdict
from nashra.news.models import Host, Source, Tally

Make = Callable[..., Source]
ONE = {"title": "افتتاح الجسر", "guid": "1", "text": "<p>فُتح الجسر هذا الصباح.</p>"}


def counted(name: str) -> dict[str, int]:
    """The counters of a name, by label."""
    return dict(Tally.objects.filter(name=name).values_list("label", "value"))


def figure(name: str) -> dict[str, float]:
    """The values of a figure as monitoring programs get them."""
    return next(family.values for family in tallies.families(timezone.now()) if family.name == name)


def test_fetches_are_counted_by_what_came_of_them(feeds: Any, source: Make, poll: Callable[[], int]) -> None:
    source("/a")
    source("/none")
    feeds.put("/a", feeds.rss(ONE), ETag='"1"')
    poll()
    poll()
    assert counted("fetches") == {"new": 1, "unchanged": 1, "failed": 2}
    assert counted("articles") == {"added": 1}
    assert counted("failures") == {"http-404": 2}
    assert sum(value for label, value in counted("fetch_ms").items() if label != "sum") == 4


def test_bytes_are_counted_as_they_were_stored(feeds: Any, source: Make, poll: Callable[[], int]) -> None:
    source("/a")
    feeds.put("/a", feeds.rss(ONE))
    poll()
    assert counted("bytes")[""] == sum(Source.objects.values_list("fetches__size", flat=True))


def test_what_a_hub_sends_is_a_push_and_no_fetch(source: Make, feeds: Any) -> None:
    verdict = Verdict(source(), timezone.now(), "pushed", {"code": "pushed"}, asked=False, size=10, added=2)
    verdict.feed = parse(feeds.rss(ONE).encode())
    tallies.count([verdict])
    assert (counted("pushes"), counted("fetches"), counted("articles")) == ({"": 1}, {}, {"added": 2})


def test_a_batch_is_counted_by_one_statement(source: Make, django_assert_num_queries: Any) -> None:
    made = source()
    verdicts = [Verdict(made, timezone.now(), what, {"code": "x"}) for what in ("new", "failed", "unchanged")]
    with django_assert_num_queries(1):
        tallies.count(verdicts)
    with django_assert_num_queries(0):
        tallies.count([])


@pytest.mark.parametrize(
    ("took_ms", "part"), [(0, "0.05"), (50, "0.05"), (51, "0.1"), (2_400, "2.5"), (20_000, "20"), (20_001, "+Inf")]
)
def test_the_time_of_a_fetch_falls_into_one_part(source: Make, took_ms: int, part: str) -> None:
    tallies.count([Verdict(source(), timezone.now(), "new", status=200, took_ms=took_ms)])
    assert figure("fetch_duration_seconds")[part] == 1
    assert sum(figure("fetch_duration_seconds").values()) == 1


def test_every_source_is_in_one_state(source: Make) -> None:
    now = timezone.now()
    source("/1", ok_at=now)
    source("/2")
    source("/3", failing_since=now, ok_at=now)
    source("/4", outcome="waiting", failing_since=now)
    source("/5", state="paused", failing_since=now)
    source("/6", state="gone")
    assert figure("sources") == dict.fromkeys(("ok", "new", "failing", "waiting", "paused", "gone"), 1.0)


def test_only_hosts_that_want_silence_now_are_counted(db: None) -> None:
    now = timezone.now()
    for name, waits, minutes in (("a.example", True, 5), ("b.example", True, -5), ("c.example", False, 5)):
        Host.objects.create(name=name, asked_to_wait=waits, next_at=now + timezone.timedelta(minutes=minutes))
    assert figure("hosts_asked_to_wait") == {"": 1}
