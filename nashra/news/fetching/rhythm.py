"""At which hours of the day a source brings news, learnt from the dates of its entries. Pure.

A histogram over the hours of UTC in which newer entries count more: an entry's weight halves every two weeks. Each
entry counts once. Quiet hours stretch the time between two fetches, busy hours keep it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

HALF_LIFE = 14 * 24 * 3600  # seconds
OLDEST = timedelta(days=60)  # entries before that say nothing about today
ENOUGH = 20.0  # weight of entries from which hours are judged
SPAN = 3 * 24 * 3600  # seconds between the first and the last of them
QUIET = 0.5  # an hour with less than this share of an average hour's news is quiet
STRETCH = 4.0  # how much longer the time between two fetches may get in an hour without any news
_HOURS = 24


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What was learnt: a weight for each hour of UTC, and the first and the last date that counted (Unix seconds)."""

    weights: tuple[float, ...] = (0.0,) * _HOURS
    since: int = 0
    until: int = 0

    @property
    def is_known(self) -> bool:
        """Whether enough entries over enough days were seen to judge an hour."""
        return sum(self.weights) >= ENOUGH and self.until - self.since >= SPAN

    def level(self, hour: int) -> float:
        """How much news an hour brings, beside its neighbours' share; 1.0 is the average hour."""
        before, here, after = (self.weights[(hour + step) % _HOURS] for step in (-1, 0, 1))
        return (before + 2 * here + after) / 4 * _HOURS / (sum(self.weights) or 1.0)

    def is_quiet(self, hour: int) -> bool:
        """Whether this hour of UTC brings clearly less than the others."""
        return self.is_known and self.level(hour) < QUIET


def from_row(value: object) -> Rhythm:
    """The rhythm in a source's row (`Source.hours`); an empty one when nothing was learnt or it cannot be read."""
    if not isinstance(value, Mapping):
        return Rhythm()
    weights = value.get("weights")
    if not isinstance(weights, list) or len(weights) != _HOURS:
        return Rhythm()
    return Rhythm(tuple(float(one) for one in weights), int(value.get("since") or 0), int(value.get("until") or 0))


def to_row(rhythm: Rhythm) -> dict[str, Any]:
    """The same for the row."""
    weights = [round(one, 3) for one in rhythm.weights]
    return {"weights": weights, "since": rhythm.since, "until": rhythm.until}


def learn(rhythm: Rhythm, dates: Iterable[datetime], now: datetime) -> Rhythm:
    """The rhythm after entries of these dates; those that counted before are passed over, and so are bare days."""
    after = max(rhythm.until, int((now - OLDEST).timestamp()))
    fresh = [date for date in dates if date <= now and date.timestamp() >= after + 1 and not _is_bare_day(date)]
    if not fresh:
        return rhythm
    first, last = int(min(fresh).timestamp()), int(max(fresh).timestamp())
    fade = _faded(last - rhythm.until) if rhythm.until else 0.0
    weights = [weight * fade for weight in rhythm.weights]
    for date in fresh:
        weights[date.astimezone(UTC).hour] += _faded(last - date.timestamp())
    return Rhythm(tuple(weights), rhythm.since or first, last)


def stretched(seconds: int, rhythm: Rhythm, now: datetime) -> int:
    """The same length, or a longer one when it ends in a quiet hour; never past the beginning of the next busy hour."""
    at = now.astimezone(UTC) + timedelta(seconds=seconds)
    if not rhythm.is_quiet(at.hour):
        return seconds
    factor = 1 + (STRETCH - 1) * (1 - rhythm.level(at.hour) / QUIET)
    busy = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    while rhythm.is_quiet(busy.hour):  # the average hour is never quiet, so some hour ends this
        busy += timedelta(hours=1)
    return int(min(seconds * factor, (busy - now).total_seconds()))


def _faded(seconds: float) -> float:
    return float(0.5 ** (max(seconds, 0.0) / HALF_LIFE))


def _is_bare_day(date: datetime) -> bool:
    """A date without a time of day says nothing about hours."""
    return not (date.hour or date.minute or date.second)
