"""What is asked of an index, in a form that both databases can answer: a tree of terms, and whether its opposite is
meant. Words are analysed here; what a reader typed goes no further.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from nashra.core.text.asking import And, Filter, Node, Not, Or, Phrase, Word
from nashra.core.text.asking.model import Place
from nashra.core.text.indexing import opens, query_folded, query_stems

MOST_LEAVES, DEEPEST = 256, 24
"""Words and phrases of one question, and how deeply it may be nested: FTS5 stops at a depth of 256."""


class TooComplex(ValueError):
    """A question with more than MOST_LEAVES words and phrases, or one that is nested more than DEEPEST times."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Folded words that stand one after another; with ``prefix`` the last one only begins so. ``stem``: one term that
    is a stem, and found where a word of that stem stands, or the stem itself.
    """

    place: Place
    terms: tuple[str, ...]
    prefix: bool = False
    stem: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    """All of these, of which there are two or more."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Any of these, of which there are two or more."""

    parts: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Without:
    """What answers the one and not the other."""

    wanted: "Expression"
    refused: "Expression"


Expression: TypeAlias = Terms | Every | Some | Without


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be matched, None for nothing at all; ``negated``: all that does not match is meant."""

    matched: Expression | None
    negated: bool = False


NOTHING, EVERYTHING = Question(None), Question(None, negated=True)


def question(node: Node, languages: Iterable[str]) -> Question:
    """The question of a tree without filters; words have the stems that these languages' texts would give them.

    A word of which nothing is left but punctuation answers nothing. Raises TooComplex, and TypeError for a filter.
    """
    if _leaves(node, 1) > MOST_LEAVES:
        raise TooComplex(f"more than {MOST_LEAVES} words")
    return _question(node, tuple(languages))


def _leaves(node: Node, depth: int) -> int:
    if depth > DEEPEST:
        raise TooComplex(f"nested more than {DEEPEST} times")
    match node:
        case And(parts) | Or(parts):
            return sum(_leaves(part, depth + 1) for part in parts)
        case Not(part):
            return _leaves(part, depth + 1)
    return 1


def _question(node: Node, languages: tuple[str, ...]) -> Question:
    match node:
        case Word():
            return _of_word(node, languages)
        case Phrase(words, place):
            return _in_a_row(place, query_folded(" ".join(words)))
        case Not(part):
            return _opposite(_question(part, languages))
        case And(parts):
            return _all(list(map(partial(_question, languages=languages), parts)))
        case Or(parts):  # a or b is what is neither not-a nor not-b
            return _opposite(_all([_opposite(_question(part, languages)) for part in parts]))
        case Filter():
            raise TypeError("filters are asked of the tables, not of the index")


def _of_word(word: Word, languages: tuple[str, ...]) -> Question:
    """One term is looked for by its stems; the beginning of a word, and what is several terms, as it is written."""
    terms = query_folded(word.text)
    if word.prefix or len(terms) != 1 or opens(terms[0]):
        return _in_a_row(word.place, terms, prefix=word.prefix)
    stems = query_stems(word.text, languages)[0]
    return Question(_joined(Some, [Terms(word.place, (stem,), stem=True) for stem in stems]))


def _in_a_row(place: Place, terms: tuple[str, ...], *, prefix: bool = False) -> Question:
    return Question(Terms(place, terms, prefix or opens(terms[-1]))) if terms else NOTHING


def _opposite(one: Question) -> Question:
    return Question(one.matched, not one.negated)


def _all(parts: Sequence[Question]) -> Question:
    """All of these hold: what matches the positive ones without what matches any of the others."""
    if NOTHING in parts:
        return NOTHING
    wanted = [part.matched for part in parts if part.matched and not part.negated]
    refused = [part.matched for part in parts if part.matched and part.negated]
    if not wanted:
        return Question(_joined(Some, refused), negated=True) if refused else EVERYTHING
    every = _joined(Every, wanted)
    return Question(Without(every, _joined(Some, refused)) if refused else every)


def _joined(kind: type[Every] | type[Some], parts: Iterable[Expression]) -> Expression:
    """The parts as one, each once, those of the same kind taken out of their brackets."""
    flat: dict[Expression, None] = {}
    for part in parts:
        flat |= dict.fromkeys(part.parts if isinstance(part, kind) else (part,))
    return kind(tuple(flat)) if len(flat) > 1 else next(iter(flat))
