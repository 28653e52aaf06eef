"""What to drop from a search, or to ask otherwise, when nothing answers it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from nashra.core.text.folding import fold_word

from .model import And, Filter, Node, Not, Or, Phrase, Word
from .parsing import OPERATORS, Query, parse
from .trees import asks_for_something, leaves, simplified
from .writing import written

Way = Literal["unquoted", "beginnings", "not_excluded", "without", "anywhere", "any"]
_SHORTEST_BEGINNING = 3  # letters
_MOST_FILTERS = 3  # that are left out, one in each suggestion


@dataclass(frozen=True, slots=True)
class Looser:
    """A search that asks for less, and how it does so; ``left_out`` is the filter of ``without``.

    ``unquoted``: words of phrases in any form and order; ``beginnings``: words that go on; ``not_excluded``: nothing is
    kept out; ``anywhere``: words need not stand in the title; ``any``: one of the words is enough.
    """

    way: Way
    query: Query
    left_out: Filter | None = None


def loosen(query: Query) -> list[Looser]:
    """Searches that find all that this one finds, and more; the smallest changes first, at most eight."""
    if query.node is None:
        return []
    found: dict[Node, Looser] = {}
    for way, node, left_out in _ways(query.node):
        made = simplified(node)
        if made and made != query.node and _can_be_asked(made):
            found.setdefault(made, Looser(way, Query(made), left_out))
    return list(found.values())


def _can_be_asked(node: Node) -> bool:
    """Whether it asks for something, and stays what it is when it is typed: neither too long nor too deep."""
    return asks_for_something(node) and parse(written(node)).node == node


def _ways(node: Node) -> Iterator[tuple[Way, Node, Filter | None]]:
    parts = node.parts if isinstance(node, And) else (node,)
    yield "unquoted", _mapped(node, _unquoted), None
    yield "beginnings", _mapped(node, _beginning), None
    yield "not_excluded", And(tuple(part for part in parts if not isinstance(part, Not) or _filters(part))), None
    for part in [part for part in reversed(parts) if _filters(part)][:_MOST_FILTERS]:
        yield "without", And(tuple(one for one in parts if one is not part)), _filters(part)[0]
    yield "anywhere", _mapped(node, _anywhere), None
    words = tuple(part for part in parts if not isinstance(part, Not) and not _filters(part))
    yield "any", And((Or(words), *(part for part in parts if part not in words))), None


def _filters(node: Node) -> list[Filter]:
    return [leaf for leaf in leaves(node) if isinstance(leaf, Filter)]


def _mapped(node: Node, change: Callable[[Word | Phrase], Node]) -> Node:
    """The tree with its words and phrases changed; what is to be left out stays as it is."""
    if isinstance(node, And | Or):
        return type(node)(tuple(_mapped(part, change) for part in node.parts))
    return change(node) if isinstance(node, Word | Phrase) else node


def _unquoted(leaf: Word | Phrase) -> Node:
    if isinstance(leaf, Word):
        return leaf
    return And(tuple(Word(word, leaf.place) for word in leaf.words if leaf.place or word not in OPERATORS))


def _beginning(leaf: Word | Phrase) -> Node:
    if isinstance(leaf, Word) and len(fold_word(leaf.text)) >= _SHORTEST_BEGINNING:
        return Or((leaf, Word(leaf.text, leaf.place, prefix=True)))
    return leaf


def _anywhere(leaf: Word | Phrase) -> Node:
    return Phrase(leaf.words) if isinstance(leaf, Phrase) else Word(leaf.text, prefix=leaf.prefix)
