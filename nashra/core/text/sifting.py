"""Many rules held against many articles. Words are looked up, so that the number of rules costs little.

A rule is found by one of its conditions (the one that says most) and then judged whole. How words are compared is in
``Finder`` alone: as those of mutes, in every form that ``following.broad`` gives a word.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from .folding import fold_word
from .following.broad import stands_for, words_for
from .following.reading import RESTS
from .rules import Condition, Field, Rule, words_of
from .showing import Snippet
from .words import MOST_TERMS, WORD

Needle = tuple[str, ...]  # folded words, one after another
_GLUED = "وفبكلاהשמ"
_TAIL = 3  # letters at the end of a word by which most words are passed over
_ANCHORS: tuple[Field, ...] = ("title", "author", "source", "text", "language")  # which says most comes first
_SCHEME = re.compile(r"\A(?:feed:)?(?:https?:)?(?://)?(?:www\.)?")
_ADDRESS = re.compile(r"\S*[./]\S*")


@dataclass(frozen=True, slots=True)
class Origin:
    """A source as rules see it: its names, its addresses, and what single owners of rules call it."""

    names: tuple[str, ...]
    addresses: tuple[str, ...] = ()
    called: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """An article as rules see it. ``text``: folded words of its parts (title, summary, text), each part by itself."""

    title: str
    author: str
    language: str
    origin: Origin
    text: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Owned:
    """A rule under its number, and whose it is."""

    key: int
    owner: int
    rule: Rule


class Finder:
    """Words and phrases that are looked for in texts: prepared once, found in one pass over a text's folded words."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._single: dict[str, list[Needle]] = {}
        self._first: dict[str, list[Needle]] = {}
        for needle in dict.fromkeys(needles):
            for form in words_for(needle[0]):
                (self._single if len(needle) == 1 else self._first).setdefault(form, []).append(needle)
        self._words = frozenset((*self._single, *self._first))
        self._tails = {tail for form in self._words for tail in _tails(form)}

    def found(self, words: Sequence[str]) -> set[Needle]:
        """The needles that stand in these words."""
        hits: set[Needle] = set()
        tails, apart, begins = self._tails, self._words.isdisjoint, set[str]()
        for word in {word for word in words if word[-_TAIL:] in tails}:  # of few rules, few words come further
            if apart(RESTS[word]):
                continue
            for way in RESTS[word]:
                hits.update(needle for needle in self._single.get(way, ()) if stands_for(word, needle[0]))
                if way in self._first:
                    begins.add(word)
        return hits | self._phrases(words, begins) if begins else hits

    def _phrases(self, words: Sequence[str], begins: Collection[str]) -> set[Needle]:
        hits: set[Needle] = set()
        for place, word in enumerate(words):
            for way in RESTS[word] if word in begins else ():
                hits.update(needle for needle in self._first.get(way, ()) if _stands_at(needle, words, place))
        return hits


def _tails(form: str) -> list[str]:
    """How a word that may be read as ``form`` can end: what is glued to a word stands before it."""
    return [form[-_TAIL:]] if len(form) >= _TAIL else [form, *(letter + form for letter in _GLUED)]


def _stands_at(needle: Needle, words: Sequence[str], place: int) -> bool:
    if place + len(needle) > len(words):
        return False
    return all(stands_for(words[place + n], wanted) for n, wanted in enumerate(needle))


@dataclass(frozen=True, slots=True)
class _Test:
    """A condition, compiled."""

    field: Field
    needles: tuple[Needle, ...]
    addresses: tuple[str, ...]
    languages: frozenset[str]
    negated: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Compiled:
    key: int
    owner: int
    tests: tuple[_Test, ...]
    anchor: _Test | None


def _compile(one: Condition) -> _Test:
    if one.field == "language":
        return _Test(one.field, (), (), frozenset(one.values), one.negated)
    addresses = [_bare(value) for value in one.values if one.field == "source" and _ADDRESS.fullmatch(value)]
    return _Test(one.field, tuple(map(words_of, one.values)), tuple(addresses), frozenset(), one.negated)


def _bare(address: str) -> str:
    return _SCHEME.sub("", address.casefold()).rstrip("/")


def _leads_to(part: str, address: str) -> bool:
    """Whether a part of an address stands in one, between letters of other kinds: sahil.example in www.sahil.example/x,
    but not in oldsahil.example.
    """
    return bool(part) and re.search(rf"(?<![\w-]){re.escape(part)}(?![\w-])", address.casefold()) is not None


def _anchor(tests: Sequence[_Test]) -> _Test | None:
    positive = [test for test in tests if not test.negated]
    return min(positive, key=lambda test: _ANCHORS.index(test.field), default=None)


@dataclass(slots=True)
class _Known:
    """What was found out about an origin."""

    found: set[Needle]
    found_for: dict[int, set[Needle]]
    rules: list[_Compiled] = field(default_factory=list)  # those that its anchor allows


class Sifter:
    """Rules compiled: build once, use for every article."""

    def __init__(self, rules: Iterable[Owned]) -> None:
        compiled = [self._compiled(one) for one in rules]
        self._always = [one for one in compiled if one.anchor is None]
        self._of_source = [one for one in compiled if one.anchor and one.anchor.field == "source"]
        self._of_language: dict[str, list[_Compiled]] = {}
        self._of_needle: dict[tuple[Field, Needle], list[_Compiled]] = {}
        for one in compiled:
            if one.anchor and one.anchor.field == "language":
                for language in one.anchor.languages:
                    self._of_language.setdefault(language, []).append(one)
            elif one.anchor and one.anchor.field != "source":
                for needle in dict.fromkeys(one.anchor.needles):
                    self._of_needle.setdefault((one.anchor.field, needle), []).append(one)
        needles: dict[Field, list[Needle]] = {}
        for test in chain.from_iterable(one.tests for one in compiled):
            needles.setdefault(test.field, []).extend(test.needles)
        self._finders = {name: Finder(wanted) for name, wanted in needles.items()}
        self._origins: dict[Origin, _Known] = {}
        self.needs_text = "text" in needles

    @staticmethod
    def _compiled(one: Owned) -> _Compiled:
        tests = sorted(map(_compile, one.rule.conditions), key=lambda test: test.field in ("text", "title"))
        return _Compiled(one.key, one.owner, tuple(tests), _anchor(tests))

    def match(self, item: Item, *, owner: int | None = None) -> list[int]:
        """The numbers of the rules that hold for an article, in order; only those of one owner, if it is given."""
        seen = _Seen(item, self._known(item.origin), self._finders)
        hits = {
            one.key
            for one in dict.fromkeys(self._likely(seen))
            if (owner is None or one.owner == owner) and all(seen.holds(test, one.owner) for test in one.tests)
        }
        return sorted(hits)

    def _likely(self, seen: "_Seen") -> Iterator[_Compiled]:
        yield from self._always
        yield from self._of_language.get(seen.item.language, ())
        yield from seen.origin.rules
        for name in self._finders:
            if name in ("title", "author", "text"):
                for needle in seen.found(name):
                    yield from self._of_needle.get((name, needle), ())

    def _known(self, origin: Origin) -> _Known:
        """What the rules about sources say of an origin; it is found out once."""
        if origin not in self._origins:
            self._origins[origin] = self._look_at(origin)
        return self._origins[origin]

    def _look_at(self, origin: Origin) -> _Known:
        finder = self._finders.get("source", Finder(()))
        found = set().union(*(finder.found(words_of(name)) for name in origin.names)) if origin.names else set()
        known = _Known(found, {owner: finder.found(words_of(name)) for owner, name in origin.called})
        seen = _Seen(Item("", "", "", origin), known, self._finders)
        known.rules = [one for one in self._of_source if one.anchor and seen.holds(one.anchor, one.owner)]
        return known


class _Seen:
    """One article while rules are held against it; each of its fields is looked through once, if at all."""

    def __init__(self, item: Item, origin: _Known, finders: dict[Field, Finder]) -> None:
        self.item, self.origin = item, origin
        self._finders = finders
        self._found: dict[Field, set[Needle]] = {}

    def found(self, name: Field) -> set[Needle]:
        """The needles of this field that stand in the article."""
        if name not in self._found:
            finder, item = self._finders[name], self.item
            if name == "text":
                parts = item.text
            else:
                parts = [words_of(item.title if name == "title" else item.author)]
            self._found[name] = set().union(*(finder.found(part[:MOST_TERMS]) for part in parts))
        return self._found[name]

    def holds(self, test: _Test, owner: int) -> bool:
        """Whether a condition of this owner's holds."""
        return self._stands(test, owner) is not test.negated

    def _stands(self, test: _Test, owner: int) -> bool:
        if test.field == "language":
            return self.item.language in test.languages
        if test.field != "source":
            return not self.found(test.field).isdisjoint(test.needles)
        own: Collection[Needle] = self.origin.found_for.get(owner, ())
        if any(needle in self.origin.found or needle in own for needle in test.needles):
            return True
        addresses = self.item.origin.addresses
        return any(_leads_to(part, address) for part in test.addresses for address in addresses)


def places(made: Rule, name: Field, text: str) -> list[tuple[int, int]]:
    """Where in ``text``, which stands in this field of an article, the words are that a rule asks for: (start, end)
    in order, none inside another. A title is also part of the text.
    """
    wanted = [
        needle
        for one in made.conditions
        if not one.negated and one.field in (name, *(("text",) if name == "title" else ()))
        for needle in map(words_of, one.values)
    ]
    matches = [match for match in WORD.finditer(text) if fold_word(match[0])] if wanted else []
    words = [fold_word(match[0]) for match in matches]
    found = [
        (matches[place].start(), matches[place + len(needle) - 1].end())
        for place in range(len(words))
        for needle in wanted
        if needle and _stands_at(needle, words, place)
    ]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda pair: (pair[0], -pair[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def shown(made: Rule, name: Field, text: str, *, length: int) -> Snippet:
    """About ``length`` characters of a field from where the rule's first word is, with marks."""
    flat = " ".join(text.split())
    marks = places(made, name, flat)
    first = marks[0][0] if marks and len(flat) > length else 0
    start = 0 if first < length // 3 else flat.rfind(" ", 0, first - length // 4) + 1
    end = len(flat) if len(flat) - start <= length else max(flat.rfind(" ", start, start + length), start + length // 2)
    before, after = ("… " if start else ""), (" …" if end < len(flat) else "")
    shift = len(before) - start
    inside = tuple((a + shift, b + shift) for a, b in marks if a >= start and b <= end)
    return Snippet(before + flat[start:end].rstrip() + after, inside)
