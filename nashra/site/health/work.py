"""All work that waits in rows, of every app: how much is due, in hand and for later, and since when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from nashra.base import fulltext, locale
from nashra.base.claims import Fields
from nashra.base.models import Message
from nashra.library.models import SavedItem
from nashra.news.models import Article, Hub, Source
from nashra.newsletters.models import Alert, Digest

_JOB = Fields()
_PAGE = Fields("page_due_at", "page_claimed_until", "page_attempts")


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of work: its rows and the columns of the job in them."""

    key: str
    label: str | Promise
    rows: Callable[[], QuerySet[Any]]
    fields: Fields = _JOB


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One kind of work as it stands: rows due now, in a worker's hands, for later; `oldest` is due since then."""

    key: str
    label: str
    waiting: int
    working: int
    later: int
    oldest: datetime | None


QUEUES = (
    Queue("feeds", gettext_lazy("Feeds to fetch"), lambda: Source.objects.filter(state=Source.State.ACTIVE)),
    Queue("pages", gettext_lazy("Full texts to fetch"), lambda: Article.objects.exclude(page_due_at=None), _PAGE),
    Queue("hubs", gettext_lazy("Hubs to ask or to leave"), lambda: Hub.objects.exclude(due_at=None)),
    Queue("saved", gettext_lazy("Saved articles to copy"), lambda: SavedItem.objects.exclude(due_at=None)),
    Queue("digests", pgettext_lazy("work that waits", "Digests"), lambda: Digest.objects.exclude(due_at=None)),
    Queue("alerts", gettext_lazy("Followed searches to look at"), lambda: Alert.objects.exclude(due_at=None)),
    Queue("mail", gettext_lazy("Letters to send"), lambda: Message.objects.exclude(due_at=None)),
)


def queue_lines(now: datetime) -> list[QueueLine]:
    """How each kind of work stands; one query each."""
    return [_line(queue, now) for queue in QUEUES]


def _line(queue: Queue, now: datetime) -> QueueLine:
    due, until = queue.fields.due, queue.fields.until
    held = Q(**{f"{until}__gt": now})
    free_and_due = Q(**{f"{due}__lte": now}) & (Q(**{f"{until}__isnull": True}) | Q(**{f"{until}__lte": now}))
    figures = queue.rows().aggregate(
        waiting=Count("pk", filter=free_and_due),
        working=Count("pk", filter=held),
        later=Count("pk", filter=Q(**{f"{due}__gt": now}) & ~held),
        oldest=Min(due, filter=free_and_due),
    )
    return QueueLine(queue.key, str(queue.label), **figures)


def index_lines() -> list[str]:
    """How far the search index is with what was there before it: "Search index: 1,200 of 9,000 articles"."""
    return [_index_line(one) for one in fulltext.underway()]


def _index_line(one: fulltext.Progress) -> str:
    numbers = {"done": locale.number(one.done), "total": locale.number(one.total)}
    if one.name == "library":
        text = ngettext(
            "Search index: %(done)s of %(total)s saved article",
            "Search index: %(done)s of %(total)s saved articles",
            one.total,
        )
    else:
        text = ngettext(
            "Search index: %(done)s of %(total)s article", "Search index: %(done)s of %(total)s articles", one.total
        )
    return text % numbers
