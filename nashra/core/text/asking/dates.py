"""Dates as they are typed into a search: whole ones, parts of them, and days counted back from today."""

import re
from calendar import monthrange
from datetime import date, timedelta

from nashra.core.text.folding import fold

OLDEST, LATEST = 1900, 2199  # years
_YEAR_FIRST = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(?:(\d{1,2})[-/.])?(\d{1,2})[-/.](\d{4})")  # as dates stand in lines from right to left
_BACK = re.compile(r"(\d{1,4})[\s_-]*([^\W\d_]+)")
_UNITS = {
    "d": "d day days يوم يوما ايام أيام",
    "w": "w week weeks أسبوع أسبوعا أسابيع",
    "m": "m month months شهر شهرا أشهر شهور",
    "y": "y year years سنة سنوات عام عاما أعوام",
}
_ALONE = {
    "today": "today اليوم",
    "yesterday": "yesterday أمس الأمس البارحة",
    "1w": "week أسبوع",
    "2w": "أسبوعين أسبوعان",
    "1m": "month شهر",
    "2m": "شهرين شهران",
    "2d": "يومين يومان",
    "1d": "day يوم",
    "1y": "year سنة عام",
    "2y": "سنتين عامين",
}
_UNIT = {word: unit for unit, line in _UNITS.items() for word in fold(line).split()}
_WORD = {word: value for value, line in _ALONE.items() for word in fold(line).split()}


def read_date(typed: str) -> str:
    """A date as ``since:`` and ``before:`` keep it; empty if it is none.

    ``2026-11-01``, ``2026-11``, ``2026`` (also with / or ., and the other way around: 1/11/2026, 11/2026), ``7d``,
    ``2w``, ``3m``, ``1y``, ``today``, ``yesterday``; digits of any kind, and the Arabic words for all of them.
    """
    text = fold(typed).strip()
    if text in _WORD:
        return _WORD[text]
    if back := _BACK.fullmatch(text):
        unit = _UNIT.get(back[2])
        return f"{int(back[1])}{unit}" if unit else ""
    if found := _DAY_FIRST.fullmatch(text):
        return _whole(found[3], found[2], found[1])
    found = _YEAR_FIRST.fullmatch(text)
    return _whole(found[1], found[2], found[3]) if found else ""


def _whole(year: str, month: str | None, day: str | None) -> str:
    """The parts joined, if there is such a day."""
    try:
        when = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    if not OLDEST <= when.year <= LATEST:
        return ""
    return f"{when:%Y}" + (f"-{when:%m}" if month else "") + (f"-{when:%d}" if day else "")


def first_day(value: str, today: date) -> date:
    """The day with which a value of ``read_date`` begins; ``today`` is the reader's."""
    if value in ("today", "yesterday"):
        return today - timedelta(days=value == "yesterday")
    if value[-1:].isdigit():
        year, month, day = (int(part) for part in [*value.split("-"), "1", "1"][:3])
        return date(year, month, day)
    count, unit = int(value[:-1]), value[-1]
    if unit in "dw":
        return today - timedelta(days=min(count * (7 if unit == "w" else 1), (today - date(OLDEST, 1, 1)).days))
    return _months_before(today, count * (12 if unit == "y" else 1))


def _months_before(today: date, count: int) -> date:
    """The same day of an earlier month, or the month's last."""
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    if year < OLDEST:
        return date(OLDEST, 1, 1)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
