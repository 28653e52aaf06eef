"""From an answer's bytes to a feed, without letting hostile bytes hold up the worker.

Our parser reads nearly everything. What it makes no sense of goes to a second one in a child that may be killed; a
source whose feed only the second one understands remembers that, so that its entries keep their ids from poll to poll.
"""

import re

from nashra.base.net import Response, without_credentials
from nashra.core.feeds import Feed, FeedError, parse
from nashra.news.fetching import sandbox

LARGE = 1_000_000  # bytes that are parsed here; what is larger goes into the sandbox
SECONDS = 10.0
SECOND_LARGEST = 2_000_000
SECOND_SECONDS = 5.0
_ENTITIES = re.compile(rb"<!ENTITY", re.IGNORECASE)
_DEEP = re.compile(rb"(?:<[a-zA-Z][^<>]{0,40}>\s*){200}")
_HAS_ENTRIES = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]|\"items\"", re.IGNORECASE)
_FINAL = ("html-page", "empty", "entity-bomb", "too-deep", "sitemap-index")  # another parser would say no other


def read(
    answer: Response, *, kind: str = "feed", selectors: dict[str, str] | None = None, second_first: bool = False
) -> tuple[Feed, bool]:
    """The feed of an answer, and whether the second parser is the one to be asked first next time.

    A "page" is read by its selectors, or by its microformats where there are none. `second_first`: it was so the last
    time; ours is then the one to fall back on, and takes over when it can read what the second one cannot. FeedError
    when it is no feed, SandboxError when reading it took too long.
    """
    base = without_credentials(answer.final_url)
    if kind == "page":
        page: Feed = sandbox.run("watch", answer.body, answer.content_type, base, selectors or {}, seconds=SECONDS)
        return page, False
    return _read_feed(answer, base, second_first)


def _read_feed(answer: Response, base: str, second_first: bool) -> tuple[Feed, bool]:
    other = _opinion(answer, base) if second_first else None
    if other and other.is_sound:
        return other, True
    try:
        feed = _first(answer.body, answer.content_type, base)
    except FeedError as error:
        if other:
            return other, True
        if second_first or error.code in _FINAL or not _is_worth_asking(answer.body):
            raise
        return _second(answer, base), True
    if feed.is_sound or second_first or not _is_worth_asking(answer.body):
        return feed, second_first and not feed.is_sound
    other = _opinion(answer, base)
    return (other, True) if other and other.is_sound else (feed, False)


def _first(body: bytes, content_type: str | None, base: str) -> Feed:
    if len(body) <= LARGE and not _ENTITIES.search(body[:100_000]) and not _is_deep(body):
        return parse(body, content_type=content_type, url=base)
    feed: Feed = sandbox.run("parse", body, content_type, base, seconds=SECONDS)
    return feed


def _is_deep(body: bytes) -> bool:
    """Whether many tags open one behind the other; counting comes first, for it is far cheaper than the search."""
    many = any(len(part) >= 600 and part.count(b"<") >= 200 for part in body.split(b"</"))  # <a> has three bytes
    return many and _DEEP.search(body) is not None


def _is_worth_asking(body: bytes) -> bool:
    """Whether a second parser may see so much, and could find an entry in it."""
    return len(body) <= SECOND_LARGEST and _HAS_ENTRIES.search(body) is not None


def _opinion(answer: Response, base: str) -> Feed | None:
    """What the second parser finds, if it is asked for so much and finds anything."""
    if len(answer.body) > SECOND_LARGEST:
        return None
    try:
        return _second(answer, base)
    except (FeedError, sandbox.SandboxError):
        return None


def _second(answer: Response, base: str) -> Feed:
    feed: Feed = sandbox.run("second", answer.body, answer.content_type, base, seconds=SECOND_SECONDS)
    return feed
