"""Claiming due rows: how work is shared by threads, processes and nodes, and survives any of them.

The truth of a job is a row with a time when it is due, a lease while somebody works on it, and a count of attempts. A
claim takes rows whose lease is free or has run out, so work of a killed process is taken up again when its lease ends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import F, Model, Q, QuerySet

_SOME_MOMENT = datetime(2001, 2, 3, 4, 5, 6, 789_012, tzinfo=UTC)  # stands for the time in a question
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Fields:
    """Names of the three columns of a job (a model may hold more than one job)."""

    due: str = "due_at"
    until: str = "claimed_until"
    attempts: str = "attempts"


class Question:
    """A query that depends on the time alone and is asked again and again: its SQL is made once.

    `rows` makes the query for a moment. Making it and its SQL takes several times as long as the database's answer,
    and what workers ask at rest is nearly all of their work.
    """

    def __init__(self, rows: Callable[[datetime], QuerySet[Any, Any]]) -> None:
        self._rows = rows
        self._made: dict[str, tuple[str, tuple[Any, ...]]] = {}  # by the kind of database

    def holds(self, now: datetime) -> bool:
        """Whether there is any such row."""
        return bool(self.answer(now, "LIMIT 1"))

    def answer(self, now: datetime, more: str = "") -> list[tuple[Any, ...]]:
        """The rows of the query."""
        if connection.vendor not in self._made:
            self._made[connection.vendor] = self._rows(_SOME_MOMENT).query.sql_with_params()
        sql, parameters = self._made[connection.vendor]
        adapt = connection.ops.adapt_datetimefield_value
        then, moment = adapt(_SOME_MOMENT), adapt(now)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} {more}", [moment if one == then else one for one in parameters])
            found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def due(rows: QuerySet[M], *, now: datetime, fields: Fields = Fields()) -> QuerySet[M]:
    """Those rows that are due and that nobody works on, longest due first."""
    free = Q(**{f"{fields.until}__isnull": True}) | Q(**{f"{fields.until}__lte": now})
    return rows.filter(free, **{f"{fields.due}__lte": now}).order_by(fields.due, "pk")


def claim(
    rows: QuerySet[M],
    *,
    limit: int,
    lease: timedelta,
    now: datetime,
    fields: Fields = Fields(),
) -> list[M]:
    """Takes up to `limit` due rows for the length of `lease`; each counts one attempt more.

    SQLite's transactions are IMMEDIATE, so no two claims overlap; PostgreSQL skips rows that another claim holds.
    """
    if not due(rows, now=now, fields=fields).exists():
        return []  # idle polling takes no write lock
    with transaction.atomic():
        chosen = due(rows, now=now, fields=fields)
        if connection.features.has_select_for_update_skip_locked:
            chosen = chosen.select_for_update(skip_locked=True, of=("self",))
        found = list(chosen[:limit])
        _take(found, until=now + lease, fields=fields)
    return found


def _take(found: Sequence[M], *, until: datetime, fields: Fields) -> None:
    if not found:
        return
    manager = type(found[0])._base_manager
    manager.filter(pk__in=[row.pk for row in found]).update(
        **{fields.until: until, fields.attempts: F(fields.attempts) + 1}
    )
    for row in found:
        setattr(row, fields.until, until)
        setattr(row, fields.attempts, getattr(row, fields.attempts) + 1)
