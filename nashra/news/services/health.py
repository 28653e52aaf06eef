"""How a source is, and why: in sentences for the pages and the command line."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from nashra.news import sentences
from nashra.news.models import Fetch, Host, Hub, Source

HISTORY = 50


@dataclass(frozen=True, slots=True)
class Health:
    """`kind` is ok, new, waiting, warn, bad, paused or gone; a word for it; a sentence if there is more to say."""

    kind: str
    word: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class FetchLine:
    """One fetch of a source as its history shows it; size in bytes. `feeds`: addresses that a page named instead."""

    at: datetime
    status: int | None
    size: int
    took_ms: int
    outcome: str
    added: int
    updated: int
    sentence: str
    feeds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A source's state, when it is asked next and why, its last fetches, newest first; what is known of its hub, and
    that people were told of its failing, as sentences where there is something to say. `feeds`: addresses that can take
    the place of its own, as the page there names them.
    """

    health: Health
    due_at: datetime | None
    due: str
    fetches: list[FetchLine]
    hub: str = ""
    told: str = ""
    feeds: tuple[str, ...] = ()


def health(source: Source) -> Health:
    """How the source is, from its row alone."""
    if source.state == Source.State.GONE:
        return Health("gone", pgettext("source", "Closed"), sentences.fetch({"code": "gone"}))
    if source.state == Source.State.PAUSED:
        return Health("paused", pgettext("source", "Paused"), sentences.due(source.due_reason))
    if source.outcome == "waiting":
        return Health("waiting", pgettext("source", "Asked to wait"), _("Its server asked to wait."))
    if source.failing_since:
        kind, word = ("bad", pgettext("source", "Fails")) if source.attempts > 2 else ("warn", _("Had a fault"))
        return Health(kind, word, _last_sentence(source))
    if source.damaged:
        return Health("warn", pgettext("source", "Damaged"), sentences.fetch({"code": "part-damaged"}))
    if source.ok_at is None:
        return Health("new", pgettext("source", "Waits for its first turn"))
    return Health(
        "ok", pgettext("source", "Works"), sentences.fetch({"code": "second"}) if source.second_parser else ""
    )


def _last_sentence(source: Source) -> str:
    last = Fetch.objects.filter(source=source).order_by("-at", "-pk").first()
    return sentences.fetch(last.detail) if last else ""


def explain(source: Source) -> Explanation:
    """Everything that a person may want to know about how a source is fetched."""
    fetches = [
        FetchLine(
            one.at,
            one.status,
            one.size,
            one.took_ms,
            one.outcome,
            one.added,
            one.updated,
            sentences.fetch(one.detail, added=one.added, updated=one.updated),
            tuple(one.detail.get("feeds", ())),
        )
        for one in Fetch.objects.filter(source=source).order_by("-at", "-pk")[:HISTORY]
    ]
    due_at, why = _next(source)
    feeds = fetches[0].feeds if fetches else ()
    return Explanation(health(source), due_at, why, fetches, _hub(source), _told(source), feeds)


def _next(source: Source) -> tuple[datetime | None, str]:
    """When it is asked next, and why then; its host may have asked for a longer silence."""
    if source.state != Source.State.ACTIVE:
        return None, ""
    due_at, why = source.due_at, sentences.due(source.due_reason or {"code": "new"})
    host = Host.objects.filter(name=source.host, asked_to_wait=True, next_at__gt=due_at).first()
    return (host.next_at, sentences.due({"code": "asked-to-wait"})) if host is not None else (due_at, why)


def _hub(source: Source) -> str:
    hub = Hub.objects.filter(source=source).first()
    if hub is None:
        return ""
    is_active = hub.state == Hub.State.ACTIVE and hub.lease_until is not None and hub.lease_until > timezone.now()
    return sentences.hub(hub.detail, until=hub.lease_until if is_active else None, pushed=hub.pushed_at)


def _told(source: Source) -> str:
    """Since when it fails, and whether somebody got a letter about it."""
    if source.failing_since is None or source.state != Source.State.ACTIVE:
        return ""
    return sentences.failing(source.failing_since, told=source.told_at)
