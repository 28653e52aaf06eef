"""The dates of tests/data/feeds/dates.tsv: as written, and the moment in UTC or "none"."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.feeds import solar
from nashra.core.feeds.dates import parse_date

LINES = (Path(__file__).parents[2] / "data" / "feeds" / "dates.tsv").read_text("utf-8").splitlines()


@pytest.mark.parametrize("line", LINES)
def test_a_date_means_one_moment_or_none(line: str) -> None:
    written, moment = line.split("\t")
    found = parse_date(written)
    assert (found.isoformat() if found else "none") == moment


@pytest.mark.parametrize(
    ("value", "moment"), [(1767600060, "2026-01-05T08:01:00+00:00"), (None, None), (True, None), (0, None)]
)
def test_a_json_value_may_be_a_number(value: object, moment: str | None) -> None:
    found = parse_date(value)
    assert (found.isoformat() if found else None) == moment


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789:/-+.TZ ,janfebمصيناير٠١٢٣", max_size=40))
def test_whatever_is_written_the_answer_is_utc_or_nothing(text: str) -> None:
    found = parse_date(text)
    assert found is None or (found.tzinfo is UTC and found.year >= 1899)


def days_of(year: int) -> list[date]:
    found = []
    for month in range(1, 13):
        for day in range(1, 32):
            try:
                found.append(date(*solar.gregorian(year, month, day)))
            except ValueError:
                assert day > 29  # the month is shorter
    return found


def test_the_days_of_the_solar_calendar_follow_one_another() -> None:
    days = [day for year in solar.YEARS for day in days_of(year)]
    assert days == [date(1991, 3, 21) + timedelta(days=number) for number in range(len(days))]


def test_the_solar_calendar_has_the_leap_years_of_the_equinox() -> None:
    leap = {1370, 1375, 1379, 1383, 1387, 1391, 1395, 1399, 1403, 1408, 1412, 1416, 1420, 1424, 1428}
    assert {year for year in solar.YEARS if len(days_of(year)) == 366} == leap
