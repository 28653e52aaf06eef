"""What a full-text index keeps of an article: two streams of terms, stems and folded words, made once at ingest.

Every term is one or more letters or digits with their marks: never empty, no white space, no ASCII but a-z and 0-9. So
it stays one token in FTS5 with ``tokenize='ascii'`` (``unicode61`` would cut marks off) and one lexeme in a
``tsvector`` literal. PostgreSQL keeps 256 places of a lexeme, places up to 16,383 and lexemes up to 2,046 bytes
(documentation, chapter 12.11); the streams stay inside that, so that both databases hold the same.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .alphabets import folded_words
from .bigrams import opens, pieces
from .languages import for_language
from .words import LONGEST, MOST_TERMS, WORD, folded_terms

VERSION = 1
"""Of the analysis. It grows when a text may give other terms than before: then indexes are made anew."""

FILLER = "\ue000"
"""Stands where a term would come for the 257th time: of private use, so no query can hold it."""

MOST_TIMES = 256
_LONGEST_TEXT = 400_000
Terms = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Streams:
    """The terms of an article by field. In each pair the stem and the folded word at one place are of one word.

    Title, author and text have MOST_TERMS terms together at most, and no term more than MOST_TIMES times.
    """

    title_stems: Terms
    title_folded: Terms
    author_stems: Terms
    author_folded: Terms
    text_stems: Terms
    text_folded: Terms


def streams(title: str, author: str, text: str, *, language: str) -> Streams:
    """The two streams of an article's fields; ``language`` is the tag by which its words are stemmed."""
    stem = for_language(language).stem_of
    left, folded = MOST_TERMS, []
    for field in (title, author, text):
        folded.append(_folded(field)[:left])
        left -= len(folded[-1])
    stems = [list(map(stem, words)) for words in folded]
    if MOST_TERMS - left > MOST_TIMES:
        _fill(stems, folded)
    pairs = (tuple(terms) for pair in zip(stems, folded, strict=True) for terms in pair)
    return Streams(*pairs)


def _folded(text: str) -> list[str]:
    words = folded_words(text[:_LONGEST_TEXT])
    if words and len(max(words, key=len)) > LONGEST:
        return [word[:LONGEST] for word in words]
    return words


def _fill(stems: Sequence[list[str]], folded: Sequence[list[str]]) -> None:
    """Puts FILLER for what comes too often. A folded word comes no more often than its stem."""
    times = Counter[str]()
    for words in stems:
        times.update(words)
    many = {stem: 0 for stem, count in times.items() if count > MOST_TIMES}
    for stemmed, words in zip(stems, folded, strict=True) if many else ():
        for place, stem in enumerate(stemmed):
            if stem in many:
                many[stem] += 1
                if many[stem] > MOST_TIMES:
                    stemmed[place] = words[place] = FILLER


def query_folded(words: str) -> Terms:
    """The folded terms of what was typed as a word or as a phrase, in order: they must stand one after another.

    Mostly one term for a word; several for AT&T or 手机发布; none for punctuation. If the last one ``opens`` it is one
    letter of a script without spaces, and every term that begins with it answers.
    """
    found = [WORD.findall(words[:10_000])]
    terms = [term for word in found[0] for term in folded_terms(word)]
    return tuple(terms[:-1] if _half(terms) else terms)


def _half(terms: Sequence[str]) -> bool:
    """Whether the last term is the end of a run of pairs: in a text the run may go on."""
    return len(terms) > 1 and opens(terms[-1]) and len(pieces(terms[-2])) == 2 and terms[-2].endswith(terms[-1])


def query_stems(words: str, languages: Iterable[str]) -> tuple[Terms, ...]:
    """For each term of ``query_folded(words)`` the stems that it may have in texts of these languages.

    Nobody says in which language they search: a word has the stems that each language's analyser gives it.
    """
    analysers = [for_language(code) for code in dict.fromkeys(languages)] or [for_language("und")]
    return tuple(tuple(dict.fromkeys(one.stem_of(term) for one in analysers)) for term in query_folded(words))


__all__ = ["FILLER", "MOST_TIMES", "VERSION", "Streams", "opens", "query_folded", "query_stems", "streams"]
