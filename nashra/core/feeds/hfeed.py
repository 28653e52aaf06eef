"""h-feed: a web page whose entries are marked with microformats2 classes, or with the older ones of hAtom.

Sources: https://microformats.org/wiki/microformats2-parsing, https://microformats.org/wiki/h-feed, hAtom's names by
https://microformats.org/wiki/hentry.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from lxml.html import HtmlElement

from nashra.core.feeds import elements, page
from nashra.core.feeds.dates import parse_date
from nashra.core.feeds.encoding import decode
from nashra.core.feeds.identity import identified
from nashra.core.feeds.links import absolute, absolute_html
from nashra.core.feeds.model import MAX_ENTRIES, Entry, Feed, FeedError
from nashra.core.feeds.text import html_text, plain

_MARKED = re.compile(r"""[\s"'=](?:h-entry|hentry)[\s"'>]""")
_ROOT = re.compile(r"h-[a-z]+(?:-[a-z]+)*")
_PROPERTY = re.compile(r"(?:p|u|dt|e)-[a-z]+(?:-[a-z]+)*")
_CLASSIC_ROOTS = {"hentry": "h-entry", "hfeed": "h-feed", "vcard": "h-card"}
_CLASSIC = {
    "entry-title": "p-name", "entry-summary": "p-summary", "entry-content": "e-content", "published": "dt-published",
    "updated": "dt-updated", "author": "p-author", "fn": "p-name", "photo": "u-photo", "category": "p-category",
}  # fmt: skip
_CLASSIC_RELS = {"bookmark": "u-url", "tag": "p-category"}
_LONG_NAME = 100  # characters; a longer name that only repeats the text is no title


@dataclass(slots=True)
class _Item:
    """One microformat: its kind ("h-entry"), the elements of each property ("p-name"), microformats inside it."""

    kind: str
    element: HtmlElement
    properties: dict[str, list[HtmlElement]] = field(default_factory=dict)
    children: list[_Item] = field(default_factory=list)
    nests: bool = False


def is_marked(text: str) -> bool:
    """Whether a page may hold entries: a cheap look before it is read as a tree."""
    return _MARKED.search(text[: page.MAX_HTML]) is not None


def parse_page(body: bytes, *, content_type: str | None = None, url: str | None = None) -> Feed:
    """The h-feed of a page, however few entries it has. FeedError "no-items" when there is none, or "too-deep"."""
    try:
        feed = read(decode(body[: page.MAX_HTML], content_type)[0], url, least=1)
    except RecursionError:
        raise FeedError("too-deep", "The page is nested deeper than any honest one.") from None
    if feed is None:
        raise FeedError("no-items", "This page has no entries that are marked as such.")
    return feed


def read(text: str, url: str | None, *, least: int = 2) -> Feed | None:
    """The h-feed in a page; None when it has none, or no h-feed by name and fewer than `least` entries."""
    root = page.tree(text) if is_marked(text) else None
    if root is None:
        return None
    base = page.base_of(root, url or "")
    holder = _feed_of(root)
    named = "h-feed" in page.classes(holder.element)
    found = [child for child in holder.children if child.kind == "h-entry"][: MAX_ENTRIES + 1]
    author = _person(holder, base) if named else None
    entries = [_entry(item, base, author) for item in found[:MAX_ENTRIES]]
    entries = identified([entry for entry in entries if entry.link or entry.title])
    if len(entries) < (1 if named else least):
        return None
    holder.properties = holder.properties if named else {}  # elsewhere they may be anybody's
    return Feed(
        kind="hfeed",
        title=plain(_p(holder, "p-name"), markup=False) or page.title_of(root),
        subtitle=plain(_p(holder, "p-summary"), markup=False),
        link=_u(holder, "u-url", base) or url,
        language=page.language_of(root),
        author=author,
        entries=entries,
        hub=_rel(root, "hub", base),
        self_link=_rel(root, "self", base),
        image=_u(holder, "u-photo", base),
        truncated_at=MAX_ENTRIES if len(found) > MAX_ENTRIES else None,
    )


def _feed_of(root: HtmlElement) -> _Item:
    """The h-feed with most entries, else the page itself with those that stand in no other microformat."""
    whole = _item(root, "page")
    feeds = [_item(node, "h-feed") for node in root.iter() if _root_of(node) == "h-feed"][:20]
    return max([*feeds, whole], key=lambda item: sum(child.kind == "h-entry" for child in item.children))


def _root_of(node: HtmlElement) -> str:
    """The kind of microformat that begins at an element; empty for none."""
    names = page.classes(node)
    found = next((name for name in names if _ROOT.fullmatch(name)), "")
    return found or next((_CLASSIC_ROOTS[name] for name in names if name in _CLASSIC_ROOTS), "")


def _item(element: HtmlElement, kind: str) -> _Item:
    item = _Item(kind, element)
    modern = any(_ROOT.fullmatch(name) for name in page.classes(element))
    waiting = list(reversed(element))
    while waiting:
        node = waiting.pop()
        names, root = _properties(node, modern), _root_of(node)
        if kind == "page" and root == "h-feed":
            root = ""  # what stands in it stands on the page as well
        for name in names:
            item.properties.setdefault(name, []).append(node)
        if root and not names:
            item.children.append(_item(node, root) if kind in ("page", "h-feed") else _Item(root, node))
        item.nests |= bool(root)
        if not root:
            waiting.extend(reversed(node))
    return item


def _properties(node: HtmlElement, modern: bool) -> list[str]:
    names = page.classes(node)
    if modern:
        return [name for name in names if _PROPERTY.fullmatch(name)]
    found = [_CLASSIC[name] for name in names if name in _CLASSIC]
    return found + [_CLASSIC_RELS[rel] for rel in (node.get("rel") or "").split() if rel in _CLASSIC_RELS]


def _entry(item: _Item, base: str, author: str | None) -> Entry:
    content, summary = _e(item, "e-content"), _p(item, "p-summary")
    link = _u(item, "u-url", base)
    inner = link or base
    return Entry(
        id=_u(item, "u-uid", base) or "",
        link=link,
        title=_title(item, content),
        summary=elements.as_html(summary) if summary else None,
        content=absolute_html(content, base),
        author=_person(item, base) or author,
        published=_dt(item, "dt-published"),
        updated=_dt(item, "dt-updated"),
        tags=elements.tags(_text(node) for node in item.properties.get("p-category", ())),
        image=_u(item, "u-photo", base) or _u(item, "u-featured", base) or elements.image_in(content, base),
        base=inner,
        language=page.language_of(item.element),
    )


def _title(item: _Item, content: str | None) -> str | None:
    """The name; none for a note, whose name is its text."""
    title = plain(_p(item, "p-name"), markup=False)
    text = plain(content) if title and len(title) > _LONG_NAME else None
    return None if text and title and text.startswith(title[:_LONG_NAME]) else title


def _person(item: _Item, base: str) -> str | None:
    """The names of the authors, whether h-cards or bare text."""
    people = item.properties.get("p-author", ())
    names = [_p(_item(node, "h-card"), "p-name") if _root_of(node) else _text(node) for node in people]
    found = [name for name in dict.fromkeys(map(elements.name, names)) if name]
    return ", ".join(found)[:500] or None


def _p(item: _Item, name: str) -> str | None:
    for node in item.properties.get(name, ()):
        if found := _text(node):
            return found
    return _implied_name(item) if name == "p-name" and item.kind in ("h-entry", "h-card") else None


def _text(node: HtmlElement) -> str:
    """The value of a p- property."""
    if parts := _value_classes(node):
        return "".join(parts)
    if node.tag in ("abbr", "link") and node.get("title"):
        return str(node.get("title"))
    if node.tag in ("data", "input") and node.get("value"):
        return str(node.get("value"))
    if node.tag in ("img", "area") and node.get("alt"):
        return str(node.get("alt"))
    return page.text_of(node)


def _value_classes(node: HtmlElement) -> list[str]:
    """The parts that the value-class pattern names (https://microformats.org/wiki/value-class-pattern)."""
    parts: list[str] = []
    for inner in node.iterdescendants():
        names = page.classes(inner)
        if "value-title" in names:
            parts.append(inner.get("title") or "")
        elif "value" in names:
            parts.append(inner.get("datetime") or inner.get("title") or inner.get("alt") or page.text_of(inner))
    return parts


def _u(item: _Item, name: str, base: str) -> str | None:
    for node in item.properties.get(name, ()):
        if found := absolute(_address(node), base):
            return found
    if item.kind not in ("h-entry", "h-card"):
        return None
    if name == "u-url" and not any(key.startswith("u-") for key in item.properties):
        return absolute(_implied(item, ("a", "area"), "href"), base)
    if name == "u-photo" and not any(key.startswith("u-") for key in item.properties):
        return absolute(_implied(item, ("img",), "src") or _implied(item, ("object",), "data"), base)
    return None


def _address(node: HtmlElement) -> str | None:
    for tags, name in _ADDRESSES:
        if node.tag in tags and node.get(name):
            return str(node.get(name))
    inner = node.find(".//a[@href]") if _root_of(node) else None
    return str(inner.get("href")) if inner is not None else _text(node)


_ADDRESSES = (
    (("a", "area", "link"), "href"), (("img", "audio", "video", "source", "iframe"), "src"), (("video",), "poster"),
    (("object",), "data"), (("abbr",), "title"), (("data", "input"), "value"),
)  # fmt: skip


def _dt(item: _Item, name: str) -> datetime | None:
    for node in item.properties.get(name, ()):
        for text in (" ".join(_value_classes(node)), _moment(node), page.text_of(node)):
            if found := parse_date(text):
                return found
    return None


def _moment(node: HtmlElement) -> str:
    return node.get("datetime") or (node.get("title") if node.tag == "abbr" else "") or node.get("value") or ""


def _e(item: _Item, name: str) -> str | None:
    found = (html_text(elements.html_of(node)) for node in item.properties.get(name, ()))
    return next((html for html in found if html), None)


def _implied_name(item: _Item) -> str | None:
    """What stands for a name that nobody marked; nothing where other text is marked."""
    if item.nests or any(name.startswith(("p-", "e-")) for name in item.properties):
        return None
    node = item.element
    for _ in range(3):  # the element itself, its only child, that one's only child
        said = node.get("alt") if node.tag in ("img", "area") else node.get("title") if node.tag == "abbr" else ""
        if said:
            return str(said)
        if len(node) != 1 or _root_of(node[0]):
            break
        node = node[0]
    return page.text_of(item.element)


def _implied(item: _Item, tags: tuple[str, ...], name: str) -> str | None:
    """The attribute of the element itself, or of the only one of its kind one or two steps inside."""
    node = item.element
    if node.tag in tags and node.get(name):
        return str(node.get(name))
    for holder in (node, node[0] if len(node) == 1 else None):
        same = [child for child in holder if child.tag in tags] if holder is not None else []
        if len(same) == 1 and same[0].get(name) and not _root_of(same[0]):
            return str(same[0].get(name))
    return None


def _rel(root: HtmlElement, rel: str, base: str) -> str | None:
    links = (node for node in root.iterfind("head/link[@href]") if rel in (node.get("rel") or "").lower().split())
    return next((found for node in links if (found := absolute(node.get("href"), base))), None)
