"""Hebrew: the letters ו ה ב ל מ ש כ before a word, and its plural, feminine and relation.

All such letters in front go while four letters remain; words of ``data/he_begin.txt`` begin with one by themselves.
"""

from functools import lru_cache

from .data import lines
from .endings import without_ending

_BEFORE = "והבלמשכ"
_FINAL = str.maketrans("ךםןףץ", "כמנפצ")
_ENDINGS = (("יים", 3), ("יות", 3), ("ים", 3), ("ות", 3), ("ית", 4), ("יה", 4), ("ה", 3), ("י", 4), ("ת", 4))


@lru_cache(maxsize=1)
def _beginnings() -> tuple[str, ...]:
    return tuple(lines("he_begin.txt"))


def stem(word: str) -> str:
    """The stem of a folded Hebrew word, its last letter in the form that stands inside words."""
    while len(word) > 4 and word[0] in _BEFORE and not word.startswith(_beginnings()):
        word = word[1:]
    return without_ending(word, _ENDINGS).translate(_FINAL)
