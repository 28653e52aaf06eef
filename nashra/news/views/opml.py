"""Lists of subscriptions, in and out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from nashra.accounts.access import reader_of, reader_required
from nashra.base import locale
from nashra.news import services
from nashra.news.forms import AddForm, OpmlForm
from nashra.news.views.sources import page

SHOWN = 200  # lines of an import's report on the page


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def opml_import(request: HttpRequest) -> HttpResponse:
    """Follows the feeds of a file, and says line by line what was left out."""
    if request.method != "POST":
        return redirect("sources")
    form = OpmlForm(request.POST, request.FILES)
    if not form.is_valid():
        return page(request, AddForm(), opml_form=form)
    try:
        body = form.cleaned_data["file"].read(services.OPML_LARGEST + 1)
        report = services.import_opml(reader_of(request), body, private=form.cleaned_data["private"])
    except services.SourceError as error:
        form.add_error("file", error.message)
        return page(request, AddForm(), opml_form=form)
    text = ngettext("You follow %(count)s more source.", "You follow %(count)s more sources.", report.added)
    summary = text % {"count": locale.number(report.added)}
    context = {"report": report, "summary": summary, "lines": report.refused[:SHOWN]}
    return render(request, "news/opml_report.html", context)


@require_safe
@reader_required
def opml_export(request: HttpRequest) -> HttpResponse:
    """What the reader follows, as a file."""
    response = HttpResponse(services.export_opml(reader_of(request)), content_type="text/x-opml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="nashra-{timezone.localdate():%Y-%m-%d}.opml"'
    response["Cache-Control"] = "private, no-store"
    return response
