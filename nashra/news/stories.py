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

from nashra.base import courtesy
from nashra.core.stories import Grouper, Item
from nashra.news.access import Visitor, visible_articles
from nashra.news.copies import Copies, Fresh
from nashra.news.models import Article, Story, Visibility

WINDOW = timedelta(hours=72)
REBUILT_EVERY = timedelta(hours=12)  # what the grouper has forgotten by then need not be remembered by us
_TEXT = 2_400  # characters of an article that are compared
_PATIENCE = timedelta(minutes=5)
_OVERLAP = 2_000  # ids looked at again: transactions may end in another order than they took their ids
_STEP = 250
_REMEMBERED = 20_000  # articles of a language: a paper of thousands of sources needs no more to find what is alike
_AT_ONCE = 10_000  # rows of one query


def sources_of(story: Story, reader: Visitor) -> QuerySet[Article]:
    """The articles of a story that this reader, or a visitor, may see, with their sources, oldest first."""
    rows = visible_articles(reader).filter(story=story).select_related("source")
    return rows.order_by("published_at", "pk")


@dataclass(slots=True)
class _Group:
    """Articles of one event, when the first and the last was published, and the row that stands for it once there
    are two. A tuple of one: most events are told once, and all of the window are remembered.
    """

    members: tuple[int, ...]
    started: datetime
    moved: datetime
    story: int | None = None

    def take(self, other: "_Group") -> None:
        """Puts the articles of another event in; the older row stays."""
        self.members += other.members
        self.started, self.moved = min(self.started, other.started), max(self.moved, other.moved)
        self.story = min((pk for pk in (self.story, other.story) if pk), default=None)


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
        self._grouper, self._copies = Grouper(window=WINDOW, most=_REMEMBERED), Copies()
        self._groups: dict[str, _Group] = {}
        self._held = 0  # groups when they were looked through the last time
        self._seen: set[int] = set()
        self._last = 0

    def update(self, now: datetime) -> int:
        """Groups the articles that came since the last call and finds copies among them; how many there were."""
        if self._made_at is None or now - self._made_at > REBUILT_EVERY:
            return self._rebuild(now)
        ids = self._waiting(now, after=self._last - _OVERLAP)
        if Article.objects.filter(pk__in=ids[:_STEP], story__isnull=False).exists():
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
            self._feed_some(ids[start : start + _STEP], now)
        return len(ids)

    def _feed_some(self, ids: Sequence[int], now: datetime) -> None:
        found = Article.objects.filter(pk__in=ids).order_by("pk").values_list(*_Row._fields, Left("body__text", _TEXT))
        rows = [(_Row(*row[:-1]), row[-1] or "") for row in found]
        self._last = max(self._last, *ids)
        self._seen = {pk for pk in self._seen if pk > self._last - 2 * _OVERLAP} | set(ids)
        touched = {self._add(row, text) for row, text in rows if row.source__visibility != Visibility.PRIVATE}
        self._store([self._groups[name] for name in touched if name in self._groups])
        alone = [(row, text) for row, text in rows if row.duplicate_of_id is None]
        self._copies.look((_fresh(row, text) for row, text in alone), now)
        self._let_go()

    def _let_go(self) -> None:
        """Forgets groups that nothing can join any more, from time to time."""
        if len(self._groups) > self._held * 1.2 + _STEP:
            self._groups = {name: group for name, group in self._groups.items() if self._grouper.holds(name)}
            self._held = len(self._groups)

    def _add(self, row: _Row, text: str) -> str:
        """Asks the grouper; the name of the group that the article is in."""
        courtesy.give_way()
        item = Item(str(row.pk), row.title, text, row.language, str(row.source_id), row.published_at)
        known = f"row:{row.story_id}" if row.story_id else None
        decision = self._grouper.add(item, story_id=known)
        own = _Group((row.pk,), row.published_at, row.published_at, row.story_id)
        joined = self._groups.setdefault(decision.story_id, own)
        others = [self._groups.pop(name, None) for name in decision.merged]
        for other in (own, *others):
            if other is not None and other is not joined:
                joined.take(other)
        return decision.story_id

    def _store(self, groups: Iterable[_Group]) -> None:
        told = [group for group in groups if len(group.members) > 1]
        if not told:
            return
        with transaction.atomic():
            _give_rows(told)
            _move(told)


def _fresh(row: _Row, text: str) -> Fresh:
    return Fresh(row.pk, text, row.published_at, row.source__visibility, row.source__is_own)


def _give_rows(groups: Sequence[_Group]) -> None:
    """Each group's row with its times; made where there is none, or none any more."""
    new = []
    for group in groups:
        times = {"started_at": group.started, "moved_at": group.moved}
        if group.story is None or not Story.objects.filter(pk=group.story).update(**times):
            new.append((group, Story(**times)))
    for (group, _), row in zip(new, Story.objects.bulk_create(row for _, row in new), strict=True):
        group.story = row.pk


def _move(groups: Sequence[_Group]) -> None:
    """Gives the members of each group its row, and takes away rows that lost their members to it."""
    wanted = {pk: group.story for group in groups for pk in group.members}
    moved: dict[int | None, list[int]] = defaultdict(list)
    left: set[int] = set()
    ids = list(wanted)
    for start in range(0, len(ids), _AT_ONCE):
        rows = Article.objects.filter(pk__in=ids[start : start + _AT_ONCE])
        for pk, story in rows.values_list("pk", "story_id"):
            if story != wanted[pk]:
                moved[wanted[pk]].append(pk)
                left |= {story} - {None}
    for target, members in moved.items():
        Article.objects.filter(pk__in=members).update(story=target)
    if left:
        Story.objects.filter(pk__in=left, articles=None).delete()


_stories = Stories()


def update() -> int:
    """Groups what is new, with this process's memory; how many articles were looked at."""
    return _stories.update(timezone.now())
