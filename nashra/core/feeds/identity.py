"""Ids that are distinct within a feed and the same at every poll."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace

from nashra.core.feeds.model import Entry

_MAX = 1_000


def identified(entries: list[Entry]) -> list[Entry]:
    """The entries with the ids they keep: guid or atom:id, else the link, else a hash of title and content.

    Where one id is shared by different entries (a constant guid, one link for all), link and title are added to it.
    Entries that are the same in id, link and title are one entry; the first stands, for feeds put the newest first.
    """
    ids = {entry.id for entry in entries if entry.id and len(entry.id) <= _MAX}
    if len(ids) == len(entries):  # as they should be
        return entries
    entries = [entry for entry in entries if _says_something(entry)]
    named = [entry if entry.id and len(entry.id) <= _MAX else replace(entry, id=_own_id(entry)) for entry in entries]
    seen = {(entry.id, entry.link, entry.title): entry for entry in reversed(named)}
    distinct = list(reversed(seen.values()))
    if len(distinct) < len(named):
        kept = {id(entry) for entry in distinct}
        distinct = [entry for entry in named if id(entry) in kept]
    counts = Counter(entry.id for entry in distinct)
    return [_apart(entry) if counts[entry.id] > 1 else entry for entry in distinct]


def _says_something(entry: Entry) -> bool:
    words = entry.id or entry.link or entry.title or entry.content or entry.summary or entry.subtitle
    return bool(words or entry.enclosures or entry.tags or entry.author or entry.published or entry.updated)


def _own_id(entry: Entry) -> str:
    if entry.id:
        return "sha256:" + _hash(entry.id)
    if entry.link and len(entry.link) <= _MAX:
        return entry.link
    return "sha256:" + _hash(entry.link, entry.title, entry.content or entry.summary)


def _apart(entry: Entry) -> Entry:
    return replace(entry, id=f"{entry.id}#{_hash(entry.link, entry.title)[:16]}")


def _hash(*parts: str | None) -> str:
    joined = "\x00".join(part or "" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:40]
