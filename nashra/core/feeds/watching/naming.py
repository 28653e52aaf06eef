"""Selectors for elements of a page that will hold when its next news comes: by lasting classes, never by position."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cssselect import SelectorError as CssError
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement

from nashra.core.feeds.page import classes
from nashra.core.feeds.watching.selectors import found_by

_NAME = re.compile(r"[^\W\d][\w-]*", re.ASCII)
_NEWS = re.compile(
    r"news|post|article|story|stories|item|card|entry|headline|list|teaser|feed|khabar|akhbar|block", re.I
)
_MOMENTARY = re.compile(
    r"(?:^|[-_])(?:active|current|first|last|odd|even|hidden|show|shown|open|visible|selected|featured|sticky|loaded|"
    r"lazy\w*|new|has|is|status|format|category|cat|tag|author)(?:$|[-_])",
    re.I,
)
_UTILITY = re.compile(
    r"(?:col|row|grid|flex|container|wrap\w*|clearfix|text|bg|font|items|justify|d|m|p|mt|mb|pt|pb|px|py|w|h|border|rounded|"
    r"shadow|float|pull|align|inner|css|sc|jsx|wow|animated?)(?:$|-)",
    re.I,
)
_TRIED = 4  # classes of one element
_MOST_TRIED = 30  # selectors for one list
_OUTWARDS = 8  # elements around an item that may tell it apart


def primary(element: HtmlElement) -> str:
    """The class that says best what an element is; empty when none would last."""
    return next(iter(_lasting(element)), "")


def telling(element: HtmlElement) -> int:
    """How well an element's best class says what it is: 0 very, 3 not at all."""
    return _rank(name) if (name := primary(element)) else 3


def selectors_for(root: HtmlElement, items: Sequence[HtmlElement]) -> Iterator[tuple[str, list[HtmlElement]]]:
    """Selectors for these elements, the plainest first, each with what it finds on the page."""
    tried: set[str] = set()
    for text in _candidates(items):
        if len(tried) >= _MOST_TRIED:
            return
        if text not in tried:
            tried.add(text)
            try:
                yield text, found_by(CSSSelector(text, translator="html"), root)
            except (CssError, SyntaxError, ValueError):
                continue


def by_address(links: Sequence[HtmlElement]) -> str:
    """A selector of links by what their addresses begin with, for pages that name nothing; empty without such."""
    first, *others = (link.get("href") or "" for link in links)
    same = 0
    while same < len(first) and all(other.startswith(first[: same + 1]) for other in others):
        same += 1
    start = first[:same].rstrip("0123456789")
    telling = re.sub(r"^https?://[^/]*", "", start).strip("/.?")
    return f'a[href^="{start}"]' if len(telling) >= 2 and not re.search(r'["\\\s]', start) else ""


def _candidates(items: Sequence[HtmlElement]) -> Iterator[str]:
    tag = str(items[0].tag) if len({item.tag for item in items}) == 1 else "*"
    common = _common(items)
    own = [f"{tag}.{name}".removeprefix("*") for name in common[:_TRIED]]
    yield from own
    if len(common) > 1:
        yield f"{tag}.{common[0]}.{common[1]}".removeprefix("*")
    path = tag
    for distance, holders in enumerate(_outwards(items), 1):
        named = _names(holders)
        for name in named:
            for inner in (*own[:2], tag):
                # A <tbody> may or may not be written between a table and its rows.
                yield f"{name} > {inner}" if distance == 1 and tag != "tr" else f"{name} {inner}"
            yield f"{name} > {path}"
        tags = {holder.tag for holder in holders}
        if len(tags) > 1:
            return
        path = f"{holders[0].tag} > {path}"
        if holders[0].tag in ("main", "body"):
            yield path
            return


def _outwards(items: Sequence[HtmlElement]) -> Iterator[list[HtmlElement]]:
    """What the items stand in, then what that stands in, as long as there is one for each."""
    holders = list(items)
    for _ in range(_OUTWARDS):
        outer = [holder.getparent() for holder in holders]
        if any(holder is None or holder.tag == "html" for holder in outer):
            return
        holders = list(dict.fromkeys(outer))
        yield holders


def _names(holders: Sequence[HtmlElement]) -> list[str]:
    """Selectors for what the items stand in: an id that is no number, else tag and class."""
    tag = str(holders[0].tag) if len({holder.tag for holder in holders}) == 1 else ""
    found = []
    if len(holders) == 1 and _NAME.fullmatch(name := holders[0].get("id") or "") and not re.search(r"\d{2}", name):
        found.append(f"#{name}")
    found += [f"{tag}.{name}" for name in _common(holders)[:2]]
    return found or ([tag] if tag in ("main", "article", "table", "section") and len(holders) == 1 else [])


def _common(elements: Sequence[HtmlElement]) -> list[str]:
    """The lasting classes that all of them have, the most telling first."""
    shared = set(classes(elements[0])).intersection(*(classes(element) for element in elements[1:]))
    return [name for name in _lasting(elements[0]) if name in shared]


def _lasting(element: HtmlElement) -> list[str]:
    """An element's classes that will be the same tomorrow, the most telling first: no numbers, hashes or states."""
    fit = [name for name in classes(element) if _NAME.fullmatch(name) and not _MOMENTARY.search(name)]
    fit = [name for name in fit if sum(map(str.isdigit, name)) < 3 and len(name) <= 60]
    return sorted(dict.fromkeys(fit), key=_rank)


def _rank(name: str) -> int:
    if _UTILITY.match(name) or any(map(str.isdigit, name)):
        return 2
    return 0 if _NEWS.search(name) else 1
