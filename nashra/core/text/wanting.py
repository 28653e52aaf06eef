"""What a search wants to see marked in texts, made from what it asks for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from .asking.model import And, Node, Not, Or, Phrase, Word
from .bigrams import opens
from .indexing import query_folded, query_stems

Field = Literal["title", "author", "text"]


@dataclass(frozen=True, slots=True)
class Run:
    """Folded terms that stand one after another; if ``open``, the last is only a beginning."""

    terms: tuple[str, ...]
    open: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to mark: words that have these stems or are these, words with these folded beginnings, and runs of terms."""

    stems: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    runs: frozenset[Run] = frozenset()

    def __bool__(self) -> bool:
        """Whether anything is wanted."""
        return bool(self.stems or self.prefixes or self.runs)


def wanted_of(node: Node | None, languages: Iterable[str], *, field: Field = "text") -> Wanted:
    """What a search wants marked in one field of its results; what it excludes, and filters, are left out.

    ``languages``: of the texts that were searched, as for ``query_stems``.
    """
    codes = tuple(languages)
    return _together(_wanted(leaf, codes) for leaf in _leaves(node) if not leaf.place or leaf.place == field)


def wanted_words(words: Iterable[str], language: str) -> Wanted:
    """The forms of these words in texts of one language."""
    return _together(_word(word, (language,)) for word in words)


def _leaves(node: Node | None) -> Iterator[Word | Phrase]:
    todo = [node]
    while todo:  # no recursion: a search may be nested deeply
        one = todo.pop()
        if isinstance(one, And | Or):
            todo.extend(one.parts)
        elif isinstance(one, Not) and isinstance(one.part, Not):
            todo.append(one.part.part)
        elif isinstance(one, Word | Phrase):
            yield one


def _together(parts: Iterable[Wanted]) -> Wanted:
    found = list(parts)
    return Wanted(
        frozenset().union(*(one.stems for one in found)),
        frozenset().union(*(one.prefixes for one in found)),
        frozenset().union(*(one.runs for one in found)),
    )


def _wanted(leaf: Word | Phrase, languages: tuple[str, ...]) -> Wanted:
    if isinstance(leaf, Phrase):
        return _exactly(query_folded(" ".join(leaf.words)))
    return _exactly(query_folded(leaf.text), begun=True) if leaf.prefix else _word(leaf.text, languages)


def _word(text: str, languages: tuple[str, ...]) -> Wanted:
    """What is one term is wanted in any form, what is several (AT&T, 手机发布) as it is written, as indexes find it."""
    folded = query_folded(text)
    if len(folded) != 1 or opens(folded[0]):
        return _exactly(folded)
    return Wanted(stems=frozenset(query_stems(text, languages)[0]))


def _exactly(terms: tuple[str, ...], *, begun: bool = False) -> Wanted:
    if not terms:
        return Wanted()
    begun = begun or opens(terms[-1])
    if len(terms) == 1 and begun:
        return Wanted(prefixes=frozenset(terms))
    return Wanted(runs=frozenset({Run(terms, begun)}))
