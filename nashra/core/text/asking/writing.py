"""A search written out anew: the one form in which the same search always reads."""

import re

from .model import And, Filter, Node, Not, Or, Phrase, Word
from .parsing import QUOTES, Query

_PLAIN = re.compile(rf"[^\s,،;؛()|*{QUOTES}'‘’]+")


def written(query: Query | Node | None) -> str:
    """The search in English keywords: ``parse`` of it gives an equal query; empty for one that asks for nothing."""
    node = query.node if isinstance(query, Query) else query
    return _part(node, inside="") if node is not None else ""


def _part(node: Node, *, inside: str) -> str:
    """One node; in brackets where those around it would read it otherwise (OR binds more closely than "and")."""
    if isinstance(node, Not):
        return f"-{_part(node.part, inside='not')}"
    if isinstance(node, Or):
        text = " OR ".join(_part(part, inside="or") for part in node.parts)
        return f"({text})" if inside in ("or", "not") else text
    if isinstance(node, And):
        text = " ".join(_part(part, inside="and") for part in node.parts)
        return f"({text})" if inside else text
    return _leaf(node)


def _leaf(node: Word | Phrase | Filter) -> str:
    if isinstance(node, Filter):
        bare = _PLAIN.fullmatch(node.value) and not node.value.endswith((".", "…", ":"))
        return f"{node.name}:{node.value}" if bare else f'{node.name}:"{node.value}"'
    place = f"{node.place}:" if node.place else ""
    if isinstance(node, Phrase):
        return f'{place}"{" ".join(node.words)}"'
    return f"{place}{node.text}{'*' if node.prefix else ''}"
