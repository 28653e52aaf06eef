"""What a feed is once it has been read: the values that leave this package."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

MAX_ENTRIES = 2_000
MAX_CONTENT = 2_000_000  # characters of one summary or content
MAX_TITLE = 1_000


class FeedError(ValueError):
    """The bytes are not a feed that can be read.

    `code` is one of "empty", "html-page", "not-a-feed", "too-deep", "entity-bomb", "sitemap-index" (which names
    news sitemaps), "no-items" or "selectors" (a watched page); the message says in English what was seen instead;
    `feeds` holds the feed addresses that a web page names, or the news sitemaps.
    """

    def __init__(self, code: str, message: str, feeds: list[str] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.feeds = feeds or []


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that belongs to an entry: an absolute http(s) address, its media type, its size in bytes."""

    url: str
    type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. Titles, authors and tags are plain text; summary and content are HTML as the feed gave it, unsafe.

    `link`, `image` and enclosures are absolute http(s) addresses. Relative links inside the HTML were made absolute
    where they stand in quotes; `base` is what the sanitiser resolves the remaining ones (srcset, unquoted) against.
    """

    id: str
    link: str | None = None
    title: str | None = None
    summary: str | None = None
    content: str | None = None
    author: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    tags: list[str] = field(default_factory=list)
    enclosures: list[Enclosure] = field(default_factory=list)
    image: str | None = None
    base: str = ""
    language: str | None = None
    subtitle: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A whole feed. `ttl` and `update_period` are seconds, `skip_hours` hours of UTC, `skip_days` English day names.

    `damaged`: the input was cut off or could only be read by guessing; what is here are whole entries.
    `truncated_at`: the number of entries at which reading stopped because there were more, else None.
    """

    kind: str
    title: str | None = None
    subtitle: str | None = None
    link: str | None = None
    language: str | None = None
    author: str | None = None
    id: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    tags: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    hub: str | None = None
    self_link: str | None = None
    image: str | None = None
    ttl: int | None = None
    skip_hours: list[int] = field(default_factory=list)
    skip_days: list[str] = field(default_factory=list)
    update_period: int | None = None
    damaged: bool = False
    truncated_at: int | None = None

    @property
    def is_sound(self) -> bool:
        """Whether the reading made sense: some entry has a title or a link. Otherwise a second parser is asked."""
        return any(entry.title or entry.link for entry in self.entries)

    @property
    def summary(self) -> str | None:
        """The subtitle, under the name that RSS readers know."""
        return self.subtitle
