"""Arabic: a light stemmer of our own, and the proclitics that a name may carry.

Roots would find broken plurals but join «مصر» with «مصرف»; a light stemmer takes off what is glued to a word, at
most one run of proclitics and one ending, and leaves at least three letters. Words of ``data/ar_begin.txt`` and
``data/ar_end.txt`` begin or end with such letters by themselves («لبنان», «فلسطين») and keep them. The broken plurals
that news is full of («وزراء», «صواريخ») are listed in ``data/ar_plurals.txt``.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from .data import lines
from .endings import without_ending
from .folding import fold

_ARTICLE = re.compile(r"(?:[وف]?[بك]?ال|[وف]?لل)(?=..)")
_CONJUNCTION = re.compile(r"و(?=[بكل]?....)")
_SHORT = 3  # letters
_PREPOSITION = re.compile(r"[بكل](?=....)")
_BORROWED = re.compile("[پچڤگژ]")
_PLAIN = str.maketrans("پچڤگژ", "بجفكز")
_ENDINGS = (
    ("يتين", 3), ("يتان", 3), ("يات", 3), ("يين", 3), ("يون", 3), ("يان", 3), ("تهم", 3), ("تها", 3), ("تنا", 3),
    ("اتي", 3), ("ات", 3), ("ان", 5), ("ون", 3), ("ين", 3), ("يه", 3), ("يا", 3), ("ها", 3), ("هم", 3), ("هن", 3),
    ("نا", 4), ("كم", 4), ("ه", 3), ("ي", 3), ("ا", 4),
)  # fmt: skip


_TAIL = re.compile("(?:ي?(?:ات|ان|ين|ون|تين|تان|ت|ه)|يا?|ا|وا?)?(?:ها|هما?|هن|نا|كم|ه|ي)?")
"""What may come behind a whole word."""


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(lines("ar_begin.txt"))


@cache
def _endings() -> frozenset[str]:
    return frozenset(lines("ar_end.txt"))


@cache
def _singulars() -> dict[str, str]:
    """The stem of the singular by that of a broken plural."""
    found: dict[str, str] = {}
    for line in lines("ar_plurals.txt"):
        one, *more = fold(line).split()
        found.update((form, _light(one)) for plural in more for form in (plural, _light(plural)) if form != _light(one))
    return found


def stem(word: str) -> str:
    """The light stem of a folded Arabic word; other words come back unchanged."""
    if not ("\u0621" <= word[:1] <= "\u06ff"):
        return word
    if _BORROWED.search(word):  # پوتين is بوتين to whoever has no such key
        word = word.translate(_PLAIN)
    found = _light(word)
    return _singulars().get(found, found)


def _light(word: str) -> str:
    return _without_ending(_without_proclitics(word))


def _without_proclitics(word: str) -> str:
    if known := _known(word):
        return known
    if match := _ARTICLE.match(word):
        rest = word[match.end() :]
        merged = "ل" + rest  # للغة = ل + ال + لغة
        return merged if match[0].endswith("لل") and (len(rest) < 3 or _is_whole(merged)) else rest
    if word[0] == "و" and _CONJUNCTION.match(word):
        word = word[1:]
    return word[1:] if _PREPOSITION.match(word) else word


def _known(word: str) -> str:
    """The word behind its proclitics, if it is known to begin there; else empty."""
    starts = [word]
    if word[0] in "وفبكل":
        starts.append(word[1:])
    if word[0] in "وف" and word[1:2] in ("ب", "ك", "ل"):
        starts.append(word[2:])
    return next((start for start in starts if _is_whole(start)), "")


def _is_whole(word: str) -> bool:
    known = _beginnings()
    if len(word) == _SHORT:
        return word in known
    return any(word[:size] in known and _TAIL.fullmatch(word, size) for size in range(min(len(word), 11), _SHORT, -1))


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
