"""Work that was set aside: it failed for good, or keeps failing, until a person says “run again”.

What is shown of a row never tells what a reader saved or was written: kind, number, attempts and the fault.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from nashra.base.models import Message
from nashra.library import services as library
from nashra.library.models import SavedItem
from nashra.newsletters.models import Alert, Digest

STUBBORN = 8  # attempts after which a row that is still due counts as set aside
SHOWN = 50
AGAIN_FOR = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Aside:
    """One row that was set aside. `fault` is a code or the server's own words."""

    kind: str
    label: str
    row_id: int
    attempts: int
    at: datetime | None
    fault: str


@dataclass(frozen=True, slots=True)
class _Kind:
    label: str | Promise
    rows: Callable[[], QuerySet[Any]]
    at: str
    fault: Callable[[Any], str]
    again: Callable[[Any, datetime], None]


def _copy_again(item: SavedItem, now: datetime) -> None:
    library.retry(item, now=now)


def _send_again(message: Message, now: datetime) -> None:
    Message.objects.filter(pk=message.pk, state=Message.State.DOUBT).update(
        state=Message.State.QUEUED, doubts=0, attempts=0, due_at=now, claimed_until=None, expires_at=now + AGAIN_FOR
    )


def _compose_again(digest: Digest, now: datetime) -> None:
    Digest.objects.filter(pk=digest.pk).update(due_at=now, claimed_until=None, attempts=0)


def _tell_again(alert: Alert, now: datetime) -> None:
    Alert.objects.filter(pk=alert.pk).update(due_at=now, claimed_until=None, attempts=0)


KINDS = {
    "saved": _Kind(
        gettext_lazy("Copy of a saved article"),
        lambda: SavedItem.objects.filter(
            Q(archive=SavedItem.Archive.FAILED) | Q(attempts__gte=STUBBORN) & ~Q(due_at=None)
        ),
        "saved_at",
        lambda item: str(item.archive_detail.get("code", "")),
        _copy_again,
    ),
    "mail": _Kind(
        gettext_lazy("Letter of which nobody knows whether it arrived"),
        lambda: Message.objects.filter(state=Message.State.DOUBT).defer("body"),
        "made_at",
        lambda message: str(message.reply),
        _send_again,
    ),
    "digest": _Kind(
        gettext_lazy("Digest that cannot be composed"),
        lambda: Digest.objects.filter(attempts__gte=STUBBORN).exclude(due_at=None),
        "due_at",
        lambda digest: "",
        _compose_again,
    ),
    "alert": _Kind(
        gettext_lazy("Letter about a followed search that cannot be composed"),
        lambda: Alert.objects.filter(attempts__gte=STUBBORN).exclude(due_at=None),
        "due_at",
        lambda alert: "",
        _tell_again,
    ),
}


def set_aside() -> list[Aside]:
    """What was set aside, the newest of each kind first."""
    return [
        Aside(key, str(kind.label), row.pk, row.attempts, getattr(row, kind.at), kind.fault(row))
        for key, kind in KINDS.items()
        for row in kind.rows().order_by(f"-{kind.at}", "-pk")[:SHOWN]
    ]


def run_again(key: str, row_id: int, *, now: datetime) -> bool:
    """Makes a row that was set aside due at once; false when there is no such row (any more)."""
    kind = KINDS.get(key)
    row = kind.rows().filter(pk=row_id).first() if kind else None
    if kind is None or row is None:
        return False
    kind.again(row, now)
    return True
