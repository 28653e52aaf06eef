"""Feeds of a web page: those it announces, those it links to, and the usual places to look."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from nashra.core.feeds.encoding import decode
from nashra.core.feeds.links import absolute
from nashra.core.feeds.sitemap import speaks_of_news
from nashra.core.feeds.text import plain

_MAX_HTML = 3_000_000
_MAX_FOUND = 50
_MAX_ROBOTS = 500_000
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|template|noscript)\b[^<>]*>.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE
)
_TAG = re.compile(r"""<(link|a|base|/head)(?=[\s>/])((?:[^<>"']|"[^"]*"|'[^']*')*)>([^<]{0,200})""", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z:\-]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>`]+))""")
_TYPES = {
    "application/rss+xml": "rss", "application/atom+xml": "atom", "application/rdf+xml": "rss", "text/rss+xml": "rss",
    "application/feed+json": "json", "application/x-rss+xml": "rss", "text/xml": "rss", "application/xml": "rss",
}  # fmt: skip
_FEED_PATH = re.compile(
    r"(?:^|/)(?:rss|atom|feeds?)(?:\.(?:xml|php|aspx|json))?/?$|\.(?:rss|atom|rdf)$|(?:^|/)(?:feed|rss|index|atom)\.(?:xml|json)$",
    re.IGNORECASE,
)
_FEED_WORD = re.compile(r"\b(?:rss|atom feed|feed)\b|خلاص(?:ة|ات)|خدمة\s+rss|تغذية", re.IGNORECASE)
_FEEDLIKE = re.compile(r"rss|feed|atom|xml", re.IGNORECASE)
_COMMON = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed/", "/feed.json", "/ar/rss")
Tag = tuple[str, dict[str, str], str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address where a feed may be, the name the page gives it, and "rss", "atom", "json", "sitemap" or "unknown"."""

    url: str
    title: str | None
    kind: str


def discover(html: bytes | str, *, url: str) -> list[Candidate]:
    """The http(s) feeds that a page at `url` names, most likely first: announced ones, then links that look like feeds.

    Feeds of comments come last.
    """
    text = (decode(html[:_MAX_HTML])[0] if isinstance(html, bytes) else html)[:_MAX_HTML]
    tags = list(_tags(_HIDDEN.sub(" ", text)))
    base = _base(tags, url)
    found: dict[str, Candidate] = {}
    for candidate in (*_announced(tags, base), *_linked(tags, base)):
        if len(found) < _MAX_FOUND:
            found.setdefault(candidate.url, candidate)
    return sorted(found.values(), key=lambda one: "comments" in one.url.lower())


def announced(html: str, *, url: str) -> list[Candidate]:
    """The feeds that a page names in its head, those of comments left out."""
    tags = list(_tags(_HIDDEN.sub(" ", html[:_MAX_HTML])))
    return [one for one in _announced(tags, _base(tags, url)) if "comment" not in one.url.lower()]


def _base(tags: list[Tag], url: str) -> str:
    for name, attributes, _ in tags:
        if name == "base" and (found := absolute(attributes.get("href"), url)):
            return found
    return url


def _tags(text: str) -> Iterator[Tag]:
    for match in _TAG.finditer(text):
        attributes: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(match[2]):
            attributes.setdefault(name.lower(), entities.unescape(double or single or bare))
        yield match[1].lower(), attributes, match[3]


def _announced(tags: list[Tag], base: str) -> Iterator[Candidate]:
    for name, attributes, _ in tags:
        if name != "link" or not {"alternate", "feed"} & set(attributes.get("rel", "").lower().split()):
            continue
        kind = _TYPES.get(attributes.get("type", "").partition(";")[0].strip().lower())
        if kind is None and "feed" in attributes["rel"].lower():
            kind = "unknown"
        if kind and (link := absolute(attributes.get("href"), base)):
            yield Candidate(link, plain(attributes.get("title")), kind)


def _linked(tags: list[Tag], base: str) -> Iterator[Candidate]:
    for name, attributes, text in tags:
        link = absolute(attributes.get("href"), base) if name == "a" else None
        if not link:
            continue
        path = urlsplit(link).path
        words = f"{text} {attributes.get('title', '')} {attributes.get('class', '')}"
        kind = _TYPES.get(attributes.get("type", "").lower())
        if kind or _FEED_PATH.search(path) or (_FEED_WORD.search(words) and _FEEDLIKE.search(link)):
            yield Candidate(link, plain(attributes.get("title") or text), kind or _kind_of(path))


def _kind_of(path: str) -> str:
    return next((kind for kind in ("atom", "json", "rss") if kind in path.lower()), "unknown")


def sitemaps_of_robots(text: str, *, url: str) -> list[str]:
    """The sitemaps that a robots.txt names, those that speak of news first (RFC 9309, 2.2.4; sitemaps.org)."""
    lines = re.findall(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", text[:_MAX_ROBOTS], re.IGNORECASE | re.MULTILINE)
    found = dict.fromkeys(link for line in lines if (link := absolute(line, url)))
    return sorted(found, key=lambda link: not speaks_of_news(link))[:_MAX_FOUND]


def sitemap_guesses(url: str) -> list[str]:
    """Where a news sitemap usually lies."""
    root = _root(url)
    return [root + place for place in ("/news-sitemap.xml", "/sitemap-news.xml")] if root else []


def robots_of(url: str) -> str:
    """The address of a site's robots.txt; empty for what is no web address."""
    root = _root(url)
    return f"{root}/robots.txt" if root else ""


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") and parts.hostname else ""


def guesses(url: str) -> list[str]:
    """Addresses worth trying when a page names no feed: those of known services, then the usual paths."""
    root, parts = _root(url), urlsplit(url)
    if not root:
        return []
    path = parts.path.rstrip("/")
    found = _service((parts.hostname or "").removeprefix("www."), path, parse_qs(parts.query))
    if path and "." not in path.rpartition("/")[2]:
        found += [f"{root}{path}/feed", f"{root}{path}/rss"]
    return list(dict.fromkeys([*found, *(root + place for place in _COMMON)]))


def _service(host: str, path: str, query: dict[str, list[str]]) -> list[str]:
    steps = [quote(step, safe="@%") for step in path.split("/") if step]
    if host in ("youtube.com", "m.youtube.com"):
        return _youtube(steps, query)
    if host.endswith("reddit.com") and len(steps) >= 2:
        return [f"https://www.reddit.com/{steps[0]}/{steps[1]}/.rss"]
    if host == "github.com" and len(steps) >= 2:
        return [f"https://github.com/{steps[0]}/{steps[1]}/{page}.atom" for page in ("releases", "commits")]
    if host == "medium.com" and steps:
        return [f"https://medium.com/feed/{steps[0]}"]
    if host.endswith(".blogspot.com"):
        return [f"https://{host}/feeds/posts/default"]
    if len(steps) == 1 and steps[0].startswith("@"):  # Mastodon and its kin
        return [f"https://{host}/{steps[0]}.rss"]
    return []


def _youtube(steps: list[str], query: dict[str, list[str]]) -> list[str]:
    feed = "https://www.youtube.com/feeds/videos.xml"
    if len(steps) >= 2 and steps[0] == "channel":
        return [f"{feed}?channel_id={steps[1]}"]
    if len(steps) >= 2 and steps[0] == "user":
        return [f"{feed}?user={steps[1]}"]
    if "list" in query:
        return [f"{feed}?playlist_id={quote(query['list'][0], safe='')}"]
    return []
