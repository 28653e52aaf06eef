"""Where a text answers a search: snippets with the places of the whole words that were found."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .ar import readings
from .folding import fold
from .marking import Found, find, spans_of
from .marks import CONTROLS, MARKS
from .wanting import Wanted, wanted_words
from .words import Term

_JOINER = "\u200d"
_JOINED = re.compile(f"[{MARKS}{CONTROLS}\U0001f3fb-\U0001f3ff]")  # never the first of what is read as one letter
_LONGEST_LETTER = 32
_LOOKED_AT = 120_000  # characters of a text: about as many as have terms in an index


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text on one line, and the (start, end) pairs in it to mark."""

    text: str
    marks: tuple[tuple[int, int], ...]


def snippet(text: str, wanted: Wanted | Iterable[str], *, language: str, length: int = 200) -> Snippet:
    """About ``length`` characters of ``text`` where most of what is ``wanted`` comes together, or its beginning.

    ``wanted``: of a search (``wanted_of``), or words, of which every form counts.
    """
    if not isinstance(wanted, Wanted):
        wanted = wanted_words(wanted, language)
    tokens = text[:_LOOKED_AT].split()
    flat = " ".join(tokens)
    found = find(tokens, flat, wanted, language=language)
    start = _best_start(found, length) if found else 0
    start = 0 if start < length // 4 else _cut(flat, start, length // 8)
    end = len(flat) if start + length >= len(flat) else max(_cut(flat, start + length, length // 4), start + 1)
    before, after = ("… " if start else ""), (" …" if end < len(flat) else "")
    shift = len(before) - start
    spans = spans_of([one for one in found if one.start >= start and one.end <= end])
    return Snippet(before + flat[start:end].rstrip() + after, tuple((a + shift, b + shift) for a, b in spans))


def _cut(text: str, place: int, least: int) -> int:
    """Where to cut at or before a place: between words, or, if a word is longer than ``least``, between letters."""
    space = text.rfind(" ", max(0, place - least), place + 1)
    if space >= 0:
        return space + 1
    for back in range(place, max(0, place - _LONGEST_LETTER), -1):
        if not _JOINED.match(text, back) and text[back - 1] != _JOINER:
            return back
    return place


def _best_start(found: Sequence[Found], length: int) -> int:
    best, most, first = 0, 0, 0
    all_of_it = len({hit.what for hit in found})
    for last, hit in enumerate(found):
        while hit.end - found[first].start > length * 3 // 4 and first < last:
            first += 1
        distinct = len({other.what for other in found[max(first, last - 40) : last + 1]})
        if distinct > most:
            best, most = found[first].start, distinct
        if most == all_of_it:
            break
    return max(0, best - length // 8)


def contains_word(folded_needle: str, terms: Sequence[Term]) -> bool:
    """Whether a text's terms contain a word (or words in a row) that a reader follows or mutes.

    Compares folded words; in Arabic a word also matches behind و ف ب ك ل and with or without the article.
    """
    needles = fold(folded_needle).split()
    if not needles:
        return False
    accepted = [_forms(needle) for needle in needles]
    folded = [term.folded for term in terms]
    for start in range(len(folded) - len(needles) + 1):
        if _carries(folded[start], accepted[0]) and all(
            _carries(word, forms) for word, forms in zip(folded[start + 1 :], accepted[1:], strict=False)
        ):
            return True
    return False


def _forms(needle: str) -> frozenset[str]:
    bare = needle[2:] if needle.startswith("ال") and len(needle) > 4 else needle
    return frozenset({needle, bare})


def _carries(word: str, forms: frozenset[str]) -> bool:
    if word in forms:
        return True
    return len(word) > 3 and word[0] in "وفبكلا" and any(reading.rest in forms for reading in readings(word))
