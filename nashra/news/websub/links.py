"""Where a feed can be pushed from: links of rel hub and self in its headers (RFC 8288) or in itself. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from nashra.core.feeds import Feed

LONGEST = 2000
_READ = 16_000  # characters of Link headers that are read
_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s;,\"]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offer:
    """A hub's address, and the address under which it knows the feed."""

    hub: str
    topic: str


def offered(feed: Feed, headers: Mapping[str, str], url: str) -> Offer | None:
    """The hub that an answer from `url` names; its headers come before the feed (WebSub, section 4). None without one.

    Of several hubs the first is taken. A feed that does not say its own address is known by the one that was asked.
    """
    stated = dict(_links(headers, url))
    hub, topic = stated.get("hub") or feed.hub, stated.get("self") or feed.self_link or url
    if not hub or not _is_usable(hub) or not _is_usable(topic):
        return None
    return Offer(hub, topic)


def _links(headers: Mapping[str, str], url: str) -> Iterator[tuple[str, str]]:
    """(relation, absolute address); of each relation the first link comes last, so that it stands in a dict."""
    every = headers.getall("Link", []) if hasattr(headers, "getall") else [headers.get("Link", "")]
    for link in reversed(_LINK.findall(", ".join(every)[:_READ])):
        for quoted, bare in _REL.findall(link[1]):
            for relation in (quoted or bare).lower().split():
                yield relation, _joined(url, link[0])


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link.strip())
    except ValueError:
        return ""


def _is_usable(url: str) -> bool:
    return len(url) <= LONGEST and url.lower().startswith(("http://", "https://"))
