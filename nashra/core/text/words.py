"""Words of a text with their places, and what an analyser makes of them."""

import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from .folding import fold_word

MOST_TERMS = 16_000
"""Terms of one text that are kept: PostgreSQL's last position is 16,383, and both databases get the same."""


def _marks() -> str:
    """A character class of all combining marks: Python's ``\\w`` leaves them out."""
    found = [n for n in range(0x300, 0x3000) if unicodedata.category(chr(n)).startswith("M")]
    ranges, start = [], found[0]
    for n, after in zip(found, [*found[1:], sys.maxunicode], strict=True):
        if after != n + 1:
            ranges.append(f"\\u{start:04x}-\\u{n:04x}")
            start = after
    return "".join(ranges)


WORD = re.compile(rf"[^\W_]+(?:[{_marks()}\u200b-\u200f\u00ad\u2060]+[^\W_]*)*")
"""A word: letters and digits with their marks, tatweel, joiners and directional marks inside it."""


class Term(NamedTuple):
    """One word of a text. A tuple rather than a dataclass: an article makes a thousand of them."""

    stem: str
    folded: str
    start: int
    end: int


class Analyser:
    """Turns a text into terms.

    ``stem`` maps a folded word to what search, stories and highlights compare. ``stops`` are folded words without
    meaning of their own; ``common`` are stems of words that fill headlines of every kind.
    """

    def __init__(
        self, code: str, stem: Callable[[str], str], stops: Iterable[str] = (), common: Iterable[str] = ()
    ) -> None:
        self.code = code
        self.stem = stem
        self.stops = frozenset(stops)
        self.common = frozenset(stem(fold_word(word)) for word in common)
        self._analyse = lru_cache(maxsize=100_000)(self._fold_and_stem)
        self._telling = lru_cache(maxsize=50_000)(self._stem_unless_stop)

    def _fold_and_stem(self, word: str) -> tuple[str, str]:
        folded = fold_word(word)
        return (self.stem(folded) or folded, folded)

    def _stem_unless_stop(self, word: str) -> str:
        stem, folded = self._fold_and_stem(word)
        return "" if folded in self.stops else stem

    def terms(self, text: str) -> list[Term]:
        """The words of ``text`` in order, at most MOST_TERMS; positions are those of the original text."""
        return list(self._terms(text))

    def _terms(self, text: str) -> Iterator[Term]:
        left, analyse = MOST_TERMS, self._analyse
        for match in WORD.finditer(text):
            stem, folded = analyse(match[0])
            if folded:
                yield Term(stem, folded, match.start(), match.end())
                left -= 1
                if not left:
                    return

    def stems(self, text: str, most: int | None = None) -> list[str]:
        """Only the stems, without stop words; at most the first ``most`` of them."""
        words = WORD.findall(text)
        if len(words) > MOST_TERMS:
            return [term.stem for term in self._terms(text) if term.folded not in self.stops][:most]
        return list(islice(filter(None, map(self._telling, words)), most))
