"""When a source is asked again."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from nashra.news.fetching import rhythm, schedule
from nashra.news.fetching.rhythm import Rhythm
from nashra.news.fetching.schedule import Circumstances, Due

DATA = Path(__file__).parents[1] / "data" / "schedule"
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


def cases(name: str) -> list[Any]:
    return [pytest.param(case, id=case["case"]) for case in json.loads((DATA / f"{name}.json").read_text())]


def learnt(counts: dict[str, int], days: int) -> Rhythm:
    """The rhythm of a source that has so many entries in these hours of each of so many days."""
    midnight = NOW.replace(hour=0)
    dates = [
        midnight - timedelta(days=day) + timedelta(hours=int(hour), minutes=1 + n)
        for day in range(1, days + 1)
        for hour, count in counts.items()
        for n in range(count)
    ]
    return rhythm.learn(Rhythm(), dates, NOW)


@pytest.mark.parametrize("case", cases("hours"))
def test_quiet_hours_stretch_the_interval_and_busy_ones_keep_it(case: dict[str, Any]) -> None:
    found = learnt(case["hours"], case["days"])
    assert rhythm.stretched(case["seconds"], found, datetime.fromisoformat(case["at"])) == case["expected"]


def test_an_entry_counts_once_however_often_its_feed_lists_it() -> None:
    dates = [NOW - timedelta(hours=n, minutes=5) for n in range(30)]
    once = rhythm.learn(Rhythm(), dates, NOW)
    assert rhythm.learn(once, dates, NOW + timedelta(hours=1)) is once
    more = rhythm.learn(once, [*dates, NOW + timedelta(minutes=10)], NOW + timedelta(hours=1))
    assert sum(more.weights) == pytest.approx(sum(once.weights) + 1, abs=0.1)


def test_old_hours_fade_when_a_source_changes_its_habits() -> None:
    mornings = learnt({"6": 3, "7": 3}, 10)
    evenings = [NOW + timedelta(days=day, hours=11, minutes=n) for day in range(1, 57) for n in range(3)]
    changed = rhythm.learn(mornings, evenings, NOW + timedelta(days=57))
    assert mornings.level(6) > 5
    assert changed.is_quiet(6)
    assert not changed.is_quiet(20)


def test_dates_in_the_future_bare_days_and_last_year_say_nothing() -> None:
    dates = [NOW + timedelta(hours=1), NOW.replace(hour=0), NOW - timedelta(days=400)]
    assert rhythm.learn(Rhythm(), dates, NOW) == Rhythm()


@pytest.mark.parametrize("value", [[], {}, None, "x", {"weights": [1, 2]}, {"weights": "x" * 24}])
def test_a_row_without_a_rhythm_is_an_empty_one(value: object) -> None:
    assert rhythm.from_row(value) == Rhythm()


def test_a_rhythm_comes_back_from_its_row() -> None:
    found = learnt({"6": 3, "18": 2}, 5)
    back = rhythm.from_row(json.loads(json.dumps(rhythm.to_row(found))))
    assert (back.since, back.until) == (found.since, found.until)
    assert back.weights == pytest.approx(found.weights, abs=0.001)


@pytest.mark.parametrize("case", cases("skips"))
def test_a_feed_is_not_asked_in_the_hours_and_days_that_it_leaves_out(case: dict[str, Any]) -> None:
    given = Due(datetime.fromisoformat(case["at"]), {"code": "rhythm"})
    due = schedule.outside(given, case["hours"], case["days"], DICE)
    assert due.reason["code"] == case["code"]
    spread = (due.at - datetime.fromisoformat(case["expected"])).total_seconds()
    assert 0 <= spread <= (600 if case["code"].startswith("skip") else 0)


@pytest.mark.parametrize(
    ("interval", "circumstances", "code", "seconds"),
    [
        (1800, Circumstances(), "rhythm", 1800),
        (1800, Circumstances(unread=True), "unread", 7200),
        (36_000, Circumstances(unread=True), "unread", 43_200),
        (43_200, Circumstances(unread=True), "rhythm", 43_200),
        (1800, Circumstances(pushed=True), "hub", 21_600),
        (1800, Circumstances(unread=True, pushed=True), "hub", 21_600),
        (40_000, Circumstances(pushed=True), "rhythm", 40_000),
    ],
)
def test_a_source_that_nobody_reads_or_that_a_hub_pushes_is_asked_less(
    interval: int, circumstances: Circumstances, code: str, seconds: int
) -> None:
    due = schedule.after_success(NOW, interval_s=interval, ttl_s=0, headers={}, dice=DICE, circumstances=circumstances)
    assert due.reason == {"code": code, "minutes": seconds // 60}
    assert 0.9 * seconds <= (due.at - NOW).total_seconds() <= 1.1 * seconds


def test_the_server_s_wish_comes_after_all_of_ours() -> None:
    due = schedule.after_success(
        NOW, interval_s=600, ttl_s=30_000, headers={}, dice=DICE, circumstances=Circumstances(pushed=True)
    )
    assert due.reason == {"code": "server", "minutes": 500}


@pytest.mark.parametrize(("days", "code"), [(0, "rhythm"), (0.1, "rhythm"), (2, "silent"), (300, "silent")])
def test_a_feed_that_has_fallen_silent_is_asked_less_often(days: float, code: str) -> None:
    known = Rhythm(until=int((NOW - timedelta(days=days)).timestamp()))
    due = schedule.after_success(NOW, interval_s=600, ttl_s=0, headers={}, dice=DICE, rhythm=known)
    assert due.reason["code"] == code
    assert due.at - NOW <= timedelta(hours=13.2)


FUTURE, PAST = "Fri, 24 Nov 2041 10:00:00 GMT", "Mon, 23 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize(
    ("last_modified", "hours", "expected"),
    [(FUTURE, 24 * 7, True), (FUTURE, 0.2, False), (PAST, 24 * 7, False), ("", 24 * 7, False), ("x", 24 * 7, False)],
)
def test_a_date_in_the_future_is_not_believed_for_ever(last_modified: str, hours: float, expected: bool) -> None:
    """A server with such a date may answer 304 for ever, so it is asked in full once a week; other days as it wants."""
    assert schedule.asks_in_full(last_modified, NOW - timedelta(hours=hours), NOW, 3) is expected


def test_a_feed_is_asked_in_full_once_in_a_week_and_never_before_its_first_answer() -> None:
    asked = [
        schedule.asks_in_full(FUTURE, NOW + timedelta(hours=n), NOW + timedelta(hours=n + 1), 3) for n in range(24 * 7)
    ]
    assert sum(asked) == 1
    assert not schedule.asks_in_full(FUTURE, None, NOW, 3)
