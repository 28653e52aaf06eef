"""The rows of the health page: each one a word, a shape, a time, and one thing to do. Worst first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext

from nashra.accounts import services as accounts
from nashra.base import fulltext, locale
from nashra.base.smtp import parse_mail_url
from nashra.front.embedding.progress import progress, sentences
from nashra.news import services as news
from nashra.site.health import figures
from nashra.site.health.beat import BACKUP, HEARTBEAT, LOST_AFTER, noted
from nashra.site.health.work import index_lines, queue_lines

OK, WARN, BAD = "ok", "warn", "bad"
STOPPERS = frozenset({"worker", "database", "disk", "version"})  # while one of these is bad, the service is down
_ORDER = {BAD: 0, WARN: 1, OK: 2}
_LATE, _TOO_LATE = timedelta(minutes=5), timedelta(minutes=30)
_BACKUP_EVERY = timedelta(days=7)
_LOW, _LITTLE = 300_000_000, 2_000_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Action:
    """The one thing to do about a row: a page of ours, or a command to type."""

    label: str
    url: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True)
class HealthRow:
    """One thing that can be well or not. `state` is ok, warn or bad; `at` is the moment that the row is about."""

    key: str
    title: str
    state: str
    word: str
    text: str
    at: datetime | None = None
    action: Action | None = None


def health_rows(now: datetime) -> list[HealthRow]:
    """Everything, worst first."""
    rows = [row for one in _ROWS if (row := one(now)) is not None]
    return sorted(rows, key=lambda row: _ORDER[row.state])


def is_down(rows: list[HealthRow]) -> bool:
    """Whether the service cannot do its work; failing feeds or a letter that was refused do not stop it."""
    return any(row.state == BAD and row.key in STOPPERS for row in rows)


def span(length: timedelta) -> str:
    """A length of time in its largest unit: "3 minutes"."""
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return gettext("less than a minute")
    if minutes < 120:
        return ngettext("%(count)s minute", "%(count)s minutes", minutes) % {"count": locale.number(minutes)}
    hours = minutes // 60
    if hours < 48:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": locale.number(hours)}
    days = hours // 24
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": locale.number(days)}


def size(count: int) -> str:
    """A number of bytes for people: "4.8 MB"."""
    units = (
        (1_000_000_000, gettext("%(size)s GB")),
        (1_000_000, gettext("%(size)s MB")),
        (1_000, gettext("%(size)s KB")),
        (1, gettext("%(size)s bytes")),
    )
    unit, text = next((one for one in units if count >= one[0]), units[-1])
    return text % {"size": locale.number(round(count / unit, 1) if unit > 1 else count)}


def _word(state: str) -> str:
    """The word beside the shape."""
    words = {
        OK: pgettext("state of a part", "Well"),
        WARN: pgettext("state of a part", "Look at it"),
        BAD: pgettext("state of a part", "Broken"),
    }
    return words[state]


def _by_age(age: timedelta) -> str:
    return OK if age < _LATE else WARN if age < _TOO_LATE else BAD


def _web(now: datetime) -> HealthRow:
    parts = urlsplit(settings.NASHRA_URL)
    is_here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    state, text = OK, gettext("Answers at %(address)s") % {"address": settings.NASHRA_URL}
    if settings.DEBUG:
        state, text = BAD, gettext("Details of errors are shown to everybody (NASHRA_DEBUG).")
    elif parts.scheme != "https" and not is_here:
        state, text = WARN, gettext("The public address has no encryption (https), so passwords travel openly.")
    action = Action(gettext("Paper and addresses"), reverse("operation_paper"))
    return HealthRow("web", pgettext("part of the installation", "Web"), state, _word(state), text, now, action)


def _worker(now: datetime) -> HealthRow:
    seen = noted(HEARTBEAT)
    state = OK if seen and now - seen < LOST_AFTER else BAD
    if state == OK:
        text = gettext("Fetches, copies and sends in the background.")
    else:
        text = gettext("Nothing is fetched or sent: no worker is running. Start “nashra run” or “nashra work”.")
    action = Action(gettext("Jobs"), reverse("operation_jobs"))
    title = pgettext("part of the installation", "Worker")
    return HealthRow("worker", title, state, _word(state), text, seen, action)


def _waiting(now: datetime) -> HealthRow:
    lines = [line for line in queue_lines(now) if line.oldest]
    action, title = Action(gettext("Jobs"), reverse("operation_jobs")), gettext("Waiting work")
    if not lines:
        return HealthRow("waiting", title, OK, _word(OK), gettext("Nothing waits."), None, action)
    oldest = min(lines, key=lambda line: line.oldest or now)
    age = now - (oldest.oldest or now)
    text = gettext("Longest waiting: %(what)s, for %(time)s") % {"what": oldest.label, "time": span(age)}
    state = _by_age(age)
    return HealthRow("waiting", title, state, _word(state), text, oldest.oldest, action)


def _search(now: datetime) -> HealthRow:
    """Whether what is stored is in the search index; what is not yet is found more slowly."""
    waits = [one.due_at for one in fulltext.underway() if one.due_at is not None]
    state = WARN if waits and now - min(waits) > _TOO_LATE else OK
    lines = index_lines()
    text = gettext("Everything that is stored can be searched.")
    if lines:
        text = gettext("%(progress)s. The others are found, too, more slowly.") % {"progress": " · ".join(lines)}
    action = Action(gettext("Jobs"), reverse("operation_jobs"))
    title = pgettext("part of the installation", "Search")
    return HealthRow("search", title, state, _word(state), text, None, action)


def _embeddings(now: datetime) -> HealthRow | None:
    """How far the articles are encoded, where an embedding model is set up."""
    found = progress(now)
    if found is None:
        return None
    state = WARN if found.error else OK
    action = Action(gettext("Jobs"), reverse("operation_jobs"))
    return HealthRow("embeddings", gettext("Similar meaning"), state, _word(state), sentences(found), None, action)


def _lag(now: datetime) -> HealthRow:
    found = figures.feeds(now)
    state = OK if found.median_lag < _LATE else WARN if found.median_lag < _TOO_LATE else BAD
    if found.worst_lag < timedelta(minutes=1):
        text = gettext("Every feed is fetched when its time has come.")
    else:
        text = gettext("Late by %(median)s in the middle, by %(worst)s at worst") % {
            "median": span(found.median_lag),
            "worst": span(found.worst_lag),
        }
    action = Action(gettext("Sources"), reverse("operation_sources"))
    return HealthRow("lag", gettext("Fetching on time"), state, _word(state), text, None, action)


def _failing(now: datetime) -> HealthRow:
    found = figures.feeds(now)
    state = OK if not found.failing else WARN if found.failing * 2 < found.active else BAD
    if found.failing:
        text = ngettext(
            "%(count)s of %(total)s sources fails", "%(count)s of %(total)s sources fail", found.failing
        ) % {"count": locale.number(found.failing), "total": locale.number(found.active)}
        if long := news.long_failing(now):
            more = ngettext("%(count)s for three days or longer", "%(count)s for three days or longer", long)
            text = gettext("%(text)s, %(more)s") % {"text": text, "more": more % {"count": locale.number(long)}}
    else:
        text = gettext("No source fails.")
    action = Action(gettext("Failing sources"), reverse("operation_sources") + "?state=failing")
    return HealthRow("failing", gettext("Sources"), state, _word(state), text, None, action)


def _mail(now: datetime) -> HealthRow:
    found = figures.mail(now)
    stuck = found.oldest is not None and now - found.oldest > _TOO_LATE
    state = BAD if stuck else WARN if found.refused or found.doubt else OK
    numbers = {name: locale.number(getattr(found, name)) for name in ("queued", "refused", "doubt")}
    text = gettext("%(queued)s waiting, %(refused)s refused this week, %(doubt)s in doubt") % numbers
    if parse_mail_url(settings.NASHRA_MAIL_URL).kind == "file":
        folder = gettext("letters are written into a folder (no mail server is set)")
        text = gettext("%(counts)s; %(folder)s") % {"counts": text, "folder": folder}
    action = Action(pgettext("page of the operation", "Mail"), reverse("operation_mail"))
    title = pgettext("part of the installation", "Mail")
    return HealthRow("mail", title, state, _word(state), text, found.oldest, action)


def _database(now: datetime) -> HealthRow:
    kind = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    text = gettext("%(kind)s, %(size)s") % {"kind": kind, "size": size(figures.database_size())}
    action = Action(gettext("Check everything"), command="nashra check")
    title = pgettext("part of the installation", "Database")
    return HealthRow("database", title, OK, _word(OK), text, now, action)


def _disk(now: datetime) -> HealthRow:
    free, share = figures.disk_free()
    state = BAD if free < _LOW else WARN if free < _LITTLE and share < 0.1 else OK
    text = gettext("%(size)s free (%(share)s)") % {"size": size(free), "share": locale.percent(share)}
    action = None if state == OK else Action(gettext("Make room on this disk"))
    return HealthRow("disk", pgettext("part of the installation", "Disk"), state, _word(state), text, now, action)


def _backup(now: datetime) -> HealthRow:
    title = pgettext("part of the installation", "Last backup")
    if connection.vendor == "postgresql":
        text = gettext("PostgreSQL is backed up by its own tool; when that ran last is not known here.")
        return HealthRow("backup", title, OK, _word(OK), text, None, Action(gettext("Back up"), command="pg_dump"))
    last = noted(BACKUP)
    since = last or accounts.paper().set_up_at or now
    state = OK if now - since < _BACKUP_EVERY else WARN
    text = gettext("All of it in one file.") if last else gettext("None has been made yet.")
    action = Action(gettext("Back up"), command="nashra backup FILE")
    return HealthRow("backup", title, state, _word(state), text, last, action)


def _version(now: datetime) -> HealthRow:
    pending = figures.pending_migrations()
    state = BAD if pending else OK
    text = gettext("Nashra %(version)s; the database fits it.") % {"version": figures.version()}
    if pending:
        text = ngettext(
            "Nashra %(version)s; the database lacks %(count)s step. Start the program anew.",
            "Nashra %(version)s; the database lacks %(count)s steps. Start the program anew.",
            pending,
        ) % {"version": figures.version(), "count": locale.number(pending)}
    action = Action(gettext("Check everything"), command="nashra check")
    return HealthRow("version", gettext("Version"), state, _word(state), text, None, action)


_ROWS: tuple[Callable[[datetime], HealthRow | None], ...] = (
    _web,
    _worker,
    _waiting,
    _lag,
    _failing,
    _search,
    _embeddings,
    _mail,
    _database,
    _disk,
    _backup,
    _version,
)
