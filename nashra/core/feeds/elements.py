"""What every XML format needs from an element: its text, its HTML, its numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from lxml import etree

from nashra.core.feeds.links import absolute
from nashra.core.feeds.model import Enclosure
from nashra.core.feeds.names import Names
from nashra.core.feeds.text import html_text, label
from nashra.core.feeds.xml import Element

XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9.+\-]+/[A-Za-z0-9.+\-]+")
_EMAIL = re.compile(r"[^\s<>()@]+@[^\s<>()@]+")
_IMAGE = re.compile(r"<img\b[^<>]{0,2000}?\ssrc\s*=\s*[\"']([^\"'<>]+)[\"'][^<>]*>", re.IGNORECASE)
_ELEMENT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9\-]*")
_COMMAS = re.compile("[,;،؛]")
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_NAMESPACE = re.compile(r'\sxmlns(?::[\w.\-]+)?="[^"]*"')
_DOT = re.compile(r"\s(?:width|height)\s*=\s*[\"']?[01](?:px)?[\"'\s>/]", re.IGNORECASE)
MAX_TAGS = 50


def text_of(element: Element) -> str:
    """The element's text with that of everything inside it."""
    return "".join(map(str, element.itertext())) if len(element) else element.text or ""


def html_of(element: Element) -> str:
    """The element's content as HTML: its text when it holds text alone, else its children written out.

    A single <div> around it all, which Atom asks for, is left out.
    """
    if not len(element):
        return element.text or ""
    for node in element.iterdescendants():
        if isinstance(node.tag, str):
            node.tag = _local(node.tag)
    inner = element
    if len(element) == 1 and element[0].tag == "div" and not (element.text or "").strip():
        inner = element[0]
    html = "".join(etree.tostring(child, encoding="unicode", method="html") for child in inner)
    if " xmlns" in html:
        html = _TAG.sub(lambda tag: _NAMESPACE.sub("", tag[0]), html)
    return _escape(inner.text or "") + html


def _local(tag: str) -> str:
    """The name without namespace and prefix; a name that HTML could not have becomes a <span>."""
    local = tag.rpartition("}")[2].rpartition(":")[2]
    return local if _ELEMENT_NAME.fullmatch(local) else "span"


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_html(text: str) -> str | None:
    """Plain text as HTML."""
    return html_text(_escape(text))


def language(value: str | None) -> str | None:
    """A language tag with hyphens, or None when it is none (BCP 47, loosely)."""
    text = (value or "").strip()
    return text.replace("_", "-") if _LANGUAGE.fullmatch(text) and len(text) <= 35 else None


def number(value: str | None) -> int | None:
    """A whole number that is not negative."""
    text = (value or "").strip()
    return int(text) if text.isdecimal() and len(text) <= 15 else None


def name(value: str | None) -> str | None:
    """A person's name out of "me@example.com (Name)", "Name <me@example.com>" or a bare name."""
    text = label(value) if value else None
    if not text or "@" not in text:
        return text
    rest = " ".join(_EMAIL.sub(" ", text).split()).strip("()<> ,;:")
    return rest.removeprefix("mailto:").strip("()<> ") or text


def person(element: Element, names: Names) -> str | None:
    """The name in an author element, be it plain or made of <name> and <email>."""
    if not len(element):
        return name(element.text)
    parts = {names[child.tag].rpartition(":")[2]: child.text for child in element}
    return name(parts.get("name") or parts.get("email") or (None if "uri" in parts else text_of(element)))


def keywords(values: Iterable[str | None]) -> list[str]:
    """Several tags in one text, parted by commas or semicolons."""
    return [part for value in values if value for part in _COMMAS.split(value)]


def tags(values: Iterable[str | None]) -> list[str]:
    """Plain, distinct tags in the order given."""
    given = [value for value in values if value]
    found = dict.fromkeys(map(label, given)) if given else {}
    return [tag for tag in found if tag][:MAX_TAGS]


def enclosure(url: str | None, kind: str | None, length: str | None, base: str) -> Enclosure | None:
    """An enclosure when its address is one; a media type or size that is none is left out."""
    link = absolute(url, base)
    if not link:
        return None
    media = (kind or "").partition(";")[0].strip().lower()
    return Enclosure(link, media if _MEDIA_TYPE.fullmatch(media) else None, number(length) or None)


def image_in(html: str | None, base: str) -> str | None:
    """The first picture of some HTML that is not a counting pixel."""
    if not html:
        return None
    start = html.find("<img")
    if start < 0 and (start := html.find("<IMG")) < 0:
        return None
    for found in _IMAGE.finditer(html, start, 50_000):
        if not _DOT.search(found[0]) and (link := absolute(found[1].replace("&amp;", "&"), base)):
            return link
    return None


def first(*values: Callable[[], str | None] | str | None) -> str | None:
    """The first value that is not empty; callables are asked only when reached."""
    for value in values:
        found = value() if callable(value) else value
        if found:
            return found
    return None
