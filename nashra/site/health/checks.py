"""What `nashra check` looks at: the health rows, and besides them what only a look outside can tell."""

import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Max

from nashra.base import jobs, locale
from nashra.base.models import Periodic
from nashra.base.smtp import SmtpError, parse_mail_url
from nashra.news.models import Article
from nashra.site.health.rows import BAD, OK, WARN, HealthRow, health_rows

RELEASED = datetime(2025, 1, 1, tzinfo=UTC)  # a clock before this is wrong for certain
_SKEW = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `state`: ok, warn (a look is worth it) or bad (a person is needed)."""

    name: str
    state: str
    text: str


def run_checks(now: datetime) -> list[Check]:
    """Everything, in a fixed order; what cannot be known without the database is left out when that is broken."""
    database = _database(now)
    checks = [database, _clock(now, with_rows=database.state != BAD), *_relay(), _address()]
    if database.state == BAD:
        return checks
    rows = [_of_row(row) for row in health_rows(now) if row.key not in ("database", "web")]
    return [*checks, _queue(), *sorted(rows, key=lambda one: one.name)]


def _of_row(row: HealthRow) -> Check:
    """A failing feed or a refused letter is for the health page, not for a person at night."""
    urgent = row.key in ("worker", "disk", "version", "mail")
    state = WARN if row.state == BAD and not urgent else row.state
    return Check(row.key, state, row.text)


def _database(now: datetime) -> Check:
    try:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA quick_check")
                said = str(cursor.fetchone()[0])
            if said != "ok":
                return Check("database", BAD, f"The database is damaged ({said}). Restore the last backup.")
        Article.objects.order_by().values_list("pk").first()
    except DatabaseError as error:
        return Check("database", BAD, f"It does not answer as it should: {str(error).strip().splitlines()[0]}")
    return Check("database", OK, f"{connection.vendor}, answers")


def _clock(now: datetime, *, with_rows: bool) -> Check:
    """The machine's clock against the newest time that was written down here."""
    last = RELEASED
    if with_rows:
        seen = Article.objects.aggregate(at=Max("first_seen_at"))["at"]
        ran = Periodic.objects.aggregate(at=Max("ran_at"))["at"]
        last = max(moment for moment in (RELEASED, seen, ran) if moment)
    if now < last - _SKEW:
        return Check(
            "clock",
            BAD,
            f"The clock says {locale.stamp(now)}, yet something was written down at {locale.stamp(last)} (UTC).",
        )
    return Check("clock", OK, f"{locale.stamp(now)} UTC")


def _queue() -> Check:
    try:
        return Check("queue", OK, f"{jobs.waiting()} waiting for a prompt start")
    except Exception as error:
        text = f"The queue does not answer ({type(error).__name__}); work is taken up by the sweeps, more slowly."
        return Check("queue", WARN, text)


def _relay() -> list[Check]:
    target = parse_mail_url(settings.NASHRA_MAIL_URL)
    if target.folder is not None:
        return [Check("mail server", WARN, f"None is set (NASHRA_MAIL_URL): letters are written into {target.folder}")]
    where = f"{target.host}:{target.port}"
    try:
        with target.relay(timeout=10.0):
            pass
    except SmtpError as error:
        return [Check("mail server", BAD, f"{where}: {error}")]
    return [Check("mail server", OK, f"{where} greets us and lets us in")]


def _address() -> Check:
    """Whether the public address has a name that leads somewhere, and encryption when it is not this machine's."""
    parts = urlsplit(settings.NASHRA_URL)
    host = parts.hostname or ""
    if host in ("localhost", "127.0.0.1", "::1"):
        return Check("address", OK, f"{settings.NASHRA_URL} (this machine alone; set NASHRA_URL for others)")
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError as error:
        return Check("address", BAD, f"The name {host} leads nowhere ({error.strerror or error}).")
    if parts.scheme != "https":
        return Check("address", WARN, f"{settings.NASHRA_URL} has no encryption (https); passwords travel openly.")
    return Check("address", OK, f"{host} is {', '.join(sorted(found))}")
