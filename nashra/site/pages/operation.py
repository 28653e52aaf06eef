"""Operation: the owner's pages about how the installation is. Editors see the sources.

Of what belongs to one reader alone (private sources, letters, saved articles) these pages tell numbers and states,
never addresses of feeds, subjects or links.
"""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nashra.accounts import services as accounts
from nashra.accounts.access import owner_required
from nashra.accounts.forms import PaperForm
from nashra.base import jobs as work
from nashra.base import locale
from nashra.base.answers import done
from nashra.base.models import Message, Periodic
from nashra.base.notices import say
from nashra.base.smtp import parse_mail_url
from nashra.newsletters import services as newsletters
from nashra.site import health

MAIL_STATES = {
    "waiting": (Message.State.QUEUED, Message.State.INFLIGHT),
    "sent": (Message.State.SENT,),
    "refused": (Message.State.REFUSED, Message.State.EXPIRED),
    "doubt": (Message.State.DOUBT,),
    "stopped": (Message.State.SUPPRESSED,),
}


@never_cache
@require_safe
def overview(request: HttpRequest) -> HttpResponseBase:
    """Everything in one list, worst first; an editor's operation is the sources."""
    if request.user.is_authenticated and request.user.is_editor and not request.user.is_owner:
        return redirect("operation_sources")
    return _overview(request)


@owner_required
def _overview(request: HttpRequest) -> HttpResponse:
    rows = health.health_rows(timezone.now())
    troubled = sum(row.state != "ok" for row in rows)
    return render(request, "pages/operation.html", {"rows": rows, "troubled": troubled})


@never_cache
@owner_required
@require_safe
def mail(request: HttpRequest) -> HttpResponse:
    """Envelopes and their states: to whom, when, what the mail server said. Never a subject, a text or a link."""
    state = request.GET.get("state", "")
    lines, page = newsletters.mail_overview(MAIL_STATES.get(state, ()), page=request.GET.get("page"))
    target = parse_mail_url(settings.NASHRA_MAIL_URL)
    context = {
        "page": page,
        "lines": lines,
        "tabs": _mail_tabs(state),
        "query": f"{urlencode({'state': state})}&" if state else "",
        "folder": target.folder,
        "relay": target.host,
        "sender": settings.NASHRA_MAIL_FROM,
    }
    return render(request, "pages/operation_mail.html", context)


def _mail_tabs(current: str) -> list[dict[str, Any]]:
    labels = {
        "": gettext("All letters"),
        "waiting": gettext("Waiting"),
        "sent": gettext("Sent"),
        "refused": gettext("Refused"),
        "doubt": gettext("In doubt"),
        "stopped": gettext("Stopped"),
    }
    counts = {name: Message.objects.filter(state__in=states).count() for name, states in MAIL_STATES.items()}
    return [
        {"label": label, "url": f"?{urlencode({'state': name})}" if name else "?", "current": name == current,
         "count": counts.get(name, "")}
        for name, label in labels.items()
    ]  # fmt: skip


@never_cache
@owner_required
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """What waits, what runs every so often, and what was set aside until somebody says “run again”."""
    now = timezone.now()
    context = {
        "queues": health.queue_lines(now),
        "queued": work.waiting(),
        "periodic": Periodic.objects.order_by("name"),
        "indexes": health.index_lines(),
        "aside": health.set_aside(),
    }
    return render(request, "pages/operation_jobs.html", context)


@owner_required
@require_POST
def run_again(request: HttpRequest) -> HttpResponse:
    """Makes a row that was set aside (`row=mail:17`) due at once."""
    kind, _, row_id = request.POST.get("row", "").partition(":")
    if not (row_id.isdecimal() and len(row_id) < 18 and health.run_again(kind, int(row_id), now=timezone.now())):
        raise Http404
    say(request, gettext("It is tried again now."))
    return done(request, to="operation_jobs")


@never_cache
@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest) -> HttpResponse:
    """The paper's name, language, registration and openness; beside them what only the environment can change."""
    row = accounts.paper()
    decided = {"name": row.name, "language": row.language, "registration": row.registration, "public": row.public}
    form = PaperForm(request.POST or None, initial=decided)
    if request.method == "POST" and form.is_valid():
        accounts.change_paper(**form.cleaned_data)
        say(request, gettext("The paper's settings are saved."))
        return done(request, to="operation_paper")
    target = parse_mail_url(settings.NASHRA_MAIL_URL)
    context = {
        "form": form,
        "address": settings.NASHRA_URL,
        "sender": settings.NASHRA_MAIL_FROM,
        "relay": target.host,
        "folder": target.folder,
        "data": settings.NASHRA_DATA,
        "retention": settings.NASHRA_RETENTION_DAYS,
        "limit": locale.number(settings.NASHRA_SOURCES_PER_READER),
    }
    return render(request, "pages/operation_paper.html", context)
