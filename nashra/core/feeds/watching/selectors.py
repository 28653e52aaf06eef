"""The selectors of a watched page: CSS (Selectors Level 3 and what cssselect knows beyond), bounded in cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import lru_cache

from cssselect import SelectorError as CssError
from cssselect import parser as css
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

LONGEST = 300  # characters of one selector
_MOST_STEPS = 16  # simple selectors that one may be put together from
_MOST_CALLS = 4  # :not(), :has(), :nth-child() and their kind
_LARGE = 20_000  # elements of a page on which steps between neighbours would take too long
_DEEP = 300  # elements inside each other, from which steps to anything further inside would


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where the items of a page are and, inside each, its parts. A part that is left empty is looked for."""

    item: str
    title: str = ""
    link: str = ""
    date: str = ""
    summary: str = ""
    image: str = ""


FIELDS = tuple(field.name for field in fields(Selectors))


class SelectorError(ValueError):
    """A selector that cannot be used. `field` is its name in Selectors.

    `code`: "empty" (no item), "syntax", "too-long", "too-complex", or "too-costly" for a page as large as this one.
    """

    def __init__(self, field: str, code: str, message: str) -> None:
        super().__init__(message)
        self.field, self.code = field, code


def check(selectors: Selectors) -> None:
    """Raises SelectorError for the first selector that cannot be used. Cheap, whatever they hold."""
    if not selectors.item.strip():
        raise SelectorError("item", "empty", "A page is watched by a selector of its items.")
    for name in FIELDS:
        text = getattr(selectors, name)
        if len(text) > LONGEST:
            raise SelectorError(name, "too-long", "The selector is too long.")
        if text.strip():
            try:
                _compiled(text.strip())
            except _Unfit as error:
                raise SelectorError(name, error.code, str(error)) from None


class _Unfit(ValueError):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Extent:
    """How large a page is: its elements, and how deep they stand in each other."""

    size: int
    depth: int


def select(element: HtmlElement, selectors: Selectors, name: str, extent: Extent) -> list[HtmlElement]:
    """What the selector of this name finds in an element and on it, on a page of this extent. SelectorError."""
    text = getattr(selectors, name).strip()
    if not text:
        return []
    try:
        find, looks_around, descends = _compiled(text)
    except _Unfit as error:
        raise SelectorError(name, error.code, str(error)) from None
    if (looks_around and extent.size > _LARGE) or (descends and extent.depth > _DEEP):
        raise SelectorError(name, "too-costly", "On so large a page only plain selectors can be used.")
    return found_by(find, element)


def found_by(find: CSSSelector, element: HtmlElement) -> list[HtmlElement]:
    """The elements that a compiled selector finds in an element and on it, in the order of the page."""
    found = find(element)
    return [node for node in found if isinstance(node, HtmlElement)] if isinstance(found, list) else []


@lru_cache(maxsize=256)
def _compiled(text: str) -> tuple[CSSSelector, bool, bool]:
    """The selector; whether it looks at neighbours, and whether it descends twice: both may take quadratic time."""
    try:
        nodes = [node for one in css.parse(text) for node in _nodes(one.parsed_tree)]
        calls = sum(not isinstance(node, _PLAIN) for node in nodes)
        if len(nodes) > _MOST_STEPS * 2 or calls > _MOST_CALLS:
            raise _Unfit("too-complex", "The selector has too many parts.")
        steps = [getattr(node, "combinator", "") for node in nodes]
        around = calls > 0 or "+" in steps or "~" in steps
        return CSSSelector(text, translator="html"), around, steps.count(" ") > 1
    except (CssError, SyntaxError, ValueError, RecursionError) as error:
        if isinstance(error, _Unfit):
            raise
        raise _Unfit("syntax", f"The selector cannot be read: {str(error)[:100]}") from None


_PLAIN = (css.Element, css.Hash, css.Class, css.Attrib, css.CombinedSelector)


def _nodes(tree: object) -> Iterator[object]:
    """Every part of a parsed selector, those inside :not() and its kind included."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for name in ("selector", "subselector"):
            inner = getattr(node, name, None)
            if inner is not None:
                waiting.append(inner)
        listed = getattr(node, "selector_list", None) or ()
        waiting.extend(getattr(one, "parsed_tree", one) for one in listed)
