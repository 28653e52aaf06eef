"""Dates, digits, numbers, plurals and directions for people: the one formatting helper, on Babel's CLDR data.

Django's own formatting never converts digits and its Arabic number format differs from CLDR, so pages, mail, API and
command line all format here. The reader's choice (language, digits, time zone) is kept per context with `activate`;
every function also takes it by keyword. Digits are "latn" (123) or "arab" (١٢٣) by the reader's choice, whatever the
language.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import babel
from babel.core import UnknownLocaleError
from babel.numbers import format_decimal, format_percent

Direction = Literal["rtl", "ltr"]
Digits = Literal["latn", "arab"]


@dataclass(frozen=True, slots=True)
class Language:
    """A language as choices show it: BCP 47 code, its own name for itself, the direction of its script."""

    code: str
    name: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class Preferences:
    """How one reader wants things written: language code, digits ("latn" or "arab"), IANA time zone."""

    language: str = "ar"
    digits: Digits = "latn"
    time_zone: str = "UTC"


# Languages offered for reading; the interface speaks those in INTERFACE.
LANGUAGES: Mapping[str, Language] = {
    code: Language(code, name, "rtl" if code in ("ar", "fa", "he", "ur") else "ltr")
    for code, name in (
        ("ar", "العربية"),
        ("en", "English"),
        ("fr", "Français"),
        ("de", "Deutsch"),
        ("es", "Español"),
        ("fa", "فارسی"),
        ("he", "עברית"),
        ("tr", "Türkçe"),
        ("ur", "اردو"),
    )
}
INTERFACE: tuple[str, ...] = ("ar", "en")

_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
# CLDR's words for the day before and for this moment, which Babel carries only in part.
_NOW = {"ar": "الآن", "en": "now", "fr": "maintenant"}
_YESTERDAY = {"ar": "أمس", "en": "yesterday", "fr": "hier"}
_MINUTE_WIDTH: Mapping[str, Literal["short", "long"]] = {"ar": "long"}
_SHORT_NIGHT = timedelta(hours=6)

_DEFAULT = Preferences()
_current: ContextVar[Preferences] = ContextVar("nashra_preferences", default=_DEFAULT)


def activate(preferences: Preferences) -> None:
    """Format by these preferences from here on, in this thread or task."""
    _current.set(preferences)


def current() -> Preferences:
    """The preferences in force; Arabic with 123 digits in UTC when nothing was said."""
    return _current.get()


@contextmanager
def using(preferences: Preferences) -> Iterator[None]:
    """Format by these preferences inside the block (one reader's digest, for instance)."""
    token = _current.set(preferences)
    try:
        yield
    finally:
        _current.reset(token)


@lru_cache(maxsize=64)
def _locale(language: str) -> babel.Locale:
    try:
        return babel.Locale.parse(language, sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return babel.Locale("en")


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def direction_of(language: str) -> Direction:
    """The direction of a language's script: "rtl" or "ltr" (for a language unknown to CLDR)."""
    known = LANGUAGES.get(language)
    return known.direction if known else _script_direction(language)


@lru_cache(maxsize=128)
def _script_direction(language: str) -> Direction:
    return "rtl" if _locale(language).text_direction == "rtl" else "ltr"


def language_name(code: str, *, language: str | None = None) -> str:
    """A language's name in the reader's language («الفرنسية», "French"); the code itself when CLDR has no name."""
    name = _locale(language or current().language).languages.get(code.replace("-", "_"))
    return str(name) if name else code


def to_digits(text: str, *, digits: Digits | None = None) -> str:
    """The text with its ASCII digits written as the reader chose."""
    return text.translate(_ARABIC_DIGITS) if (digits or current().digits) == "arab" else text


def number(n: float, *, language: str | None = None, digits: Digits | None = None) -> str:
    """A number with the language's grouping and the reader's digits: 1132 is "1,132", «١٬١٣٢» or "1 132"."""
    digits = digits or current().digits
    if isinstance(n, int) and 0 <= n < 1000:
        return to_digits(str(n), digits=digits)
    locale = _locale(language or current().language)
    return to_digits(format_decimal(n, locale=locale, numbering_system=_symbols(locale, digits)), digits=digits)


def percent(share: float, *, language: str | None = None, digits: Digits | None = None) -> str:
    """A share of one as whole per cent: 0.45 is "45%" or «٤٥٪»."""
    digits, locale = digits or current().digits, _locale(language or current().language)
    text = format_percent(share, locale=locale, numbering_system=_symbols(locale, digits))
    return to_digits(text, digits=digits).replace("%", "٪" if digits == "arab" else "%")


def _symbols(locale: babel.Locale, digits: Digits) -> str:
    """The CLDR symbols (separators, sign) to write with; a language without symbols for "arab" keeps its own."""
    return digits if digits in locale.number_symbols else "latn"


def plural_category(n: int, *, language: str | None = None) -> str:
    """CLDR's plural category of n: Arabic has zero, one, two, few (3 to 10), many (11 to 99) and other."""
    return str(_locale(language or current().language).plural_form(abs(n)))


def plural(n: int, forms: Mapping[str, str], *, language: str | None = None, digits: Digits | None = None) -> str:
    """The form for n's category ("other" where it is missing), with `{n}` replaced by the formatted number.

    For text that does not come from the catalogue (data, command line); pages use `ngettext`.
    """
    form = forms.get(plural_category(n, language=language), forms["other"])
    return form.replace("{n}", number(n, language=language, digits=digits))


def local(moment: datetime, *, time_zone: str | None = None) -> datetime:
    """The same aware moment on the reader's clock."""
    return moment.astimezone(_zone(time_zone or current().time_zone))


def time_of_day(moment: datetime | time, *, digits: Digits | None = None, time_zone: str | None = None) -> str:
    """Hours and minutes on the reader's clock, "06:10"; a plain `time` is already on it."""
    at = moment if isinstance(moment, time) else local(moment, time_zone=time_zone)
    return to_digits(f"{at.hour:02d}:{at.minute:02d}", digits=digits)


def date(
    moment: datetime | Date,
    *,
    weekday: bool = False,
    year: bool = True,
    language: str | None = None,
    digits: Digits | None = None,
    time_zone: str | None = None,
) -> str:
    """A date in words, day first: «23 نوفمبر 2026», "Monday 23 November 2026" with the weekday, no year on request."""
    day = local(moment, time_zone=time_zone) if isinstance(moment, datetime) else moment
    locale = _locale(language or current().language)
    parts = [str(day.day), str(locale.months["format"]["wide"][day.month])]
    if weekday:
        parts.insert(0, str(locale.days["format"]["wide"][day.weekday()]))
    if year:
        parts.append(str(day.year))
    return to_digits(" ".join(parts), digits=digits)


def weekday(day: int, *, width: Literal["wide", "abbreviated"] = "wide", language: str | None = None) -> str:
    """The name of a weekday, Monday being 0 as in `datetime.weekday`."""
    return str(_locale(language or current().language).days["format"][width][day])


def relative(
    moment: datetime,
    now: datetime,
    *,
    language: str | None = None,
    digits: Digits | None = None,
    time_zone: str | None = None,
) -> str:
    """How long ago, for a day, and the date after it: «قبل 3 ساعات», «أمس», «12 نوفمبر», with the year in another year.

    Up to six hours ago is told in hours even when midnight lies between; the rest of the day before is "yesterday".
    A moment still to come is "now" within an hour (clocks differ) and a date beyond it.
    """
    language = language or current().language
    at, here = local(moment, time_zone=time_zone), local(now, time_zone=time_zone)
    age, days = now - moment, (here.date() - at.date()).days
    if -timedelta(hours=1) < age < timedelta(minutes=1):
        return _NOW.get(language) or _ago(0, "minute", language, digits)
    if timedelta(0) < age < timedelta(hours=1):
        return _ago(int(age.total_seconds() // 60), "minute", language, digits)
    if timedelta(0) < age and (days == 0 or age < _SHORT_NIGHT):
        return _ago(int(age.total_seconds() // 3600), "hour", language, digits)
    if days == 1:
        return _YESTERDAY.get(language) or _ago(1, "day", language, digits)
    return date(moment, year=at.year != here.year, language=language, digits=digits, time_zone=time_zone)


def _ago(n: int, unit: Literal["minute", "hour", "day"], language: str, digits: Digits | None) -> str:
    """CLDR's "n units ago" in the plural form that n takes."""
    locale = _locale(language)
    forms = locale._data["date_fields"][unit]["past"]
    form = str(forms.get(locale.plural_form(n)) or forms["other"])
    return form.replace("{0}", number(n, language=language, digits=digits))


def minutes(n: int, *, language: str | None = None, digits: Digits | None = None) -> str:
    """A reading time: «دقيقتان», «6 دقائق», "6 min"; at least one minute."""
    language, n = language or current().language, max(1, n)
    locale = _locale(language)
    forms = locale._data["unit_patterns"]["duration-minute"][_MINUTE_WIDTH.get(language, "short")]
    form = str(forms.get(locale.plural_form(n)) or forms["other"])
    return form.replace("{0}", number(n, language=language, digits=digits))
