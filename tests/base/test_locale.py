"""What people read of dates, numbers and plurals, in both directions and both kinds of digits."""

import json
import threading
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import babel
import pytest

from nashra.base import locale
from nashra.base.locale import Preferences

DATA = Path(__file__).parent.parent / "data" / "locale"
MORNING = datetime(2026, 11, 23, 6, 10, tzinfo=UTC)


def pairs(name: str) -> Any:
    """The input and expected pairs of one data file."""
    return json.loads((DATA / name).read_text("utf-8"))


RELATIVE = pairs("relative.json")


@pytest.mark.parametrize("language", ["ar", "en"])
@pytest.mark.parametrize("case", RELATIVE["cases"], ids=lambda case: case["at"])
def test_a_time_is_relative_for_a_day_and_dated_after_it(case: dict[str, str], language: str) -> None:
    now = datetime.fromisoformat(RELATIVE["now"])
    assert locale.relative(datetime.fromisoformat(case["at"]), now, language=language) == case[language]


@pytest.mark.parametrize("case", pairs("plurals.json"), ids=lambda case: str(case["n"]))
def test_arabic_numbers_take_all_six_plural_forms(case: dict[str, Any]) -> None:
    forms = {
        "zero": "قبل {n} ساعة",
        "one": "قبل ساعة واحدة",
        "two": "قبل ساعتين",
        "few": "قبل {n} ساعات",
        "many": "قبل {n} ساعة",
        "other": "قبل {n} ساعة",
    }
    assert locale.plural_category(case["n"], language="ar") == case["category"]
    assert locale.plural(case["n"], forms, language="ar") == case["hours"]
    assert locale.minutes(case["n"], language="ar") == case["minutes"]


def test_a_missing_plural_form_falls_back_to_other() -> None:
    assert locale.plural(2, {"other": "{n} أخبار"}, language="ar") == "2 أخبار"


@pytest.mark.parametrize(
    "case", pairs("numbers.json"), ids=lambda case: f"{case['n']}-{case['language']}-{case['digits']}"
)
def test_a_number_has_the_languages_grouping_and_the_readers_digits(case: dict[str, Any]) -> None:
    assert locale.number(case["n"], language=case["language"], digits=case["digits"]) == case["text"]


def test_the_readers_digits_hold_in_dates_times_and_shares() -> None:
    with locale.using(Preferences(language="ar", digits="arab")):
        assert locale.date(MORNING, weekday=True) == "الاثنين ٢٣ نوفمبر ٢٠٢٦"
        assert locale.time_of_day(MORNING) == "٠٦:١٠"
        assert locale.percent(0.45) == "٤٥٪"
        assert locale.relative(MORNING, MORNING.replace(hour=11)) == "قبل ٥ ساعات"
        assert locale.minutes(6) == "٦ دقائق"


def test_an_english_reader_sees_day_before_month() -> None:
    assert locale.date(date(2026, 11, 23), weekday=True, language="en") == "Monday 23 November 2026"
    assert locale.date(date(2026, 11, 23), year=False, language="en") == "23 November"
    assert locale.minutes(6, language="en") == "6 min"


def test_a_moment_is_told_on_the_readers_clock() -> None:
    late = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    with locale.using(Preferences(language="en", time_zone="Asia/Riyadh")):
        assert locale.time_of_day(late) == "01:30"
        assert locale.date(late) == "23 November 2026"
        assert locale.relative(late, datetime(2026, 11, 23, 20, 0, tzinfo=UTC)) == "21 hours ago"


def test_a_plain_time_is_already_on_the_readers_clock() -> None:
    assert locale.time_of_day(time(7, 5)) == "07:05"


def test_hours_count_across_midnight_until_they_are_six() -> None:
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    assert locale.relative(datetime(2026, 11, 22, 23, 0, tzinfo=UTC), now, language="en") == "3 hours ago"
    assert locale.relative(datetime(2026, 11, 22, 19, 0, tzinfo=UTC), now, language="en") == "yesterday"


def test_an_unknown_time_zone_is_read_as_utc_and_an_unknown_language_as_english() -> None:
    assert locale.time_of_day(MORNING, time_zone="Mars/Olympus") == "06:10"
    assert locale.date(MORNING, language="xx") == "23 November 2026"


@pytest.mark.parametrize(
    ("code", "direction"),
    [
        ("ar", "rtl"),
        ("fa", "rtl"),
        ("ckb", "rtl"),
        ("he", "rtl"),
        ("en", "ltr"),
        ("fr", "ltr"),
        ("pt-BR", "ltr"),
        ("", "ltr"),
    ],
)
def test_a_language_has_the_direction_of_its_script(code: str, direction: str) -> None:
    assert locale.direction_of(code) == direction


def test_every_offered_language_says_its_own_name_and_the_direction_cldr_gives_it() -> None:
    for code, language in locale.LANGUAGES.items():
        assert language.code == code
        assert language.name
        assert language.direction == babel.Locale.parse(code).text_direction
    assert set(locale.INTERFACE) <= set(locale.LANGUAGES)


def test_languages_are_named_in_the_readers_language() -> None:
    assert locale.language_name("fr", language="ar") == "الفرنسية"
    assert locale.language_name("fr", language="en") == "French"
    assert locale.language_name("zz-unknown", language="en") == "zz-unknown"


def test_one_readers_preferences_never_reach_another_thread() -> None:
    seen: list[Preferences] = []
    with locale.using(Preferences(language="en", digits="arab")):
        thread = threading.Thread(target=lambda: seen.append(locale.current()))
        thread.start()
        thread.join()
        assert locale.current().digits == "arab"
    assert seen == [Preferences()]
    assert locale.current() == Preferences()
