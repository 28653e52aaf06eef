"""Dates as feeds write them, right and wrong, in Latin and Arabic letters, to aware UTC datetimes.

Rules: RFC 822 and 2822 (RSS), RFC 3339 (Atom), W3CDTF (Dublin Core), and the habits of real feeds: month names in three
Arabic regions, Arabic-Indic and Persian digits, two-digit years, zone names, epoch seconds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from unicodedata import normalize

from nashra.core.feeds import solar
from nashra.core.feeds.datewords import DAY_HALVES, MONTHS, ZONES

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_GREEK = dict(zip("άέήίϊΐόύϋΰώς", "αεηιιιουυυωσ", strict=True))
_LETTERS = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": None} | _GREEK
)
_MARKS = re.compile("[\u064b-\u0652\u0670\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_ISO = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[t ]\s*(\d\d)(?::?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?)?(?![\d:]))?\s*(.*)")
_ORDINAL = re.compile(r"((?:19|20)\d\d)-?([0-3]\d\d)")
_EASTERN_DAY = re.compile(r"(\d{4})\s*[년年]\s*(\d{1,2})\s*[월月]\s*(\d{1,2})\s*[일日号]?")
_EASTERN_TIME = re.compile(r"(\d{1,2})\s*[시時时点]\s*(\d{1,2})\s*[분分]?(?:\s*(\d{1,2})\s*[초秒])?")
_HANGUL = re.compile("[가-힣]")
_TIME = re.compile(r"(?<!\d)(\d{1,2})\s*:\s*(\d{1,2})(?:\s*:\s*(\d{1,2})(?:[.,]\d+)?)?")
_HOUR = re.compile(r"(?<![\d.\-/])(\d{1,2})\s*(am|pm|a\.m\.|p\.m\.)")
_OFFSET = re.compile(r"(?:(?<=\s)|(?<=gmt)|(?<=utc)|(?<=\d\d:\d\d))\(?([+\-−])\s?(\d{1,2}):?(\d\d)?(?!\d)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s*[-/.،]\s*(\d{1,2})\s*[-/.،]\s*(\d{1,4})(?!\d)")
_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]\.?)*")
_RFC822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?([0-9]{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) "
    r"((?:19|20|21)[0-9]{2}) ([01][0-9]|2[0-3]):([0-5][0-9]):([0-5][0-9]) "
    r"(?:GMT|UTC|([+-])(0[0-9]|1[0-5])([0-5][0-9]))"
)
_PHRASES = {"بعد الظهر": 12, "قبل الظهر": 0, "منتصف الليل": 0, "بعد از ظهر": 12, "قبل از ظهر": 0}
_NUMBER = re.compile(r"\d+")
_YEARS = range(1900, 2201)


def parse_date(value: object) -> datetime | None:
    """The moment that a feed's date means, in UTC; None when it means none (a bare 0, 31 February, the year 1).

    A date without a zone is taken as UTC, a date without a time as its first moment.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _epoch(float(value))
    if not isinstance(value, str) or not value or len(value) > 200:
        return None
    return _read(value.strip())


@lru_cache(maxsize=64)
def _read(text: str) -> datetime | None:
    """What a text means; entries often give one moment twice, as published and as updated."""
    try:
        if _RFC3339.fullmatch(text) and (moment := _rfc3339(text)) and moment.year not in solar.YEARS:
            return _utc(moment)
        if usual := _RFC822.fullmatch(text):
            return _rfc822(usual)
        return _parse(_normal(text))
    except (ValueError, OverflowError):
        return None


def _rfc3339(text: str) -> datetime | None:
    """The usual form of Atom; None for hour 24, second 60 and what exists in no calendar."""
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def _rfc822(found: re.Match[str]) -> datetime:
    """The usual form of RSS, by the short way. ValueError for a day that the month does not have."""
    day, month, year, hour, minute, second, sign, hours, minutes = found.groups()
    moment = datetime(int(year), MONTHS[month.lower()], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    if sign is None:
        return moment
    distance = timedelta(hours=int(hours), minutes=int(minutes))
    return moment - distance if sign == "+" else moment + distance


def _parse(text: str) -> datetime | None:
    if not text:
        return None
    if text.lstrip("-").replace(".", "", 1).isdigit():
        return _bare_number(text)
    if day := _ORDINAL.fullmatch(text):
        return datetime.strptime(f"{day[1]} {day[2]} +0000", "%Y %j %z")
    iso = _ISO.fullmatch(text)
    if iso and not _NUMBER.match(iso[7]) and (iso[4] or ":" not in iso[7]):
        return _assemble(_civil(int(iso[1]), int(iso[2]), int(iso[3])), (iso[4], iso[5], iso[6]), iso[7])
    return _loose(text)


def _loose(text: str) -> datetime | None:
    text = _after_hijri(text)
    time = _TIME.search(text)
    clock: tuple[str | None, str | None, str | None] = (None, None, None)
    rest, tail = text, ""
    if time:
        clock = (time[1], time[2], time[3])
        rest, tail = text[: time.start()] + " ", text[time.end() :]
    elif hour := _HOUR.search(text):
        clock = (hour[1], "0", None)
        rest, tail = text[: hour.start()] + " ", text[hour.end(1) :]
    zone = _OFFSET.search(tail)
    date_text = rest + (tail[: zone.start()] + " " + tail[zone.end() :] if zone else tail)
    date = _date(date_text)
    return _assemble(date, clock, _halves(rest) + tail if clock[0] else text) if date else None


def _halves(text: str) -> str:
    """The words for a half of the day that stand before the time; single letters there mean something else."""
    return "".join(f"{word} " for word in _WORD.findall(text) if len(word) > 1 and word in DAY_HALVES)


def _date(text: str) -> tuple[int, int, int] | None:
    """(year, month, day) out of a text without its time and offset."""
    month, solar_month = _month(text), _solar_month(text)
    if month is None and solar_month is None:
        found = _NUMERIC.search(text)
        return _numeric(found, text) if found else _year_month(text)
    numbers = _NUMBER.findall(text)
    long = next((n for n in numbers if len(n) == 4), None) or next((n for n in numbers if int(n) > 31), None)
    days = list(numbers)
    if long is None:
        if len(numbers) < 2:
            return None
        long = numbers[1]
    days.remove(long)
    day = int(days[0]) if days else 1
    if month is None:
        return solar.gregorian(int(long), solar_month or 0, day)
    return _year(long), month, day


def _solar_month(text: str) -> int | None:
    words = _WORD.findall(text) if not text.isascii() else []
    return next((solar.MONTHS[word] for word in reversed(words) if word in solar.MONTHS), None)


def _civil(year: int, month: int, day: int) -> tuple[int, int, int]:
    """A date in numbers; of the solar calendar where its year is one of that."""
    return solar.gregorian(year, month, day) if year in solar.YEARS else (year, month, day)


def _numeric(found: re.Match[str], text: str) -> tuple[int, int, int]:
    first, middle, last = found[1], int(found[2]), found[3]
    if len(first) > 2:
        return _civil(int(first), middle, int(last))
    if int(last) in solar.YEARS:
        return solar.gregorian(int(last), middle, int(first))
    day, month = int(first), middle
    # Americans write the month first, and an AM or PM in Latin letters beside slashes is theirs.
    american = "/" in found[0] and re.search(r"\b[ap]\.?m\b", text) is not None
    if month > 12 or (american and day <= 12):
        day, month = month, day
    return _year(last), month, day


def _year_month(text: str) -> tuple[int, int, int] | None:
    found = re.fullmatch(r"\s*(\d{4})[-/](\d{1,2})\s*", text)
    return (int(found[1]), int(found[2]), 1) if found else None


def _month(text: str) -> int | None:
    """The month that the words name. The last one counts: in "mar. 5 janv. 2026" the first is a Tuesday."""
    words = _WORD.findall(text)
    for first, second in pairwise(words):
        if pair := MONTHS.get(f"{first} {second}"):
            return pair
    for word in reversed(words):
        if found := MONTHS.get(word) or (MONTHS.get(word[:3]) if word.isascii() and len(word) > 3 else None):
            return found
    return None


def _assemble(
    date: tuple[int, int, int], clock: tuple[str | None, str | None, str | None], tail: str
) -> datetime | None:
    year, month, day = date
    if year not in _YEARS:
        return None
    hour, minute, second = (int(part or 0) for part in clock)
    hour = _on_24_hours(hour, tail) if clock[0] else 0  # a lone «م» after a year means the Common Era
    extra = timedelta(days=1) if (hour, minute) == (24, 0) else timedelta()
    moment = datetime(year, month, day, 0 if extra else hour, minute, min(second, 59), tzinfo=UTC)
    return moment + extra - _offset(tail)


def _on_24_hours(hour: int, tail: str) -> int:
    if hour > 12:
        return hour
    for phrase, half in _PHRASES.items():
        if phrase in tail:
            return hour % 12 + half
    for word in _WORD.findall(tail):
        half = DAY_HALVES.get(word.replace(".", ""), -1)
        if half >= 0:
            # Noon begins at ten, and the night goes on till six.
            morning = (word == "ظهرا" and hour in (10, 11)) or (word == "ليلا" and not 6 <= hour < 12)
            return hour % 12 + (0 if morning else half)
    return hour


def _offset(tail: str) -> timedelta:
    """The zone's distance from UTC, east positive; unknown zones count as UTC (RFC 2822 §4.3)."""
    if found := _OFFSET.search(" " + tail):
        hours, minutes = int(found[2]), int(found[3] or 0)
        if hours > 15 or minutes > 59:
            return timedelta()
        distance = timedelta(hours=hours, minutes=minutes)
        return distance if found[1] == "+" else -distance
    for word in _WORD.findall(tail):
        if word in ZONES:
            return timedelta(minutes=ZONES[word])
    return timedelta()


def _bare_number(text: str) -> datetime | None:
    if re.fullmatch(r"(19|20)\d\d", text):
        return datetime(int(text), 1, 1, tzinfo=UTC)
    if re.fullmatch(r"(19|20)\d{6}", text):
        return datetime(int(text[:4]), int(text[4:6]), int(text[6:]), tzinfo=UTC)
    if re.fullmatch(r"(19|20)\d{12}", text):
        return datetime.strptime(text + "+0000", "%Y%m%d%H%M%S%z")
    return _epoch(float(text))


def _epoch(seconds: float) -> datetime | None:
    """Seconds or milliseconds since 1970; smaller numbers are counters, not dates."""
    if 1e11 <= seconds < 1e13:
        seconds /= 1000
    if not 1e8 <= seconds < 7e9:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def _utc(moment: datetime) -> datetime | None:
    moment = moment.astimezone(UTC)
    return moment if moment.year in _YEARS else None


def _year(text: str) -> int:
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)


def _normal(text: str) -> str:
    text = text.lower()
    if not text.isascii():
        text = normalize("NFKC", text).translate(_LETTERS)  # presentation forms, digits of full width
        text = _MARKS.sub("", text).replace("−", "-").replace("ابو ظبي", "ابوظبي")
        zone = " kst" if _HANGUL.search(text) else ""  # counts when no other zone is named
        text = _EASTERN_DAY.sub(r"\1-\2-\3 ", text)
        text = _EASTERN_TIME.sub(lambda found: f" {found[1]}:{found[2]}:{found[3] or 0} ", text) + zone
    return " ".join(text.translate(_DIGITS).split())


def _after_hijri(text: str) -> str:
    """What follows «الموافق» when a date is given in both calendars."""
    for word in ("الموافق", "الموافق ل"):
        if word in text:
            return text.partition(word)[2]
    return text
