"""What a full-text index keeps of an article: its folded words in their places, and the stems that are none of them.

The streams of `indexing` in the form in which databases take them, a string for each, and without what would be there
twice: nobody asks where a stem stands, and a stem that stands in the text as a word is found there. A word is then
found wherever a word of its stem stands, or its stem itself. Making entries is most of what analysis costs, so the
usual text, of some hundred words, takes a shorter way to the same result.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from .alphabets import fold_words
from .indexing import MOST_TIMES, Terms, streams
from .languages import for_language
from .words import LONGEST

MOST_BYTES = 440_000
"""Of a text's folded words in UTF-8: a PostgreSQL `tsvector` holds 1 MB, stems and places among it."""

_SHORT = 4_000  # letters, of which MOST_TIMES words may be made
_SURELY_FIT = MOST_BYTES // 4


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
    stem, terms, count = for_language(language).stem_of, list[str](), 0
    for field in (title, author, text):
        folded = fold_words(field)
        words = folded.split()
        count += len(words)
        distinct = set(words)
        terms += folded, " ".join({stem(word) for word in distinct} - distinct)
        if count > MOST_TIMES or (words and len(max(distinct, key=len)) > LONGEST):
            return _long(title, author, text, language)
    return Entry(*terms)


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
    if sum(map(len, folded)) <= _SURELY_FIT:
        return stems, folded
    sizes = accumulate(len(word.encode()) for word in folded)
    most = sum(size <= MOST_BYTES for size in sizes)
    return stems[:most], folded[:most]
