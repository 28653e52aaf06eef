"""Media RSS inside RSS items and Atom entries (https://www.rssboard.org/media-rss): files, pictures, captions."""

from __future__ import annotations

from dataclasses import dataclass, field

from nashra.core.feeds.elements import enclosure, text_of
from nashra.core.feeds.links import absolute
from nashra.core.feeds.model import Enclosure
from nashra.core.feeds.names import Names
from nashra.core.feeds.xml import Element

_PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")


@dataclass(slots=True)
class Media:
    """What the media: elements of one entry say."""

    title: str | None = None
    description: str | None = None
    credit: str | None = None
    thumbnail: str | None = None
    picture: str | None = None
    files: list[Enclosure] = field(default_factory=list)

    @property
    def image(self) -> str | None:
        """The picture to show: one meant as such before its thumbnail."""
        return self.picture or self.thumbnail


def collect(element: Element, key: str, names: Names, base: str, into: Media) -> None:
    """Adds one media: element of an entry, with what is inside media:group and media:content."""
    if key == "media:content":
        _content(element, base, into)
    elif key == "media:thumbnail":
        into.thumbnail = into.thumbnail or absolute(element.get("url") or element.text, base)
    elif key == "media:title":
        into.title = into.title or text_of(element)
    elif key == "media:description":
        into.description = into.description or text_of(element)
    elif key == "media:credit":
        into.credit = into.credit or text_of(element)
    if key in ("media:group", "media:content"):
        for child in element:
            if (inner := names[child.tag]) != "media:group":
                collect(child, inner, names, base, into)


def _content(element: Element, base: str, into: Media) -> None:
    file = enclosure(element.get("url"), element.get("type"), element.get("fileSize"), base)
    if file is None:
        return
    if element.get("medium") == "image" or (file.type or "").startswith("image/"):
        into.picture = into.picture or file.url
    elif element.get("medium") in ("audio", "video") or (file.type or "").startswith(("audio/", "video/")):
        into.files.append(file)
    elif not element.get("type") and file.url.lower().partition("?")[0].endswith(_PICTURES):
        into.picture = into.picture or file.url
