"""Words of a text with their places, and what an analyser makes of them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice, repeat
from typing import NamedTuple

from .bigrams import UNSPACED, pieces, spans
from .folding import fold, fold_word
from .marks import CONTROLS, MARKS

MOST_TERMS = 16_000
"""Terms of one text that are kept: PostgreSQL's last position is 16,383, and both databases get the same."""


_REMEMBERED, _REMEMBERED_TOKENS = 200_000, 50_000
_LONGEST_TOKEN = 40
LONGEST = 100
"""Letters of a term that are kept."""

WORD = re.compile(rf"[^\W_]+(?:(?=[^\x00-\xac])(?:[{MARKS}]+[^\W_]*|[{CONTROLS}]+(?:[^\W_]+|[{MARKS}]+[^\W_]*)))*")
"""A word: letters and digits with their marks, tatweel, and joiners and directional controls inside it.

The look ahead changes nothing but the time: after most words comes a space, which is in none of the long classes.
"""

_LETTER = re.compile(rf"[^\W_](?:[{CONTROLS}]*[{MARKS}\u1160-\u11ff\uff9e\uff9f])*")  # one, with what composes with it


class _Terms(dict[str, tuple[str, ...]]):
    """Folded terms by written word, remembered: news repeats itself, long runs without spaces do not."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        if UNSPACED.search(word):
            return _pieces(fold(word))
        folded = fold_word(word)
        terms = (folded,) if folded.isalnum() else _pieces(folded)
        if len(word) <= LONGEST:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[word] = terms
        return terms


def _pieces(folded: str) -> tuple[str, ...]:
    return tuple(piece[:LONGEST] for run in WORD.findall(folded) for piece in pieces(run))


folded_terms: Callable[[str], tuple[str, ...]] = _Terms().__getitem__
"""The folded terms of one written word: mostly one; none for a lone mark; several for ½, ﷺ, and where a script sets no
spaces.
"""


class Term(NamedTuple):
    """One word of a text. A tuple rather than a dataclass: an article makes a thousand of them."""

    stem: str
    folded: str
    start: int
    end: int


Gist = tuple[str, ...]


class _Gists(dict[str, Gist]):
    """The stems and folded words of what stands between two spaces, remembered."""

    def __init__(self, analyser: "Analyser") -> None:
        super().__init__()
        self._analyser = analyser

    def __missing__(self, token: str) -> Gist:
        terms = [term for word in WORD.findall(token) for term in folded_terms(word)]
        gist = tuple(dict.fromkeys([*map(self._analyser.stem_of, terms), *terms]))
        if len(token) <= _LONGEST_TOKEN:
            if len(self) >= _REMEMBERED_TOKENS:
                self.clear()
            self[token] = gist
        return gist


class _Lights(dict[str, tuple[str, ...]]):
    """The light stems of a written word that is no stop word, remembered."""

    def __init__(self, analyser: "Analyser") -> None:
        super().__init__()
        self._analyser = analyser

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= _REMEMBERED_TOKENS:
            self.clear()
        light_of, stops = self._analyser.light_of, self._analyser.stops
        stems = self[word] = tuple(light_of(term) for term in folded_terms(word) if term not in stops)
        return stems


class _Stems(dict[str, str]):
    """Stems by folded word, remembered: looking one up costs no call."""

    def __init__(self, stem: Callable[[str], str]) -> None:
        super().__init__()
        self._stem = stem

    def __missing__(self, folded: str) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        stem = self[folded] = self._stem(folded) or folded
        return stem


class Analyser:
    """Turns a text into terms.

    ``stem`` maps a folded word to what search, stories and highlights compare. ``stops`` are folded words without
    meaning of their own; ``common`` are words that fill headlines of every kind. ``light`` is the stemmer for what
    people see of ``stems``, where that differs. ``stem_of`` remembers stems; ``gist`` gives the stems and folded words
    of what stands between two spaces.
    """

    def __init__(
        self,
        code: str,
        stem: Callable[[str], str],
        stops: Iterable[str] = (),
        common: Iterable[str] = (),
        light: Callable[[str], str] | None = None,
    ) -> None:
        self.code = code
        self.stem_of = _Stems(stem).__getitem__
        self.gist = _Gists(self).__getitem__
        self.light_of = _Stems(light or stem).__getitem__
        self.stops = frozenset(stops)
        self.common = frozenset(map(self.light_of, chain.from_iterable(map(folded_terms, common))))
        self._telling = _Lights(self).__getitem__

    def terms(self, text: str) -> list[Term]:
        """The terms of ``text`` in order, at most MOST_TERMS; positions are those of the original text.

        The same terms as in an index. What folds to several, such as ½, has each of them at the same place; of a run
        without spaces each has its own letters.
        """
        return list(islice(self.placed(text), MOST_TERMS))

    def placed(self, text: str, start: int = 0) -> Iterator[Term]:
        """The terms of ``text`` from a place on, one after another."""
        stem_of = self.stem_of
        for match in WORD.finditer(text, start):
            terms = folded_terms(match[0])
            if len(terms) == 1:
                yield Term(stem_of(terms[0]), terms[0], match.start(), match.end())
            elif terms:
                places = _places(match[0], terms, match.start())
                yield from (Term(stem_of(term), term, *place) for term, place in zip(terms, places, strict=True))

    def stems(self, text: str, most: int | None = None) -> list[str]:
        """Only the light stems, without stop words; at most the first ``most`` of them."""
        words = WORD.findall(text)
        if len(words) > MOST_TERMS:
            return [self.light_of(term.folded) for term in self.terms(text) if term.folded not in self.stops][:most]
        return self.stems_of(words, most)

    def stems_of(self, words: Iterable[str], most: int | None = None) -> list[str]:
        """The light stems of words as they stand in a text, without stop words; at most the first ``most`` of them."""
        return list(islice(chain.from_iterable(map(self._telling, words)), most))


def _places(word: str, terms: Sequence[str], start: int) -> Iterable[tuple[int, int]]:
    """Where in the original text the terms of one word are: the letters of each, or the whole word for all."""
    whole = repeat((start, start + len(word)), len(terms))
    if not UNSPACED.search(word):
        return whole
    origin: list[tuple[int, int]] = []  # of each folded letter
    folded = ""
    for match in _LETTER.finditer(word):
        letter = fold_word(match[0])
        folded += letter
        origin += repeat((start + match.start(), start + match.end()), len(letter))
    found = [(run.start() + a, run.start() + b) for run in WORD.finditer(folded) for a, b in spans(run[0])]
    if [folded[a:b][:LONGEST] for a, b in found] != list(terms):
        return whole
    return [(origin[a][0], origin[b - 1][1]) for a, b in found]
