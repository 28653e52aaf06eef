"""A second opinion: feedparser, for what the own parser cannot make sense of.

feedparser can take very long over hostile input, so callers run this in a child process that they can kill. It gets
bytes, never an address, and so never reaches the network or a file.
"""

from __future__ import annotations

import io
from typing import Any

import feedparser

from nashra.core.feeds import elements
from nashra.core.feeds.dates import parse_date
from nashra.core.feeds.identity import identified
from nashra.core.feeds.links import absolute, absolute_html
from nashra.core.feeds.model import MAX_ENTRIES, Enclosure, Entry, Feed, FeedError
from nashra.core.feeds.text import html_text, plain


def parse_with_feedparser(body: bytes, content_type: str | None, url: str | None) -> Feed:
    """The feed as feedparser reads it, in the shapes of `parse`. Raises FeedError "not-a-feed" when it finds none."""
    headers = {"content-type": content_type or "application/xml"}
    try:
        found: Any = feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # feedparser raises many kinds on odd bytes; all mean the same here
        raise FeedError("not-a-feed", "A second parser could not read the file either.") from error
    if not found.get("version") and not found.get("entries"):
        raise FeedError("not-a-feed", "A second parser found no feed either.")
    return _feed(found, url)


def _feed(found: Any, url: str | None) -> Feed:
    head = found.get("feed", {})
    link = absolute(head.get("link"), url)
    entries = [_entry(item, link or url or "") for item in found["entries"][:MAX_ENTRIES]]
    return Feed(
        kind=str(found.get("version") or "rss")[:4].rstrip("0123456789"),
        title=plain(head.get("title")),
        subtitle=plain(head.get("subtitle")),
        link=link,
        language=elements.language(head.get("language")),
        author=elements.name(head.get("author")),
        id=head.get("id") or None,
        published=parse_date(head.get("published")),
        updated=parse_date(dict.get(head, "updated")),
        tags=elements.tags(tag.get("term") for tag in head.get("tags", ())),
        entries=identified(entries),
        damaged=bool(found.get("bozo")),
        truncated_at=MAX_ENTRIES if len(found["entries"]) > MAX_ENTRIES else None,
    )


def _entry(item: Any, base: str) -> Entry:
    content = html_text(next((part.get("value") for part in item.get("content", ())), None))
    summary = html_text(item.get("summary"))
    return Entry(
        id=str(item.get("id") or ""),
        link=absolute(item.get("link"), base),
        title=plain(item.get("title")),
        summary=absolute_html(summary, base),
        content=absolute_html(content, base),
        author=elements.name(item.get("author")),
        published=parse_date(item.get("published")),
        updated=parse_date(dict.get(item, "updated")),
        tags=elements.tags(tag.get("term") for tag in item.get("tags", ())),
        enclosures=_files(item, base),
        image=elements.image_in(content or summary, base),
        base=base,
    )


def _files(item: Any, base: str) -> list[Enclosure]:
    files = [
        elements.enclosure(file.get("href"), file.get("type"), file.get("length"), base)
        for file in item.get("enclosures", ())
    ]
    return [file for file in files if file]
