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
    """What ``readings_of`` gives, without what it says of each: most words of a text are asked for nothing else."""
    found: list[str] = []
    for term in terms:
        if term[0] in _ARABIC:
            found += _arabic_rests(term)
        elif term[0] in _HEBREW_FIRST:
            found += (reading.rest for reading in readings_of(term))
        else:
            found.append(term)
    return tuple(found)


def _arabic_rests(word: str) -> list[str]:
    found = [word]
    for base in (word, word[1:]) if word[0] in "وف" else (word,):
        first, rest = base[:1], base[1:]
        if first == "ا":
            found += (rest[1:],) if rest[:1] == "ل" else ()
        elif first and first in "بكل":
            found.append(rest)
            if rest[:2] == "ال":
                found.append(rest[2:])
            elif first == rest[:1] == "ل":
                found.append(rest[1:])
    if word[0] in "وف":
        found.append(word[1:])
    return [one for one in found if len(one) > 1 or one is word]
