"""Stories: articles about one event, grouped as they come in, over the last three days.

The grouping lives in memory of the process that runs the sweep, and is made again from the rows when another process
takes over; what it decides is in rows. Only shared articles are grouped, so that nobody learns of another's private
sources. An event that only one article tells has no row.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Left
from django.utils import timezone

from nashra.core.stories import Grouper, Item
from nashra.news.access import Visitor, visible_articles
from nashra.news.models import Article, Story, Visibility

WINDOW = timedelta(hours=72)
REBUILT_EVERY = timedelta(hours=12)  # what the grouper has forgotten by then need not be remembered by us
_TEXT = 2_400  # characters of an article that are compared
_PATIENCE = timedelta(minutes=5)
_OVERLAP = 2_000  # ids looked at again: transactions may end in another order than they took their ids
_STEP = 500


def sources_of(story: Story, reader: Visitor) -> QuerySet[Article]:
    """The articles of a story that this reader, or a visitor, may see, with their sources, oldest first."""
    rows = visible_articles(reader).filter(story=story).select_related("source")
    return rows.order_by("published_at", "pk")


@dataclass(slots=True)
class _Group:
    """Articles of one event, with the row that stands for it once there are two."""

    members: dict[int, datetime]  # article -> when it was published
    story: int | None = None


class Stories:
    """The grouping of one process."""

    def __init__(self) -> None:
        self._made_at: datetime | None = None
        self._grouper = Grouper(window=WINDOW)
        self._groups: dict[str, _Group] = {}
        self._fed: set[int] = set()
        self._last = 0

    def update(self, now: datetime) -> int:
        """Groups the shared articles that came since the last call; how many there were."""
        if self._made_at is None or now - self._made_at > REBUILT_EVERY:
            return self._rebuild(now)
        rows = self._rows(now, after=self._last - _OVERLAP)
        new = [row for row in rows if row.pk not in self._fed]
        if any(row.story_id for row in new):  # another process has grouped meanwhile
            return self._rebuild(now)
        return self._feed(new)

    def _rebuild(self, now: datetime) -> int:
        self._grouper, self._groups = Grouper(window=WINDOW), {}
        self._fed, self._last, self._made_at = set(), 0, now
        return self._feed(self._rows(now, after=0))

    def _rows(self, now: datetime, *, after: int) -> list[Article]:
        rows = Article.objects.filter(pk__gt=after, published_at__gte=now - WINDOW)
        rows = rows.exclude(source__visibility=Visibility.PRIVATE).order_by("pk")
        # A short entry waits a little for the text of its page: a few words say too little of their event.
        rows = rows.exclude(page_due_at__isnull=False, first_seen_at__gt=now - _PATIENCE)
        return list(rows.only("pk", "title", "language", "source_id", "published_at", "story_id"))

    def _feed(self, rows: Sequence[Article]) -> int:
        for start in range(0, len(rows), _STEP):
            self._feed_some(rows[start : start + _STEP])
        return len(rows)

    def _feed_some(self, rows: Sequence[Article]) -> None:
        ids = [row.pk for row in rows]
        texts = dict(Article.objects.filter(pk__in=ids).values_list("pk", Left("body__text", _TEXT)))
        touched: set[str] = set()
        for row in rows:
            touched.add(self._add(row, texts.get(row.pk) or ""))
        self._store([self._groups[name] for name in touched if name in self._groups])

    def _add(self, row: Article, text: str) -> str:
        """Asks the grouper; the name of the group that the article is in."""
        item = Item(str(row.pk), row.title, text, row.language, str(row.source_id), row.published_at)
        known = f"row:{row.story_id}" if row.story_id else None
        decision = self._grouper.add(item, story_id=known)
        group = self._groups.setdefault(decision.story_id, _Group({}, row.story_id))
        for name in decision.merged:
            other = self._groups.pop(name, None)
            if other is not None:
                group.members |= other.members
                group.story = min((pk for pk in (group.story, other.story) if pk), default=None)
        group.members[row.pk] = row.published_at
        self._fed.add(row.pk)
        self._last = max(self._last, row.pk)
        return decision.story_id

    def _store(self, groups: Iterable[_Group]) -> None:
        told = [group for group in groups if len(group.members) > 1]
        if not told:
            return
        with transaction.atomic():
            for group in told:
                _write(group)


def _write(group: _Group) -> None:
    """Gives the members of a group one row, and takes away rows that lost their members to it."""
    times = {"started_at": min(group.members.values()), "moved_at": max(group.members.values())}
    if group.story is None or not Story.objects.filter(pk=group.story).update(**times):
        group.story = Story.objects.create(**times).pk
    members = Article.objects.filter(pk__in=list(group.members))
    before = dict(members.values_list("pk", "story_id"))
    strangers = [pk for pk, story in before.items() if story != group.story]
    left = {story for story in before.values() if story and story != group.story}
    Article.objects.filter(pk__in=strangers).update(story=group.story)
    Story.objects.filter(pk__in=left, articles=None).delete()


_stories = Stories()


def update() -> int:
    """Groups what is new, with this process's memory; how many articles were looked at."""
    return _stories.update(timezone.now())
