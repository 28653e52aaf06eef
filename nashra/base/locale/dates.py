"""Dates, times of the day and lengths of time, on the reader's clock and by the reader's customs."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from datetime import date as Date
from typing import Literal

from nashra.base.locale.hijri import hijri_date
from nashra.base.locale.months import month_names
from nashra.base.locale.numbers import isolated, number, to_digits
from nashra.base.locale.preferences import Digits, cldr, current, zone

Unit = Literal["minute", "hour", "day", "week"]

# CLDR's words for the day before and for this moment, which Babel does not carry.
_NOW = {
    "ar": "الآن", "en": "now", "fr": "maintenant", "de": "jetzt", "es": "ahora", "fa": "اکنون", "he": "עכשיו",
    "tr": "şimdi", "ur": "اب",
}  # fmt: skip
_YESTERDAY = {
    "ar": "أمس", "en": "yesterday", "fr": "hier", "de": "gestern", "es": "ayer", "fa": "دیروز", "he": "אתמול",
    "tr": "dün", "ur": "گزشتہ کل",
}  # fmt: skip
_MINUTE_WIDTH: Mapping[str, Literal["short", "long"]] = {"ar": "long"}
_SHORT_NIGHT = timedelta(hours=6)


def local(moment: datetime, *, time_zone: str | None = None) -> datetime:
    """The same aware moment on the reader's clock."""
    return moment.astimezone(zone(time_zone or current().time_zone))


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
    region: str | None = None,
) -> str:
    """A date in words, day first: «23 نوفمبر 2026», "Monday 23 November 2026" with the weekday, no year on request.

    The month is called by the reader's region, «23 تشرين الثاني 2026».
    """
    day = _day(moment, time_zone)
    language = language or current().language
    parts = [str(day.day), month_names(language, current().region if region is None else region)[day.month - 1]]
    if weekday:
        parts.insert(0, str(cldr(language).days["format"]["wide"][day.weekday()]))
    if year:
        parts.append(str(day.year))
    return to_digits(" ".join(parts), digits=digits, language=language)


def stamp(moment: datetime) -> str:
    """A moment in UTC for the command line's tables and checks, which an owner compares with logs: "… 06:10:05"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _day(moment: datetime | Date, time_zone: str | None) -> Date:
    return local(moment, time_zone=time_zone).date() if isinstance(moment, datetime) else moment


def hijri(moment: datetime | Date) -> str:
    """The Hijri date to write beside the Gregorian, on the reader's clock; empty for readers who did not ask for it."""
    return hijri_date(_day(moment, None)) if current().hijri else ""


def full_date(moment: datetime | Date) -> str:
    """The day with its weekday, and the Hijri date after it for who asked for that, as one line of text.

    «الثلاثاء 24 نوفمبر 2026 · 14 جمادى الآخرة 1448 هـ»
    """
    parts = (date(moment, weekday=True), hijri(moment))
    return " · ".join(isolated(part) for part in parts if part)


def weekday(day: int, *, width: Literal["wide", "abbreviated"] = "wide", language: str | None = None) -> str:
    """The name of a weekday, Monday being 0 as in `datetime.weekday`."""
    return str(cldr(language or current().language).days["format"][width][day])


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
        return _NOW.get(language) or ago(0, "minute", language=language, digits=digits)
    if timedelta(0) < age < timedelta(hours=1):
        return ago(int(age.total_seconds() // 60), "minute", language=language, digits=digits)
    if timedelta(0) < age and (days == 0 or age < _SHORT_NIGHT):
        return ago(int(age.total_seconds() // 3600), "hour", language=language, digits=digits)
    if days == 1:
        return _YESTERDAY.get(language) or ago(1, "day", language=language, digits=digits)
    return date(moment, year=at.year != here.year, language=language, digits=digits, time_zone=time_zone)


def ago(n: int, unit: Unit, *, language: str | None = None, digits: Digits | None = None) -> str:
    """CLDR's "n units ago" in the plural form that n takes: «قبل ساعتين», «قبل 3 ساعات», «قبل 11 ساعة»."""
    language = language or current().language
    locale = cldr(language)
    return _counted(n, locale._data["date_fields"][unit]["past"], language, digits)


def minutes(n: int, *, language: str | None = None, digits: Digits | None = None) -> str:
    """A reading time: «دقيقتان», «6 دقائق», "6 min"; at least one minute."""
    language = language or current().language
    forms = cldr(language)._data["unit_patterns"]["duration-minute"][_MINUTE_WIDTH.get(language, "short")]
    return _counted(max(1, n), forms, language, digits)


def _counted(n: int, forms: Mapping[str, object], language: str, digits: Digits | None) -> str:
    form = str(forms.get(cldr(language).plural_form(n)) or forms["other"])
    return form.replace("{0}", number(n, language=language, digits=digits))
