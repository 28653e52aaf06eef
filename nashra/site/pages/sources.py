"""Operation's pages about sources: their health, one source's history and why, and what the owner does with it.

Only shared sources stand here: a private one is its reader's affair, and its address may hold a password.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from nashra.accounts.access import editor_required, owner_required
from nashra.base.notices import say
from nashra.news import sentences
from nashra.news import services as news
from nashra.news.models import Article, Source, Subscription, Visibility
from nashra.news.services import Health

ON_PAGE = 50
SHAPES = {"ok": "ok", "new": "ok", "waiting": "warn", "warn": "warn", "paused": "warn", "bad": "bad", "gone": "bad"}
State = Source.State
FILTERS = {
    "failing": Q(failing_since__isnull=False, state=State.ACTIVE),
    "paused": Q(state=State.PAUSED),
    "gone": Q(state=State.GONE),
    "paper": Q(visibility=Visibility.PAPER),
    "new": Q(fetched_at=None, state=State.ACTIVE),
}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source as the table shows it; `shape` is the status component's."""

    source: Source
    health: Health
    shape: str
    due: str
    articles: int
    subscribers: int


def shared() -> QuerySet[Source]:
    """The sources that are the paper's or listed."""
    return Source.objects.filter(owner=None)


@never_cache
@editor_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """All shared sources, failing ones first, with a filter by state and by name or address."""
    state, text = request.GET.get("state", ""), request.GET.get("q", "").strip()
    rows = shared().filter(FILTERS[state]) if state in FILTERS else shared()
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(url__icontains=text))
    rows = rows.order_by(F("failing_since").asc(nulls_last=True), "title", "pk")
    page = Paginator(rows, ON_PAGE).get_page(request.GET.get("page"))
    now = timezone.now()
    context = {
        "page": page,
        "lines": _lines(page.object_list),
        "tabs": _tabs(state),
        "q": text,
        "state": state,
        "query": urlencode({k: v for k, v in (("state", state), ("q", text)) if v}) + ("&" if state or text else ""),
        "counts": _counts(now),
        "private": Source.objects.exclude(owner=None).count(),
    }
    return render(request, "pages/operation_sources.html", context)


def _lines(rows: Iterable[Source]) -> list[SourceLine]:
    rows = list(rows)
    ids = [row.pk for row in rows]
    articles = dict(Article.objects.filter(source__in=ids).values_list("source").annotate(n=Count("pk")))
    readers = dict(Subscription.objects.filter(source__in=ids).values_list("source").annotate(n=Count("pk")))
    return [_line(row, articles.get(row.pk, 0), readers.get(row.pk, 0)) for row in rows]


def _line(source: Source, articles: int, subscribers: int) -> SourceLine:
    found = news.health(source)
    due = sentences.due(source.due_reason or {"code": "new"}) if source.state == State.ACTIVE else ""
    return SourceLine(source, found, SHAPES[found.kind], due, articles, subscribers)


def _tabs(current: str) -> list[dict[str, Any]]:
    labels = {
        "": pgettext("sources", "All"),
        "failing": pgettext("sources", "Failing"),
        "new": pgettext("sources", "Not fetched yet"),
        "paused": pgettext("sources", "Paused"),
        "gone": pgettext("sources", "Closed"),
        "paper": pgettext("sources", "The paper's own choice"),
    }
    return [
        {"label": label, "url": f"?{urlencode({'state': name})}" if name else "?", "current": name == current,
         "count": (shared().filter(FILTERS[name]) if name else shared()).count()}
        for name, label in labels.items()
    ]  # fmt: skip


def _counts(now: datetime) -> list[tuple[str, int]]:
    active = shared().filter(state=State.ACTIVE)
    day = Article.objects.filter(first_seen_at__gt=now - timedelta(days=1), source__owner=None)
    return [
        (pgettext("sources", "Working"), active.filter(failing_since=None).exclude(ok_at=None).count()),
        (pgettext("sources", "Failing"), active.exclude(failing_since=None).count()),
        (gettext("Pieces in 24 hours"), day.count()),
    ]


@never_cache
@editor_required
@require_safe
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source: how it is, when it is asked next and why, its last fetches; for the owner what to do with it."""
    found = get_object_or_404(shared(), pk=source_id)
    line = _lines(shared().filter(pk=source_id))[0]
    context = {
        "source": found,
        "line": line,
        "explanation": news.explain(found),
        "visibilities": [
            (Visibility.PAPER.value, Visibility.PAPER.label),
            (Visibility.LISTED.value, Visibility.LISTED.label),
        ],
    }
    return render(request, "pages/operation_source.html", context)


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
