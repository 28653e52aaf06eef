"""Atom 1.0 (RFC 4287) and 0.3, with Media RSS and Dublin Core inside.

Text constructs come as text, escaped HTML, XHTML or, in old and odd feeds, base64; titles leave here as plain text and
bodies as HTML.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime

from nashra.core.feeds import elements
from nashra.core.feeds.dates import parse_date
from nashra.core.feeds.links import absolute, absolute_html, base_of
from nashra.core.feeds.media import Media, collect
from nashra.core.feeds.model import MAX_ENTRIES, Enclosure, Entry, Feed
from nashra.core.feeds.names import Fields, Names
from nashra.core.feeds.text import html_text, plain
from nashra.core.feeds.xml import Document, Element

_ARTICLE_LINKS = ("alternate", "canonical", "bookmark", "related", "via", "self")
_OTHER_THINGS = (  # relations of links that do not lead to the article
    "author", "edit", "edit-media", "enclosure", "first", "hub", "icon", "last", "license", "monitor", "next",
    "payment", "prev", "previous", "replies", "search", "service", "service.edit", "service.feed", "service.post",
    "stylesheet",
)  # fmt: skip
_PUBLISHED = ("published", "issued", "dcterms:issued", "created", "dc:date", "pubdate")
_UPDATED = ("updated", "modified", "dcterms:modified")


def read(document: Document, url: str | None) -> Feed:
    """The feed in an Atom document; `url` is the address it came from."""
    root = document.root
    names = Names(str(root.tag), atom=True)
    base = _base(root, url or "")
    fields = names.fields(root)
    items = fields.pop("entry", [])
    link = _link(fields, base)
    inner = base if base != (url or "") else link or base
    people = _people(fields, names)
    entries = [_entry(item, names, inner, people) for item in items[: MAX_ENTRIES + 1]]
    return _feed(root, fields, link, base, entries, people)


def _base(element: Element, outer: str) -> str:
    inner = element.get(elements.XML_BASE)
    return base_of(outer, inner) if inner else outer


def _entry(item: Element, names: Names, outer: str, people: str | None) -> Entry:
    base = _base(item, outer)
    fields = names.fields(item)
    found = Media()
    for key, group in fields.items():
        if key.startswith("media:"):
            for element in group:
                collect(element, key, names, base, found)
    link = absolute(_raw(fields, "feedburner:origlink"), base) or _link(fields, base)
    identity = (_raw(fields, "id", "guid") or "").strip()
    link = link or absolute(identity)  # without any link, an id that is an address is where to look
    inner = base or link or ""
    content, summary = _body(fields, inner, "content"), _body(fields, inner, "summary")
    return Entry(
        id=identity,
        link=link,
        title=_title(fields, "title", "dc:title") or plain(found.title),
        summary=summary or (elements.as_html(found.description) if found.description else None),
        content=content,
        author=_people(fields, names) or _source_people(fields, names) or elements.name(found.credit) or people,
        published=_date(fields, *_PUBLISHED),
        updated=_date(fields, *_UPDATED),
        tags=_tags(fields),
        enclosures=_enclosures(fields, found, base),
        image=found.image or elements.image_in(content, inner) or elements.image_in(summary, inner),
        base=inner,
        language=elements.language(item.get(elements.XML_LANG)),
        subtitle=_title(fields, "subtitle"),
    )


def _feed(root: Element, fields: Fields, link: str | None, base: str, entries: list[Entry], people: str | None) -> Feed:
    return Feed(
        kind="atom",
        title=_title(fields, "title", "dc:title"),
        subtitle=_title(fields, "subtitle", "tagline", "description"),
        link=link,
        language=elements.language(root.get(elements.XML_LANG) or _raw(fields, "dc:language", "language")),
        author=people,
        id=(_raw(fields, "id") or "").strip() or None,
        published=_date(fields, *_PUBLISHED),
        updated=_date(fields, *_UPDATED),
        tags=_tags(fields),
        entries=entries,
        hub=_related(fields, "hub", base),
        self_link=_related(fields, "self", base),
        image=absolute(_raw(fields, "logo", "icon"), base),
    )


def _raw(fields: Fields, *keys: str) -> str | None:
    for key in keys:
        for element in fields.get(key, ()):
            text = elements.text_of(element)
            if text and not text.isspace():
                return text
    return None


def _date(fields: Fields, *keys: str) -> datetime | None:
    for key in keys:
        for element in fields.get(key, ()):
            if found := parse_date(elements.text_of(element)):
                return found
    return None


def _kind(element: Element) -> str:
    """What a text construct holds: "text", "html", "xhtml" or "base64" (RFC 4287 §3.1, §4.1.3; Atom 0.3 `mode`)."""
    given = element.get("type")
    if given == "html" and element.get("mode") is None:  # the most usual one
        return "html"
    kind, mode = (given or "text").strip().lower(), (element.get("mode") or "").strip().lower()
    if mode == "base64":
        return "base64"
    if kind in ("html", "text/html"):
        return "html"
    if kind == "xhtml" or kind.endswith(("+xml", "/xml")) or mode == "xml" or len(element):
        return "xhtml"
    if kind in ("text", "text/plain") or kind.startswith("text/"):
        return "html" if mode == "escaped" and given is None else "text"
    return "base64" if "/" in kind else "text"


def _unpacked(element: Element) -> str:
    raw = "".join(elements.text_of(element).split())
    try:
        return base64.b64decode(raw, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return elements.text_of(element)


def _title(fields: Fields, *keys: str) -> str | None:
    for key in keys:
        for element in fields.get(key, ()):
            kind = _kind(element)
            if kind == "base64":
                found = plain(_unpacked(element))
            elif kind == "xhtml" and len(element):
                found = plain(elements.text_of(element), markup=False)
            else:  # many declare no type and send HTML all the same: entities and real tags are not text
                found = plain(elements.text_of(element))
            if found:
                return found
    return None


def _body(fields: Fields, base: str, key: str) -> str | None:
    for element in fields.get(key, ()):
        kind = _kind(element)
        if kind == "text":
            found = elements.as_html(elements.text_of(element))
        elif kind == "base64":
            found = html_text(_unpacked(element))
        else:
            inner = _base(element, base)
            found = absolute_html(html_text(elements.html_of(element)), inner)
        if found:
            return found
    return None


def _link(fields: Fields, base: str) -> str | None:
    """The alternate link, a page before another type; else a related one, or where the entry itself lives; else any
    that is not known to lead elsewhere.
    """
    links = fields.get("link", ()) or fields.get("atom:link", ())
    if len(links) == 1 and _rel(links[0]) == "alternate" and (found := absolute(links[0].get("href"), base)):
        return found
    related = [(_rel(element), element) for element in links]
    for wanted in _ARTICLE_LINKS:
        fitting = [element for rel, element in related if rel == wanted]
        if len(fitting) > 1:
            fitting.sort(key=lambda element: "html" not in (element.get("type") or "html"))
        for element in fitting:
            if found := absolute(element.get("href") or element.text, base):
                return found
    rest = (absolute(element.get("href"), base) for rel, element in related if rel not in _OTHER_THINGS)
    return next((found for found in rest if found), None)


def _rel(element: Element) -> str:
    """The relation, also when it is written as an IANA address (RFC 4287 §4.2.7.2)."""
    given = element.get("rel")
    if given is None or given == "alternate":
        return "alternate"
    return given.strip().lower().rpartition("/")[2] or "alternate"


def _related(fields: Fields, rel: str, base: str) -> str | None:
    for element in (*fields.get("link", ()), *fields.get("atom:link", ())):
        if _rel(element) == rel and (found := absolute(element.get("href"), base)):
            return found
    return None


def _people(fields: Fields, names: Names) -> str | None:
    """The names of all authors; an address only when no name is given."""
    found: list[str] = []
    for element in (*fields.get("author", ()), *fields.get("dc:creator", ())):
        name = elements.person(element, names)
        if name and name not in found:
            found.append(name)
    return ", ".join(found)[:500] or None


def _source_people(fields: Fields, names: Names) -> str | None:
    for source in fields.get("source", ()):
        if found := _people(names.fields(source), names):
            return found
    return None


def _tags(fields: Fields) -> list[str]:
    elements_ = (*fields.get("category", ()), *fields.get("dc:subject", ()))
    return elements.tags(element.get("label") or element.get("term") or element.text for element in elements_)


def _enclosures(fields: Fields, found: Media, base: str) -> list[Enclosure]:
    files: dict[str, Enclosure] = {}
    for element in fields.get("link", ()):
        if _rel(element) == "enclosure":
            file = elements.enclosure(element.get("href"), element.get("type"), element.get("length"), base)
            if file:
                files.setdefault(file.url, file)
    for file in found.files:
        files.setdefault(file.url, file)
    return list(files.values())
