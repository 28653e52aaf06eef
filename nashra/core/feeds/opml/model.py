"""A list of subscriptions as a value."""

from __future__ import annotations

from dataclasses import dataclass, field

NAMESPACE = "urn:nashra:opml"  # of the attributes and elements that OPML does not know; other programs pass over them
MAX_FOLDERS = 8
MAX_PLACES = 20  # further folders, and tags, of one feed
MAX_RULES = 500


@dataclass(frozen=True, slots=True)
class Outline:
    """One subscription: its name, feed and site addresses, the folders around it from the outside in, its line.

    `more`: further folders in which the same feed stands. `tags`: names from `category`. The rest is written and
    understood by this program alone: `feed_title`, the feed's own name where `title` is the reader's; `private`;
    `reads`: "feed", "sitemap" or "page"; `selectors`: of a watched page, as JSON.
    """

    title: str
    xml_url: str
    html_url: str | None = None
    folders: tuple[str, ...] = ()
    line: int = 0
    kind: str = "rss"
    more: tuple[tuple[str, ...], ...] = ()
    tags: tuple[str, ...] = ()
    feed_title: str = ""
    private: bool = False
    reads: str = "feed"
    selectors: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What was left out: the line, the address as written, and why.

    `reason_code`: "no-address", "empty-address", "script-address", "bad-scheme", "bad-address", "duplicate", "damaged".
    """

    line: int
    address: str
    reason_code: str


@dataclass(frozen=True, slots=True)
class Opml:
    """A list as read: what can be imported, what was left out and why, and rules (of `core.text.rules`)."""

    title: str | None
    outlines: list[Outline]
    problems: list[Problem]
    rules: list[str] = field(default_factory=list)
