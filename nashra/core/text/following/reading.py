"""The ways to read a word of a text: what may be glued in front of it, by its script."""

import re
from functools import lru_cache

from .. import ar
from ..ar import Reading
from ..words import folded_terms

_ARABIC = frozenset("وفبكلا")
_HEBREW = re.compile("ו?(?:(?:כש|ש)?)(?:[בכלמ])?ה?")
_HEBREW_FIRST = frozenset("והבכלמש")


@lru_cache(maxsize=50_000)
def readings_of(word: str) -> tuple[Reading, ...]:
    """The readings of a folded word, as it stands first."""
    if word[0] in _ARABIC and len(word) > 1:
        return ar.readings(word)
    if word[0] in _HEBREW_FIRST and len(word) > 2:
        return _hebrew(word)
    return (Reading(word, False, ""),)


def _hebrew(word: str) -> tuple[Reading, ...]:
    """(ו)(כש|ש)(ב|כ|ל|מ)(ה)rest; an article that ב כ ל have swallowed is put back too."""
    found = [Reading(word, False, "")]
    before = ""
    while len(word) - len(before) > 2 and word[len(before)] in _HEBREW_FIRST and len(before) < 4:
        before = word[: len(before) + 1]
        if not _HEBREW.fullmatch(before) and before[-2:] != "כש":
            break
        rest, article = word[len(before) :], before.endswith("ה")
        found.append(Reading(rest, article, before.removesuffix("ה")))
        if before[-1] in "בכל":
            found.append(Reading("ה" + rest, False, before))
    return tuple(found)


@lru_cache(maxsize=50_000)
def rests(raw: str) -> tuple[str, ...]:
    """What may remain of a written word: the folded words by which it is looked up."""
    terms = folded_terms(raw)
    if len(terms) == 1:
        word = terms[0]
        if word[0] not in _ARABIC and word[0] not in _HEBREW_FIRST:
            return terms
        return tuple({reading.rest for reading in readings_of(word)})
    return tuple({reading.rest for term in terms for reading in readings_of(term)})
