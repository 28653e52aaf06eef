"""When a source is asked again, and why then. Pure: the time and the dice are arguments.

Half the median gap of its newest entries, between ten minutes and twelve hours; longer in its quiet hours, when it has
fallen silent, when nobody reads it, or while a hub sends what is new; never sooner than the feed and its server ask
for, nor in the hours and days of which the feed says that nothing comes; moved by up to a tenth so that sources do not
march in step. A failing source waits longer each time, at most a day.
"""

import random
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median
from typing import Any

from nashra.news.fetching.rhythm import Rhythm, stretched

LEAST = 10 * 60
MOST = 12 * 3600
DAY = 24 * 3600
WEEK = 7 * DAY
UNKNOWN = 3600  # a feed with fewer than two dates
WAIT_UNTOLD = 15 * 60  # when 429 comes without Retry-After
SAFETY = 6 * 3600  # while a hub pushes
UNREAD = 4  # how much less often a source is asked that nobody has looked at lately
SILENT = 20  # a feed that has been silent for so many times the interval is asked less often
_NEWEST = 20
_JITTER = 0.1
_AFTER_SKIP = 600  # seconds over which sources are spread that all wait for the same hour
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Due:
    """When, and a code with parameters for the sentence that says why."""

    at: datetime
    reason: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known about a source beside its answers: whether anybody reads it, whether a hub pushes it."""

    unread: bool = False
    pushed: bool = False


USUAL = Circumstances()
UNLEARNT = Rhythm()


def interval(dates: Iterable[datetime]) -> int:
    """Seconds between two fetches that suit a feed with entries of these dates."""
    newest = sorted(dates, reverse=True)[:_NEWEST]
    gaps = [(a - b).total_seconds() for a, b in pairwise(newest)]
    return int(min(max(median(gaps) / 2, LEAST), MOST)) if gaps else UNKNOWN


def after_success(
    now: datetime,
    *,
    interval_s: int,
    ttl_s: int,
    headers: Mapping[str, str],
    dice: random.Random,
    rhythm: Rhythm = UNLEARNT,
    circumstances: Circumstances = USUAL,
) -> Due:
    """After an answer that could be used, changed or not: the longest of all the waits that apply, and its reason."""
    seconds, code = _wanted(now, interval_s, rhythm, circumstances)
    asked = min(max(ttl_s, freshness(headers, now)), DAY)
    if asked > seconds:
        seconds, code = asked, "server"
    return Due(now + timedelta(seconds=_moved(seconds, dice)), {"code": code, "minutes": seconds // 60})


def _wanted(now: datetime, interval_s: int, rhythm: Rhythm, circumstances: Circumstances) -> tuple[int, str]:
    """Our own wish, before the server's: seconds and the reason's code."""
    seconds, code = interval_s, "rhythm"
    silence = int(now.timestamp()) - rhythm.until if rhythm.until else 0
    if (slower := min(silence // SILENT, MOST)) > seconds:
        seconds, code = slower, "silent"
    if (quiet := min(stretched(seconds, rhythm, now), MOST)) > seconds:
        seconds, code = quiet, "quiet"
    if circumstances.unread and (rested := min(seconds * UNREAD, MOST)) > seconds:
        seconds, code = rested, "unread"
    if circumstances.pushed and seconds < SAFETY:
        seconds, code = SAFETY, "hub"
    return seconds, code


def after_failure(now: datetime, *, attempts: int, dice: random.Random) -> Due:
    """After a failure: ten minutes, doubled with each failure in a row, at most a day; never given up."""
    seconds = min(LEAST * 2 ** min(max(attempts - 1, 0), 10), DAY)
    return Due(now + timedelta(seconds=_moved(seconds, dice)), {"code": "back-off", "tries": attempts})


def after_refusal_to_serve(now: datetime, *, headers: Mapping[str, str], default_s: int) -> Due:
    """After 429 or 503: when the server said, within a week; else after `default_s`. Never sooner than it said."""
    said = retry_after(headers, now)
    until = now + timedelta(seconds=min(max(default_s if said is None else said, 60), WEEK))
    return Due(until, {"code": "asked-to-wait"})


def outside(due: Due, skip_hours: Collection[int], skip_days: Collection[str], dice: random.Random) -> Due:
    """The same, moved to the end of the hours (of UTC) and days that a feed asks to leave out; by a day at most, so
    that a feed that leaves out everything is asked all the same.
    """
    at, code = due.at.astimezone(UTC), ""
    while (why := _skipped(at, skip_hours, skip_days)) and at - due.at < timedelta(days=1):
        at, code = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), why
    if not code:
        return due
    at = min(at, due.at + timedelta(days=1)) + timedelta(seconds=dice.uniform(0, _AFTER_SKIP))
    return Due(at, {"code": code})


def _skipped(at: datetime, hours: Collection[int], days: Collection[str]) -> str:
    if days and _DAYS[at.weekday()] in days:
        return "skip-days"
    return "skip-hours" if hours and at.hour in hours else ""


def retry_after(headers: Mapping[str, str], now: datetime) -> int | None:
    """Seconds of a Retry-After header (RFC 9110 10.2.3), given as a number or as a date; None without a usable one."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(int(value[:12]), WEEK)
    moment = _http_date(value)
    return max(0, int((moment - now).total_seconds()) + 1) if moment else None


def freshness(headers: Mapping[str, str], now: datetime) -> int:
    """Seconds for which the server calls its answer fresh: max-age, else Expires (RFC 9111 4.2.1); 0 when it says
    nothing.
    """
    for part in headers.get("Cache-Control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        value = value.strip('"')
        if name == "max-age" and value.isascii() and value.isdigit():
            return min(int(value[:12]), WEEK)
    moment = _http_date(headers.get("Expires", ""))
    return min(max(0, int((moment - now).total_seconds())), WEEK) if moment else 0


def asks_in_full(last_modified: str, fetched_at: datetime | None, now: datetime, place: int) -> bool:
    """Whether a feed is asked without validators this once: the first time in a week, when its Last-Modified lies in
    the future. A server with such a date may answer 304 for years, whatever its feed says meanwhile.

    `place` spreads the sources over the week.
    """
    if not last_modified or fetched_at is None or _week(fetched_at, place) == _week(now, place):
        return False
    moment = _http_date(last_modified)
    return moment is not None and moment > now + timedelta(days=1)


def _week(moment: datetime, place: int) -> int:
    return (int((moment - _EPOCH).total_seconds()) + place * 3607 % WEEK) // WEEK


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moved(seconds: int, dice: random.Random) -> float:
    return seconds * dice.uniform(1 - _JITTER, 1 + _JITTER)
