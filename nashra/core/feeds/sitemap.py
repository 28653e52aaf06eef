"""Google News sitemaps as feeds, and sitemap indexes, which only name other sitemaps.

Sources: https://www.sitemaps.org/protocol.html, https://developers.google.com/search/docs/crawling-indexing/sitemaps/
(news-sitemap, image-sitemaps). A news sitemap holds the last two days, so one without entries is no fault.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from nashra.core.feeds import elements
from nashra.core.feeds.dates import parse_date
from nashra.core.feeds.links import absolute
from nashra.core.feeds.model import Entry, Feed, FeedError
from nashra.core.feeds.text import plain
from nashra.core.feeds.xml import Document, Element

_NEWS = re.compile(r"https?://www\.google\.com/schemas/sitemap-news/", re.IGNORECASE)
_IMAGE = re.compile(r"https?://www\.google\.com/schemas/sitemap-image/", re.IGNORECASE)
_NAMED_NEWS = re.compile(r"news|akhbar|أخبار|%d8%a3%d8%ae%d8%a8%d8%a7%d8%b1", re.IGNORECASE)
_MOST_NAMED = 20


def read(document: Document, url: str | None) -> Feed:
    """The news in a sitemap; FeedError "not-a-feed" when it only lists pages."""
    pages = [child for child in document.root if _local(child) == "url"]
    entries = [entry for page in pages if (entry := _entry(page, url or ""))]
    if not entries and (pages or not _speaks_of_news(document.root)):
        raise FeedError("not-a-feed", "This is a list of a site's pages, without news.")
    names = [name for page in pages[:50] if (name := _deep(page, "name", _NEWS))]
    return Feed(
        kind="sitemap",
        title=plain(_commonest(names)),
        link=absolute("/", url),
        language=_commonest(entry.language for entry in entries if entry.language),
        entries=entries,
    )


def index(document: Document, url: str | None) -> Feed:
    """Raises FeedError: "sitemap-index" with the addresses of the sitemaps whose name speaks of news, or "not-a-feed"
    when none does.
    """
    found = [absolute(_child(child, "loc"), url) for child in document.root if _local(child) == "sitemap"]
    named = [link for link in dict.fromkeys(found) if link and speaks_of_news(link)]
    code = "sitemap-index" if named else "not-a-feed"
    raise FeedError(code, "This is a list of sitemaps, not a feed.", named[:_MOST_NAMED])


def speaks_of_news(url: str) -> bool:
    """Whether a sitemap's address says that it holds news, as in /sitemap-news.xml."""
    return bool(_NAMED_NEWS.search(url.partition("://")[2].partition("/")[2]))


def _entry(page: Element, base: str) -> Entry | None:
    """One page with its news: element; None for a page that has none."""
    news = next((child for child in page if _local(child) == "news" and _of(child, _NEWS)), None)
    link = absolute(_child(page, "loc"), base)
    if news is None or link is None:
        return None
    keywords = re.split(r"[,،;]", _child(news, "keywords") or "")
    return Entry(
        id=link,
        link=link,
        title=plain(_child(news, "title")),
        published=parse_date(_child(news, "publication_date")),
        updated=parse_date(_child(page, "lastmod")),
        tags=elements.tags(keywords),
        image=absolute(_deep(page, "loc", _IMAGE), base),
        base=link,
        language=elements.language(_deep(page, "language", _NEWS)),
    )


def _speaks_of_news(root: Element) -> bool:
    return any(_NEWS.match(space or "") for space in root.nsmap.values())


def _child(parent: Element, name: str) -> str | None:
    return next((elements.text_of(child) for child in parent if _local(child) == name), None)


def _deep(page: Element, name: str, space: re.Pattern[str]) -> str | None:
    """The text of the first element of this name and namespace anywhere in a page's entry."""
    inner = page.iterdescendants()
    return next((elements.text_of(node) for node in inner if _local(node) == name and _of(node, space)), None)


def _of(node: Element, space: re.Pattern[str]) -> bool:
    """Whether an element is of a namespace; where a prefix was never declared, its usual name stands for it."""
    tag = str(node.tag)
    if tag.startswith("{"):
        return bool(space.match(tag[1:]))
    return tag.partition(":")[0] == ("news" if space is _NEWS else "image")


def _local(node: Element) -> str:
    return str(node.tag).rpartition("}")[2].rpartition(":")[2].lower()


def _commonest(values: Iterable[str]) -> str | None:
    found = Counter(values).most_common(1)
    return found[0][0] if found else None
