"""Digits, numbers, shares and plurals, on CLDR's data.

"arab" means the digits of the Arabic script in the form that the language writes: ٤٥٦ in Arabic (and in a language of
another script whose reader wants them), ۴۵۶ in Persian, Urdu, Pashto (CLDR's native numbering system).
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from babel.numbers import format_decimal, format_percent

from nashra.base.locale.preferences import Digits, cldr, current, direction_of

_ASCII = "0123456789"
_WRITTEN = {"arab": str.maketrans(_ASCII, "٠١٢٣٤٥٦٧٨٩"), "arabext": str.maketrans(_ASCII, "۰۱۲۳۴۵۶۷۸۹")}
_NATIVE = frozenset("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")
_TEXT = re.compile(r"<[^>]*>|&#?\w+;|[^<&]+")
_ISOLATES = re.compile("[\u2066-\u2069]")
_FSI, _PDI = "\u2068", "\u2069"


@lru_cache(maxsize=128)
def system(digits: str, language: str) -> str:
    """CLDR's numbering system for a reader's choice in a language: "latn", "arab" or "arabext"."""
    if digits != "arab":
        return "latn"
    return "arabext" if cldr(language).other_numbering_systems.get("native") == "arabext" else "arab"


def to_digits(text: str, *, digits: Digits | None = None, language: str | None = None) -> str:
    """The text with its ASCII digits written as the reader chose; nothing else changes."""
    if (digits or current().digits) != "arab":
        return text
    return text.translate(_WRITTEN[system("arab", language or current().language)])


def digits_in_html(html: str) -> str:
    """HTML with the digits of its text as the reader chose; tags, their attributes and entities stay as they are."""
    return html if current().digits != "arab" else _TEXT.sub(lambda found: _converted(found[0]), html)


def _converted(part: str) -> str:
    return part if part[0] in "<&" else to_digits(part)


def isolated(text: str, *, language: str | None = None) -> str:
    """A number, time or date that is joined to others in one line, between U+2068 and U+2069 where it needs that.

    In a line that runs from left to right two numbers in Arabic digits swap places across a «·» (UAX #9, rule N1).
    """
    if direction_of(language or current().language) == "rtl" or _NATIVE.isdisjoint(text):
        return text
    return f"{_FSI}{text}{_PDI}"


def apart(text: str) -> str:
    """A name, title or typed text inside a sentence, between U+2068 and U+2069: its direction moves nothing around it.

    Isolates of its own are left out, lest one closes ours. Templates use `<bdi>`.
    """
    return f"{_FSI}{_ISOLATES.sub('', text)}{_PDI}"


def number(n: float, *, language: str | None = None, digits: Digits | None = None) -> str:
    """A number with the language's grouping and the reader's digits: 1132 is "1,132", «١٬١٣٢» or "1 132"."""
    digits, language = digits or current().digits, language or current().language
    if isinstance(n, int) and 0 <= n < 1000:
        return to_digits(str(n), digits=digits, language=language)
    return _signed(n, format_decimal, language, digits)


def percent(share: float, *, language: str | None = None, digits: Digits | None = None) -> str:
    """A share of one as whole per cent: 0.45 is "45%" or «٤٥٪»."""
    return _signed(share, format_percent, language or current().language, digits or current().digits)


def _signed(n: float, write: Callable[..., str], language: str, digits: Digits) -> str:
    """A number by one of Babel's writers, with CLDR's own signs: Babel writes a bare minus and per cent.

    In Arabic a mark of direction goes with them, or "-5" would be shown as "5-" (UAX #9, rule W4).
    """
    locale, numbering = cldr(language), system(digits, language)
    numbering = numbering if numbering in locale.number_symbols else "latn"
    signs = locale.number_symbols[numbering]
    text = to_digits(write(n, locale=locale, numbering_system=numbering), digits=digits, language=language)
    percent_sign = "٪" if digits == "arab" else str(signs["percentSign"])
    return text.replace("-", str(signs["minusSign"])).replace("%", percent_sign)


def plural_category(n: int, *, language: str | None = None) -> str:
    """CLDR's plural category of n: Arabic has zero, one, two, few (3 to 10), many (11 to 99) and other."""
    return str(cldr(language or current().language).plural_form(abs(n)))


def plural(n: int, forms: Mapping[str, str], *, language: str | None = None, digits: Digits | None = None) -> str:
    """The form for n's category ("other" where it is missing), with `{n}` replaced by the formatted number.

    For text that does not come from the catalogue (data, command line); pages use `ngettext`.
    """
    form = forms.get(plural_category(n, language=language), forms["other"])
    return form.replace("{n}", number(n, language=language, digits=digits))
