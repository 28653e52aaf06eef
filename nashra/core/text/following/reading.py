"""The ways to read a word of a text: what may be glued in front of it, by its script."""

import re
from collections.abc import Sequence
from functools import lru_cache

from .. import ar
from ..ar import Reading
from ..words import folded_terms

_ARABIC = frozenset("وفبكلا")
_HEBREW = re.compile("ו?(?:כש|ש)?[בכלמ]?ה?")
_HEBREW_FIRST = frozenset("והבכלמש")
_REMEMBERED = 100_000


@lru_cache(maxsize=50_000)
def readings_of(word: str) -> tuple[Reading, ...]:
    """The readings of a folded word, as it stands first."""
    if len(word) > 1 and word[0] in _ARABIC:
        return ar.readings(word)
    if len(word) > 2 and word[0] in _HEBREW_FIRST:
        return _hebrew(word)
    return (Reading(word, False, ""),)


def _hebrew(word: str) -> tuple[Reading, ...]:
    """(ו)(כש|ש)(ב|כ|ל|מ)(ה)rest; an article that ב כ ל have swallowed is put back too."""
    found = [Reading(word, False, "")]
    for size in range(1, min(len(word) - 1, 5)):
        before, rest = word[:size], word[size:]
        if _HEBREW.fullmatch(before):
            found.append(Reading(rest, before.endswith("ה"), before.removesuffix("ה")))
            if before[-1] in "בכל":
                found.append(Reading("ה" + rest, False, before))
    return tuple(found)


class _Rests(dict[str, tuple[str, ...]]):
    """By written word, remembered: looking one up costs no call. ``odd``: those that are no term, or several."""

    def __init__(self) -> None:
        super().__init__()
        self.odd: set[str] = set()

    def __missing__(self, raw: str) -> tuple[str, ...]:
        if len(self) >= _REMEMBERED:
            self.clear()
            self.odd = set()
        terms = folded_terms(raw)
        if len(terms) != 1:
            self.odd.add(raw)
        found = self[raw] = _rests(terms)
        return found


RESTS = _Rests()
"""What may remain of a written word without what is glued to it: the folded words by which it is looked up."""


def _rests(terms: Sequence[str]) -> tuple[str, ...]:
    if len(terms) == 1 and terms[0][0] not in _ARABIC and terms[0][0] not in _HEBREW_FIRST:
        return tuple(terms)
    return tuple({reading.rest for term in terms for reading in readings_of(term)})
