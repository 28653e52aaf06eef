"""The items that a page gives under its selectors; what no selector names is looked for where pages usually have it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice

from lxml import etree
from lxml.html import HtmlElement

from nashra.core.feeds import elements, page
from nashra.core.feeds.address import comparable
from nashra.core.feeds.dates import parse_date
from nashra.core.feeds.encoding import decode
from nashra.core.feeds.identity import identified
from nashra.core.feeds.links import absolute
from nashra.core.feeds.model import Entry, Feed, FeedError
from nashra.core.feeds.text import plain
from nashra.core.feeds.watching.selectors import Extent, Selectors, check, select

MAX_ITEMS = 200
_LOOKED_AT = 1_000  # elements that an item's selector may find
_MOST_PARTS = 20  # elements of an item that are looked at as its date or summary
_LARGEST = 600  # elements inside one item; what is larger is a page, no item
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_TITLE = re.compile(r"title|headline|heading|عنوان", re.IGNORECASE)
_DATE = re.compile(r"date|time|publish|posted|تاريخ|وقت", re.IGNORECASE)
_SUMMARY = re.compile(r"excerpt|summary|desc|lead|teaser|intro|snippet|ملخص|مقدمة", re.IGNORECASE)
_LONGEST_DATE = 100  # characters of what is called a date
_LONGEST_UNNAMED = 50  # of a text that nobody calls one
_SHORTEST_SUMMARY = 30
_BARE_NUMBER = re.compile(r"[\d\s.,:]*")
_PICTURES = ("data-src", "data-lazy-src", "data-original", "data-lazy", "src")
_IN_STYLE = re.compile(r"background(?:-image)?\s*:\s*[^;]*url\(\s*['\"]?([^'\")]+)")


@dataclass(frozen=True, slots=True)
class Page:
    """A page as a tree, with what its links are joined to and how large it is."""

    root: HtmlElement
    url: str
    base: str
    extent: Extent


def load(html: bytes | str, *, url: str, content_type: str | None = None) -> Page | None:
    """The page in these bytes; None when there is nothing in it."""
    text = decode(html[: page.MAX_HTML], content_type)[0] if isinstance(html, bytes) else html
    root = page.tree(text)
    return Page(root, url, page.base_of(root, url), _extent(root)) if root is not None else None


def _extent(root: HtmlElement) -> Extent:
    size = depth = deepest = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest, size = max(deepest, depth), size + (event == "start")
    return Extent(size, deepest)


def watch(html: bytes | str, *, url: str, selectors: Selectors, content_type: str | None = None) -> Feed:
    """The feed that a page at `url` gives under these selectors: at most 200 items, in the order of the page.

    Raises SelectorError for selectors that cannot be used, FeedError "no-items" when they give nothing.
    """
    check(selectors)
    loaded = load(html, url=url, content_type=content_type)
    entries = read(loaded, selectors).entries if loaded else []
    if not loaded or not entries:
        raise FeedError("no-items", "The page gives no items under these selectors.")
    return Feed(
        kind="page",
        title=page.title_of(loaded.root),
        link=url,
        language=page.language_of(loaded.root),
        entries=entries,
    )


def preview(html: bytes | str, *, url: str, selectors: Selectors, content_type: str | None = None) -> Reading:
    """What the selectors give, with what was left out. Raises SelectorError."""
    check(selectors)
    loaded = load(html, url=url, content_type=content_type)
    return read(loaded, selectors) if loaded else Reading([], 0, 0)


@dataclass(frozen=True, slots=True)
class Reading:
    """What selectors give: the items; of how many elements; how many of these were left out for want of a link."""

    entries: list[Entry]
    found: int
    unlinked: int


def read(loaded: Page, selectors: Selectors) -> Reading:
    """The items of a page; where most have a link, what has none is a heading or an advertisement. SelectorError."""
    elements_found = select(loaded.root, selectors, "item", loaded.extent)
    found: dict[str, Entry] = {}
    for element in elements_found[:_LOOKED_AT]:
        entry = None if _is_large(element) else _entry(element, loaded, selectors)
        if entry is not None:
            key = comparable(entry.link) if entry.link else f"title:{entry.title}"
            found[key] = _fuller(found[key], entry) if key in found else entry
        if len(found) >= MAX_ITEMS:
            break
    linked = [entry for entry in found.values() if entry.link]
    kept = linked if 2 * len(linked) >= len(found) else list(found.values())
    return Reading(identified(kept), len(elements_found), len(found) - len(kept))


def _is_large(element: HtmlElement) -> bool:
    return any(number > _LARGEST for number, _ in enumerate(element.iter()))


def _fuller(first: Entry, second: Entry) -> Entry:
    """Of two items with one address the one that says more; pages show their lead twice."""
    return max(first, second, key=lambda entry: (bool(entry.title), entry.published is not None, bool(entry.summary)))


def _entry(element: HtmlElement, loaded: Page, selectors: Selectors) -> Entry | None:
    def named(name: str) -> list[HtmlElement]:
        return select(element, selectors, name, loaded.extent)

    holder = next(_with_text(named("title")), None) if selectors.title else _title_element(element)
    anchor = next(_anchors(named("link")), None) if selectors.link else _anchor(element, holder)
    link = absolute(anchor.get("href"), loaded.base) if anchor is not None else None
    title = _title(holder, anchor)
    if not title and not link:
        return None
    summary = next((page.text_of(node) for node in named("summary")), "") if selectors.summary else None
    return Entry(
        id=link or "",
        link=link,
        title=title,
        summary=elements.as_html(_summary(element, title) if summary is None else summary),
        published=_first_date(named("date")) if selectors.date else _date(element, title),
        image=_picture(named("image") if selectors.image else [element], loaded.base),
        base=link or loaded.base,
        language=elements.language(element.get("lang")),
    )


def _title(holder: HtmlElement | None, anchor: HtmlElement | None) -> str | None:
    """One line; where there is no text, what the link or its picture is called."""
    found = plain(page.text_of(holder), markup=False) if holder is not None else None
    return found or plain(anchor.get("title") if anchor is not None else None, markup=False)


def _title_element(element: HtmlElement) -> HtmlElement | None:
    """A heading, else what is called a title, else the link with the longest text, else the item itself."""
    inside = list(element.iter())
    for fits in (lambda node: node.tag in _HEADINGS, lambda node: _TITLE.search(node.get("class") or "")):
        found = next(_with_text(node for node in inside if fits(node)), None)
        if found is not None:
            return found
    links = list(_with_text(node for node in inside if node.tag == "a" and node.get("href")))
    return max(links, key=lambda node: len(page.text_of(node)), default=element)


def _with_text(found: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    return (node for node in found if page.text_of(node))


def _anchor(element: HtmlElement, title: HtmlElement | None) -> HtmlElement | None:
    """The link of the title: in it, around it, else the item's first."""
    return next(_anchors([element] if title is None else [title, element]), None)


def _anchors(found: Iterable[HtmlElement]) -> Iterator[HtmlElement]:
    """The links at, inside, or around each of these elements."""
    for node in found:
        yield from (link for link in node.iter("a") if link.get("href"))
        yield from (link for link in node.iterancestors("a") if link.get("href"))


def _date(element: HtmlElement, title: str | None) -> datetime | None:
    """What a <time> says, what is called a date, any short text that is one, or what stands beside the title."""
    inside = list(element.iter())
    if moment := _first_date(node for node in inside if node.tag == "time" or node.get("itemprop") == "datePublished"):
        return moment
    if moment := _first_date(node for node in inside if _DATE.search(node.get("class") or "")):
        return moment
    for text in (part for node in inside for part in (node.text, node.tail if node is not element else None)):
        if text and text.strip() not in (title or "") and (moment := _date_in(text, _LONGEST_UNNAMED)):
            return moment
    return _date_in(page.text_of(element).replace(title or "", " ", 1), _LONGEST_UNNAMED)


def _first_date(found: Iterable[HtmlElement]) -> datetime | None:
    for node in islice(found, _MOST_PARTS):
        for text in (node.get("datetime"), node.get("content"), page.text_of(node), node.get("title")):
            if moment := parse_date(text) if text and text == node.get("datetime") else _date_in(text or ""):
                return moment
    return None


def _date_in(text: str, longest: int = _LONGEST_DATE) -> datetime | None:
    """The date in a short text; a bare number is none here."""
    text = text.strip(" \t\r\n|•·-–—,،()[]")
    if not 6 <= len(text) <= longest or _BARE_NUMBER.fullmatch(text) or not any(map(str.isdigit, text)):
        return None
    return parse_date(text)


def _summary(element: HtmlElement, title: str | None) -> str:
    """What is called a summary, else the first paragraph that is neither short nor the title."""
    named = [node for node in element.iterdescendants() if _SUMMARY.search(node.get("class") or "")]
    paragraphs = [paragraph for node in (*named[:5], element) for paragraph in node.iter("p")]
    others = (node for node in named if node.tag not in _HEADINGS and node.tag != "a")
    for node in islice(chain(paragraphs, others), _MOST_PARTS):
        text = page.text_of(node)
        if len(text) >= _SHORTEST_SUMMARY and not (title and title in text):
            return text
    return ""


def _picture(found: Iterable[HtmlElement], base: str) -> str | None:
    for top in found:
        for node in top.iter():
            address = _source(node) if node.tag == "img" else None
            if address is None and "url(" in (style := node.get("style") or "") and (shown := _IN_STYLE.search(style)):
                address = shown[1]
            if link := absolute(address, base):
                return link
    return None


def _source(image: HtmlElement) -> str | None:
    """The address of a picture, also where a script is to put it in place; None for counting pixels."""
    if {image.get("width"), image.get("height")} & {"0", "1"}:
        return None
    for name in _PICTURES:
        value = (image.get(name) or "").strip()
        if value and not value.startswith("data:"):
            return value
    several = image.get("data-srcset") or image.get("srcset") or ""
    return several.split(",")[0].strip().partition(" ")[0] or None
