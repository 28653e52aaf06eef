"""Feeds of our own: Atom 1.0 (RFC 4287) and JSON Feed 1.1 (jsonfeed.org/version/1.1) of the same values.

They carry headlines and summaries as plain text, never the full text of somebody else's article.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree

ATOM = "application/atom+xml; charset=utf-8"
JSON = "application/feed+json; charset=utf-8"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_PREFIXES: Any = {None: _NAMESPACE}  # the names stand without a prefix
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# What XML 1.0 cannot hold, and what no text should: lone surrogates.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Item:
    """One entry. `id` and `link` are absolute addresses; texts are plain; times are aware. `origin` is the name of the
    source that wrote it and `origin_url` its site, `link` the article there, or here when it is our own.
    """

    id: str
    link: str
    title: str
    published: datetime
    updated: datetime
    summary: str = ""
    author: str = ""
    language: str = ""
    origin: str = ""
    origin_url: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A whole feed, newest entry first. `url` is its own address, `home` the page that it is the feed of, `hub` a
    WebSub hub that sends it (empty: none).
    """

    url: str
    home: str
    title: str
    language: str
    updated: datetime
    items: tuple[Item, ...] = ()
    subtitle: str = ""
    hub: str = ""


def atom(channel: Channel) -> bytes:
    """The feed as Atom 1.0, in UTF-8."""
    root: Any = etree.Element(_name("feed"), nsmap=_PREFIXES)
    root.set(_LANG, _text(channel.language))
    _add(root, "id", channel.url)
    _add(root, "title", channel.title)
    if channel.subtitle:
        _add(root, "subtitle", channel.subtitle)
    _add(root, "updated", _moment(channel.updated))
    _add(root, "link", rel="self", type="application/atom+xml", href=channel.url)
    _add(root, "link", rel="alternate", type="text/html", href=channel.home)
    if channel.hub:
        _add(root, "link", rel="hub", href=channel.hub)
    _add(_add(root, "author"), "name", channel.title)
    for item in channel.items:
        _entry(_add(root, "entry"), item)
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return body


def json_feed(channel: Channel) -> bytes:
    """The feed as JSON Feed 1.1, in UTF-8."""
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": _text(channel.title),
        "home_page_url": channel.home,
        "feed_url": channel.url,
        "description": _text(channel.subtitle),
        "language": channel.language,
        "hubs": [{"type": "WebSub", "url": channel.hub}] if channel.hub else [],
    }
    items = [_json_item(item) for item in channel.items]
    return json.dumps({**_filled(value), "items": items}, ensure_ascii=False).encode()


def _entry(entry: Any, item: Item) -> None:
    if item.language:
        entry.set(_LANG, _text(item.language))
    _add(entry, "id", item.id)
    _add(entry, "title", item.title)
    _add(entry, "link", rel="alternate", type="text/html", href=item.link)
    _add(entry, "published", _moment(item.published))
    _add(entry, "updated", _moment(item.updated))
    if item.author or item.origin:
        _add(_add(entry, "author"), "name", item.author or item.origin)
    if item.summary:
        _add(entry, "summary", item.summary, type="text")
    for tag in item.tags:
        _add(entry, "category", term=tag)
    if item.origin:
        source = _add(entry, "source")
        _add(source, "title", item.origin)
        if item.origin_url:
            _add(source, "link", rel="alternate", href=item.origin_url)


def _json_item(item: Item) -> Mapping[str, Any]:
    value = {
        "id": item.id,
        "url": item.link,
        "title": _text(item.title),
        "content_text": _text(item.summary or item.title),  # one of the two contents must be there
        "summary": _text(item.summary),
        "date_published": _moment(item.published),
        "date_modified": _moment(item.updated),
        "authors": _authors(item),
        "tags": [_text(tag) for tag in item.tags],
        "language": item.language,
    }
    return _filled(value)


def _authors(item: Item) -> list[dict[str, Any]]:
    """Who wrote it: a person when one is named, and the source."""
    people = [{"name": _text(item.author)}] if item.author else []
    source = {"name": _text(item.origin), "url": item.origin_url}
    return [*people, *([_filled(source)] if item.origin and item.origin != item.author else [])]


def _filled(value: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is empty: readers take an empty text for a text."""
    return {name: part for name, part in value.items() if part}


def _add(parent: Any, name: str, text: str = "", **attributes: str) -> Any:
    element = etree.SubElement(parent, _name(name))
    if text:
        element.text = _text(text)
    for key, value in attributes.items():
        element.set(key, _text(value))
    return element


def _name(local: str) -> str:
    return f"{{{_NAMESPACE}}}{local}"


def _text(value: str) -> str:
    return _ILLEGAL.sub("", value)


def _moment(value: datetime) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
