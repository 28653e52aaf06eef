"""What the forms of a word are."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ..ar import Reading
from ..data import lines

Kind = Literal["place", "name", "topic"]
Rule = Literal["exact", "spelling", "relation", "people", "plural", "possessive", "alias", "translation"]
Case = Literal["", "capital", "upper"]
ARTICLE = "+"
"""Stands for ال at the beginning of a word of a name, where it is the article."""
_HAMZA = frozenset("أإآ")
_UNWRITTEN = frozenset("\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0653\u0670\u200c\u200d\u200e\u200f")
_PREPOSITIONS = frozenset({"علي", "الي", "حتي", "متي", "لدي", "سوي", "مدي"})


@dataclass(frozen=True, slots=True)
class Form:
    """One form of a word, folded, without article and proclitics.

    ``definite``: it must have the article, must not, or either. ``case``: its first letter, or every letter, must be a
    capital. ``glued``: whether proclitics and an article may stand before it at all. ``open_end``: the written word
    must not end in ة («فقرة» is not «فقره»). ``lone``: of
    proclitics only و may stand before it («بحر» is no «حر»). ``free``: none of this is asked.
    """

    word: str
    rule: Rule
    definite: bool | None = None
    case: Case = ""
    glued: bool = True
    open_end: bool = False
    lone: bool = False
    free: bool = False

    def allows(self, reading: Reading, raw: str) -> bool:
        """Whether a reading of a written word may be this form."""
        if self.free:
            return True
        if self.definite is not None and reading.article is not self.definite:
            return False
        glued = reading.article or reading.proclitics
        if glued and not (self.glued and _may_be_glued(self, reading, raw)):
            return False
        if self.case and not _has_case(self.case, reading, raw):
            return False
        return not (self.open_end and raw.rstrip("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652").endswith("ة"))


def is_function_word(word: str, raw: str) -> bool:
    """Whether a written word is «على», «إلى» and the like rather than «علي»: the folded ones are alike."""
    return word in _PREPOSITIONS and raw.rstrip("\u064b\u064e\u0650\u0651").endswith("ى")


def _may_be_glued(form: Form, reading: Reading, raw: str) -> bool:
    """ف before a bare relation is part of another word (فروسية), as in words that are known to begin so (بطاقة); an
    alef with hamza is no article (ألغاز).
    """
    if form.rule == "relation" and not reading.article and "ف" in reading.proclitics:
        return False
    if not reading.article and reading.proclitics + reading.rest in _whole_words():
        return False
    if form.lone and reading.proclitics not in ("", "و") and not reading.article:
        return False
    if not reading.article:
        return True
    written = [letter for letter in raw if letter not in _UNWRITTEN]
    return len(written) <= len(reading.proclitics) or written[len(reading.proclitics)] not in _HAMZA


@lru_cache(maxsize=1)
def _whole_words() -> frozenset[str]:
    return frozenset(lines("ar_begin.txt"))


def _has_case(case: Case, reading: Reading, raw: str) -> bool:
    """Latin names in Arabic text may carry a proclitic: «لـOpenAI»."""
    written = raw[-len(reading.rest) :] if reading.proclitics or reading.article else raw
    return written.isupper() if case == "upper" else written[:1].isupper()
