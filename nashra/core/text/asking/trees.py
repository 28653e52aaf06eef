"""Small work on the trees of searches."""

from collections.abc import Iterator

from .model import And, Filter, Node, Not, Or, Phrase, Word


def simplified(node: Node) -> Node | None:
    """The same search with as few brackets as it needs; nothing stands twice. None if it asks for nothing."""
    if isinstance(node, Not):
        part = simplified(node.part)
        if isinstance(part, Not):
            return part.part
        return Not(part) if part else None
    if not isinstance(node, And | Or):
        return node
    kind = type(node)
    parts: dict[Node, None] = {}
    for one in node.parts:
        part = simplified(one)
        if isinstance(part, kind):
            parts.update(dict.fromkeys(part.parts))
        elif part:
            parts[part] = None
    if len(parts) < 2:
        return next(iter(parts), None)
    return kind(tuple(parts))


def leaves(node: Node | None, *, wanted: bool | None = None) -> Iterator[Word | Phrase | Filter]:
    """Words, phrases and filters in order; with ``wanted`` only those that must (or must not) be found."""
    if isinstance(node, Not):
        yield from leaves(node.part, wanted=None if wanted is None else not wanted)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from leaves(part, wanted=wanted)
    elif node is not None and wanted is not False:
        yield node


def asks_for_something(node: Node) -> bool:
    """Whether there is a word to find, or a filter: a search for what is merely not there is none."""
    found = any(not isinstance(leaf, Filter) for leaf in leaves(node, wanted=True))
    return found or any(isinstance(leaf, Filter) for leaf in leaves(node))


def only_words(node: Node) -> bool:
    """Whether a tree has no filter in it: the index answers it alone."""
    return not any(isinstance(leaf, Filter) for leaf in leaves(node))


def asked_languages(node: Node) -> tuple[str, ...]:
    """The languages of which one all hits must be in, as ``lang:`` says; none where it does not narrow the whole."""
    for part in node.parts if isinstance(node, And) else (node,):
        options = part.parts if isinstance(part, Or) else (part,)
        if all(isinstance(one, Filter) and one.name == "lang" for one in options):
            return tuple(one.value for one in options if isinstance(one, Filter))
    return ()
