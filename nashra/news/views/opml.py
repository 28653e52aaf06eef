"""Lists of subscriptions, in and out. A file is looked at first; nothing happens before the reader's word."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nashra.accounts.access import reader_of, reader_required
from nashra.base import locale
from nashra.base.notices import say
from nashra.core.feeds.opml import Outline
from nashra.news import services
from nashra.news.filters.services import PAUSED, sentence_of
from nashra.news.forms import AddForm, OpmlForm
from nashra.news.services.opml import folder_of, tags_of
from nashra.news.views.sources import page

SHOWN = 200  # lines of each kind in the report


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def opml_import(request: HttpRequest) -> HttpResponse:
    """Takes a file and leads to its report: what would happen, and what was left out."""
    return _take(request) if request.method == "POST" else _report(request)


def _take(request: HttpRequest) -> HttpResponse:
    form = OpmlForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, AddForm(), opml_form=form)
    file, private = form.cleaned_data["file"], form.cleaned_data["private"]
    try:
        body = file.read(services.OPML_LARGEST + 1)
        services.keep_opml(reader_of(request), body, name=file.name or "", private=private)
    except services.SourceError as error:
        form.add_error("file", error.message)
        return page(request, AddForm(), opml_form=form)
    return redirect("opml_import")


def _report(request: HttpRequest) -> HttpResponse:
    pending = services.pending_opml(reader_of(request))
    if pending is None:
        return redirect("sources")
    row, body = pending
    plan = services.plan_opml(reader_of(request), body)
    lists = {"new": plan.new, "known": plan.known, "over": plan.over}
    context = {
        "row": row,
        "plan": plan,
        "lists": [_lines(name, outlines) for name, outlines in lists.items() if outlines],
        "refused": plan.refused[:SHOWN],
        "more_refused": max(0, len(plan.refused) - SHOWN),
        "rules": [sentence_of(rule.removeprefix(PAUSED)) for rule in plan.rules[:SHOWN]],
        "folders": plan.folders[:SHOWN],
        "tags": plan.tags[:SHOWN],
    }
    return render(request, "news/opml_report.html", context)


def _lines(name: str, outlines: Sequence[Outline]) -> dict[str, Any]:
    """One kind of lines for the report: the first ones, and how many more there are."""
    first = [(one, folder_of(one), tags_of(one)) for one in outlines[:SHOWN]]
    return {"name": name, "count": len(outlines), "lines": first, "more": max(0, len(outlines) - SHOWN)}


@require_POST
@reader_required
def opml_follow(request: HttpRequest) -> HttpResponse:
    """Follows the sources of the file that waits, and with `rules` takes its rules."""
    reader = reader_of(request)
    if pending := services.pending_opml(reader):
        row, body = pending
        rules = bool(request.POST.get("rules"))
        report = services.import_opml(reader, body, private=row.private, rules=rules)
        services.drop_opml(reader)
        say(request, _said(report))
    return redirect("sources")


def _said(report: services.OpmlReport) -> str:
    text = ngettext("You follow %(count)s more source.", "You follow %(count)s more sources.", report.added)
    said = [text % {"count": locale.number(report.added)}]
    if report.rules:
        text = ngettext("%(count)s rule came with them.", "%(count)s rules came with them.", report.rules)
        said.append(text % {"count": locale.number(report.rules)})
    if report.refused_rules:
        number = len(report.refused_rules)
        text = ngettext(
            "%(count)s rule cannot be read and was left out.",
            "%(count)s rules cannot be read and were left out.",
            number,
        )
        said.append(text % {"count": locale.number(number)})
    return " ".join(said)


@require_POST
@reader_required
def opml_cancel(request: HttpRequest) -> HttpResponse:
    """Forgets the file that waits."""
    services.drop_opml(reader_of(request))
    return redirect("sources")


@require_safe
@reader_required
def opml_export(request: HttpRequest) -> HttpResponse:
    """What the reader follows, as a file."""
    response = HttpResponse(services.export_opml(reader_of(request)), content_type="text/x-opml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="nashra-{timezone.localdate().isoformat()}.opml"'
    response["Cache-Control"] = "private, no-store"
    return response
