"""RSS 0.9x, 1.0 (RDF) and 2.0 with Dublin Core, content:encoded, syndication, iTunes and Media RSS; CDF beside them.

Sources: https://www.rssboard.org/rss-specification, https://web.resource.org/rss/1.0/spec.
"""

from __future__ import annotations

from datetime import datetime

from nashra.core.feeds import elements
from nashra.core.feeds.dates import parse_date
from nashra.core.feeds.links import absolute, absolute_html, base_of
from nashra.core.feeds.media import Media, collect
from nashra.core.feeds.model import MAX_ENTRIES, Enclosure, Entry, Feed
from nashra.core.feeds.names import Fields, Names
from nashra.core.feeds.text import html_text, plain
from nashra.core.feeds.xml import Document, Element

_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_RESOURCE = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}resource"
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_CONTENT = ("content:encoded", "xhtml:body", "xhtml:div", "fullitem", "content", "body", "atom:content")
_SUMMARY = (
    "description", "summary", "itunes:summary", "dc:description", "dcterms:abstract", "atom:summary", "abstract",
    "itunes:subtitle",
)  # fmt: skip
_PUBLISHED = (
    "pubdate", "dcterms:issued", "dcterms:created", "published", "atom:published", "issued", "dc:date", "date",
)  # fmt: skip
_UPDATED = ("dcterms:modified", "updated", "atom:updated", "modified", "lastbuilddate", "dc:date")
_AUTHOR = ("author", "dc:author", "creator", "itunes:author", "atom:author", "managingeditor", "webmaster")
_SUBTITLE = (
    "description", "itunes:subtitle", "subtitle", "itunes:summary", "dc:description", "atom:subtitle",
    "media:description", "summary", "tagline", "abstract",
)  # fmt: skip


def read(document: Document, url: str | None) -> Feed:
    """The feed in an RSS or RDF document; `url` is the address it came from."""
    root = document.root
    names = Names(str(root.tag))
    channel, items = _parts(root, names)
    fields = names.fields(channel) if channel is not None else {}
    base = _base(root, url or "")
    base = _base(channel, base) if channel is not None else base
    link = _channel_link(fields, base) or (absolute(_cdf(channel, "href"), base) if channel is not None else None)
    inner = base if base != (url or "") else link or base
    entries = [_entry(item, names, _base(item, inner)) for item in items[: MAX_ENTRIES + 1]]
    return _feed(fields, names, link, base, entries)


def _base(element: Element, outer: str) -> str:
    inner = element.get(elements.XML_BASE)
    return base_of(outer, inner) if inner else outer


def _parts(root: Element, names: Names) -> tuple[Element | None, list[Element]]:
    """The channel and every item, wherever the version of RSS puts them."""
    channel = root if names[root.tag] == "channel" else None
    items: list[Element] = []
    for child in root:
        key = names[child.tag]
        if key == "channel" and channel is None:
            channel = child
        elif key == "item":
            items.append(child)
    if channel is not None and channel is not root:
        items = [*_items(channel, names), *items]
    return channel, items


def _items(channel: Element, names: Names) -> list[Element]:
    found: list[Element] = []
    for child in channel:
        key = names[child.tag]
        if key == "item":
            found.append(child)
        elif key == "items":  # some put RSS 2.0 items inside RDF's list
            found += [inner for inner in child if names[inner.tag] == "item"]
    return found


def _text(fields: Fields, *keys: str) -> str | None:
    for key in keys:
        for element in fields.get(key, ()):
            text = elements.text_of(element)
            if text and not text.isspace():
                return text
    return None


def _html(fields: Fields, *keys: str) -> tuple[str, str] | None:
    """The first of the keys that holds something, with what it holds."""
    for key in keys:
        for element in fields.get(key, ()):
            if text := html_text(elements.html_of(element)):
                return key, text
    return None


def _date(fields: Fields, *keys: str) -> datetime | None:
    for key in keys:
        for element in fields.get(key, ()):
            if found := parse_date(elements.text_of(element)):
                return found
    return None


def _channel_link(fields: Fields, base: str) -> str | None:
    for element in (*fields.get("link", ()), *fields.get("atom:link", ())):
        if element.get("rel", "alternate") != "alternate":
            continue
        if link := absolute(element.text or element.get("href") or element.get(_RESOURCE), base):
            return link
    return None


def _entry(item: Element, names: Names, base: str) -> Entry:
    fields = names.fields(item)
    found = _media(fields, names, base)
    guid = _text(fields, "guid", "atom:id", "id", "dc:identifier")
    link = _link(item, fields, guid, base)
    content, summary = _bodies(fields, found.description)
    inner = base or link or ""
    return Entry(
        id=(guid or item.get(_ABOUT) or "").strip(),
        link=link,
        title=plain(_text(fields, "title", "dc:title", "atom:title") or found.title or _text(fields, "itunes:title")),
        summary=absolute_html(summary, inner),
        content=absolute_html(content, inner),
        author=_author(fields, names) or elements.name(found.credit),
        published=_date(fields, *_PUBLISHED),
        updated=_date(fields, *_UPDATED) or parse_date(_cdf(item, "lastmod")),
        tags=_tags(fields),
        enclosures=_enclosures(fields, found, base),
        image=_image(fields, found, base) or elements.image_in(content, inner) or elements.image_in(summary, inner),
        base=inner,
        language=elements.language(_text(fields, "dc:language", "language") or item.get(elements.XML_LANG)),
        subtitle=plain(_text(fields, "itunes:subtitle", "subtitle")),
    )


def _media(fields: Fields, names: Names, base: str) -> Media:
    found = Media()
    for key, group in fields.items():
        if key.startswith("media:"):
            for element in group:
                collect(element, key, names, base, found)
    return found


def _link(item: Element, fields: Fields, guid: str | None, base: str) -> str | None:
    """The article's address: what FeedBurner kept of the original, the link, an Atom link, or a guid that is one."""
    if link := absolute(_text(fields, "feedburner:origlink"), base):
        return link
    if link := _channel_link(fields, base):
        return link
    for element in fields.get("guid", ()):
        if element.get("isPermaLink", "true").strip().lower() != "false":
            return absolute(guid)
    if "guid" not in fields and (link := absolute(guid)):
        return link
    return absolute(_cdf(item, "href"), base)


def _cdf(element: Element, name: str) -> str | None:
    """An attribute of the Channel Definition Format, which has RSS's elements, written in either case."""
    return element.get(name) or element.get(name.upper())


def _bodies(fields: Fields, caption: str | None) -> tuple[str | None, str | None]:
    """(content, summary). A description beside a summary is the content, as podcasts and old blogs mean it."""
    content, summary = _html(fields, *_CONTENT), _html(fields, *_SUMMARY)
    if content is None and summary and summary[0] == "description" and (short := _html(fields, "summary")):
        return summary[1], short[1]
    return (content[1] if content else None), (summary[1] if summary else html_text(caption))


def _author(fields: Fields, names: Names) -> str | None:
    people = [elements.name(elements.text_of(person)) for person in fields.get("dc:creator", ())]
    if named := [person for person in dict.fromkeys(people) if person]:
        return ", ".join(named)[:500]
    for key in _AUTHOR:
        for element in fields.get(key, ()):
            if found := elements.person(element, names):
                return found
    return None


def _tags(fields: Fields) -> list[str]:
    found: list[str | None] = []
    for key in ("category", "dc:subject", "itunes:category", "media:category", "atom:category"):
        for element in fields.get(key, ()):
            found.append(
                element.get("text") or elements.text_of(element) or element.get("label") or element.get("term")
            )
            if len(element):
                found += [child.get("text") for child in element]
    for key in ("itunes:keywords", "media:keywords", "keywords"):
        if key in fields:
            found += elements.keywords(map(elements.text_of, fields[key]))
    return elements.tags(found)


def _enclosures(fields: Fields, found: Media, base: str) -> list[Enclosure]:
    if not (found.files or "enclosure" in fields or "atom:link" in fields):
        return []
    given = [
        elements.enclosure(element.get("url") or element.get("href"), element.get("type"), element.get("length"), base)
        for element in fields.get("enclosure", ())
    ]
    given += [
        elements.enclosure(element.get("href"), element.get("type"), element.get("length"), base)
        for element in fields.get("atom:link", ())
        if element.get("rel") == "enclosure"
    ]
    whole = [file for file in (*given, *found.files) if file]
    return list({file.url: file for file in reversed(whole)}.values())[::-1]


def _image(fields: Fields, found: Media, base: str) -> str | None:
    if found.image:
        return found.image
    for element in fields.get("enclosure", ()):
        if (element.get("type") or "").startswith("image/"):
            return absolute(element.get("url"), base)
    return _picture(fields, base)


def _picture(fields: Fields, base: str) -> str | None:
    """The address in <itunes:image href>, <image>URL</image> or <image><url>URL</url></image>."""
    for element in (*fields.get("itunes:image", ()), *fields.get("image", ())):
        inner = next((child.text for child in element if str(child.tag).lower().endswith("url")), None)
        if found := absolute(element.get("href") or inner or element.get(_RESOURCE) or element.text, base):
            return found
    return None


def _feed(fields: Fields, names: Names, link: str | None, base: str, entries: list[Entry]) -> Feed:
    ttl = elements.number(_text(fields, "ttl"))
    return Feed(
        kind="rss",
        title=plain(_text(fields, "title", "dc:title", "media:title", "itunes:title", "atom:title")),
        subtitle=plain(_text(fields, *_SUBTITLE)),
        link=link,
        language=elements.language(_text(fields, "language", "dc:language")),
        author=_author(fields, names),
        id=(_text(fields, "guid", "atom:id", "id") or "").strip() or None,
        published=_date(fields, *_PUBLISHED),
        updated=_date(fields, *_UPDATED, "pubdate"),
        tags=_tags(fields),
        entries=entries,
        hub=_related(fields, "hub", base),
        self_link=_related(fields, "self", base),
        image=_picture(fields, base),
        ttl=ttl * 60 if ttl else None,
        skip_hours=_skip_hours(fields),
        skip_days=[day for day in _skipped(fields, "skipdays") if day in _DAYS],
        update_period=_update_period(fields),
    )


def _related(fields: Fields, rel: str, base: str) -> str | None:
    for element in (*fields.get("atom:link", ()), *fields.get("link", ())):
        if (element.get("rel") or "").lower() == rel and (found := absolute(element.get("href"), base)):
            return found
    return None


def _skipped(fields: Fields, key: str) -> list[str]:
    return [(child.text or "").strip().capitalize() for element in fields.get(key, ()) for child in element]


def _skip_hours(fields: Fields) -> list[int]:
    hours = [elements.number(text) for text in _skipped(fields, "skiphours")]
    return sorted({hour % 24 for hour in hours if hour is not None and hour <= 24})


def _update_period(fields: Fields) -> int | None:
    period = _PERIODS.get((_text(fields, "sy:updateperiod") or "").strip().lower())
    if period is None:
        return None
    return period // max(elements.number(_text(fields, "sy:updatefrequency")) or 1, 1)
