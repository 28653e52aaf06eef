"""Languages, their directions, and how one reader wants things written; kept per context."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import babel
from babel.core import UnknownLocaleError

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
    """How one reader wants things written.

    `language` is a code, `digits` "latn" (123) or "arab" (the Arabic script's own), `time_zone` an IANA name, `region`
    the country by whose custom months are called (empty: as usual in the language), `hijri` whether the Hijri date
    stands beside the Gregorian.
    """

    language: str = "ar"
    digits: Digits = "latn"
    time_zone: str = "UTC"
    region: str = ""
    hijri: bool = False


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
def cldr(language: str) -> babel.Locale:
    """CLDR's data of a language; English for one that CLDR does not know."""
    return _parsed(language.replace("-", "_")) or babel.Locale("en")


@lru_cache(maxsize=128)
def cldr_of_region(language: str, region: str) -> babel.Locale:
    """CLDR's data of a language as a country writes it; the language's own where CLDR knows no difference."""
    return (_parsed(f"{language.partition('-')[0]}_{region.upper()}") if region else None) or cldr(language)


def _parsed(identifier: str) -> babel.Locale | None:
    try:
        return babel.Locale.parse(identifier)
    except (UnknownLocaleError, ValueError):
        return None


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name; UTC for one that is unknown."""
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
    return "rtl" if cldr(language).text_direction == "rtl" else "ltr"


def language_name(code: str, *, language: str | None = None) -> str:
    """A language's name in the reader's language («الفرنسية», "French"); the code itself when CLDR has no name."""
    name = cldr(language or current().language).languages.get(code.replace("-", "_"))
    return str(name) if name else code
