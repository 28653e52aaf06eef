"""Dates of the Solar Hijri calendar, which Iran and Afghanistan write: "۱۴ آذر ۱۴۰۳", "1403/09/14".

Leap years by the rule of 33 years, which gives what the equinox gave and will give from 1370 to 1429 (1991 to 2051).
Years above those are the lunar calendar's, whose days nobody can tell for certain from their numbers.
"""

from __future__ import annotations

from datetime import date, timedelta

YEARS = range(1370, 1430)
_NAMES = (
    # Persian and Dari, folded as `dates` folds them.
    "فروردين حمل", "ارديبهشت ثور", "خرداد جوزا", "تير سرطان", "مرداد امرداد اسد", "شهريور سنبله", "مهر ميزان",
    "ابان عقرب", "اذر قوس", "دي جدي", "بهمن دلو", "اسفند حوت",
)  # fmt: skip
MONTHS: dict[str, int] = {name: number for number, line in enumerate(_NAMES, 1) for name in line.split()}
_FIRST, _BEGAN = 1400, date(2021, 3, 21)
_LEAP = frozenset({1, 5, 9, 13, 17, 22, 26, 30})  # of 33 years


def gregorian(year: int, month: int, day: int) -> tuple[int, int, int]:
    """Year, month and day of a solar date in the Gregorian calendar. ValueError for a day that the calendar lacks."""
    if year not in YEARS or not 1 <= month <= 12 or not 1 <= day <= _length(year, month):
        raise ValueError(f"no such day: {year}-{month}-{day}")
    passed = sum(map(_days, range(_FIRST, year))) - sum(map(_days, range(year, _FIRST)))
    passed += sum(_length(year, earlier) for earlier in range(1, month)) + day - 1
    found = _BEGAN + timedelta(days=passed)
    return found.year, found.month, found.day


def _days(year: int) -> int:
    return 366 if year % 33 in _LEAP else 365


def _length(year: int, month: int) -> int:
    if month < 7:
        return 31
    return 30 if month < 12 else _days(year) - 336
