"""Names and topics that a reader follows, found in texts whatever form they take.

A follow is compiled to keys, once; each word of a text is looked up, so the number of follows costs nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from .ar import readings
from .data import lines
from .folding import fold, fold_word
from .forms import ARTICLE, Form, arabic_forms, other_forms
from .languages import for_language, primary
from .words import WORD, Term

Kind = Literal["place", "name", "topic"]
_ARTICLE = re.compile(r"^ال(?=..)")
_JOINTS = frozenset(" \u00a0\n\t-–'’\"«»“”()\u200f\u200e")


@dataclass(frozen=True, slots=True)
class Follow:
    """What a reader follows. ``kind`` says which forms count: a place also by its people, a topic by its plurals."""

    name: str
    kind: Kind = field(kw_only=True)
    language: str = field(kw_only=True)
    aliases: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Hit:
    """A follow found: positions in the text, the words as written, and the rule that made them match.

    ``rule``: ``exact``, ``relation`` (المصري, "French" by alias), ``people``, ``plural``, ``possessive``, ``alias``.
    """

    follow: Follow
    start: int
    end: int
    form: str
    rule: str


@dataclass(frozen=True, slots=True)
class _Entry:
    """One way to say a follow: its first word's form, and the forms that each further word may have."""

    follow: Follow
    first: Form
    rest: tuple[tuple[Form, ...], ...]
    rule: str
    never: frozenset[str]
    after: frozenset[str]


_Index = dict[str, list[_Entry]]


class Matcher:
    """Follows compiled for texts of one language: build once, use for every article."""

    def __init__(self, follows: Iterable[Follow], language: str) -> None:
        self._language = primary(language)
        self._index: _Index = {}
        for follow in dict.fromkeys(follows):
            for entry in _entries(follow, self._language):
                self._index.setdefault(entry.first.word, []).append(entry)

    def match(self, text: str) -> list[Hit]:
        """Every place of ``text`` that names a follow, in order; of one follow the longest of overlapping ones."""
        terms = for_language(self._language).terms(text)
        hits: list[Hit] = []
        for position in range(len(terms)) if self._index else ():
            found: dict[Follow, tuple[_Entry, int]] = {}
            for entry, size in _at(self._index, terms, position, text, self._language == "ar"):
                if entry.follow not in found or found[entry.follow][1] < size:
                    found[entry.follow] = (entry, size)
            for entry, size in found.values():
                start, end = terms[position].start, terms[position + size - 1].end
                hits.append(Hit(entry.follow, start, end, text[start:end], entry.rule))
        return _without_inner(hits)


def match(follows: Sequence[Follow], text: str, *, language: str) -> list[Hit]:
    """Every place of ``text`` (in ``language``) that names one of ``follows``, in order.

    A follow of another language than the text's matches by its aliases alone: they say how others write it.
    """
    return _matcher(tuple(follows), primary(language)).match(text)


@lru_cache(maxsize=256)
def _matcher(follows: tuple[Follow, ...], language: str) -> Matcher:
    return Matcher(follows, language)


def _without_inner(hits: list[Hit]) -> list[Hit]:
    """Of one follow, only the longest of overlapping hits."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if not any(other.follow == hit.follow and other.end > hit.start for other in kept[-4:]):
            kept.append(hit)
    return kept


def _at(index: _Index, terms: Sequence[Term], position: int, text: str, arabic: bool) -> Iterable[tuple[_Entry, int]]:
    term = terms[position]
    ways = readings(term.folded) if arabic else ()
    for rest, article, proclitics in ways or ((term.folded, False, ""),):
        for entry in index.get(rest, ()):
            if term.folded in entry.never or not entry.first.allows(article, proclitics, text[term.start]):
                continue
            if not _continues(entry, terms, position, text):
                continue
            if entry.after and not proclitics and not _comes_after(entry, terms, position):
                continue
            yield entry, len(entry.rest) + 1


def _continues(entry: _Entry, terms: Sequence[Term], position: int, text: str) -> bool:
    if position + len(entry.rest) >= len(terms):
        return False
    for offset, accepted in enumerate(entry.rest, 1):
        before, term = terms[position + offset - 1], terms[position + offset]
        if not set(text[before.end : term.start]) <= _JOINTS:
            return False
        if not any(_is_form(term, form, text) for form in accepted):
            return False
    return True


def _is_form(term: Term, form: Form, text: str) -> bool:
    bare = term.folded.removeprefix("ال") if len(term.folded) > 3 else term.folded
    if form.word not in (term.folded, bare):
        return False
    return form.allows(term.folded != form.word, "", text[term.start])


def _comes_after(entry: _Entry, terms: Sequence[Term], position: int) -> bool:
    if position == 0:
        return False
    return any(reading.rest in entry.after for reading in readings(terms[position - 1].folded))


@lru_cache(maxsize=20_000)
def _entries(follow: Follow, language: str) -> tuple[_Entry, ...]:
    same = primary(follow.language) == language
    shipped, never, after = _shipped(follow.name, language) if same else ((), frozenset[str](), frozenset[str]())
    said = [(follow.name, "")] if same else []
    said += [(alias, "alias") for alias in (*follow.aliases, *shipped)]
    entries = []
    for name, rule in said:
        words = _words(name.rstrip("*"))
        for variant in _variants(words, language):
            entries += _say(follow, variant, language, rule, name.endswith("*"), never, after)
    return tuple(entries)


def _words(name: str) -> list[str]:
    """The folded words of a name; the ال of an article is set apart by a mark from that of «ألمانيا»."""
    return [_ARTICLE.sub(ARTICLE, folded) if match[0][:2] in ("ال", "ٱل") else folded
            for match in WORD.finditer(name) if (folded := fold_word(match[0]))]  # fmt: skip


def _variants(words: list[str], language: str) -> list[list[str]]:
    """«أبو ظبي» is also written «أبوظبي», «عبد الله» «عبدالله»."""
    if language == "ar" and len(words) > 1 and words[0] in ("ابو", "عبد", "بني", "ام"):
        return [words, [words[0] + words[1].replace(ARTICLE, "ال"), *words[2:]]]
    return [words] if words else []


def _say(
    follow: Follow,
    words: list[str],
    language: str,
    rule: str,
    related: bool,
    never: frozenset[str],
    after: frozenset[str],
) -> list[_Entry]:
    kind = "place" if related else follow.kind
    alias = bool(rule) and not related
    if language == "ar":
        forms = [arabic_forms(word, kind=kind, alias=alias, parts=len(words)) for word in words]
    else:
        capital = follow.name[:1].isupper() and follow.kind != "topic"
        forms = [
            other_forms(word, kind=kind, capital=capital, last=n == len(words) - 1) for n, word in enumerate(words)
        ]
    rest = tuple(forms[1:])
    return [_Entry(follow, form, rest, rule or form.rule, never, after) for form in forms[0]]


@lru_cache(maxsize=8192)
def _shipped(name: str, language: str) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    """Aliases, forms that never count, and required words before, from the package's list of names."""
    return _names(language).get(fold(name), ((), frozenset(), frozenset()))


@lru_cache(maxsize=8)
def _names(language: str) -> dict[str, tuple[tuple[str, ...], frozenset[str], frozenset[str]]]:
    found = {}
    for line in lines(f"{language}_names.tsv") if language in ("ar", "en") else []:
        name, aliases, never, after = [*line.split("\t"), "", "", ""][:4]
        split = [[part.strip() for part in cell.replace("،", ",").split(",") if part.strip()]
                 for cell in (aliases, never, after)]  # fmt: skip
        found[fold(name)] = (
            tuple(split[0]),
            frozenset(map(fold_word, split[1])),
            frozenset(map(fold_word, split[2])),
        )
    return found
