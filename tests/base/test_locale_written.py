"""Moments, numbers and lengths of time in every language, region, kind of digits and calendar, as people read them.

The pairs are in `tests/data/locale/written.tsv`, checked by hand against CLDR and the calendar of Umm al-Qura.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.base import locale
from nashra.base.locale import Preferences

DATA = Path(__file__).parent.parent / "data" / "locale" / "written.tsv"
ROWS = [line.split("\t") for line in DATA.read_text("utf-8").splitlines() if line and line[0] != "#"]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def measured(text: str) -> str:
    n, unit = text.split()
    return locale.ago(int(n), unit)  # type: ignore[arg-type]


WRITE: dict[str, Callable[[str], str]] = {
    "date": lambda value: locale.date(moment(value)),
    "weekday": lambda value: locale.date(moment(value), weekday=True),
    "time": lambda value: locale.time_of_day(moment(value)),
    "hijri": lambda value: locale.hijri(moment(value)),
    "full": lambda value: locale.full_date(moment(value)),
    "ago": measured,
    "number": lambda value: locale.number(json.loads(value)),
    "percent": lambda value: locale.percent(float(value)),
    "minutes": lambda value: locale.minutes(int(value)),
}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: "-".join(part for part in row[:-1] if part))
def test_it_is_written_as_people_there_write_it(row: list[str]) -> None:
    what, language, region, digits, zone, value, expected = row
    with locale.using(Preferences(language, digits, zone, region, hijri=True)):  # type: ignore[arg-type]
        assert WRITE[what](value) == expected


def test_there_are_enough_rows_of_every_kind() -> None:
    assert len(ROWS) >= 120
    assert {row[0] for row in ROWS} == set(WRITE)


@given(st.text(), st.sampled_from(["ar", "fa", "ur", "en", "ckb"]))
def test_digits_written_otherwise_can_be_read_back(text: str, language: str) -> None:
    plain = "".join(char for char in text if char.isascii() or not char.isdecimal())
    written = locale.to_digits(plain, digits="arab", language=language)
    assert "".join(str(int(char)) if char.isdecimal() else char for char in written) == plain
    assert not any(char in "0123456789" for char in written)
    assert locale.to_digits(plain, digits="latn", language=language) == plain


def test_digits_of_addresses_and_attributes_stay_as_they_are() -> None:
    html = '<a href="/news/12?page=3" title="7">12 &#39;pieces&#39; of 30</a> 5 < 6 &amp; 7&nbsp;8'
    with locale.using(Preferences(digits="arab")):
        written = locale.digits_in_html(html)
    assert written == '<a href="/news/12?page=3" title="7">١٢ &#39;pieces&#39; of ٣٠</a> ٥ < ٦ &amp; ٧&nbsp;٨'
    assert locale.digits_in_html(html) == html


@given(st.lists(st.sampled_from(['<a href="/1/2">', "</a>", "&#39;", "&amp;", "12 of 3", "١", "<br>"])))
def test_what_is_no_text_of_html_is_never_touched(parts: list[str]) -> None:
    html = "".join(parts)
    with locale.using(Preferences(digits="arab")):
        written = locale.digits_in_html(html)
    assert written == "".join("١٢ of ٣" if part == "12 of 3" else part for part in parts)


def test_the_hijri_date_is_only_for_who_asked() -> None:
    with locale.using(Preferences(hijri=False)):
        assert locale.hijri(moment("2026-11-24T12:00:00Z")) == ""
        assert locale.full_date(moment("2026-11-24T12:00:00Z")) == "الثلاثاء 24 نوفمبر 2026"


def test_every_hijri_day_follows_the_one_before() -> None:
    day, days = date(1924, 8, 1), []
    while day <= date(2077, 11, 16):
        days.append(int(locale.hijri_date(day, language="en").split()[0]))
        day += timedelta(days=1)
    pairs = list(pairwise(days))
    assert all(after in (before + 1, 1) for before, after in pairs)
    lengths = [before for before, after in pairs if after == 1]
    assert set(lengths[260:]) == {29, 30}  # the tables of before 1946 hold a few of 28 and 31


def test_numbers_that_stand_side_by_side_keep_their_order_in_a_line_from_left_to_right() -> None:
    assert locale.isolated("٠٦:١٠", language="en") == "\u2068٠٦:١٠\u2069"
    assert locale.isolated("06:10", language="en") == "06:10"
    assert locale.isolated("٠٦:١٠", language="ar") == "٠٦:١٠"


@pytest.mark.parametrize(
    ("header", "language", "region"),
    [
        ("ar-MA,ar;q=0.9,fr;q=0.8", "ar", "MA"),
        ("fr-FR,ar-LB;q=0.5", "ar", "SY"),
        ("ar-Arab-IQ", "ar", "SY"),
        ("AR-dz", "ar", "TN"),
        ("ar-EG", "ar", ""),
        ("ar", "ar", ""),
        ("en-GB,en", "en", ""),
        ("ar-MA", "en", ""),
        ("ar-419,ar-x-", "ar", ""),
        (",;q=,-,ar-", "ar", ""),
        ("", "ar", ""),
    ],
)
def test_the_names_of_months_follow_the_country_that_the_browser_names(header: str, language: str, region: str) -> None:
    assert locale.region_of_tags(header, language) == region


def test_every_country_of_a_custom_calls_all_months_as_its_choice_does() -> None:
    for country in ("EG", "SA", "LB", "PS", "IQ", "DZ", "TN", "MA", "MR", "YE", "BR"):
        custom = locale.custom_of("ar", country)
        assert custom in locale.CUSTOMS["ar"]
        assert locale.month_names("ar", custom) == locale.month_names("ar", country)
    assert len({locale.month_names("ar", custom) for custom in locale.CUSTOMS["ar"]}) == len(locale.CUSTOMS["ar"])


@pytest.mark.parametrize(
    ("at", "now", "zone", "expected"),
    [
        # a year's change seen from two clocks: still last year in New York, this year in Riyadh
        ("2026-12-31T22:00:00Z", "2027-01-02T12:00:00Z", "America/New_York", "31 ديسمبر 2026"),
        ("2026-12-31T22:00:00Z", "2027-01-02T12:00:00Z", "Asia/Riyadh", "أمس"),
        ("2026-12-31T21:30:00Z", "2026-12-31T23:30:00Z", "Asia/Riyadh", "قبل ساعتين"),
        # the night in which clocks went back: an hour more lies between the same two readings
        ("2026-10-24T22:30:00Z", "2026-10-25T02:30:00Z", "Europe/Paris", "قبل 4 ساعات"),
    ],
)
def test_relative_times_go_by_the_readers_clock(at: str, now: str, zone: str, expected: str) -> None:
    with locale.using(Preferences(time_zone=zone)):
        assert locale.relative(moment(at), moment(now)) == expected


def test_the_calendar_is_loaded_only_when_it_is_asked_for() -> None:
    code = "import sys; from nashra.base import locale; sys.exit('hijridate' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
