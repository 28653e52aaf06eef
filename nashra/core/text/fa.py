"""Persian: plurals, comparison, the ی of relation and of «a»; «انتخابات» and «نمایندگان» find their singular.

Snowball's Persian makes «ایر» of «ایرانی» and leaves «زنان»; verbs are left alone here: «می» begins nouns too.
"""

from functools import lru_cache

from .data import lines
from .endings import without_ending

_PLURAL = (
    ("هايشان", 2), ("هايمان", 2), ("هايتان", 2), ("هايش", 2), ("هايم", 2), ("هايت", 2), ("هايي", 2), ("هاي", 2),
    ("ها", 2), ("ترين", 3), ("تر", 3), ("يان", 4), ("ات", 4),
)  # fmt: skip
_PEOPLE = ("گران", "كاران", "مندان", "داران", "وران", "جويان", "شناسان", "آموزان", "اموزان", "نشينان", "زنان")


@lru_cache(maxsize=1)
def _whole() -> frozenset[str]:
    return frozenset(lines("fa_end.txt"))


def stem(word: str) -> str:
    """The stem of a folded Persian word."""
    word = _singular(word)
    return word[:-1] if word.endswith("ي") and len(word) > 3 and word not in _whole() else word


def _singular(word: str) -> str:
    if word in _whole():
        return word
    if word.endswith("گان") and len(word) > 6:
        return word[:-3] + "ه"  # نمایندگان
    if word.endswith(_PEOPLE):
        return word[:-2]
    return without_ending(word, _PLURAL)
