"""The Hijri date by the Umm al-Qura calendar, beside the Gregorian where a reader asked for it.

The calendar of Saudi Arabia, computed beforehand and known from 1 August 1924 to 16 November 2077; outside it there is
no Hijri date here. A sighting of the moon may move a month by a day elsewhere. Here a day begins at midnight on the
reader's clock, as the Gregorian one does, and not at sunset.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from functools import lru_cache

from nashra.base.locale.numbers import to_digits
from nashra.base.locale.preferences import Digits, current


@dataclass(frozen=True, slots=True)
class _Words:
    """The months of one language, from Muharram, and the sign of the era that stands after the year."""

    months: tuple[str, ...]
    era: str


_WORDS: Mapping[str, _Words] = {
    "ar": _Words(
        (
            "محرم", "صفر", "ربيع الأول", "ربيع الآخر", "جمادى الأولى", "جمادى الآخرة",
            "رجب", "شعبان", "رمضان", "شوال", "ذو القعدة", "ذو الحجة",
        ),
        "هـ",
    ),
    "en": _Words(
        (
            "Muharram", "Safar", "Rabi al-Awwal", "Rabi al-Thani", "Jumada al-Ula", "Jumada al-Akhira",
            "Rajab", "Shaban", "Ramadan", "Shawwal", "Dhu al-Qada", "Dhu al-Hijja",
        ),
        "AH",
    ),
    "fr": _Words(
        (
            "mouharram", "safar", "rabia al awal", "rabia ath-thani", "joumada al oula", "joumada ath-thania",
            "rajab", "chaabane", "ramadan", "chawwal", "dhou al qi`da", "dhou al-hijja",
        ),
        "H",
    ),
    "fa": _Words(
        (
            "محرم", "صفر", "ربیع‌الاول", "ربیع‌الثانی", "جمادی‌الاول", "جمادی‌الثانی",
            "رجب", "شعبان", "رمضان", "شوال", "ذیقعده", "ذیحجه",
        ),
        "ه‍.ق.",
    ),
    "ur": _Words(
        (
            "محرم", "صفر", "ربیع الاول", "ربیع الثانی", "جمادی الاول", "جمادی الثانی",
            "رجب", "شعبان", "رمضان", "شوال", "ذوالقعدۃ", "ذوالحجۃ",
        ),
        "ھ",
    ),
}  # fmt: skip


@lru_cache(maxsize=512)
def _of(day: Date) -> tuple[int, int, int] | None:
    """(year, month, day) of Umm al-Qura; None outside what is known of it."""
    from hijridate import Gregorian  # loaded where it is asked for: few readers do

    try:
        return Gregorian(day.year, day.month, day.day).to_hijri().datetuple()
    except OverflowError:
        return None


def hijri_date(day: Date, *, language: str | None = None, digits: Digits | None = None) -> str:
    """The Hijri date of a Gregorian day, «14 جمادى الآخرة 1448 هـ»; empty where the calendar is not known.

    Languages without names of their own here use the English ones.
    """
    found = _of(day)
    if found is None:
        return ""
    language = language or current().language
    words = _WORDS.get(language.partition("-")[0], _WORDS["en"])
    year, month, number = found
    return to_digits(f"{number} {words.months[month - 1]} {year} {words.era}", digits=digits, language=language)
