"""Where apps above this one hook in; they fill these lists in `AppConfig.ready()`.

A hook runs outside any transaction. One that fails is logged and hinders nobody else.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog
from django.db.models import Exists, OuterRef, Q

from nashra.accounts.models import Reader

log = structlog.get_logger(__name__)
T = TypeVar("T")

after_ingest: list[Callable[[list[int]], None]] = []
"""Called with ids of articles that are new, corrected, or have got their full text; an id may come more than once."""

keepers: list[Callable[[list[int]], set[int]]] = []
"""Asked which of these articles must not be let go when they are old (saved ones)."""

unread_counters: list[Callable[[Reader, Sequence[int]], Mapping[int, int]]] = []
"""Asked how many unread articles a reader has in each of these sources, by the source's id."""

active_readers: list[Callable[[OuterRef, datetime], Exists]] = []
"""Asked for a condition that holds for a reader (the reference to their id) who has read since then, or who gets their
news by mail: sources that nobody reads are fetched less often.
"""


@dataclass(frozen=True, slots=True)
class FilterHit:
    """A rule's hit on an article of a reader. `at` is written where the action leaves its mark, so that what a rule did
    is told apart from what the reader did; `names` are the tags of the action.
    """

    reader_id: int
    article_id: int
    at: datetime
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FilterAction:
    """What a rule may do; all in the caller's transaction, for many readers at once.

    `do` changes nothing that the reader did already. `standing` says which hits still stand as `do` left them: under
    the same `at`, and not touched by the reader since. `undo` takes those back, and says which they were; actions that
    leave the same mark share it.
    """

    do: Callable[[Sequence[FilterHit]], None]
    standing: Callable[[Sequence[FilterHit]], Sequence[FilterHit]]
    undo: Callable[[Sequence[FilterHit]], Sequence[FilterHit]]


filter_actions: dict[str, FilterAction] = {}
"""What rules can do, by the name of the action in the rule language: hide, read, save, tag."""

unmuted: list[Callable[[Reader, Sequence[int], datetime], list[int]]] = []
"""Asked which of these articles a reader has not muted now, in the same order; hidden ones are not asked about."""

search_filters: dict[str, Callable[[Reader], Q]] = {}
"""What a search can ask of articles that only apps above know, by filter and value ("is:read", "is:saved"): for a
reader a condition on articles.
"""


def ingested(ids: Iterable[int]) -> None:
    """Tells everyone about these articles."""
    found = sorted(set(ids))
    if not found:
        return
    for hook in after_ingest:
        try:
            hook(found)
        except Exception:
            log.exception("news.hook_failed", hook=getattr(hook, "__qualname__", str(hook)))


def kept(ids: list[int]) -> set[int]:
    """Which of these articles somebody wants kept. A keeper that fails keeps all: nothing is lost by an error."""
    found: set[int] = set()
    for keeper in keepers:
        try:
            found |= keeper(ids)
        except Exception:
            log.exception("news.keeper_failed", hook=getattr(keeper, "__qualname__", str(keeper)))
            return set(ids)
    return found


def unread(reader: Reader, source_ids: Sequence[int]) -> dict[int, int]:
    """Unread articles of each source, added up over all who count; empty when nobody does."""
    counts: dict[int, int] = {}
    for counter in unread_counters:
        for source_id, number in counter(reader, source_ids).items():
            counts[source_id] = counts.get(source_id, 0) + number
    return counts
