"""A web page as a tree, for the formats that live in HTML: bounded, whatever the page holds."""

from __future__ import annotations

import re

import lxml.html
from lxml import etree
from lxml.html import HtmlElement

from nashra.core.feeds import elements
from nashra.core.feeds.links import absolute
from nashra.core.feeds.text import plain

MAX_HTML = 4_000_000  # characters of a page that are read
_HUGE_TAG = re.compile(r"<([a-zA-Z]\w*)\s[^<>]{20000,}>")  # libxml2 takes time quadratic in a tag's attributes
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff]")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_UNSEEN = ("script", "style", "template", "noscript")
_BLOCKS = frozenset(
    ("p", "div", "li", "td", "th", "tr", "br", "h1", "h2", "h3", "h4", "h5", "h6", "time", "figure", "figcaption",
     "section", "article", "header", "footer", "dt", "dd", "ul", "ol", "table", "blockquote")
)  # fmt: skip


def tree(text: str) -> HtmlElement | None:
    """The page's root element without scripts and styles; None when there is nothing in it."""
    cleaned = _DECLARATION.sub("", _ILLEGAL.sub("", text[:MAX_HTML]))
    parser = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(_HUGE_TAG.sub(r"<\1>", cleaned).encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
    if not isinstance(root, HtmlElement):
        return None
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return root


def base_of(root: HtmlElement, url: str) -> str:
    """What the page's relative links are joined to: its <base>, else its address."""
    base = root.find("head/base[@href]")
    return (absolute(base.get("href"), url) if base is not None else None) or url


def title_of(root: HtmlElement) -> str | None:
    """The page's title, in one line."""
    found = root.find("head/title")
    return plain(found.text_content()) if found is not None else None


def language_of(root: HtmlElement) -> str | None:
    """The language that the page says it is in."""
    return elements.language(root.get("lang") or root.get(elements.XML_LANG))


def classes(element: HtmlElement) -> list[str]:
    """The element's classes, in order."""
    return (element.get("class") or "").split()


def text_of(element: HtmlElement) -> str:
    """What a person reads in an element, pictures by their alternative text; words of neighbours stay apart."""
    parts: list[str] = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if node.tag in _BLOCKS:
            parts.append(" ")
        if event == "start":
            parts.append((node.get("alt") or "") if node.tag == "img" else (node.text or ""))
        elif node is not element:
            parts.append(node.tail or "")
    return " ".join("".join(parts).split())
