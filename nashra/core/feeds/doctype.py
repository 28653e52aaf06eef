"""A document type declaration is taken out before any parser sees it; honest entities are expanded here, within limits.

No DTD is ever loaded, no external entity ever opened, and parameter entities are ignored.
"""

from __future__ import annotations

import re

from nashra.core.feeds.model import FeedError

MAX_GROWTH = 1_000_000  # characters that all references together may add
_MAX_DEPTH = 20
_PROLOG = re.compile(r"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL | re.IGNORECASE)
_PIECE = re.compile(r"""<!--.*?-->|"[^"]*"|'[^']*'|[\[\]>]""", re.DOTALL)
_ENTITY = re.compile(r"""<!ENTITY\s+([A-Za-z_][\w.\-]*)\s+(?:"([^"]*)"|'([^']*)')\s*>""")
_REFERENCE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&([A-Za-z_][\w.\-]*);", re.DOTALL)
_NAME = re.compile(r"&([A-Za-z_][\w.\-]*);")
_BUILT_IN = frozenset(("amp", "lt", "gt", "quot", "apos"))


def without_doctype(text: str) -> str:
    """The text without its DOCTYPE, with the internal entities written out; line numbers stay as they were.

    Raises FeedError "entity-bomb" when the references would add more than MAX_GROWTH characters.
    """
    found = _PROLOG.match(text)
    if not found:
        return text
    start, end = found.end() - len("<!DOCTYPE"), _end(text, found.end())
    subset = text[start:end]
    rest = text[:start] + "\n" * subset.count("\n") + text[end:]
    entities = _entities(subset)
    return _expanded(rest, entities) if entities else rest


def _end(text: str, start: int) -> int:
    """Where the declaration ends: the first ">" outside quotes and brackets."""
    depth = 0
    for piece in _PIECE.finditer(text, start):
        if piece[0] == "[":
            depth += 1
        elif piece[0] == "]":
            depth -= 1
        elif piece[0] == ">" and depth <= 0:
            return piece.end()
    found = text.find(">", start)
    return found + 1 if found >= 0 else len(text)


def _entities(subset: str) -> dict[str, str]:
    """Names and raw values of the internal general entities; the first declaration of a name counts (XML 1.0 §4.2)."""
    values: dict[str, str] = {}
    for name, double, single in _ENTITY.findall(subset):
        if name not in _BUILT_IN:
            values.setdefault(name, double or single)
    return values


def _expanded(text: str, entities: dict[str, str]) -> str:
    sizes: dict[str, int] = {}
    growth = 0
    for match in _REFERENCE.finditer(text):
        if match[1] in entities:
            growth += _size(match[1], entities, sizes, 0)
            if growth > MAX_GROWTH:
                raise _bomb()
    whole = {name: _value(name, entities) for name in sizes}
    return _REFERENCE.sub(lambda match: whole.get(match[1], match[0]) if match[1] else match[0], text)


def _size(name: str, entities: dict[str, str], sizes: dict[str, int], depth: int) -> int:
    """How long an entity is once written out. A value that reaches itself is as bad as one that grows."""
    if depth > _MAX_DEPTH:
        raise _bomb()
    if name not in sizes:
        parts = [part for part in _NAME.findall(entities[name]) if part in entities]
        sizes[name] = len(entities[name]) + sum(_size(part, entities, sizes, depth + 1) for part in parts)
    return sizes[name]


def _value(name: str, entities: dict[str, str]) -> str:
    return _NAME.sub(lambda match: _value(match[1], entities) if match[1] in entities else match[0], entities[name])


def _bomb() -> FeedError:
    return FeedError("entity-bomb", "The file defines entities that grow out of all proportion.")
