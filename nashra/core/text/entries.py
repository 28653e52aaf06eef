"""What a full-text index keeps of an article: its folded words in their places, and the stems that are none of them.

The streams of `indexing` in the form in which databases take them, a string for each, and without what would be there
twice: nobody asks where a stem stands, and a stem that stands in the text as a word is found there. A word is then
found wherever a word of its stem stands, or its stem itself. Every article goes this way, so the usual text, in which
no word comes hundreds of times, takes a shorter one to the same result.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from .alphabets import fold_words
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
    known, terms, count = _known(primary(language)), list[str](), 0
    stem_of, own = known.__getitem__, known.own
    for field in (title, author, text):
        folded = fold_words(field)
        words = set(folded.split())
        stems = set(map(stem_of, words - own))
        if "" in stems:
            return _long(title, author, text, language)
        terms += folded, " ".join(stems - words)
        count += folded.count(" ") + 1
    if count > MOST_TIMES and _has_too_many(" ".join(terms[::2]).split(), for_language(language).stem_of):
        return _long(title, author, text, language)
    return Entry(*terms)


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


def _has_too_many(words: Sequence[str], stem: Callable[[str], str]) -> bool:
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
