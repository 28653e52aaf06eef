"""Operation's pages about sources: their health, one source's history and why, and what the owner does with it.

Only shared sources stand here: a private one is its reader's affair, and its address may hold a password.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from nashra.accounts.access import editor_required, owner_required
from nashra.base import locale
from nashra.base.notices import say
from nashra.library.models import SavedItem
from nashra.news import sentences
from nashra.news import services as news
from nashra.news.models import Article, Host, Source, Subscription, Visibility
from nashra.news.services import Health, figures
from nashra.news.services.figures import SourceFigures, SourceRhythm
from nashra.site.health.rows import span
from nashra.site.pages import plots

ON_PAGE = 50
SHAPES = {"ok": "ok", "new": "ok", "waiting": "warn", "warn": "warn", "paused": "warn", "bad": "bad", "gone": "bad"}
State = Source.State
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FILTERS: dict[str, Callable[[], Q]] = {
    "failing": lambda: Q(failing_since__isnull=False, state=State.ACTIVE),
    "waiting": lambda: Q(outcome="waiting", state=State.ACTIVE),
    "slow": lambda: figures.slow() & Q(state=State.ACTIVE),
    "new": lambda: Q(fetched_at=None, state=State.ACTIVE),
    "paused": lambda: Q(state=State.PAUSED),
    "gone": lambda: Q(state=State.GONE),
    "paper": lambda: Q(visibility=Visibility.PAPER),
}
ORDERS: dict[str, tuple[Any, ...]] = {
    "": (F("failing_since").asc(nulls_last=True), "title", "pk"),
    "name": ("title", "pk"),
    "ok": (F("ok_at").asc(nulls_first=True), "pk"),
    "due": ("due_at", "pk"),
    "followers": ("-followers", "title", "pk"),
    "week": ("-week", "title", "pk"),
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source as the table shows it; `shape` is the status component's; `due` says why it is asked at `due_at`."""

    source: Source
    health: Health
    shape: str
    due_at: datetime | None
    due: str
    figures: SourceFigures

    @property
    def is_another_day(self) -> bool:
        """Whether it is asked on another day of the reader's calendar."""
        return self.due_at is not None and locale.local(self.due_at).date() != locale.local(timezone.now()).date()


def shared() -> QuerySet[Source]:
    """The sources that are the paper's or listed."""
    return Source.objects.filter(owner=None)


@never_cache
@editor_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All shared sources, failing ones first unless asked otherwise, by state and by name or address."""
    state, text, order = request.GET.get("state", ""), request.GET.get("q", "").strip(), request.GET.get("sort", "")
    rows = shared().filter(FILTERS[state]()) if state in FILTERS else shared()
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(url__icontains=text))
    now = timezone.now()
    page = Paginator(_ordered(rows, order, now), ON_PAGE).get_page(request.GET.get("page"))
    kept = {name: value for name, value in (("state", state), ("q", text), ("sort", order)) if value}
    context = {
        "page": page,
        "lines": lines_of(page.object_list, now),
        "tabs": _tabs(state, order),
        "orders": _orders(),
        "q": text,
        "state": state,
        "sort": order,
        "query": urlencode(kept) + ("&" if kept else ""),
        "counts": _counts(now),
        **_private(),
    }
    return render(request, "pages/operation_sources.html", context)


def _ordered(rows: QuerySet[Source], order: str, now: datetime) -> QuerySet[Source] | list[Source]:
    """The rows in this order; the dearest first, for "bytes", is worked out here, since it is a quotient of ages."""
    if order == "bytes":
        found = list(rows)
        cost = figures.costs([row.pk for row in found], now)
        return sorted(found, key=lambda row: (-cost.get(row.pk, (0, 0))[0], row.title, row.pk))
    if order == "followers":
        rows = rows.annotate(followers=_counted(Subscription.objects.all()))
    elif order == "week":
        rows = rows.annotate(week=_counted(Article.objects.filter(published_at__gt=now - figures.WEEK)))
    return rows.order_by(*ORDERS.get(order, ORDERS[""]))


def _counted(rows: QuerySet[Any]) -> Coalesce:
    """How many of these rows belong to the source."""
    counted = rows.filter(source=OuterRef("pk")).order_by().values("source").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def lines_of(rows: Iterable[Source], now: datetime) -> list[SourceLine]:
    """These sources with their state and figures."""
    rows = list(rows)
    found = figures.figures([row.pk for row in rows], now)
    hosts = Host.objects.filter(name__in={row.host for row in rows}, asked_to_wait=True, next_at__gt=now)
    silent = dict(hosts.values_list("name", "next_at"))
    return [_line(row, found[row.pk], silent.get(row.host)) for row in rows]


def _line(source: Source, found: SourceFigures, silent_until: datetime | None) -> SourceLine:
    state = news.health(source)
    due_at, due = None, ""
    if source.state == State.ACTIVE:
        due_at, due = source.due_at, sentences.due(source.due_reason or {"code": "new"})
        if silent_until is not None and silent_until > due_at:
            due_at, due = silent_until, sentences.due({"code": "asked-to-wait"})
    return SourceLine(source, state, SHAPES[state.kind], due_at, due, found)


def _tabs(current: str, order: str) -> list[dict[str, Any]]:
    labels = {
        "": pgettext("sources", "All"),
        "failing": pgettext("sources", "Failing"),
        "waiting": pgettext("sources", "Asked to wait"),
        "slow": pgettext("sources", "Slow"),
        "new": pgettext("sources", "Not fetched yet"),
        "paused": pgettext("sources", "Paused"),
        "gone": pgettext("sources", "Closed"),
        "paper": pgettext("sources", "The paper's own choice"),
    }
    kept = {"sort": order} if order else {}
    return [
        {"label": label, "url": f"?{urlencode({**({'state': name} if name else {}), **kept})}",
         "current": name == current, "count": _count(name, current)}
        for name, label in labels.items()
    ]  # fmt: skip


def _count(name: str, current: str) -> int | None:
    """How many sources a filter shows; None for slow ones while nobody asks, since all histories are read for that."""
    if name == "slow" != current:
        return None
    return (shared().filter(FILTERS[name]()) if name else shared()).count()


def _orders() -> list[tuple[str, str]]:
    return [
        ("", gettext("Failing first")),
        ("name", gettext("By name")),
        ("ok", gettext("Longest without success")),
        ("due", gettext("Next first")),
        ("followers", gettext("Most followers")),
        ("week", gettext("Most articles in a week")),
        ("bytes", gettext("Most bytes a day")),
    ]


def _counts(now: datetime) -> list[tuple[str, int]]:
    active = shared().filter(state=State.ACTIVE)
    day = Article.objects.filter(first_seen_at__gt=now - timedelta(days=1), source__owner=None)
    return [
        (pgettext("sources", "Working"), active.filter(failing_since=None).exclude(ok_at=None).count()),
        (pgettext("sources", "Failing"), active.exclude(failing_since=None).count()),
        (locale.to_digits(gettext("Pieces in 24 hours")), day.count()),
    ]


def _private() -> dict[str, int]:
    """Of private sources only how many there are, and how many of them fail."""
    rows = Source.objects.exclude(owner=None)
    return {"private": rows.count(), "private_failing": rows.filter(FILTERS["failing"]()).count()}


@never_cache
@editor_required
@require_safe
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source: how it is, when it is asked next and why, its last fetches; for the owner what to do with it."""
    found, now = get_object_or_404(shared(), pk=source_id), timezone.now()
    explanation, rhythm = news.explain(found), figures.rhythm_of(found)
    context = {
        "source": found,
        "line": lines_of([found], now)[0],
        "explanation": explanation,
        "fetches": [(one, plots.outcome(one.outcome), plots.shape(one.outcome)) for one in explanation.fetches],
        "fetch_plot": plots.fetches(explanation.fetches),
        "hour_plot": plots.hours(rhythm, now),
        "rhythm": _rhythm(rhythm),
        "saved": SavedItem.objects.filter(article__source=found).count(),
        "visibilities": [
            (Visibility.PAPER.value, Visibility.PAPER.label),
            (Visibility.LISTED.value, Visibility.LISTED.label),
        ],
    }
    return render(request, "pages/operation_source.html", context)


def _rhythm(rhythm: SourceRhythm) -> list[tuple[str, str]]:
    """What was learnt and what the feed asks for, as names and values."""
    found = [(gettext("Learnt time between two fetches"), span(timedelta(seconds=rhythm.interval_s)))]
    if rhythm.ttl_s:
        found.append((gettext("Asked for by the feed, at least"), span(timedelta(seconds=rhythm.ttl_s))))
    if rhythm.skip_hours:
        hours = " · ".join(locale.to_digits(f"{hour:02}:00") for hour in rhythm.skip_hours)
        found.append((gettext("Hours that the feed leaves out (UTC)"), hours))
    if rhythm.skip_days:
        days = " · ".join(locale.weekday(_DAYS.index(day)) for day in rhythm.skip_days if day in _DAYS)
        found.append((gettext("Days that the feed leaves out"), days))
    return found


@owner_required
@require_POST
def source_edit(request: HttpRequest, source_id: int) -> HttpResponse:
    """Does one thing with a source: `do` is pause, resume, fetch, paper, listed or remove (with `sure`)."""
    found = get_object_or_404(shared(), pk=source_id)
    verb = request.POST.get("do", "")
    if verb == "remove":
        return _remove(request, found)
    try:
        text = _do(found, verb)
    except news.SourceError as error:
        messages.error(request, error.message)
    else:
        say(request, text)
    return redirect("operation_source", source_id)


def _do(source: Source, verb: str) -> str:
    """Calls the verb's service; what to say about it."""
    if verb == "pause":
        news.pause(source)
        return gettext("It is not fetched any more. Its articles stay.")
    if verb == "resume":
        news.resume(source)
        return gettext("It is fetched again, soon.")
    if verb == "fetch":
        news.fetch_now(source)
        return gettext("It is fetched as soon as a worker is free.")
    if verb == Visibility.PAPER:
        news.set_visibility(source, verb)
        return gettext("It is the paper's own choice now: visitors see its headlines, too.")
    if verb == Visibility.LISTED:
        news.set_visibility(source, verb)
        return gettext("It is listed now: readers may follow it, visitors do not see it.")
    raise Http404


def _remove(request: HttpRequest, source: Source) -> HttpResponse:
    if request.POST.get("sure") != "1":
        messages.warning(request, gettext("Nothing was removed: the box that says you are sure was not ticked."))
        return redirect("operation_source", source.pk)
    name = str(source)
    news.remove_source(source)
    say(request, gettext("“%(name)s” is removed, with its articles. What readers saved of it stays.") % {"name": name})
    return redirect("operation_sources")
