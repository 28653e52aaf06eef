"""One letter for each local date, whatever the clocks do; the table is `tests/data/mail/schedule.tsv`."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from nashra.core.mail.schedule import EVERY_DAY, is_chosen, last_due, local_date, next_due

TABLE = Path(__file__).parents[2] / "data" / "mail" / "schedule.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text("utf-8").splitlines() if not line.startswith("#")]
ZONES = [
    "Africa/Cairo", "Africa/Casablanca", "America/New_York", "America/Nuuk", "America/Santiago", "America/St_Johns",
    "Asia/Amman", "Asia/Beirut", "Asia/Kathmandu", "Asia/Tehran", "Australia/Lord_Howe", "Europe/London",
    "Pacific/Kiritimati", "UTC",
]  # fmt: skip
NEW_YEAR = datetime(2025, 12, 30, 12, tzinfo=UTC)


def zone_of(name: str) -> ZoneInfo:
    return ZoneInfo("UTC" if name.startswith("Mars/") else name)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} ({row[1]})")
def test_the_next_letter_is_due_as_the_table_says(row: list[str]) -> None:
    _, zone, clock, days, after, expected = row
    hour, minute = map(int, clock.split(":"))
    due = next_due(hour, minute, int(days, 2), zone, datetime.fromisoformat(after).replace(tzinfo=zone_of(zone)))
    assert due == datetime.fromisoformat(expected)
    assert due.tzinfo is UTC
    assert last_due(hour, minute, int(days, 2), zone, due) == due


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", [(0, 0), (0, 30), (1, 45), (2, 30), (7, 0), (22, 15), (23, 45)])
def test_each_date_of_a_year_has_exactly_one_letter(zone: str, clock: tuple[int, int]) -> None:
    due = NEW_YEAR
    dates: Counter[date] = Counter()
    while local_date(due := next_due(*clock, EVERY_DAY, zone, due), zone) < date(2027, 1, 1):
        dates[local_date(due, zone)] += 1
    assert set(dates.values()) == {1}
    assert len([day for day in dates if day.year == 2026]) == 365


def test_saturday_is_the_first_day() -> None:
    saturday = date(2026, 11, 28)
    assert [is_chosen(saturday + timedelta(days=n), 1 << n) for n in range(7)] == [True] * 7
    assert sum(is_chosen(saturday + timedelta(days=n), 0b0000001) for n in range(7)) == 1


def test_travelling_west_after_the_letter_brings_no_second_one_for_that_date() -> None:
    sent = next_due(7, 0, EVERY_DAY, "Asia/Amman", datetime(2026, 11, 24, 0, tzinfo=UTC))
    sent_on = local_date(sent, "Asia/Amman")
    due = next_due(7, 0, EVERY_DAY, "America/New_York", sent + timedelta(hours=1), sent_on=sent_on)
    assert local_date(due, "America/New_York") == sent_on + timedelta(days=1)


def test_travelling_over_the_date_line_and_back_never_repeats_a_date() -> None:
    moment, sent_on, dates = datetime(2026, 11, 24, tzinfo=UTC), None, []
    for zone in ["Pacific/Kiritimati", "Pacific/Honolulu", "Pacific/Apia", "Pacific/Pago_Pago", "Asia/Amman"] * 4:
        moment = next_due(7, 0, EVERY_DAY, zone, moment, sent_on=sent_on)
        sent_on = local_date(moment, zone)
        dates.append(sent_on)
    assert dates == sorted(set(dates))


def test_no_day_at_all_is_an_error() -> None:
    with pytest.raises(ValueError, match="no day"):
        next_due(7, 0, 0, "UTC", NEW_YEAR)


def test_the_last_letter_was_due_on_the_last_chosen_day() -> None:
    tuesday = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert last_due(7, 0, 0b0000001, "UTC", tuesday) == datetime(2026, 11, 21, 7, tzinfo=UTC)
    assert last_due(18, 0, EVERY_DAY, "UTC", tuesday) == datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert last_due(7, 0, 0, "UTC", tuesday) is None
