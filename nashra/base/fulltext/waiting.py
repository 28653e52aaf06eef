"""Rows that wait for their analysis: which they are, and how they are found meanwhile."""

from functools import reduce
from operator import and_, or_

from django.db.models import Q

from nashra.base.models import TermIndex
from nashra.core.text.asking import And, Node, Not, Or, Phrase, Word
from nashra.core.text.indexing import query_folded

_LONGEST = 200  # letters of what is looked for


def waiting_below(name: str) -> int:
    """Rows of an index with a smaller id may still wait; 0: none does."""
    found = TermIndex.objects.filter(name=name).values_list("below", flat=True).first()
    return found or 0


def answers_unread(node: Node, asked: Q, below: int, field: str, column: str) -> Q:
    """The condition `asked`, and for rows below an id whose folded words are still there, that these answer the tree.

    Terms and folded words are never both there: what is analysed leaves its folded words behind.
    """
    path = "" if field in ("pk", "id") else field.removesuffix("_id") + "__"
    unread = Q(**{f"{field}__lt": below}) & Q(**{f"{path}{column}__gt": ""})
    return (asked & ~unread) | (unread & _folded(node, f"{path}{column}__contains"))


def _folded(node: Node, lookup: str) -> Q:
    """The tree over folded words with a space before and after each; a word anywhere, whatever is glued to it."""
    match node:
        case Word(words, _, prefix):
            return _contains(lookup, words, " " if prefix else "", "")
        case Phrase(words):
            return _contains(lookup, " ".join(words), " ", " ")
        case And(parts):
            return reduce(and_, [_folded(part, lookup) for part in parts], ~Q(pk__in=[]))
        case Or(parts):
            return reduce(or_, [_folded(part, lookup) for part in parts], Q(pk__in=[]))
        case Not(part):
            return ~_folded(part, lookup)
    raise TypeError("filters are asked of the tables, not of the index")


def _contains(lookup: str, words: str, before: str, after: str) -> Q:
    terms = " ".join(query_folded(words))[:_LONGEST]
    return Q(**{lookup: f"{before}{terms}{after}"}) if terms else Q(pk__in=[])
