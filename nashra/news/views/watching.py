"""Watching a page without a feed: choosing one of its lists, or naming selectors; with a preview of what they give."""

import json
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from nashra.accounts.access import reader_of, reader_required
from nashra.base.notices import say
from nashra.core.feeds.watching import FIELDS
from nashra.news import access, services
from nashra.news.forms import AddForm, SelectorsForm, WatchForm
from nashra.news.models import Visibility
from nashra.news.views.choosing import watch_page
from nashra.news.views.sources import page as sources_page
from nashra.news.views.sources import undo
from nashra.news.watching import following, pages, previews
from nashra.news.watching.asking import normalised


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def source_watch(request: HttpRequest) -> HttpResponse:
    """Shows what a page gives under the selectors typed or chosen, and follows it with `do=follow`."""
    if request.method != "POST":
        return redirect("sources")
    form = WatchForm(_fields(request))
    if not form.is_valid() and form.has_error("address"):
        return redirect("sources")
    reader, typed = reader_of(request), form.cleaned_data
    try:
        url = normalised(typed["address"])
        page = pages.page_of(reader, url)
        if form.is_valid() and request.POST.get("do") == "follow":
            return _follow(request, url, form)
        return watch_page(request, url, form, page=page)
    except previews.SelectorsWrong as error:
        form.add_error(error.field, error.message)
        return watch_page(request, url, form, page=page)
    except services.SourceError as error:
        add = AddForm({"address": typed["address"], "folder": typed.get("folder", "")})
        add.add_error("address", error.message)
        return sources_page(request, add)


def _follow(request: HttpRequest, url: str, form: WatchForm) -> HttpResponse:
    """SelectorsWrong stays on the page; other errors lead back to the sources."""
    typed = form.cleaned_data
    visibility = Visibility.PRIVATE if typed["private"] else None
    selectors = previews.selectors_of(typed)
    result = services.watch_page(reader_of(request), url, selectors, folder=typed["folder"], visibility=visibility)
    if result.source is not None:
        say(request, _("You follow %(source)s now.") % {"source": str(result.source)}, undo=undo(result.source))
    return redirect("sources")


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def source_selectors(request: HttpRequest, source_id: int) -> HttpResponse:
    """The selectors of a watched page, for whoever may change them; `do=save` changes them."""
    reader = reader_of(request)
    source = access.watched_source(reader, source_id)
    if request.method != "POST":
        return watch_page(request, source.url, SelectorsForm(initial=source.selectors), source=source)
    form = SelectorsForm(_fields(request))
    page = None
    try:
        page = pages.page_of(reader, source.url)
        if form.is_valid() and request.POST.get("do") == "save":
            following.change_selectors(source, previews.selectors_of(form.cleaned_data))
            say(request, _("Saved. The page is read by these selectors from now on."))
            return redirect("source_selectors", source.pk)
    except previews.SelectorsWrong as error:
        form.add_error(error.field, error.message)
    except services.SourceError as error:
        form.add_error(None, error.message)
    return watch_page(request, source.url, form, page=page, source=source)


def _fields(request: HttpRequest) -> QueryDict:
    """What was typed; where a list was chosen, its selectors in the place of those."""
    data = request.POST.copy()
    try:
        chosen = json.loads(data.get("chosen") or "")
    except (ValueError, RecursionError):
        return data
    if isinstance(chosen, Mapping):
        for name in FIELDS:
            data[name] = str(chosen.get(name, ""))
    return data
