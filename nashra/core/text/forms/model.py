"""What the forms of a word are."""

from functools import lru_cache
from typing import Literal, NamedTuple

from ..ar import Reading
from ..data import lines

Kind = Literal["place", "name", "topic"]
Rule = Literal["exact", "spelling", "relation", "people", "plural", "possessive", "alias", "translation"]
Case = Literal["", "capital", "upper"]
ARTICLE = "+"
"""Stands for ال at the beginning of a word of a name, where it is the article."""
STEM = "≈"
"""Begins a form that is a stem: every word of the text's language that has it is meant."""
_HAMZA = frozenset("أإآ")
_UNWRITTEN = frozenset("\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0653\u0670\u200c\u200d\u200e\u200f")
_VOWELS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"
_ENDINGS = ("ا", "ه", "ها", "هم", "نا", "ات", "ين", "ون", "يه", "ته", "تها")
_FEMININE = ("ات", "ته", "تها", "تهم", "تان", "تين", "اته", "اتها")
_PREPOSITIONS = frozenset({"علي", "الي", "حتي", "متي", "لدي", "سوي", "مدي"})


class Form(NamedTuple):
    """One form of a word, folded, without article and proclitics. A tuple rather than a dataclass: a thousand follows
    have fifty thousand.

    ``definite``: it must have the article, must not, or either. ``case``: its first letter, or every letter, must be a
    capital. ``glued``: whether proclitics and an article may stand before it at all. ``lone``: of proclitics only و may
    («بحر» is no «حر»). ``never_ends``: letters in which the written word must not end, although they fold to the form's
    («فقرة» is not «فقره», «خطأ» not «خطا»). ``free``: none of this is asked.
    """

    word: str
    rule: Rule
    definite: bool | None = None
    case: Case = ""
    glued: bool = True
    lone: bool = False
    never_ends: str = ""
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
        return not (self.never_ends and raw.rstrip(_VOWELS)[-1:] in self.never_ends)


def is_function_word(word: str, raw: str) -> bool:
    """Whether a written word is «على», «إلى» and the like rather than «علي»: the folded ones are alike."""
    return word in _PREPOSITIONS and raw.rstrip(_VOWELS).endswith("ى")


def _may_be_glued(form: Form, reading: Reading, raw: str) -> bool:
    """Whether what a reading takes off stands there for itself. ف before a bare relation is part of another word
    (فروسية), as in words that are known to begin so (بطاقة); an alef with hamza is no article (ألغاز); a letter that is
    doubled without an article (كرّاس), or an ending ا with nunation (باكرًا), makes it another word.
    """
    before = len(reading.proclitics)
    if reading.article:
        written = [letter for letter in raw if letter not in _UNWRITTEN]
        return len(written) <= before or written[before] not in _HAMZA
    if form.rule == "relation" and "ف" in reading.proclitics:
        return False
    if form.lone and reading.proclitics not in ("", "و"):
        return False
    inner = reading.proclitics.lstrip("وف")
    if (inner and begins_whole(inner + reading.rest)) or begins_whole(reading.proclitics + reading.rest):
        return False
    if "\u064b" in raw and form.rule == "exact" and form.word.endswith("ا") and not form.word.endswith("يا"):
        return False
    return "\u0651" not in raw or not _is_doubled(raw, before)


def _is_doubled(raw: str, place: int) -> bool:
    """Whether the letter at a place, of letters alone, is written double."""
    letters = -1
    for letter in raw:
        letters += letter not in _UNWRITTEN
        if letters == place and letter == "\u0651":
            return True
    return False


@lru_cache(maxsize=1)
def _whole_words() -> frozenset[str]:
    known = [word for word in lines("ar_begin.txt") if len(word) > 3]
    feminine = (word[:-1] + ending for word in known if word.endswith("ه") for ending in _FEMININE)
    return frozenset({*known, *feminine, *(word + ending for word in known for ending in _ENDINGS)})


def begins_whole(word: str) -> bool:
    """Whether a folded word begins with ب ك ل ف و by itself: بطاقة، كبيرا."""
    return word in _whole_words()


def _has_case(case: Case, reading: Reading, raw: str) -> bool:
    """Latin names in Arabic text may carry a proclitic: «لـOpenAI»."""
    written = raw[-len(reading.rest) :] if reading.proclitics or reading.article else raw
    return written.isupper() if case == "upper" else written[:1].isupper()
