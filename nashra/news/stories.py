"""Stories: articles about one event, grouped as they come in, over the last three days.

The grouping lives in memory of the process that runs the sweep, and is made again from the rows when another process
takes over; what it decides is in rows. Only shared articles are grouped, so that nobody learns of another's private
sources. An event that only one article tells has no row. The same look at what came in finds copies (`copies`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from nashra.base import courtesy, room
from nashra.core.stories import Grouper, Item, near
from nashra.core.text.words import WORD
from nashra.news.access import Visitor, visible_articles
from nashra.news.copies import Copies, Fresh, portions
from nashra.news.models import Article, Story, Visibility

WINDOW = timedelta(hours=72)
REBUILT_EVERY = timedelta(hours=12)  # what the grouper has forgotten by then need not be remembered by us
_TEXT = 2_400  # characters of an article that are compared
_PATIENCE = timedelta(minutes=5)
_OVERLAP = 2_000  # ids looked at again: transactions may end in another order than they took their ids
_STEP = 250
_REMEMBERED = 20_000  # articles of a language: a paper of thousands of sources needs no more to find what is alike


def sources_of(story: Story, reader: Visitor) -> QuerySet[Article]:
    """The articles of a story that this reader, or a visitor, may see, with their sources, oldest first."""
    rows = visible_articles(reader).filter(story=story).select_related("source")
    return rows.order_by("published_at", "pk")


@dataclass(slots=True)
class _Event:
    """An event that several articles tell, when the first and the last was published, and the row that stands for it
    once there is one. `name` is the grouper's.
    """

    name: str
    members: list[int]
    started: datetime
    moved: datetime
    story: int | None


class _Row(NamedTuple):
    """The columns of an article that are looked at here."""

    pk: int
    title: str
    language: str
    source_id: int
    published_at: datetime
    story_id: int | None
    duplicate_of_id: int | None
    source__visibility: str
    source__is_own: bool


class Stories:
    """The grouping of one process."""

    def __init__(self) -> None:
        self._made_at: datetime | None = None
        self._begin()

    def _begin(self) -> None:
        self._grouper = Grouper(window=WINDOW, most=_REMEMBERED, remember=False)
        self._copies = Copies()
        self._rows: dict[str, int] = {}  # of events, by the grouper's names
        self._held = 0  # rows when they were looked through the last time
        self._seen: set[int] = set()
        self._last = 0

    def update(self, now: datetime) -> int:
        """Groups the articles that came since the last call and finds copies among them; how many there were."""
        if self._made_at is None or now - self._made_at > REBUILT_EVERY:
            return self._rebuild(now)
        ids = self._waiting(now, after=self._last - _OVERLAP)
        if any(Article.objects.filter(pk__in=some, story__isnull=False).exists() for some in portions(ids[:_STEP])):
            return self._rebuild(now)  # another process has grouped meanwhile
        return self._feed(ids, now)

    def _rebuild(self, now: datetime) -> int:
        self._begin()
        self._made_at = now
        return self._feed(self._waiting(now, after=0), now)

    def _waiting(self, now: datetime, *, after: int) -> list[int]:
        """Ids of articles of the window that were not looked at, in order."""
        rows = Article.objects.filter(pk__gt=after, published_at__gte=now - WINDOW)
        # A short entry waits a little for the text of its page: a few words say too little of their event.
        rows = rows.exclude(page_due_at__isnull=False, first_seen_at__gt=now - _PATIENCE)
        return [pk for pk in rows.order_by("pk").values_list("pk", flat=True) if pk not in self._seen]

    def _feed(self, ids: Sequence[int], now: datetime) -> int:
        for start in range(0, len(ids), _STEP):
            with room.alone():
                self._feed_some(ids[start : start + _STEP], now)
        return len(ids)

    def _feed_some(self, ids: Sequence[int], now: datetime) -> None:
        (portion,) = portions(ids)
        chosen = Article.objects.filter(pk__in=portion).order_by("pk")
        found = chosen.values_list(*_Row._fields, Left("body__text", _TEXT))
        self._last = max(self._last, *ids)
        self._seen = {pk for pk in self._seen if pk > self._last - 2 * _OVERLAP} | set(ids)
        told: set[str] = set()
        fresh: list[Fresh] = []
        for *columns, text in found:
            row, words = _Row(*columns), WORD.findall(text or "")  # once for both
            if row.source__visibility != Visibility.PRIVATE:
                self._add(row, words, told)
            if row.duplicate_of_id is None:
                fresh.append(_fresh(row, words))
        self._store([event for name in told if (event := self._event(name)) is not None])
        self._copies.look(fresh, now)
        self._let_go()

    def _let_go(self) -> None:
        """Forgets rows of events that nothing can join any more, from time to time."""
        if len(self._rows) > self._held * 1.2 + _STEP:
            names = self._grouper.names()
            self._rows = {name: row for name, row in self._rows.items() if name in names}
            self._held = len(self._rows)

    def _add(self, row: _Row, words: list[str], told: set[str]) -> None:
        """Asks the grouper; in `told` are the names of events that are told more than once."""
        courtesy.give_way()
        item = Item(row.pk, row.title, words, row.language, str(row.source_id), row.published_at)
        known = f"row:{row.story_id}" if row.story_id else None
        decision = self._grouper.add(item, story_id=known)
        names = (decision.story_id, *decision.merged)
        rows = [pk for pk in (row.story_id, *(self._rows.pop(name, None) for name in names)) if pk]
        if rows:
            self._rows[decision.story_id] = min(rows)  # the older one stays
        told.difference_update(decision.merged)
        if decision.reason != "new":
            told.add(decision.story_id)

    def _event(self, name: str) -> _Event | None:
        """None for one that the grouper has forgotten meanwhile, as one too many."""
        members = self._grouper.members(name)
        if not members:
            return None
        times = [published for _, published in members]
        ids = [pk for pk, _ in members if isinstance(pk, int)]
        return _Event(name, ids, min(times), max(times), self._rows.get(name))

    def _store(self, events: Iterable[_Event]) -> None:
        told = [event for event in events if len(event.members) > 1]
        if not told:
            return
        with transaction.atomic():
            _give_rows(told)
            _move(told)
        self._rows |= {event.name: event.story for event in told if event.story is not None}


def _fresh(row: _Row, words: list[str]) -> Fresh:
    return Fresh(row.pk, near.shingles_of(words), row.published_at, row.source__visibility, row.source__is_own)


def _give_rows(events: Sequence[_Event]) -> None:
    """Each event's row with its times; made where there is none, or none any more."""
    new = []
    for event in events:
        times = {"started_at": event.started, "moved_at": event.moved}
        if event.story is None or not Story.objects.filter(pk=event.story).update(**times):
            new.append((event, Story(**times)))
    for (event, _), row in zip(new, Story.objects.bulk_create(row for _, row in new), strict=True):
        event.story = row.pk


def _move(events: Sequence[_Event]) -> None:
    """Gives the members of each event its row, and takes away rows that lost their members to it."""
    wanted = {pk: event.story for event in events for pk in event.members}
    moved: dict[int | None, list[int]] = defaultdict(list)
    left: set[int] = set()
    for some in portions(wanted):
        for pk, story in Article.objects.filter(pk__in=some).values_list("pk", "story_id"):
            if story != wanted[pk]:
                moved[wanted[pk]].append(pk)
                left |= {story} - {None}
    for target, members in moved.items():
        for some in portions(members):
            Article.objects.filter(pk__in=some).update(story=target)
    for some in portions(left):
        Story.objects.filter(pk__in=some, articles=None).delete()


_stories = Stories()


def update() -> int:
    """Groups what is new, with this process's memory; how many articles were looked at."""
    return _stories.update(timezone.now())
