"""What a full-text index keeps of an article: its folded words in their places, and the stems that are none of them.

The streams of `indexing` in the form in which databases take them, a string for each, and without what would be there
twice: nobody asks where a stem stands, and a stem that stands in the text as a word is found there. A word is then
found wherever a word of its stem stands, or its stem itself. Every article goes this way, so the usual text, in which
no word comes hundreds of times, takes a shorter one to the same result.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from .alphabets import folded_words
from .indexing import MOST_TIMES, Terms, streams
from .languages import for_language, primary
from .words import LONGEST, MOST_TERMS

MOST_BYTES = 440_000
"""Of a text's folded words in UTF-8: a PostgreSQL `tsvector` holds 1 MB, stems and places among it."""

_SHORT = MOST_BYTES // 4  # letters
_REMEMBERED = 60_000


@dataclass(frozen=True, slots=True)
class Entry:
    """The terms of an article by field, with one space between two. Of a pair the first are the folded words in their
    order, the second the stems, each once and in no order, that are not among them.
    """

    title: str
    title_stems: str
    author: str
    author_stems: str
    text: str
    text_stems: str


def entry(title: str, author: str, text: str, *, language: str) -> Entry:
    """The entry of an article; ``language`` is the tag by which its words are stemmed."""
    if len(title) + len(author) + len(text) > _SHORT:
        return _long(title, author, text, language)
    code = primary(language)
    first, second, third = _field(title, code), _byline(author, code), _field(text, code)
    if not (first and second and third) or _has_too_many((first, second, third), for_language(language).stem_of):
        return _long(title, author, text, language)
    return Entry(first.folded, first.stems, second.folded, second.stems, third.folded, third.stems)


class _Field(NamedTuple):
    """The terms of one field. A tuple rather than a dataclass: an article makes three."""

    folded: str
    stems: str
    words: int
    most: int  # times that words of one stem may stand in it: never less than they do


def _field(text: str, code: str) -> _Field | None:
    """None for a text with a monstrous word."""
    known = _known(code)
    folded = folded_words(text)
    words = set(folded)
    others = words - known.own
    stems = set(map(known.__getitem__, others))
    if "" in stems:
        return None
    # Words that are their own stems have different ones, so what one stem has is among the rest and one of them.
    most = len(folded) - (len(words) - len(others)) + 1
    return _Field(" ".join(folded), " ".join(stems - words), len(folded), most)


_byline = lru_cache(maxsize=1024)(_field)  # the same names come again and again


class _Known(dict[str, str]):
    """Stems by folded word, empty for a word that is too long. Those that are their own stems are in `own`: half of a
    text, of which nothing more need be asked.
    """

    def __init__(self, stem: Callable[[str], str]) -> None:
        super().__init__()
        self._stem = stem
        self.own: set[str] = set()

    def __missing__(self, word: str) -> str:
        if len(word) > LONGEST:
            return ""
        if len(self) + len(self.own) > _REMEMBERED:
            self.clear()
            self.own.clear()
        stem = self._stem(word)
        if stem == word:
            self.own.add(word)
        else:
            self[word] = stem
        return stem


@lru_cache(maxsize=64)
def _known(code: str) -> _Known:
    return _Known(for_language(code).stem_of)


def _has_too_many(fields: Iterable[_Field], stem: Callable[[str], str]) -> bool:
    """Whether there are more words than an index takes, or more of one stem; counted only where there may be."""
    if sum(one.most for one in fields) <= MOST_TIMES and sum(one.words for one in fields) <= MOST_TERMS:
        return False
    words = [word for one in fields for word in one.folded.split()]
    return len(words) > MOST_TERMS or max(Counter(map(stem, words)).values()) > MOST_TIMES


def _long(title: str, author: str, text: str, language: str) -> Entry:
    made = streams(title, author, text, language=language)
    stems, folded = _fitting(made.text_stems, made.text_folded)
    return Entry(
        *_pair(made.title_stems, made.title_folded),
        *_pair(made.author_stems, made.author_folded),
        *_pair(stems, folded),
    )


def _pair(stems: Terms, folded: Terms) -> Iterator[str]:
    yield " ".join(folded)
    yield " ".join(set(stems).difference(folded))


def _fitting(stems: Terms, folded: Terms) -> tuple[Terms, Terms]:
    """Of a text of monstrous words the beginning; any other as it is."""
    if sum(map(len, folded)) <= _SHORT:
        return stems, folded
    sizes = accumulate(len(word.encode()) for word in folded)
    most = sum(size <= MOST_BYTES for size in sizes)
    return stems[:most], folded[:most]
