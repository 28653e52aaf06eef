"""The figures of every app in Prometheus' text format.

A registry of our own for each answer and nothing counted in this process: all web workers give the same figures.
"""

import threading
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from nashra.base import metrics
from nashra.base.metrics import Family
from nashra.base.models import Message
from nashra.site.health import figures
from nashra.site.health.work import queue_lines

if TYPE_CHECKING:
    from prometheus_client import Metric

KEPT = 3.0  # seconds for which an answer holds: many monitoring programs cost no more than one
_kept: tuple[float, bytes] = (0.0, b"")
_lock = threading.Lock()


def text(now: datetime) -> bytes:
    """All figures; those of a moment ago when they were asked for then."""
    global _kept
    with _lock:
        at, answer = _kept
        if not answer or time.monotonic() - at > KEPT:
            answer = _text(now)
            _kept = (time.monotonic(), answer)
    return answer


def forget() -> None:
    """The next answer is made anew."""
    global _kept
    _kept = (0.0, b"")


def families(now: datetime) -> Iterator[Family]:
    """What this layer knows, then what each app brought."""
    yield from _own(now)
    for provider in metrics.providers:
        yield from provider(now)


def _own(now: datetime) -> Iterator[Family]:
    yield Family("info", "gauge", "The program's version.", "version", {figures.version(): 1.0})
    lines = queue_lines(now)
    ages = {line.key: (now - line.oldest).total_seconds() if line.oldest else 0.0 for line in lines}
    yield Family("queue_oldest_seconds", "gauge", "How long the work has been due that waits longest.", "queue", ages)
    for name, what in (("waiting", "due"), ("working", "in a worker's hands"), ("later", "due later")):
        numbers = {line.key: float(getattr(line, name)) for line in lines}
        yield Family(f"queue_{name}", "gauge", f"Rows of work that are {what}.", "queue", numbers)
    mails = {state: float(Message.objects.filter(state=state).count()) for state in Message.State.values}
    yield Family("mails", "gauge", "Letters in the outbox by state; old ones are deleted.", "state", mails)
    yield Family("database_bytes", "gauge", "Size of the database.", "", {"": float(figures.database_size())})
    yield Family("disk_free_bytes", "gauge", "Free space at the data folder.", "", {"": float(figures.disk_free()[0])})


def _text(now: datetime) -> bytes:
    from prometheus_client import CollectorRegistry, generate_latest  # takes a while, and most never ask

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector(now))
    return generate_latest(registry)


class _Collector:
    """Gives the figures to the registry when it is asked for its text."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterable["Metric"]:
        return [_metric(family) for family in families(self._now)]

    def describe(self) -> Iterable["Metric"]:
        return []


def _metric(family: Family) -> "Metric":
    from prometheus_client import Metric
    from prometheus_client.core import HistogramMetricFamily

    name = f"nashra_{family.name}"
    if family.kind == "histogram":
        histogram = HistogramMetricFamily(name, family.help)
        histogram.add_metric([], list(_added_up(family.values)), family.total)
        return histogram
    metric = Metric(name, family.help, family.kind)
    for value, number in family.values.items():
        labels = {family.label: value} if family.label else {}
        metric.add_sample(f"{name}_total" if family.kind == "counter" else name, labels, number)
    return metric


def _added_up(parts: dict[str, float]) -> Iterator[tuple[str, float]]:
    total = 0.0
    for bound, number in parts.items():
        total += number
        yield bound, total
