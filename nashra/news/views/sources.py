"""A reader's sources: what they follow, and following more."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nashra.accounts.access import reader_of, reader_required
from nashra.accounts.models import Reader
from nashra.base.answers import done
from nashra.base.notices import Undo, say
from nashra.news import access, services
from nashra.news.forms import AddForm, EditForm, OpmlForm
from nashra.news.models import Source, Subscription, Visibility
from nashra.news.views.choosing import offer


@require_safe
@reader_required
def sources(request: HttpRequest) -> HttpResponse:
    """What the reader follows, and how to follow more."""
    return page(request, AddForm())


def page(request: HttpRequest, form: AddForm, **more: Any) -> HttpResponse:
    """The page of a reader's sources with a form that may hold errors."""
    folders = services.sources_of(reader_of(request))
    tags = services.tags_in(folders)
    shown, tag, grouped = folders, request.GET.get("tag", ""), request.GET.get("by") == "tag"
    if tag in dict(tags):
        shown = services.tagged(shown, tag)
    elif grouped:
        shown = services.by_tag(shown)
    context = {
        "folders": shown,
        "count": sum(len(folder.sources) for folder in folders),
        "names": [folder.name for folder in folders if folder.name],
        "tags": tags,
        "tag": tag,
        "grouped": grouped and not tag,
        "all_shown": not (tag or grouped),
        "form": form,
        "opml_form": OpmlForm(),
        **more,
    }
    return render(request, "news/sources.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def source_add(request: HttpRequest) -> HttpResponse:
    """Follows what is at the address typed; a site with several feeds asks which."""
    if request.method != "POST":
        return redirect("sources")
    form = AddForm(request.POST)
    if not form.is_valid():
        return page(request, form)
    try:
        result = _add(reader_of(request), form)
    except services.SourceError as error:
        form.add_error("address", error.message)
        return page(request, form)
    if result.watch:
        return offer(request, result.watch, result.lists, form)
    if result.source is None:
        return page(request, form, found=result.found)
    say(request, _("You follow %(source)s now.") % {"source": str(result.source)}, undo=undo(result.source))
    return redirect("sources")


def _add(reader: Reader, form: AddForm) -> services.AddResult:
    typed = form.cleaned_data
    visibility = Visibility.PRIVATE if typed["private"] else None
    return services.add_source(
        reader, typed["address"], folder=typed["folder"], visibility=visibility, offer_watch=True
    )


@require_POST
@reader_required
def source_subscribe(request: HttpRequest, source_id: int) -> HttpResponse:
    """Follows a source, or stops with `on=0`."""
    source = access.source_for(reader_of(request), source_id)
    if request.POST.get("on") == "0":
        return _stop(request, source)
    try:
        services.subscribe(reader_of(request), source)
    except services.SourceError as error:
        say(request, error.message, level=40)
        return done(request, to="sources")
    say(request, _("You follow %(source)s now.") % {"source": str(source)}, undo=undo(source))
    return done(request, to="sources")


@require_POST
@reader_required
def source_unsubscribe(request: HttpRequest, source_id: int) -> HttpResponse:
    """Stops following a source."""
    return _stop(request, access.source_for(reader_of(request), source_id))


def _stop(request: HttpRequest, source: Source) -> HttpResponse:
    services.unsubscribe(reader_of(request), source)
    back = Undo(reverse("source_subscribe", args=[source.pk]), value="1")
    say(request, _("You follow %(source)s no more.") % {"source": str(source)}, undo=back)
    return done(request, to="sources")


def undo(source: Source) -> Undo:
    """The way back from having followed a source."""
    return Undo(reverse("source_subscribe", args=[source.pk]))


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def source_edit(request: HttpRequest, source_id: int) -> HttpResponse:
    """Folder and name of a followed source, and how it fares."""
    subscription = access.subscription_of(reader_of(request), source_id)
    source = subscription.source
    form = EditForm(request.POST or None, initial=_initial(subscription))
    if request.method == "POST" and form.is_valid():
        services.rename(reader_of(request), source, form.cleaned_data["title"])
        services.move_to_folder(reader_of(request), source, form.cleaned_data["folder"])
        services.set_tags(reader_of(request), source, form.cleaned_data["tags"])
        say(request, _("Saved."))
        return redirect("sources")
    names = [folder.name for folder in services.sources_of(reader_of(request)) if folder.name]
    context = {
        "source": source,
        "form": form,
        "names": names,
        "explanation": services.explain(source),
        "may_change": access.may_change(reader_of(request), source),
        "may_select": access.may_change_selectors(reader_of(request), source),
    }
    return render(request, "news/source_edit.html", context)


def _initial(subscription: Subscription) -> dict[str, str]:
    tags = "، ".join(subscription.tags)
    return {"title": subscription.title, "folder": subscription.folder, "tags": tags}


@require_POST
@reader_required
def source_address(request: HttpRequest, source_id: int) -> HttpResponse:
    """Gives a source the address of another feed, as its old page names it; its followers stay."""
    source = access.source_to_change(reader_of(request), source_id)
    try:
        found = services.change_address(source, request.POST.get("address", ""))
    except services.SourceError as error:
        say(request, error.message, level=40)
    else:
        text = _("%(source)s is read at its new address from now on. Its followers stay.") % {"source": str(found)}
        say(request, text)
    return done(request, to="sources")
