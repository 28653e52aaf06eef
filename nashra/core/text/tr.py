"""Turkish: plurals, possession and case, one after another from the end.

Folding leaves five vowels (ı and i, ü and u, ö and o are one), so the endings are written without vowel harmony;
Snowball's stemmer wants it, and makes «başka» of «başkanı» and «seç» of «seçimi».
"""

import re
from functools import lru_cache

from .data import lines
from .endings import without_ending

_PLURAL = re.compile(r"(?<=...)l[ae]r(?:in?|[ai]n?[ae]|ind[ae]n?|ini|inin|d[ae]n?|[aei]|imiz|imizin)?\Z")
_CASES = (("ndaki", 4), ("ndeki", 4), ("daki", 4), ("deki", 4), ("ndan", 4), ("nden", 4), ("dan", 4), ("den", 4),
          ("tan", 5), ("ten", 5), ("nda", 4), ("nde", 4), ("da", 4), ("de", 4), ("ta", 5), ("te", 5), ("nin", 4),
          ("nun", 4), ("in", 5), ("un", 5))  # fmt: skip
_VOWELS = "aeiou"


@lru_cache(maxsize=1)
def _ending_in_n() -> frozenset[str]:
    return frozenset(lines("tr_end.txt"))


def stem(word: str) -> str:
    """The stem of a folded word."""
    if not word.isascii():
        return word
    bare = _PLURAL.sub("", word)
    bare = bare[:-2] if bare[:-2] in _ending_in_n() else without_ending(bare, _CASES)
    if bare.endswith(("si", "su")) and len(bare) > 5 and bare[-3] in _VOWELS:
        bare = bare[:-2]
    elif bare.endswith(("i", "u")) and len(bare) > 5 and bare[-2] not in _VOWELS:
        bare = bare[:-1]
    return bare[:-1] + "k" if bare.endswith("g") and len(bare) > 4 else bare
