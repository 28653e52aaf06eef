"""Best match: the newest articles that answer a search, put in the order in which they answer it best.

A word in the title counts three times one in the text; a word that few of these articles have counts more; words that
stand close together count more, and so do newer articles. It is all done here, so that the order never depends on a
database.
"""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from nashra.core.text.alphabets import folded_words
from nashra.core.text.indexing import query_folded
from nashra.core.text.languages import for_language

from .model import Node, Phrase, Word
from .trees import leaves

MOST = 400  # articles that are weighed: the newest
READ = 1_200  # characters of a text that are weighed: news says first what it is about
_TITLE, _NEAR, _OLD = 3.0, 0.5, 0.3
_HALF_LIFE = 30.0  # days


@dataclass(frozen=True, slots=True)
class Document:
    """What is weighed of an article: its title, the beginning of its text (READ characters are looked at), its age."""

    id: int
    published: datetime
    language: str
    title: str
    text: str


class _Wanted:
    """The terms of a search in one language, and which of them each folded word of a text is; remembered by word."""

    def __init__(self, node: Node, language: str) -> None:
        self._stem_of = for_language(language).stem_of
        self._known: dict[str, int] = {}
        self._stems: dict[str, int] = {}
        self._exact: dict[str, int] = {}
        self._beginnings: list[tuple[str, int]] = []
        terms = [(term, kind) for text, kind in _words(node) for term in query_folded(text)]
        for number, (term, kind) in enumerate(dict.fromkeys(terms)):
            if kind == "beginning":
                self._beginnings.append((term, number))
            elif kind == "exact":
                self._exact[term] = number
            else:
                self._stems.setdefault(self._stem_of(term), number)

    def places(self, text: str) -> list[tuple[int, int]]:
        """(place, number of the wanted term) for each that stands in the text."""
        known, found = self._known, []
        for place, word in enumerate(folded_words(text)):
            number = known.get(word)
            if number is None:
                number = known[word] = self._number(word)
            if number >= 0:
                found.append((place, number))
        return found

    def _number(self, word: str) -> int:
        number = self._exact.get(word, self._stems.get(self._stem_of(word)))
        if number is not None:
            return number
        return next((number for beginning, number in self._beginnings if word.startswith(beginning)), -1)


def _words(node: Node) -> list[tuple[str, str]]:
    """Each word that is to be found, and how: in any form, exactly, or by its beginning."""
    found: dict[tuple[str, str], None] = {}
    for leaf in leaves(node, wanted=True):
        if isinstance(leaf, Word):
            found[leaf.text, "beginning" if leaf.prefix else "form"] = None
        elif isinstance(leaf, Phrase):
            found.update(dict.fromkeys((word, "exact") for word in leaf.words))
    return list(found)


def best_first(documents: Sequence[Document], node: Node) -> list[int]:
    """The ids in the order of best match; of equals the newer one (then the greater id) comes first."""
    wanted = {one.language: _Wanted(node, one.language) for one in documents}
    seen = [(wanted[one.language].places(one.title), wanted[one.language].places(one.text[:READ])) for one in documents]
    having = Counter(number for title, text in seen for number in {number for _, number in (*title, *text)})
    rarity = {number: math.log(1 + len(documents) / count) for number, count in sorted(having.items())}
    newest = max((one.published for one in documents), default=None)
    scores = {
        one.id: _score(title, text, rarity) * _freshness(one.published, newest)
        for one, (title, text) in zip(documents, seen, strict=True)
    }
    order = sorted(documents, key=lambda one: (round(scores[one.id], 9), one.published, one.id), reverse=True)
    return [one.id for one in order]


def _freshness(published: datetime, newest: datetime | None) -> float:
    days = (newest - published).total_seconds() / 86_400 if newest else 0.0
    return 1 - _OLD + _OLD * math.exp2(-days / _HALF_LIFE)


def _score(title: Sequence[tuple[int, int]], text: Sequence[tuple[int, int]], rarity: dict[int, float]) -> float:
    in_title, in_text = {number for _, number in title}, Counter(number for _, number in text)
    score = 0.0
    for number, weight in rarity.items():
        count = in_text[number]
        score += weight * (_TITLE * (number in in_title) + count / (count + 1.2))
    return score + _NEAR * max(_nearness(title, rarity) * _TITLE, _nearness(text, rarity))


def _nearness(places: Sequence[tuple[int, int]], rarity: dict[int, float]) -> float:
    """How close together the different words stand that there are: their weights, by the smallest stretch of text."""
    there = {number for _, number in places}
    if len(there) < 2:
        return 0.0
    return sum(rarity[number] for number in sorted(there)) * len(there) / _stretch(places, len(there))


def _stretch(places: Iterable[tuple[int, int]], distinct: int) -> int:
    """The length in words of the smallest stretch that holds all the different words."""
    last: dict[int, int] = {}
    smallest = 0
    for place, number in places:
        last[number] = place
        if len(last) == distinct:
            size = place - min(last.values()) + 1
            smallest = min(smallest or size, size)
    return smallest or 1
