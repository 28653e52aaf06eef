"""When a source is asked again."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from nashra.news.fetching import schedule

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DICE = random.Random(7)


def every(minutes: float, count: int = 20) -> list[datetime]:
    return [NOW - timedelta(minutes=minutes * n) for n in range(count)]


@pytest.mark.parametrize(
    ("minutes", "seconds"),
    [(1, 600), (60, 1800), (600, 18000), (100_000, 43_200)],
    ids=["busy feeds every ten minutes", "half the gap", "five hours", "quiet feeds twice a day"],
)
def test_a_feed_is_asked_twice_in_the_time_between_two_of_its_entries(minutes: float, seconds: int) -> None:
    assert schedule.interval(every(minutes)) == seconds


def test_a_feed_without_dates_is_asked_every_hour() -> None:
    assert schedule.interval([]) == schedule.interval([NOW]) == 3600


def test_only_the_newest_entries_count_for_the_rhythm() -> None:
    assert schedule.interval([*every(60), *(NOW - timedelta(days=900 + n) for n in range(50))]) == 1800


@pytest.mark.parametrize(
    ("headers", "code", "seconds"),
    [
        ({}, "rhythm", 1800),
        ({"Cache-Control": "max-age=7200"}, "server", 7200),
        ({"Cache-Control": "private, max-age=60"}, "rhythm", 1800),
        ({"Expires": "Tue, 24 Nov 2026 12:00:00 GMT"}, "server", 10_800),
        ({"Expires": "0"}, "rhythm", 1800),
        ({"Cache-Control": "max-age=31536000"}, "server", 86_400),
        ({"Cache-Control": "max-age=99999999999999999999"}, "server", 86_400),
        ({"Cache-Control": "max-age=٣"}, "rhythm", 1800),
    ],
)
def test_a_server_may_ask_for_less_but_not_for_silence_without_end(
    headers: dict[str, str], code: str, seconds: int
) -> None:
    due = schedule.after_success(NOW, interval_s=1800, ttl_s=0, headers=headers, dice=DICE)
    assert due.reason["code"] == code
    assert 0.9 * seconds <= (due.at - NOW).total_seconds() <= 1.1 * seconds


def test_a_feed_s_own_ttl_is_heeded() -> None:
    due = schedule.after_success(NOW, interval_s=600, ttl_s=3600, headers={}, dice=DICE)
    assert due.reason == {"code": "server", "minutes": 60}


def test_failures_double_the_wait_up_to_a_day_and_never_end_it() -> None:
    waits = [schedule.after_failure(NOW, attempts=n, dice=DICE).at - NOW for n in (1, 2, 3, 50, 5000)]
    assert timedelta(minutes=9) <= waits[0] <= timedelta(minutes=11)
    assert timedelta(minutes=18) <= waits[1] <= timedelta(minutes=22)
    assert timedelta(minutes=36) <= waits[2] <= timedelta(minutes=44)
    assert all(timedelta(hours=21) <= wait <= timedelta(hours=27) for wait in waits[3:])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3600", 3600),
        ("Tue, 24 Nov 2026 10:00:00 GMT", 3601),
        ("Mon, 23 Nov 2026 10:00:00 GMT", 60),
        ("9999999999999", 7 * 86_400),
        ("tomorrow", 900),
        ("", 900),
        ("-5", 900),
    ],
)
def test_a_server_that_asks_to_wait_is_left_alone_so_long(value: str, seconds: int) -> None:
    due = schedule.after_refusal_to_serve(NOW, headers={"Retry-After": value}, default_s=900)
    assert due.at - NOW == timedelta(seconds=seconds)
