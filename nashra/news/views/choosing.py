"""The page on which somebody chooses what to watch of a site without a feed."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from nashra.accounts.access import reader_of
from nashra.core.feeds.watching import FIELDS, Suggestion
from nashra.news.forms import AddForm, SelectorsForm, WatchForm
from nashra.news.models import Source, Visibility
from nashra.news.watching import following, pages, previews

SHOWN = 50  # items of a preview


def offer(request: HttpRequest, url: str, lists: list[Suggestion], form: AddForm) -> HttpResponse:
    """The lists of a page that was typed as a source and names no feed."""
    typed = {"address": url, "folder": form["folder"].value(), "private": form["private"].value()}
    return watch_page(request, url, WatchForm(initial=typed), lists=lists)


def watch_page(
    request: HttpRequest,
    url: str,
    form: SelectorsForm,
    *,
    page: pages.Page | None = None,
    lists: list[Suggestion] | None = None,
    source: Source | None = None,
) -> HttpResponse:
    """The page with what the form's selectors give, when it has some, and the lists that could be chosen instead."""
    preview = _preview(form, page) if page is not None and form.is_bound else None
    if lists is None:
        lists = previews.suggestions(page) if page is not None else []
    private = form["private"].value() in (True, "True", "on") if "private" in form.fields else False
    visibility = Visibility.PRIVATE if private else None
    context = {
        "address": url,
        "form": form,
        "lists": _choices(lists, form),
        "preview": preview,
        "items": preview.items[:SHOWN] if preview else [],
        "alone": following.is_private(reader_of(request), url, visibility),
        "source": source,
        "to": reverse("source_selectors", args=[source.pk]) if source else reverse("source_watch"),
        "verb": "save" if source else "follow",
    }
    return render(request, "news/watch.html", context)


def _choices(lists: list[Suggestion], form: SelectorsForm) -> list[dict[str, object]]:
    """Lists with what their buttons carry, but for the one that the form's own selectors give."""
    typed = form.cleaned_data if form.is_bound and form.is_valid() else {}
    mine = {name: typed.get(name) for name in FIELDS if typed.get(name)}
    rows = [(previews.as_row(one.selectors), one) for one in lists]
    return [{"value": json.dumps(row), "list": one} for row, one in rows if row != mine]


def _preview(form: SelectorsForm, page: pages.Page) -> previews.Preview | None:
    """What the selectors give; a selector that cannot be used becomes an error beside its field."""
    if not form.is_valid():
        return None
    try:
        return previews.preview(page, previews.selectors_of(form.cleaned_data))
    except previews.SelectorsWrong as error:
        form.add_error(error.field, error.message)
        return None
