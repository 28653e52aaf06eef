"""Which way a text runs."""

import re

from .languages import RIGHT_TO_LEFT, primary

_RTL = re.compile("[\u0591-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
_LETTER = re.compile(r"[^\W\d_]")
_RTL_LETTER = re.compile(f"(?={_RTL.pattern}){_LETTER.pattern}")
_LETTERS = re.compile(f"{_LETTER.pattern}+")
_RTL_LETTERS = re.compile(f"(?:{_RTL_LETTER.pattern})+")
_READ = 5000


def direction(text: str, language: str | None = None) -> str:
    """``"rtl"`` or ``"ltr"`` by the majority of letters in the first 5,000 characters, not by the first letter.

    A quarter of the letters is enough for the direction of the stated ``language``: «iPhone 15 Pro Max من Apple» is
    Arabic. Without letters the language decides, then left to right.
    """
    sample = text[:_READ]
    stated = primary(language)
    by_language = "rtl" if stated in RIGHT_TO_LEFT else "ltr"
    if not _LETTER.search(sample):
        return by_language
    if sample.isascii() or not (rtl := _count(_RTL_LETTERS, sample)):
        return "ltr"
    if by_language == "rtl" and rtl * 4 >= len(sample):
        return "rtl"
    share = rtl / _count(_LETTERS, sample)
    if stated and (share if by_language == "rtl" else 1 - share) >= 0.25:
        return by_language
    return "rtl" if share > 0.5 else "ltr"


def _count(runs: re.Pattern[str], text: str) -> int:
    """The letters in runs of them: far fewer matches than letters."""
    return len(text) - len(runs.sub("", text))
