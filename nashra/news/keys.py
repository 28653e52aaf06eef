"""Keys under which the same thing is found again: hosts, addresses, entries and texts as short hashes."""

import hashlib
import re

from nashra.base.net import Refusal, read_url
from nashra.core.feeds import Entry
from nashra.core.feeds.address import comparable

# "12 comments", "مشاهدات: 340", "5 minutes ago": numbers that change while nothing is corrected.
_NUMBER = re.compile(r"\d[\d,.]*")
_COUNTED = r"comments?|views?|shares?|likes?|تعليقات|تعليقا?|مشاهدات|مشاهدة|مشاركات|commentaires?|vues?|partages?"
_AFTER = re.compile(rf"\s*(?:{_COUNTED}|(?:seconds?|minutes?|mins?|hours?|days?)\s+ago)\b")
_BEFORE = re.compile(rf"(?:\b(?:{_COUNTED})\s*[:(]?|\b(?:قبل|منذ))\s*\Z")
_NEAR = 24
# Looked for first, for they are found faster: how what stands after such a number begins, and what stands before ends.
_BEGINNINGS = ("comment", "view", "share", "like", "تعليق", "مشاهد", "مشارك", "vue", "partage",
               "second", "min", "hour", "day")  # fmt: skip
_ENDINGS = ("comment", "comments", "view", "views", "share", "shares", "like", "likes", "تعليقات", "تعليق", "تعليقا",
            "مشاهدات", "مشاهدة", "مشاركات", "commentaire", "commentaires", "vue", "vues", "partage", "partages",
            "قبل", "منذ")  # fmt: skip


def digest(*parts: str) -> str:
    """32 hexadecimal letters that stand for these texts together."""
    joined = "\x00".join(parts).encode("utf-8", "replace")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


def host_of(url: str) -> str:
    """The host of an address as politeness counts it: ASCII, without port; empty when there is none."""
    address = read_url(url)
    return "" if isinstance(address, Refusal) else address.host


def address_key(url: str | None) -> str:
    """The key of a page, the same for all ways to write its address; empty without an address."""
    return digest(comparable(url)) if url else ""


def entry_key(entry: Entry) -> str:
    """The key of everything that an entry said but its dates: the same key, nothing to do."""
    said = (entry.link, entry.title, entry.summary, entry.content, entry.author, entry.image)
    return digest(*(part or "" for part in said))


def text_key(title: str, text: str) -> str:
    """The key of what a person reads: it stays the same when only spaces, case or counters change.

    ``text`` is plain as `to_text` gives it: its only spaces are single ones, line ends and empty lines.
    """
    line = text.replace("\n\n", " ").replace("\n", " ")
    return digest(_plain(" ".join(title.split())), _plain(line))


def _plain(line: str) -> str:
    lower = line.lower()
    plain = _NUMBER.sub(_without_counter, lower)
    return lower if len(plain) == len(lower) else " ".join(plain.split())


def _without_counter(number: re.Match[str]) -> str:
    text, start, end = number.string, number.start(), number.end()
    if text[end : end + _NEAR].lstrip().startswith(_BEGINNINGS) and _AFTER.match(text, end, end + _NEAR):
        return ""
    first = max(0, start - _NEAR)
    before = text[first:start].rstrip()
    before = before[:-1].rstrip() if before[-1:] in (":", "(") else before
    return "" if before.endswith(_ENDINGS) and _BEFORE.search(text, first, start) else number[0]
