"""Followed and muted words and authors in what a list shows of an article: its title, its summary and its author.

Not in its text: who mutes a name would lose every piece that mentions it once in passing, and each list would have to
read all texts. Everywhere the same is looked at, so that a piece is not muted in one place and offered in another.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import cast, get_args

from nashra.core import text
from nashra.core.text import Follow as Wanted
from nashra.core.text.ar import readings
from nashra.core.text.authors import authors
from nashra.front.models import Follow, Mute

LEFT_OUT = "-"
"""Begins those of a name's other spellings that are none: forms that the reader saw and does not mean."""
_COMMONEST = "ar"  # stands for the language of a text of which none is known


@dataclass(frozen=True, slots=True)
class Named:
    """What is looked for under one key: a name in all its forms, without those that the reader left out."""

    key: str
    wanted: Wanted
    left_out: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """A name that stands in a text: its key, the words as written, and the rule by which they are a form of it."""

    key: str
    form: str
    rule: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


def language_of(words: str, reader_language: str) -> str:
    """The language of a reader's words: their own where its script fits, else one that is written so."""
    return text.detect(words, declared=reader_language, candidates=("ar", "en"))


def named(key: str, label: str, *, sense: str, language: str, aliases: Sequence[object], broad: bool = False) -> Named:
    """A row's words as the matcher takes them; those of a mute are `broad`."""
    said = [str(alias) for alias in aliases]
    others = tuple(alias for alias in said if not alias.startswith(LEFT_OUT))
    none = frozenset(text.fold(alias.removeprefix(LEFT_OUT)).strip() for alias in said if alias.startswith(LEFT_OUT))
    language = language or language_of(label, "")
    wanted = Wanted(label, kind=_kind(sense, label, language), language=language, aliases=others, broad=broad)
    return Named(key, wanted, none)


def named_of(row: Follow | Mute) -> Named:
    """The words of a row as the matcher takes them."""
    broad = isinstance(row, Mute)
    return named(row.key, row.label, sense=row.sense, language=row.language, aliases=row.aliases, broad=broad)


def kind_of(row: Follow | Mute) -> text.Kind:
    """What the words name: as the reader said, else as they suggest."""
    return named_of(row).wanted.kind


@lru_cache(maxsize=2048)
def _kind(sense: str, label: str, language: str) -> text.Kind:
    return cast(text.Kind, sense) if sense in get_args(text.Kind) else text.guess_kind(label, language)


class Finder:
    """Names compiled for texts of any language. Made once for the same names, and only read after that.

    Texts are given as they are shown: title, summary and author, each by itself, so that no name begins in one and
    ends in the next.
    """

    def __init__(self, names: tuple[Named, ...]) -> None:
        self._names = {one.wanted: one for one in names}
        self._matcher = text.Matcher(self._names)
        self._careful = any(one.left_out for one in names)

    def keys(self, texts: Sequence[str], language: str) -> tuple[str, ...]:
        """The keys of the names that stand in texts."""
        named_there = self._matcher.mentions(*texts, language=language or _COMMONEST)
        if not named_there or not self._careful:
            return tuple(self._names[wanted].key for wanted in named_there)
        return tuple(dict.fromkeys(one.key for where in texts for one in self.found(where, language)))

    def found(self, where: str, language: str) -> list[Found]:
        """Every place in a text where a name stands, in order."""
        hits = self._matcher.match(where, language=language or _COMMONEST)
        named_hits = [(self._names[hit.follow], hit) for hit in hits]
        return [
            Found(one.key, hit.form, hit.rule, hit.start, hit.end)
            for one, hit in named_hits
            if not (one.left_out and is_left_out(hit.form, one.left_out))
        ]

    def first(self, texts: Sequence[str], language: str) -> dict[str, Found]:
        """Of each name that stands in texts its first place."""
        found: dict[str, Found] = {}
        for where in texts if self.keys(texts, language) else ():
            for one in self.found(where, language):
                found.setdefault(one.key, one)
        return found


_RECENT = 64
_recent: dict[int, tuple[tuple[Named, ...], Finder]] = {}


def finder(names: tuple[Named, ...]) -> Finder:
    """The compiled names of one reader, remembered as long as the names stay the same. Asked for each article of a
    page: the very same tuple is found again without a look into its hundreds of names.
    """
    known = _recent.get(id(names))
    if known is None or known[0] is not names:
        if len(_recent) >= _RECENT:
            _recent.clear()
        known = _recent[id(names)] = (names, _finder(names))
    return known[1]


@lru_cache(maxsize=_RECENT)
def _finder(names: tuple[Named, ...]) -> Finder:
    return Finder(names)


@lru_cache(maxsize=4096)
def without_proclitics(form: str, one: Named, language: str) -> str:
    """A written form without what is glued in front of it, the article excepted, if it is a form of the name by itself:
    «وبالقطار» is shown and left out as «القطار».
    """
    first, _, rest = form.partition(" ")
    folded, looking = text.fold(first), finder((one,))
    for word in sorted(_bare(folded), key=lambda way: (not way.startswith("ال"), len(way))):
        way = f"{_as_written(first, word)} {rest}".strip()
        if word != folded and any(hit.form == way for hit in looking.found(way, language)):
            return way
    return form


def _as_written(word: str, folded: str) -> str:
    """The end of a written word that is this folded one, in its own spelling: «لمحطة» without ل is «محطة». Where the
    article lost its alef to ل, that comes back: «للمحطة» is «المحطة».
    """
    ends = (word[start:] for start in range(1, len(word)) if not unicodedata.combining(word[start]))
    if end := next((one for one in ends if text.fold(one).strip() == folded), ""):
        return end
    ends = ("ا" + word[start:] for start in range(1, len(word)))
    return next((one for one in ends if text.fold(one).strip() == folded), folded)


def is_left_out(form: str, left_out: frozenset[str]) -> bool:
    """Whether a reader left this written form out, with or without what is glued in front of it."""
    folded = text.fold(form).strip()
    first, _, rest = folded.partition(" ")
    return any(f"{way} {rest}".strip() in left_out for way in (first, *_bare(first)))


def _bare(word: str) -> list[str]:
    return [f"ال{one.rest}" if one.article else one.rest for one in readings(word)] or [word]


def by(author: str, keys: Iterable[str]) -> tuple[str, ...]:
    """Those of these authors who wrote it, alone or with others."""
    named_there = authors(author) if author else frozenset()
    return tuple(key for key in keys if key in named_there)
