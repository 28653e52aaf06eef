"""Follows found in texts: each word is looked up by what may remain of it, so the number of follows costs nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..ar import Reading
from ..forms import Form, Rule, is_function_word
from ..languages import for_language, primary
from ..words import MOST_TERMS, WORD, folded_terms
from .compiling import Forms, Way, ways_of
from .model import Follow, Hit
from .reading import readings_of, rests

_JOINTS = frozenset(" \u00a0\u202f\n\t-–‑'’\"«»“”()&/\u05f3\u05f4\u200f\u200e\u2066\u2067\u2068\u2069")
_REMEMBERED = 5_000
_RECENT = 64


@dataclass(frozen=True, slots=True)
class _Token:
    """One word of a text: as written, folded, and where."""

    raw: str
    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A way that holds at a word, and how many words it takes."""

    way: Way
    rule: Rule
    size: int


class _Index:
    """The ways to say some follows in one language, by their first words."""

    def __init__(self, follows: Iterable[Follow], language: str) -> None:
        self.ways: dict[str, list[tuple[Form, Way]]] = {}
        for follow in follows:
            for form, way in ways_of(follow, language):
                self.ways.setdefault(form.word, []).append((form, way))
        self.words = frozenset(self.ways)
        self.language = language
        self._candidates: dict[str, tuple[tuple[Form, Way, Reading], ...]] = {}

    def candidates(self, raw: str, folded: str) -> tuple[tuple[Form, Way, Reading], ...]:
        """What may begin with a written word, judged by that word alone; remembered, for names come again."""
        found = self._candidates.get(raw)
        if found is None:
            if len(self._candidates) >= _REMEMBERED:
                self._candidates.clear()
            found = self._candidates[raw] = tuple(self._judged(raw, folded))
        return found

    def _judged(self, raw: str, folded: str) -> Iterator[tuple[Form, Way, Reading]]:
        for reading in readings_of(folded):
            for form, way in self.ways.get(reading.rest, ()):
                if not form.free and (folded in way.known.never or is_function_word(reading.rest, raw)):
                    continue
                if form.allows(reading, raw):
                    yield form, way, reading


class Matcher:
    """Follows compiled: build once, use for texts of every language, from any thread.

    ``language``: of the texts for which none is given.
    """

    def __init__(self, follows: Iterable[Follow], language: str = "") -> None:
        self.follows = tuple(dict.fromkeys(follows))
        self._language = language
        self._indexes: dict[str, _Index] = {}

    def match(self, text: str, *, language: str | None = None) -> list[Hit]:
        """Every place of ``text`` that names a follow, in order; of one follow the longest of overlapping ones."""
        index = self._index(self._language if language is None else language)
        words = WORD.findall(text)
        if index.words.isdisjoint(_rests_of(words)):
            return []
        return _hits(index, text)

    def mentions(self, *texts: str, language: str | None = None) -> tuple[Follow, ...]:
        """The follows that some short texts of one article name (its title, its summary), in the order of the first.

        Cheap for many articles: what may remain of a text's words is remembered, for all matchers together.
        """
        index = self._index(self._language if language is None else language)
        found: dict[int, Follow] = {}
        for text in texts:
            if not index.words.isdisjoint(_text_rests(text)):
                for hit in _hits(index, text):
                    found.setdefault(id(hit.follow), hit.follow)
        return tuple(found.values())

    def _index(self, language: str) -> _Index:
        code = primary(language)
        if code not in self._indexes:  # two threads may both build it: the same
            self._indexes[code] = _Index(self.follows, code)
        return self._indexes[code]


def match(follows: Sequence[Follow], text: str, *, language: str) -> list[Hit]:
    """Every place of ``text`` (in ``language``) that names one of ``follows``, in order.

    A follow of another language than the text's matches as it is written, unless it is a topic, by its aliases, and a
    territory or a well-known city by its names in the text's language.
    """
    return matcher(follows).match(text, language=language)


@dataclass(frozen=True, slots=True)
class _Remembered:
    matcher: Matcher
    given: tuple[Follow, ...]


_recent: dict[tuple[int, int, int], _Remembered] = {}


def matcher(follows: Sequence[Follow]) -> Matcher:
    """The matcher of these follows, remembered. Found again by the very same values without looking into each."""
    if not follows:
        return _matcher(())
    key = (len(follows), id(follows[0]), id(follows[-1]))
    known = _recent.get(key)
    if known is None or known.given != tuple(follows):
        if len(_recent) >= _RECENT:
            _recent.clear()
        known = _recent[key] = _Remembered(_matcher(tuple(follows)), tuple(follows))
    return known.matcher


@lru_cache(maxsize=256)
def _matcher(follows: tuple[Follow, ...]) -> Matcher:
    return Matcher(follows)


def _rests_of(words: Iterable[str]) -> set[str]:
    return set().union(*map(rests, set(words)))


@lru_cache(maxsize=2048)
def _text_rests(text: str) -> frozenset[str]:
    return frozenset(_rests_of(WORD.findall(text)))


def _hits(index: _Index, text: str) -> list[Hit]:
    tokens = _tokens(text, index.language)
    hits: list[Hit] = []
    apart: list[Hit] = []
    words = index.words
    for place, token in enumerate(tokens):
        if words.isdisjoint(rests(token.raw)):
            continue
        longest: dict[int, _Found] = {}
        for found in _at(index, tokens, place, text):
            key = id(found.way.follow) if not found.way.apart else -id(found.way.follow)
            if key not in longest or longest[key].size < found.size:
                longest[key] = found
        for found in longest.values():
            end = tokens[place + found.size - 1].end
            hit = Hit(found.way.follow, token.start, end, text[token.start : end], found.rule)
            (apart if found.way.apart else hits).append(hit)
    return _without_inner(hits, apart)


def _tokens(text: str, language: str) -> list[_Token]:
    found: list[_Token] = []
    for match in WORD.finditer(text):
        terms = folded_terms(match[0])
        if len(terms) == 1:
            found.append(_Token(match[0], terms[0], match.start(), match.end()))
        elif terms:
            start = match.start()
            parts = for_language(language).terms(match[0])
            found += [_Token(text[start + one.start : start + one.end], one.folded, start + one.start, start + one.end)
                      for one in parts]  # fmt: skip
        if len(found) >= MOST_TERMS:
            break
    return found[:MOST_TERMS]


def _at(index: _Index, tokens: Sequence[_Token], place: int, text: str) -> Iterator[_Found]:
    token = tokens[place]
    for form, way, reading in index.candidates(token.raw, token.folded):
        rule: Rule = way.rule or form.rule
        if way.rest:
            continued = _continued(way, tokens, place, text)
            if continued is None:
                continue
            if rule == "exact":
                rule = continued
        if way.known.after and not reading.proclitics and not way.broad and not _comes_after(way, tokens, place):
            continue
        if way.stop and form.case == "upper" and _among_capitals(tokens, place):
            continue
        yield _Found(way, rule, len(way.rest) + 1)


def _continued(way: Way, tokens: Sequence[_Token], place: int, text: str) -> Rule | None:
    """The rule by which the further words of a way stand behind the first; None if they do not."""
    if place + len(way.rest) >= len(tokens):
        return None
    rule: Rule = "exact"
    for offset, accepted in enumerate(way.rest, 1):
        before, token = tokens[place + offset - 1], tokens[place + offset]
        if not way.broad and not _are_joined(before, token, text):
            return None
        form = _form_of(token, accepted, way.broad)
        if form is None:
            return None
        if rule == "exact":
            rule = form.rule
    return rule


def _are_joined(before: _Token, token: _Token, text: str) -> bool:
    between = text[before.end : token.start]
    if between == " " or set(between) <= _JOINTS:
        return "\n\n" not in between
    return before.end - before.start <= 2 and between.strip() == "."  # St. Lucia, U.S.


def _form_of(token: _Token, accepted: Forms, broad: bool) -> Form | None:
    for reading in readings_of(token.folded):
        if reading.proclitics and not broad:
            continue
        for form in accepted:
            if form.word == reading.rest and form.allows(reading, token.raw):
                return form
    return None


def _comes_after(way: Way, tokens: Sequence[_Token], place: int) -> bool:
    return place > 0 and not way.known.after.isdisjoint(rests(tokens[place - 1].raw))


def _among_capitals(tokens: Sequence[_Token], place: int) -> bool:
    beside = (*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 2])
    return any(len(one.raw) > 1 and one.raw.isupper() for one in beside)


def _without_inner(hits: list[Hit], apart: list[Hit]) -> list[Hit]:
    """Of one follow, only the longest of overlapping hits, and none inside a phrase that means something else."""
    kept: list[Hit] = []
    ends: dict[int, int] = {}
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if ends.get(id(hit.follow), 0) > hit.start:
            continue
        if not any(one.follow is hit.follow and one.start <= hit.start and hit.end <= one.end for one in apart):
            ends[id(hit.follow)] = hit.end
            kept.append(hit)
    return kept
