"""The language of searches: what a reader typed becomes a tree of values that says what is looked for."""

from .dates import first_day
from .model import And, Filter, Node, Not, Or, Phrase, Word
from .parsing import Note, Query, parse
from .trees import asked_languages, leaves, only_words
from .writing import written

__all__ = [
    "And",
    "Filter",
    "Node",
    "Not",
    "Note",
    "Or",
    "Phrase",
    "Query",
    "Word",
    "asked_languages",
    "first_day",
    "leaves",
    "only_words",
    "parse",
    "written",
]
