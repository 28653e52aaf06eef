"""Arabic: a light stemmer of our own, and the proclitics that a name may carry.

Roots would find broken plurals but join «مصر» with «مصرف»; a light stemmer takes off what is glued to a word, at
most one run of proclitics and one ending, and leaves at least three letters. Words of ``data/ar_begin.txt`` and
``data/ar_end.txt`` begin or end with such letters by themselves («لبنان», «فلسطين») and keep them.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from .data import lines
from .endings import without_ending

_ARTICLE = re.compile(r"(?:[وف]?[بك]?ال|[وف]?لل)(?=..)")
_CONJUNCTION = re.compile(r"[وف](?=[بكل]?....)")
_PREPOSITION = re.compile(r"[بكل](?=....)")
_BORROWED = re.compile("[پچڤگژ]")
_PLAIN = str.maketrans("پچڤگژ", "بجفكز")
_ENDINGS = (
    ("يتين", 3), ("يتان", 3), ("يات", 3), ("يين", 3), ("يون", 3), ("يان", 3), ("تهم", 3), ("تها", 3), ("تنا", 3),
    ("اتي", 3), ("ات", 3), ("ان", 5), ("ون", 3), ("ين", 3), ("يه", 3), ("يا", 3), ("ها", 3), ("هم", 3), ("هن", 3),
    ("نا", 4), ("كم", 4), ("ه", 3), ("ي", 3), ("ا", 4),
)  # fmt: skip


@lru_cache(maxsize=1)
def _beginnings() -> frozenset[str]:
    return frozenset(lines("ar_begin.txt"))


@lru_cache(maxsize=1)
def _endings() -> frozenset[str]:
    return frozenset(lines("ar_end.txt"))


def stem(word: str) -> str:
    """The light stem of a folded Arabic word; other words come back unchanged."""
    if not ("\u0621" <= word[:1] <= "\u06ff"):
        return word
    if _BORROWED.search(word):  # پوتين is بوتين to whoever has no such key
        word = word.translate(_PLAIN)
    return _without_ending(_without_proclitics(word))


def _without_proclitics(word: str) -> str:
    known = _beginnings()
    if _begins_whole(word, known):
        return word
    if match := _ARTICLE.match(word):
        rest = word[match.end() :]
        merged = "ل" + rest  # للغة = ل + ال + لغة
        return merged if match[0].endswith("لل") and (len(rest) < 3 or _begins_whole(merged, known)) else rest
    if match := _CONJUNCTION.match(word):
        rest = word[match.end() :]
        if word[0] == "و" or _begins_whole(rest, known):
            word = rest
            if _begins_whole(word, known):
                return word
    if _PREPOSITION.match(word) or (word[:1] in "بكل" and word[1:] in known):
        return word[1:]
    return word


def _begins_whole(word: str, known: frozenset[str]) -> bool:
    return any(word[:size] in known for size in range(4, min(len(word), 11) + 1))


def _without_ending(word: str) -> str:
    if word in _endings():
        return word
    return without_ending(word, _ENDINGS)


class Reading(NamedTuple):
    """One way to read a written word: what remains, whether it had the article, the proclitics before that."""

    rest: str
    article: bool
    proclitics: str


@lru_cache(maxsize=100_000)
def readings(word: str) -> tuple[Reading, ...]:
    """The ways to read a folded word as (و|ف)(ب|ك|ل)(ال)rest or (و|ف)لل rest; the word as it stands comes first."""
    found: list[Reading] = []
    starts = [""] + ([word[0]] if word[:1] in ("و", "ف") else [])
    for conjunction in starts:
        rest = word[len(conjunction) :]
        found.extend(_with_article(rest, conjunction))
        if rest[:1] in ("ب", "ك", "ل"):
            found.extend(_with_article(rest[1:], conjunction + rest[0]))
        if rest.startswith("لل"):
            found.append(Reading(rest[2:], True, conjunction + "ل"))
            found.append(Reading(rest[1:], True, conjunction + "ل"))  # للغة = ل + ال + لغة
    return tuple(reading for reading in found if len(reading.rest) > 1)


def _with_article(rest: str, before: str) -> list[Reading]:
    plain = [Reading(rest, False, before)]
    return [*plain, Reading(rest[2:], True, before)] if rest.startswith("ال") else plain
