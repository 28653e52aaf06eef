"""What a full-text index keeps of an article: its folded words in their places, and the stems that are none of them.

The streams of `indexing` in the form in which databases take them, a string for each, and without what would be there
twice: nobody asks where a stem stands, and a stem that stands in the text as a word is found there. A word is then
found wherever a word of its stem stands, or its stem itself. Every article goes this way, so the usual text, in which
no word comes hundreds of times, takes a shorter one to the same result.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from .alphabets import fold_words
from .indexing import MOST_TIMES, Terms, streams
from .languages import for_language
from .words import LONGEST, MOST_TERMS

MOST_BYTES = 440_000
"""Of a text's folded words in UTF-8: a PostgreSQL `tsvector` holds 1 MB, stems and places among it."""

_SHORT = MOST_BYTES // 4  # letters
_REMEMBERED = 200_000
_own_stems: dict[str, set[str]] = {}  # by language: folded words that are their own stems


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
    analyser, terms, count = for_language(language), list[str](), 0
    for field in (title, author, text):
        folded = fold_words(field)
        words = folded.split()
        stems = _stems(set(words), analyser.stem_of, _own_stems.setdefault(analyser.code, set()))
        if stems is None:
            return _long(title, author, text, language)
        terms += folded, " ".join(stems)
        count += len(words)
    if count > MOST_TIMES and _has_too_many(" ".join(terms[::2]).split(), analyser.stem_of):
        return _long(title, author, text, language)
    return Entry(*terms)


def _stems(words: set[str], stem: Callable[[str], str], own: set[str]) -> set[str] | None:
    """The stems of some words that are none of them; None when a word is too long. `own` are words known to be their
    own stems: half of a text, of which nothing more need be asked.
    """
    others = words - own
    if not others:
        return others
    if max(map(len, others)) > LONGEST:
        return None
    found = set(map(stem, others))
    if same := others & found:
        if len(own) > _REMEMBERED:
            own.clear()
        own.update(word for word in same if stem(word) == word)
    return found - words


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
