"""Scripts: which letters are of which, and which languages are written in which."""

import re
from functools import lru_cache

PATTERNS = {
    "Arabic": re.compile(
        "[\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\u08a0-\u08c9\ufb50-\ufdff\ufe70-\ufefc]"
    ),
    "Hebrew": re.compile("[\u05d0-\u05ea\ufb1d-\ufb4f]"),
    "Cyrillic": re.compile("[\u0400-\u052f]"),
    "Greek": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "Han": re.compile("[\u4e00-\u9fff\u3400-\u4dbf]"),
    "Kana": re.compile("[\u3040-\u30ff]"),
    "Hangul": re.compile("[\uac00-\ud7af\u1100-\u11ff]"),
    "Devanagari": re.compile("[\u0900-\u097f]"),
    "Bengali": re.compile("[\u0980-\u09ff]"),
    "Thai": re.compile("[\u0e00-\u0e7f]"),
    "Lao": re.compile("[\u0e80-\u0eff]"),
    "Burmese": re.compile("[\u1000-\u109f]"),
    "Khmer": re.compile("[\u1780-\u17ff]"),
    "Armenian": re.compile("[\u0530-\u058f]"),
    "Georgian": re.compile("[\u10a0-\u10ff]"),
    "Ethiopic": re.compile("[\u1200-\u137f]"),
    "Tamil": re.compile("[\u0b80-\u0bff]"),
    "Latin": re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
}
"""One letter of each script."""

_WRITTEN_IN = {
    **dict.fromkeys(("ar", "fa", "ur", "ps", "ckb", "sd", "ug", "azb", "pnb"), ("Arabic",)),
    **dict.fromkeys(("he", "yi"), ("Hebrew",)),
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "mn", "ky", "tg"), ("Cyrillic",)),
    **dict.fromkeys(("sr", "kk", "uz", "az", "tt"), ("Cyrillic", "Latin")),
    **dict.fromkeys(("hi", "mr", "ne"), ("Devanagari",)),
    "ku": ("Latin", "Arabic"), "el": ("Greek",), "zh": ("Han",), "ja": ("Kana", "Han"), "ko": ("Hangul", "Han"),
    "bn": ("Bengali",), "th": ("Thai",), "lo": ("Lao",), "my": ("Burmese",), "km": ("Khmer",), "hy": ("Armenian",),
    "ka": ("Georgian",), "am": ("Ethiopic",), "ti": ("Ethiopic",), "ta": ("Tamil",),
}  # fmt: skip


def written_in(code: str) -> tuple[str, ...]:
    """The scripts of a language (a primary tag): Latin, if nothing else is known."""
    return _WRITTEN_IN.get(code, ("Latin",))


@lru_cache(maxsize=4096)
def script_of(letter: str) -> str:
    """The script of one letter; empty for digits and scripts that are not told apart."""
    return next((name for name, pattern in PATTERNS.items() if pattern.match(letter)), "")
