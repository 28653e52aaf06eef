"""When a source is asked again, and why then. Pure: the time and the dice are arguments.

Half the median gap of its newest entries, between ten minutes and twelve hours, never sooner than the feed and its
server ask for, moved by up to a tenth so that sources do not march in step. A failing source waits longer each time,
at most a day.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise
from statistics import median
from typing import Any

LEAST = 10 * 60
MOST = 12 * 3600
DAY = 24 * 3600
WEEK = 7 * DAY
UNKNOWN = 3600  # a feed with fewer than two dates
WAIT_UNTOLD = 15 * 60  # when 429 comes without Retry-After
_NEWEST = 20
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Due:
    """When, and a code with parameters for the sentence that says why."""

    at: datetime
    reason: dict[str, Any] = field(default_factory=dict)


def interval(dates: Iterable[datetime]) -> int:
    """Seconds between two fetches that suit a feed with entries of these dates."""
    newest = sorted(dates, reverse=True)[:_NEWEST]
    gaps = [(a - b).total_seconds() for a, b in pairwise(newest)]
    return int(min(max(median(gaps) / 2, LEAST), MOST)) if gaps else UNKNOWN


def after_success(
    now: datetime, *, interval_s: int, ttl_s: int, headers: Mapping[str, str], dice: random.Random
) -> Due:
    """After an answer that could be used, changed or not."""
    asked = min(max(ttl_s, freshness(headers, now)), DAY)
    seconds = max(interval_s, asked)
    code = "server" if asked > interval_s else "rhythm"
    return Due(now + timedelta(seconds=_moved(seconds, dice)), {"code": code, "minutes": seconds // 60})


def after_failure(now: datetime, *, attempts: int, dice: random.Random) -> Due:
    """After a failure: ten minutes, doubled with each failure in a row, at most a day; never given up."""
    seconds = min(LEAST * 2 ** min(max(attempts - 1, 0), 10), DAY)
    return Due(now + timedelta(seconds=_moved(seconds, dice)), {"code": "back-off", "tries": attempts})


def after_refusal_to_serve(now: datetime, *, headers: Mapping[str, str], default_s: int) -> Due:
    """After 429 or 503: when the server said, within a week; else after `default_s`. Never sooner than it said."""
    said = retry_after(headers, now)
    until = now + timedelta(seconds=min(max(default_s if said is None else said, 60), WEEK))
    return Due(until, {"code": "asked-to-wait"})


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


def _http_date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _moved(seconds: int, dice: random.Random) -> float:
    return seconds * dice.uniform(1 - _JITTER, 1 + _JITTER)
