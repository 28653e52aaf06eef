"""Follows found in texts: each word is looked up by what may remain of it, so the number of follows costs nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from ..ar import Reading
from ..forms import STEM, Form, Rule, is_function_word
from ..languages import for_language, primary
from ..words import MOST_TERMS, WORD, folded_terms
from .compiling import Forms, Way, ways_of
from .model import Follow, Hit
from .reading import RESTS, readings_of

_JOINTS = frozenset(" \u00a0\u202f\n\t-–‑'’\"«»“”()&/\u05be\u05f3\u05f4\u200f\u200e\u2066\u2067\u2068\u2069")
_REMEMBERED = 5_000
_RECENT = 64


class _Text:
    """A text as words: as written, folded, and where."""

    __slots__ = ("_folded", "ends", "starts", "text", "words")

    def __init__(self, text: str, words: Sequence[str]) -> None:
        self.text, self.words = text, words
        self._folded: Sequence[str] | None = None
        starts: list[int] = []
        ends: list[int] = []
        end, find = 0, text.find
        for word in words:  # between words stands nothing that a word could begin with
            start = find(word, end)
            end = start + len(word)
            starts.append(start)
            ends.append(end)
        self.starts, self.ends = starts, ends

    def folded(self, place: int) -> str:
        """The folded word at a place."""
        return self._folded[place] if self._folded is not None else "".join(folded_terms(self.words[place])[:1])

    def between(self, place: int) -> str:
        """What stands between a word and the one before it."""
        return self.text[self.ends[place - 1] : self.starts[place]]

    @classmethod
    def of_terms(cls, text: str, language: str) -> "_Text":
        """A text in which some words are several terms or none (½, ﷺ, a lone mark, scripts without spaces)."""
        terms = for_language(language).terms(text)
        made = cls(text, ())
        made.words = [text[term.start : term.end] for term in terms]
        made.starts, made.ends = [term.start for term in terms], [term.end for term in terms]
        made._folded = [term.folded for term in terms]
        return made


class _Candidate(NamedTuple):
    """What a written word may begin, if what is around it allows it."""

    way: Way
    form: Form
    proclitics: str


class _Candidates(NamedTuple):
    """What a written word may begin: ``plain`` are the follows that it names by itself, each with the rule."""

    plain: tuple[tuple[Follow, Rule], ...]
    others: tuple[_Candidate, ...]


class _Index:
    """The ways to say some follows in one language, by their first words."""

    def __init__(self, follows: Iterable[Follow], language: str) -> None:
        self.ways: dict[str, list[tuple[Form, Way]]] = {}
        for follow in follows:
            for said in ways_of(follow, language):
                self.ways.setdefault(said[0].word, []).append(said)
        self.words = frozenset(self.ways)
        self.language = language
        self.stems = any(word.startswith(STEM) for word in self.ways)
        self._stem_of = for_language(language).stem_of
        self._unlikely: set[str] = set()  # words that begin nothing
        self._candidates: dict[str, _Candidates] = {}

    def likely(self, words: set[str]) -> set[str]:
        """Those written words with which something may begin."""
        fresh = words - self._unlikely
        apart = self.words.isdisjoint
        found = {word for word in fresh if not apart(RESTS[word])}
        if self.stems:
            found |= {word for word in fresh if any(self._stem(term) in self.words for term in folded_terms(word))}
        if len(self._unlikely) > _REMEMBERED:
            self._unlikely = set()
        self._unlikely |= fresh - found
        return found

    def readings(self, folded: str) -> tuple[Reading, ...]:
        """The ways to read a word of the text; the last one is its stem, if any follow is looked for by stem."""
        found = readings_of(folded)
        return (*found, Reading(self._stem(folded), False, "")) if self.stems else found

    def _stem(self, folded: str) -> str:
        return STEM + self._stem_of(folded)

    def candidates(self, read: "_Text", place: int) -> _Candidates:
        """What may begin with a word, judged by that word alone; remembered, for names come again."""
        raw = read.words[place]
        return self._candidates.get(raw) or self._remembered(raw, read.folded(place))

    def begins(self, raw: str) -> bool:
        """Whether a follow may begin with a written word, as far as the word alone tells; what is apart does not."""
        folded = folded_terms(raw)
        if len(folded) != 1:
            return True
        plain, others = self._candidates.get(raw) or self._remembered(raw, folded[0])
        return bool(plain) or any(not one.way.apart for one in others)

    def _remembered(self, raw: str, folded: str) -> _Candidates:
        if len(self._candidates) >= _REMEMBERED:
            self._candidates.clear()
        found = self._candidates[raw] = self._judged(raw, folded)
        return found

    def _judged(self, raw: str, folded: str) -> _Candidates:
        plain: dict[int, tuple[Follow, Rule]] = {}
        others: list[_Candidate] = []
        for reading in self.readings(folded):
            for form, way in self.ways.get(reading.rest, ()):
                if way.alone and id(way.follow) in plain:
                    continue
                if not form.free and _is_something_else(way, form, reading, folded, raw):
                    continue
                if form.allows(reading, raw):
                    if way.alone:
                        plain[id(way.follow)] = (way.follow, way.rule or form.rule)
                    else:
                        others.append(_Candidate(way, form, reading.proclitics))
        return _Candidates(tuple(plain.values()), tuple(others))


def _is_something_else(way: Way, form: Form, reading: Reading, folded: str, raw: str) -> bool:
    """Whether a written word is known to be none of the follow's, with or without what is glued to it; or has a long
    alef that the subject has not («آمن» is no «أمن», «مرآة» no «مرأة»).
    """
    never = way.known.never
    if never and (folded in never or ("ال" + reading.rest if reading.article else reading.rest) in never):
        return True
    if "آ" in raw and way.follow.kind == "topic" and form.rule in ("exact", "possessive") and not way.rule:
        return "أ" in way.follow.name and "آ" not in way.follow.name
    return is_function_word(reading.rest, raw)


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
        likely = index.likely(set(words))
        return _hits(index, text, words, likely) if likely else []

    def may_name(self, words: set[str], *, language: str | None = None) -> bool:
        """Whether anything may begin with one of a text's words (see ``words.WORD``): if not, `match` has nothing."""
        index = self._index(self._language if language is None else language)
        return any(map(index.begins, index.likely(words)))

    def mentions(self, *texts: str, language: str | None = None) -> tuple[Follow, ...]:
        """The follows that some short texts of one article name (its title, its summary), in the order of the first.

        Cheap for many articles: what may remain of a text's words is remembered, for all matchers together.
        """
        index = self._index(self._language if language is None else language)
        found: dict[int, Follow] = {}
        for text in texts:
            if index.stems or not index.words.isdisjoint(_text_rests(text)):
                for hit in self.match(text, language=index.language):
                    found.setdefault(id(hit.follow), hit.follow)
        return tuple(found.values())

    def _index(self, language: str) -> _Index:
        code = primary(language)
        if code not in self._indexes:  # two threads may both build it: the same
            self._indexes[code] = _Index(self.follows, code)
        return self._indexes[code]


def match(follows: Sequence[Follow], text: str, *, language: str) -> list[Hit]:
    """Every place of ``text`` (in ``language``) that names one of ``follows``, in order.

    A follow of another language than the text's matches as it is written, unless it is a topic, by its aliases, and
    territories, well-known cities, organisations and people by their names in the text's language.
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


@lru_cache(maxsize=2048)
def _text_rests(text: str) -> frozenset[str]:
    return frozenset(chain.from_iterable(map(RESTS.__getitem__, WORD.findall(text))))


def _hits(index: _Index, text: str, words: list[str], likely: set[str]) -> list[Hit]:
    if len(words) > MOST_TERMS or not RESTS.odd.isdisjoint(words):
        read = _Text.of_terms(text, index.language)
        likely = index.likely(set(read.words))
    else:
        read = _Text(text, words)
    hits: list[Hit] = []
    apart: list[Hit] = []
    several = False
    for place, word in enumerate(read.words):
        if word not in likely:
            continue
        plain, others = index.candidates(read, place)
        start, end = read.starts[place], read.ends[place]
        if not others:
            hits += [Hit(follow, start, end, text[start:end], rule) for follow, rule in plain]
            continue
        for follow, rule, size, is_apart in _longest(index, plain, others, read, place):
            end = read.ends[place + size - 1]
            (apart if is_apart else hits).append(Hit(follow, start, end, text[start:end], rule))
            several = several or size > 1
    return _without_inner(hits, apart) if several else hits


def _longest(
    index: _Index,
    plain: Iterable[tuple[Follow, Rule]],
    others: Iterable[_Candidate],
    read: _Text,
    place: int,
) -> Iterable[tuple[Follow, Rule, int, bool]]:
    """Of what begins at a word, for each follow the longest: by which rule, how many words it takes, and whether it is
    something else.
    """
    longest = {(id(follow), False): (follow, rule, 1, False) for follow, rule in plain}
    for one in others:
        way, size = one.way, len(one.way.rest) + 1
        key = (id(way.follow), way.apart)
        if (key not in longest or longest[key][2] < size) and (rule := _rule_of(index, one, read, place)):
            longest[key] = (way.follow, rule, size, way.apart)
    return longest.values()


def _rule_of(index: _Index, one: _Candidate, read: _Text, place: int) -> Rule | None:
    """The rule by which a candidate holds at a word; None if it does not."""
    way, form = one.way, one.form
    rule: Rule = way.rule or form.rule
    if way.rest:
        continued = _continued(index, way, read, place)
        if continued is None:
            return None
        rule = continued if rule == "exact" else rule
    if way.known.after and not one.proclitics and not way.broad and not _comes_after(way, read, place):
        return None
    if way.stop and form.case == "upper" and _among_capitals(read, place):
        return None
    return rule


def _continued(index: _Index, way: Way, read: _Text, place: int) -> Rule | None:
    """The rule by which the further words of a way stand behind the first; None if they do not."""
    if place + len(way.rest) >= len(read.words):
        return None
    rule: Rule = "exact"
    for at, accepted in enumerate(way.rest, place + 1):
        if not way.broad and not _is_joined(read, at):
            return None
        form = _form_of(index.readings(read.folded(at)), read.words[at], accepted, way.broad)
        if form is None:
            return None
        if rule == "exact":
            rule = form.rule
    return rule


def _is_joined(read: _Text, place: int) -> bool:
    """Whether nothing parts a word from the one before it."""
    between = read.between(place)
    if between == " " or set(between) <= _JOINTS:
        return "\n\n" not in between
    return len(read.words[place - 1]) <= 2 and between.strip() == "."  # St. Lucia, U.S.


def _form_of(readings: Iterable[Reading], raw: str, accepted: Forms, broad: bool) -> Form | None:
    for reading in readings:
        if reading.proclitics and not broad:
            continue
        for form in accepted:
            if form.word == reading.rest and form.allows(reading, raw):
                return form
    return None


def _comes_after(way: Way, read: _Text, place: int) -> bool:
    return len(read.words) == 1 or (place > 0 and not way.known.after.isdisjoint(RESTS[read.words[place - 1]]))


def _among_capitals(read: _Text, place: int) -> bool:
    beside = (*read.words[max(0, place - 1) : place], *read.words[place + 1 : place + 2])
    return any(len(word) > 1 and word.isupper() for word in beside)


def _without_inner(hits: list[Hit], apart: list[Hit]) -> list[Hit]:
    """Of one follow, only the longest of overlapping hits, and none inside a phrase that means something else."""
    kept: list[Hit] = []
    ends: dict[int, int] = {}
    for hit in hits:
        if ends.get(id(hit.follow), 0) > hit.start:
            continue
        if not any(one.follow is hit.follow and one.start <= hit.start and hit.end <= one.end for one in apart):
            ends[id(hit.follow)] = hit.end
            kept.append(hit)
    return kept
