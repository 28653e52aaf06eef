"""What a round of fetching learns for the next: hours, hours left out, hosts that had enough, dates that are wrong."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.utils import timezone

from nashra.news.fetching import rhythm, turns
from nashra.news.fetching.sweep import fetch_due
from nashra.news.models import Host, Source

Make = Callable[..., Source]
FUTURE = "Fri, 24 Nov 2041 10:00:00 GMT"


def entries(count: int, step: timedelta) -> list[dict[str, str]]:
    """Entries with dates so far apart, the newest one a minute old."""
    newest = timezone.now() - timedelta(minutes=1)
    return [
        {"title": f"خبر {n}", "guid": str(n), "text": "نص", "date": format_datetime(newest - n * step)}
        for n in range(count)
    ]


def test_a_source_learns_its_hours_from_the_dates_of_its_entries(feeds: Any, source: Make) -> None:
    feeds.put("/feed", feeds.rss(*entries(30, timedelta(hours=5))))
    made = source()
    fetch_due()
    made.refresh_from_db()
    learnt = rhythm.from_row(made.hours)
    assert learnt.is_known
    assert 20 < sum(learnt.weights) <= 30


def test_an_answer_that_brings_nothing_new_changes_nothing_of_what_was_learnt(
    feeds: Any, source: Make, poll: Callable[[], int]
) -> None:
    feeds.put("/feed", feeds.rss(*entries(5, timedelta(hours=5))))
    made = source()
    poll()
    made.refresh_from_db()
    before = made.hours
    Source.objects.update(body_hash="")
    poll()
    made.refresh_from_db()
    assert made.hours == before


@pytest.mark.parametrize("answer", ["feed", "304", "404"])
def test_whatever_the_answer_a_source_is_not_due_in_the_hours_that_its_feed_leaves_out(
    answer: str, feeds: Any, source: Make
) -> None:
    now = datetime.now(UTC)
    hours = sorted({(now + timedelta(hours=n)).hour for n in range(5)})
    skipped = f"<skipHours>{''.join(f'<hour>{hour}</hour>' for hour in hours)}</skipHours>"
    made = source(skip_hours=[] if answer == "feed" else hours, ok_at=now)
    if answer != "404":
        feeds.put(
            "/feed", feeds.rss(*entries(3, timedelta(minutes=30)), extra=skipped), 200 if answer == "feed" else 304
        )
    fetch_due()
    made.refresh_from_db()
    assert made.skip_hours == hours
    assert made.due_reason == {"code": "skip-hours"}
    assert made.due_at.astimezone(UTC).hour == (now + timedelta(hours=5)).hour


def test_a_feed_may_stop_leaving_out_days(feeds: Any, source: Make) -> None:
    feeds.put("/feed", feeds.rss(*entries(3, timedelta(minutes=30))))
    made = source(skip_days=["Friday"])
    fetch_due()
    made.refresh_from_db()
    assert made.skip_days == []


def test_a_host_with_a_fault_of_its_own_is_asked_half_as_often_but_not_taken_at_a_word_it_did_not_say(
    feeds: Any, source: Make
) -> None:
    feeds.put("/feed", "", 503)
    made = source()
    fetch_due()
    host = Host.objects.get()
    assert (host.gap_ms, host.asked_to_wait) == (2000, False)
    made.refresh_from_db()
    assert (made.outcome, made.due_reason["code"]) == ("failed", "back-off")
    turns.release([turns.Ended(host.name, timezone.now())])
    host.refresh_from_db()
    assert host.gap_ms == 1800


@pytest.mark.parametrize(("days", "asked_in_full"), [(0, False), (7, True)])
def test_a_server_whose_date_lies_in_the_future_is_asked_in_full_once_in_a_while(
    days: int, asked_in_full: bool, feeds: Any, source: Make
) -> None:
    feeds.put("/feed", feeds.rss(*entries(1, timedelta(hours=1))), Last_Modified=FUTURE)
    made = source(last_modified=FUTURE, etag='"a"', fetched_at=timezone.now() - timedelta(days=days))
    fetch_due()
    asked = feeds.asked[0][1]
    assert (asked["If-Modified-Since"], asked["If-None-Match"]) == ((None, None) if asked_in_full else (FUTURE, '"a"'))
    made.refresh_from_db()
    assert made.last_modified == FUTURE  # kept, and sent back as it came
