"""A search's tree as one condition on rows: words are asked of an index, filters of tables."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import and_, or_

from django.db.models import Q

from nashra.core.text.asking import And, Filter, Node, Not, Or, only_words

NONE = Q(pk__in=[])


def condition(node: Node, words: Callable[[Node], Q], of_filter: Callable[[Filter], Q]) -> Q:
    """What rows must be to answer a tree. `words` gets every part that has no filter in it, as large as it comes."""
    if only_words(node):
        return words(node)
    match node:
        case Filter():
            return of_filter(node)
        case Not(part):
            return ~condition(part, words, of_filter)
        case And(parts):
            return reduce(and_, (condition(part, words, of_filter) for part in _gathered(And, parts)))
        case Or(parts):
            return reduce(or_, (condition(part, words, of_filter) for part in _gathered(Or, parts)))
    return NONE


def _gathered(kind: type[And] | type[Or], parts: Sequence[Node]) -> list[Node]:
    """The parts, those without filters as one: the index is asked once."""
    alone = tuple(part for part in parts if only_words(part))
    together: list[Node] = [kind(alone)] if len(alone) > 1 else list(alone)
    return [*together, *(part for part in parts if not only_words(part))]
