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
    """Terms that stand one after another: at each place one of some stems, or of some folded words if not ``stemmed``.

    ``open``: the last is only a beginning.
    """

    terms: tuple[frozenset[str], ...]
    stemmed: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to mark: words of these stems, words with these folded beginnings, and runs of terms."""

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
    if isinstance(leaf, Word) and not leaf.prefix:
        return _word(leaf.text, languages)
    terms = query_folded(leaf.text if isinstance(leaf, Word) else " ".join(leaf.words))
    return _exactly(terms, begun=isinstance(leaf, Word)) if terms else Wanted()


def _word(text: str, languages: tuple[str, ...]) -> Wanted:
    folded = query_folded(text)
    if len(folded) == 1 and opens(folded[0]):
        return Wanted(prefixes=frozenset(folded))
    stems = tuple(map(frozenset, query_stems(text, languages)))
    if len(stems) < 2:
        return Wanted(stems=frozenset().union(*stems))
    return Wanted(runs=frozenset({Run(stems, stemmed=True, open=opens(folded[-1]))}))


def _exactly(terms: tuple[str, ...], *, begun: bool) -> Wanted:
    begun = begun or opens(terms[-1])
    if len(terms) == 1 and begun:
        return Wanted(prefixes=frozenset(terms))
    return Wanted(runs=frozenset({Run(tuple(frozenset({term}) for term in terms), open=begun)}))
