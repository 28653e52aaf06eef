"""Where a text answers a search: snippets with the places of the whole words that were found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .ar import readings
from .folding import fold
from .languages import for_language
from .words import Term


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text on one line, and the (start, end) pairs in it to mark."""

    text: str
    marks: tuple[tuple[int, int], ...]


def _matching(text: str, words: Iterable[str], language: str) -> list[Term]:
    """The words of ``text`` that have the stem of one of ``words``."""
    analyser = for_language(language)
    wanted = {term.stem for word in words for term in analyser.terms(word)}
    return [term for term in analyser.terms(text) if term.stem in wanted] if wanted else []


def snippet(text: str, words: Iterable[str], *, language: str, length: int = 200) -> Snippet:
    """About ``length`` characters of ``text`` where most of ``words`` come together, or its beginning."""
    flat = " ".join(text.split())
    hits = _matching(flat, words, language)
    start = _best_start(hits, length) if hits else 0
    start = 0 if start < length // 4 else flat.rfind(" ", 0, start) + 1
    end = len(flat) if start + length >= len(flat) else flat.rfind(" ", start + 1, start + length + 1)
    end = end if end > start else start + length
    before, after = ("… " if start else ""), (" …" if end < len(flat) else "")
    shift = len(before) - start
    marks = tuple((hit.start + shift, hit.end + shift) for hit in hits if hit.start >= start and hit.end <= end)
    return Snippet(before + flat[start:end].rstrip() + after, marks)


def _best_start(hits: Sequence[Term], length: int) -> int:
    best, most, first = 0, 0, 0
    for last, hit in enumerate(hits):
        while hit.end - hits[first].start > length * 3 // 4:
            first += 1
        distinct = len({other.stem for other in hits[first : last + 1]}) if last - first < 40 else 40
        if distinct > most:
            best, most = hits[first].start, distinct
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
