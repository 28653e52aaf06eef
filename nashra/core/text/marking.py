"""Where in a text the words of a search are: on the original text, whole words with all that belongs to them.

A text is looked through by what stands between its spaces, of which the stems are remembered; only where one of them is
wanted is it read word by word.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, islice
from re import Match
from typing import NamedTuple

from .bigrams import UNSPACED
from .languages import for_language, primary
from .wanting import Run, Wanted
from .words import WORD, Gist, Term, folded_terms

_TOKEN = re.compile(r"\S+")
Span = tuple[int, int]


class Found(NamedTuple):
    """A place to mark, and by what: a stem, a beginning, or a run."""

    start: int
    end: int
    what: str | Run


def marks(text: str, wanted: Wanted, *, language: str) -> tuple[Span, ...]:
    """The (start, end) pairs of ``text`` to mark, in order, none empty and none inside another.

    A mark covers whole words as they are written, with marks, tatweel, joiners and proclitics; a phrase is one mark; in
    scripts without spaces just the letters that were found.
    """
    if not wanted:
        return ()
    tokens = list(_TOKEN.finditer(text))
    marker = _marker(wanted, primary(language))
    return spans_of(list(marker.find(text, [token[0] for token in tokens], [token.start() for token in tokens])))


def find(tokens: Sequence[str], flat: str, wanted: Wanted, *, language: str) -> list[Found]:
    """Everything that is wanted in a text without white space but one space between its ``tokens``, in order."""
    starts = accumulate((len(token) + 1 for token in tokens), initial=0)
    return list(_marker(wanted, primary(language)).find(flat, tokens, starts)) if wanted else []


def spans_of(found: Sequence[Found]) -> tuple[Span, ...]:
    """The places found, in order; what overlaps becomes one."""
    kept: list[Span] = []
    for start, end, _ in sorted(found, key=lambda one: one[:2]):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)


@lru_cache(maxsize=64)
def _marker(wanted: Wanted, language: str) -> "_Marker":
    return _Marker(wanted, language)


class _Marker:
    """What is wanted, prepared for texts of one language."""

    def __init__(self, wanted: Wanted, language: str) -> None:
        self._stems, self._prefixes = wanted.stems, tuple(wanted.prefixes)
        self._analyser = for_language(language)
        self._runs: dict[str, list[Run]] = {}
        for run in wanted.runs:
            self._runs.setdefault(run.terms[0], []).append(run)
        self._most = max((len(run.terms) for run in wanted.runs), default=1)
        self._absent = frozenset((*self._stems, *self._runs)).isdisjoint

    def find(self, text: str, tokens: Sequence[str], starts: Iterable[int]) -> Iterator[Found]:
        """What is wanted in a text whose tokens begin at ``starts``, token after token."""
        gists = map(self._analyser.gist, tokens)
        absent = map(self._passes if self._prefixes else self._absent, gists)
        for start, token, passed in zip(starts, tokens, absent, strict=False):
            if not passed:
                for match in WORD.finditer(text, start, start + len(token)):
                    yield from self._of_word(text, match)

    def _passes(self, gist: Gist) -> bool:
        """Whether nothing in a token can be wanted, beginnings included."""
        if len(gist) > 2:
            return self._absent(gist) and not any(term.startswith(self._prefixes) for term in gist)
        if not gist or gist[0].startswith(self._prefixes) or gist[-1].startswith(self._prefixes):
            return not gist
        return self._absent(gist)

    def _of_word(self, text: str, match: Match[str]) -> Iterator[Found]:
        """What is wanted in one word: itself, its terms, runs that begin with one of them."""
        terms = folded_terms(match[0])
        if not self._runs.keys().isdisjoint(terms) or (len(terms) > 1 and UNSPACED.search(match[0])):
            yield from self._closer(text, match, len(terms))
        elif key := next(filter(None, map(self._wants, terms)), ""):
            yield Found(match.start(), match.end(), key)

    def _wants(self, folded: str) -> str:
        stem = self._analyser.stem_of(folded)
        if stem in self._stems:
            return stem
        if folded in self._stems:
            return folded
        return next((prefix for prefix in self._prefixes if folded.startswith(prefix)), "")

    def _closer(self, text: str, match: Match[str], own: int) -> Iterator[Found]:
        """The terms of one word by themselves, and the runs that begin with one of them."""
        terms = list(islice(self._analyser.placed(text, match.start()), own + self._most))
        for place in range(own):
            term = terms[place]
            if key := self._wants(term.folded):
                yield Found(term.start, _end(terms, place, key), key)
            for run in self._runs.get(term.folded, ()):
                last = place + len(run.terms) - 1
                if _stands(run, terms[place : last + 1]):
                    yield Found(term.start, _end(terms, last, run.terms[-1] if run.open else ""), run)


def _stands(run: Run, terms: Sequence[Term]) -> bool:
    """Whether these terms are the run."""
    folded = tuple(term.folded for term in terms)
    if run.open and len(folded) == len(run.terms):
        return folded[:-1] == run.terms[:-1] and folded[-1].startswith(run.terms[-1])
    return folded == run.terms


def _end(terms: Sequence[Term], place: int, begun: str) -> int:
    """Where a found term ends: of a pair of letters of which only the first is wanted, behind that one."""
    term = terms[place]
    if begun and len(begun) < len(term.folded) and term.folded.startswith(begun) and UNSPACED.match(term.folded):
        after = terms[place + 1] if place + 1 < len(terms) else term
        return after.start if term.start < after.start < term.end else term.end
    return term.end
