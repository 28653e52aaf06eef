"""Measured figures of the installation: database, disk, migrations, version, feeds."""

import shutil
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from nashra.base.models import Message
from nashra.news.models import Source

_MIGRATIONS_FOR = 60.0  # seconds that an answer about migrations holds


@dataclass(frozen=True, slots=True)
class FeedFigures:
    """Shared and private feeds together: how many are fetched, how many fail, and how late those are that are due."""

    active: int
    failing: int
    median_lag: timedelta
    worst_lag: timedelta


@dataclass(frozen=True, slots=True)
class MailFigures:
    """Letters by state; `refused` within the last week; `oldest` waits since then."""

    queued: int
    refused: int
    doubt: int
    oldest: datetime | None


def version() -> str:
    """The program's version."""
    return metadata.version("nashra")


def database_size() -> int:
    """Bytes of the database."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    path = Path(str(connection.settings_dict["NAME"]))
    files = (path, path.with_name(f"{path.name}-wal"))
    return sum(file.stat().st_size for file in files if file.is_file())


def disk_free() -> tuple[int, float]:
    """Free bytes where the data folder lies, and their share of the disk."""
    usage = shutil.disk_usage(settings.NASHRA_DATA)
    return usage.free, usage.free / max(usage.total, 1)


def pending_migrations() -> int:
    """How many migrations wait; asked anew once a minute, since another node may have run them."""
    return _pending(int(time.monotonic() // _MIGRATIONS_FOR))


@lru_cache(maxsize=1)
def _pending(_minute: int) -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def feeds(now: datetime) -> FeedFigures:
    """How the fetching keeps up."""
    rows = Source.objects.filter(state=Source.State.ACTIVE)
    lags = [max(now - due, timedelta(0)) for due in rows.values_list("due_at", flat=True)]
    failing = rows.exclude(failing_since=None).count()
    seconds = median([lag.total_seconds() for lag in lags]) if lags else 0.0
    return FeedFigures(len(lags), failing, timedelta(seconds=seconds), max(lags, default=timedelta(0)))


def mail(now: datetime) -> MailFigures:
    """How the letters stand."""
    state = Message.State
    waiting = Message.objects.filter(state__in=(state.QUEUED, state.INFLIGHT), due_at__lte=now)
    oldest = waiting.order_by("made_at").values_list("made_at", flat=True).first()
    recent = Message.objects.filter(made_at__gt=now - timedelta(days=7))
    return MailFigures(
        queued=Message.objects.filter(state__in=(state.QUEUED, state.INFLIGHT)).count(),
        refused=recent.filter(state__in=(state.REFUSED, state.EXPIRED)).count(),
        doubt=Message.objects.filter(state=state.DOUBT).count(),
        oldest=oldest,
    )
