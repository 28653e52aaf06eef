"""Feeds: bytes to entries. RSS, Atom, JSON Feed, h-feed and news sitemaps, broken ones included; OPML; finding feeds
in a page; watching a page that has none.

To add an XML format, write a module with `read(document, url) -> Feed` and add its root element to `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from nashra.core.feeds import atom, hfeed, jsonfeed, rss, sitemap, xml
from nashra.core.feeds.discovery import announced, discover
from nashra.core.feeds.encoding import decode
from nashra.core.feeds.identity import identified
from nashra.core.feeds.model import MAX_ENTRIES, Enclosure, Entry, Feed, FeedError

__all__ = ["Enclosure", "Entry", "Feed", "FeedError", "parse"]

MAX_BYTES = 32_000_000
FORMATS: dict[str, Callable[[xml.Document, str | None], Feed]] = {
    "rss": rss.read, "rdf": rss.read, "channel": rss.read, "feed": atom.read,
    "urlset": sitemap.read, "sitemapindex": sitemap.index,
}  # fmt: skip


def parse(body: bytes, *, content_type: str | None = None, url: str | None = None) -> Feed:
    """The feed in `body`, as sent by `url` under the HTTP header's `content_type`; both only serve as hints.

    Raises nothing but FeedError, when this is no feed. At most 2,000 entries are kept (`Feed.truncated_at`
    says so); of a file that ends too early the whole entries (`Feed.damaged`).
    """
    text, damaged = decode(body[:MAX_BYTES], content_type)
    start = text.lstrip("\ufeff \t\r\n\0")
    if not start:
        raise FeedError("empty", "The answer was empty.")
    try:
        if start[0] in "{[":
            feed = jsonfeed.read(start, url)
        else:
            feed = _xml_feed(start, damaged or len(body) > MAX_BYTES, url)
    except RecursionError:
        raise FeedError("too-deep", "The file is nested deeper than any feed.") from None
    except UnicodeDecodeError:  # lxml hands out text that it should have refused
        raise FeedError("not-a-feed", "The file holds text in no known encoding.") from None
    return replace(feed, entries=identified(feed.entries))


def _xml_feed(text: str, damaged: bool, url: str | None) -> Feed:
    if xml.root_name(text) == "html":
        return _page(text, damaged, url)
    try:
        document = xml.load(text, damaged=damaged)
    except FeedError as error:
        if error.code == "not-a-feed" and any(tag in text[:100_000].lower() for tag in ("<html", "<!doctype html")):
            return _page(text, damaged, url)
        raise
    reader = FORMATS.get(str(document.root.tag).rpartition("}")[2].rpartition(":")[2].lower())
    if reader is None:
        raise FeedError("not-a-feed", f"This is not a feed: its first element is <{document.root.tag}>.")
    feed = reader(document, url)
    more = document.more or len(feed.entries) > MAX_ENTRIES
    truncated = MAX_ENTRIES if more else feed.truncated_at
    return replace(feed, entries=feed.entries[:MAX_ENTRIES], damaged=document.damaged, truncated_at=truncated)


def _page(text: str, damaged: bool, url: str | None) -> Feed:
    """The h-feed of a page that announces no other feed."""
    if hfeed.is_marked(text) and not announced(text, url=url or ""):
        found = hfeed.read(text, url)
        if found is not None:
            return replace(found, damaged=damaged)
    feeds = [candidate.url for candidate in discover(text, url=url or "")]
    raise FeedError("html-page", "This is a web page, not a feed.", feeds)
