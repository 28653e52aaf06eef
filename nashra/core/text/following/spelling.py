"""The words of a name, and the other ways in which the whole of it is written."""

import re
from collections.abc import Iterator

from ..bigrams import UNSPACED
from ..folding import fold_word
from ..forms import ARTICLE
from ..words import WORD, folded_terms

_ARTICLE = re.compile(r"^ال(?=..)")
_JOINED = frozenset({"ابو", "ابي", "ابا", "ام", "عبد", "بني", "بن", "نيو", "بور", "سان", "بو", "ولد", "سيدي", "تل"})
_OF_GOD = frozenset({ARTICLE + "له", ARTICLE + "دين"})  # نصر الله، صلاح الدين
_PARTED = ("عبد", "ابو", "نيو", "بور", "بن")
_VARIANTS = (("امريك", "اميرك"), ("اوروب", "اورب"), ("انجليز", "انكليز"), ("انجلترا", "انكلترا"))
"""Folded parts of words that are written in two ways, inside longer names, too: الانتخابات الأميركية."""
_JOINER = "\u200c"
_LOANED = {"غ": 5, "ج": 6}  # letters from which a word with one of these is taken for a foreign one
Words = list[str]


def words_of_name(name: str, *, arabic: bool) -> list[tuple[str, str]]:
    """The folded words of a name with each as written; ال where it is an article («ألمانيا» has none) is ARTICLE."""
    found = []
    for match in WORD.finditer(name):
        raw = match[0]
        if UNSPACED.search(raw):
            terms = folded_terms(raw)
            found += [(term, term) for term in (terms[:-1] if len(terms) > 1 else terms)]
        elif folded := fold_word(raw):
            definite = arabic and raw.replace("\u0640", "")[:2] in ("ال", "ٱل")
            found.append((_ARTICLE.sub(ARTICLE, folded) if definite else folded, raw))
    return found


def spellings(words: Words, kind: str, language: str) -> Iterator[Words]:
    """Other ways to write the words of a name: joined, apart, with other letters for foreign sounds."""
    if language == "ar":
        yield from _arabic(words, kind)
    elif language in ("fa", "ur", "ps", "ckb") and 1 < len(words) <= 3:
        yield ["".join(words)]
        if len(words) == 3:
            yield [words[0] + words[1], words[2]]
            yield [words[0], words[1] + words[2]]


def _arabic(words: Words, kind: str) -> Iterator[Words]:
    for first, second in _VARIANTS:
        for old, new in ((first, second), (second, first)):
            if any(old in word for word in words):
                yield [word.replace(old, new) for word in words]
    if kind == "topic":
        return
    found = list(_joined_and_parted(words))
    yield from found
    for one in (words, *found):
        for old, new in (("غ", "ج"), ("ج", "غ")):
            loaned = len(one) > 1 or len(one[0].removeprefix(ARTICLE)) >= _LOANED[old]
            if loaned and any(old in word for word in one):
                yield [word.replace(old, new) for word in one]


def _joined_and_parted(words: Words) -> Iterator[Words]:
    """«عبد الله» and «عبدالله», «أبو ظبي» and «أبوظبي», «بنكيران» and «بن كيران»."""
    for n, word in enumerate(words):
        if n + 1 < len(words) and (word in _JOINED or words[n + 1] in _OF_GOD):
            yield [*words[:n], word + words[n + 1].replace(ARTICLE, "ال"), *words[n + 2 :]]
        if word.endswith("الله") and len(word) > 5:
            yield [*words[:n], word.removesuffix("الله"), ARTICLE + "له", *words[n + 1 :]]
        for start in _PARTED:
            rest = word.removeprefix(start)
            if word.startswith(start) and len(rest) > 2:
                yield [*words[:n], start, _ARTICLE.sub(ARTICLE, rest), *words[n + 1 :]]
    if len(words) == 2 and all(2 < len(word) < 6 and ARTICLE not in word for word in words):
        yield ["".join(words)]  # هونغ كونغ


def parted_at_joiners(name: str) -> str:
    """A name with spaces where it has joiners that part words (سازمان‌ملل)."""
    return name.replace(_JOINER, " ")
