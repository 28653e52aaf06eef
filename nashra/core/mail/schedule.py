"""When a letter is due that comes at a local hour: one for each local date, whatever the clocks do.

Where the hour does not exist on a date (clocks go forward), it comes at the same distance after the midnight before, so
02:30 becomes 03:30. Where it exists twice (clocks go back), the first counts. A date that a zone skipped has no letter.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EVERY_DAY = 0b1111111
_AHEAD = 16  # days: a week, a date that is taken, a date that a zone skipped, and room
_BACK = 9


def next_due(
    hour: int, minute: int, days: int, time_zone: str, after: datetime, *, sent_on: date | None = None
) -> datetime:
    """The first moment (UTC) after `after` at which a letter is due, on a date later than `sent_on`.

    `days` has a bit for each weekday, bit 0 being Saturday; `sent_on` is the last local date that had its letter. An
    unknown zone counts as UTC. Raises `ValueError` without a day.
    """
    if not days & EVERY_DAY:
        raise ValueError("no day is chosen")
    zone = _zone(time_zone)
    first = after.astimezone(zone).date()
    if sent_on is not None:
        first = max(first, sent_on + timedelta(days=1))
    for day in (first + timedelta(days=count) for count in range(_AHEAD)):
        moment = _on(day, hour, minute, days, zone)
        if moment is not None and moment > after:
            return moment
    raise AssertionError("a chosen weekday comes within two weeks")


def last_due(hour: int, minute: int, days: int, time_zone: str, until: datetime) -> datetime | None:
    """The last moment (UTC) at or before `until` at which a letter was due; None when that was over a week ago."""
    zone = _zone(time_zone)
    today = until.astimezone(zone).date()
    for day in (today - timedelta(days=count) for count in range(_BACK)):
        moment = _on(day, hour, minute, days, zone)
        if moment is not None and moment <= until:
            return moment
    return None


def local_date(moment: datetime, time_zone: str) -> date:
    """The date on the clock of a zone."""
    return moment.astimezone(_zone(time_zone)).date()


def is_chosen(day: date, days: int) -> bool:
    """Whether the weekday of a date is among `days` (bit 0 is Saturday)."""
    return bool(days >> ((day.weekday() + 2) % 7) & 1)


def _on(day: date, hour: int, minute: int, days: int, zone: ZoneInfo) -> datetime | None:
    """The moment of that date's letter, or None for a date without one.

    Of the two readings of a time that does not exist, the later one may lie on the next date; then the earlier counts.
    """
    if not is_chosen(day, days):
        return None
    for fold in (0, 1):
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone, fold=fold).astimezone(UTC)
        if moment.astimezone(zone).date() == day:
            return moment
    return None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
