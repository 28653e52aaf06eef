"""The worker's heartbeat: a row that says when a worker was last alive."""

from datetime import datetime, timedelta

from django.utils import timezone

from nashra.base import jobs
from nashra.base.models import Periodic

HEARTBEAT = "heartbeat"
BACKUP = "backup"  # written by `nashra backup`
EVERY = 30  # seconds
LOST_AFTER = timedelta(seconds=100)  # three beats and a little


@jobs.sweep(every=EVERY)
def beat() -> None:
    """Says that a worker is alive."""
    note(HEARTBEAT, timezone.now())


def note(name: str, at: datetime, *, took_ms: int = 0) -> None:
    """Writes down that something happened, in the table of periodic jobs; it is never due by itself."""
    Periodic.objects.update_or_create(name=name, defaults={"ran_at": at, "took_ms": took_ms, "error": ""})


def noted(name: str) -> datetime | None:
    """When it happened last."""
    row = Periodic.objects.filter(name=name).first()
    return row.ran_at if row else None
