"""The language of searches: what a reader typed becomes a tree of values that says what is looked for."""

from .model import And, Filter, Node, Not, Or, Phrase, Word

__all__ = ["And", "Filter", "Node", "Not", "Or", "Phrase", "Word"]
