"""The first steps of every reader: language, topics, sources, on one page; each can be left out.

Chosen feeds of the catalogue and of a file become rows at once and are fetched by the worker; only an address that the
reader pasted is asked here, because the answer decides what it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from babel import Locale
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from nashra.accounts import services as accounts
from nashra.accounts import zones
from nashra.accounts.access import current_reader, reader_required
from nashra.accounts.forms import DIGITS, LANGUAGES
from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.core.feeds.address import normalise
from nashra.front import services as front
from nashra.front.models import Follow, Kind
from nashra.news import catalogue
from nashra.news import services as news
from nashra.news.models import Visibility

MOST_PASTED = 5  # feeds of one site that can be chosen at once


class LooksForm(forms.Form):
    """The reader's language, digits and clock."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), widget=forms.RadioSelect, choices=LANGUAGES)
    digits = forms.ChoiceField(label=gettext_lazy("Digits"), widget=forms.RadioSelect, choices=DIGITS)
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        clock = self.fields["time_zone"]
        assert isinstance(clock, forms.ChoiceField)
        clock.choices = zones.choices(settings.TIME_ZONE, str(self.initial.get("time_zone", "")))


@dataclass(frozen=True, slots=True)
class Pick:
    """One box with a tick."""

    value: str
    label: str
    note: str = ""
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Shelf:
    """The catalogue's feeds in one language; open when it is the page's own, or when something in it is ticked."""

    language: str
    picks: list[Pick]
    open: bool


@dataclass(slots=True)
class Chosen:
    """What stands on the page: ticked, typed, and what is wrong with it."""

    topics: set[str] = field(default_factory=set)
    feeds: set[str] = field(default_factory=set)
    address: str = ""
    address_error: str = ""
    file_error: str = ""
    found: list[Pick] = field(default_factory=list)  # feeds of the pasted site, to choose from
    paper: bool = False


@never_cache
@reader_required
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """The page, and what comes of it: then the front page, where feeds are still arriving."""
    reader = current_reader(request)
    assert reader is not None
    if request.method != "POST":
        return _page(request, reader, LooksForm(initial=_looks(reader)), _known(reader))
    if "skip" in request.POST:
        accounts.mark_welcomed(reader)
        return redirect("front")
    form = LooksForm(request.POST, initial=_looks(reader))
    if form.is_valid():
        _keep_looks(reader, form.cleaned_data)
    with translation.override(reader.language):
        chosen = _take(request, reader, timezone.now())
    if not form.is_valid() or chosen.address_error or chosen.file_error or chosen.found:
        return _page(request, reader, form, chosen)
    accounts.mark_welcomed(reader)
    return redirect("front")


def _looks(reader: Reader) -> dict[str, str]:
    return {"language": reader.language, "digits": reader.digits, "time_zone": reader.time_zone}


def _keep_looks(reader: Reader, data: dict[str, str]) -> None:
    accounts.change_preferences(reader, name=reader.name, personalise=reader.personalise, **data)


def _known(reader: Reader) -> Chosen:
    """What the reader follows already, ticked; an owner of a public paper chooses for it, too."""
    follows = Follow.objects.filter(reader=reader, kind=Kind.TOPIC).values_list("key", flat=True)
    urls = reader.subscriptions.values_list("source__url", flat=True)
    return Chosen(topics=set(follows), feeds=set(urls), paper=reader.is_editor and accounts.paper().public)


def _take(request: HttpRequest, reader: Reader, now: datetime) -> Chosen:
    """Does all that can be done at once; what cannot is said beside its field, and doing it again changes nothing."""
    post = request.POST
    chosen = Chosen(
        topics=set(post.getlist("topic")),
        feeds=set(post.getlist("source")),
        address=post.get("address", "").strip()[:2000],
        paper="paper" in post,
    )
    visibility = Visibility.PAPER if chosen.paper and reader.is_editor else None
    _follow_topics(reader, chosen.topics, now)
    picked = [one for one in catalogue.load() if address_of(one) in chosen.feeds]
    news.add_catalogue(reader, picked, visibility=visibility)
    if file := request.FILES.get("opml"):
        chosen.file_error = _import(request, reader, file.read())
    pasted = [url for url in post.getlist("feed")[:MOST_PASTED] if url]
    if chosen.address and not pasted:
        pasted = [chosen.address]
    for url in pasted:
        _add(reader, url, visibility, chosen)
    return chosen


def _follow_topics(reader: Reader, keys: Iterable[str], now: datetime) -> None:
    known = set(Follow.objects.filter(reader=reader, kind=Kind.TOPIC).values_list("key", flat=True))
    for topic in catalogue.topics():
        if topic.key in keys and topic.key not in known:
            news.catalogue_topic(topic.key)
            front.follow(reader, Kind.TOPIC, topic.key, now=now)


def _import(request: HttpRequest, reader: Reader, body: bytes) -> str:
    """Takes a file of feeds; what is wrong with it, or an empty text."""
    try:
        report = news.import_opml(reader, body)
    except news.SourceError as error:
        return error.message
    text = ngettext("%(count)s source came from the file.", "%(count)s sources came from the file.", report.added)
    messages.success(request, text % {"count": locale.number(report.added)})
    if left := len(report.refused) + report.over_limit:
        text = ngettext("%(count)s line of it was left out.", "%(count)s lines of it were left out.", left)
        messages.warning(request, text % {"count": locale.number(left)})
    return ""


def _add(reader: Reader, url: str, visibility: str | None, chosen: Chosen) -> None:
    """Follows what the reader pasted; several feeds of one site come back as a choice."""
    try:
        result = news.add_source(reader, url, visibility=visibility)
    except news.SourceError as error:
        chosen.address_error = error.message
    else:
        chosen.found = [Pick(one.url, one.title or one.url) for one in result.found]


def address_of(entry: catalogue.CatalogueEntry) -> str:
    """The address under which a feed of the catalogue is kept as a source."""
    return normalise(entry.feed)


def _page(request: HttpRequest, reader: Reader, form: LooksForm, chosen: Chosen) -> HttpResponse:
    language = locale.current().language
    context = {
        "form": form,
        "chosen": chosen,
        "topics": [Pick(one.key, one.name(language), "", one.key in chosen.topics) for one in catalogue.topics()],
        "shelves": _shelves(language, chosen.feeds),
        "decides": reader.is_editor,
        "again": reader.welcomed_at is not None,
    }
    return render(request, "pages/welcome.html", context)


def _shelves(language: str, ticked: set[str]) -> list[Shelf]:
    """The catalogue by language: the reader's first, then as in the file."""
    entries = sorted(catalogue.load(), key=lambda one: one.language != language)
    shelves = []
    for code, group in groupby(entries, key=lambda one: one.language):
        picks = _picks(list(group), language, ticked)
        shelves.append(Shelf(code, picks, code == language or any(pick.checked for pick in picks)))
    return shelves


def _picks(entries: Sequence[catalogue.CatalogueEntry], language: str, ticked: set[str]) -> list[Pick]:
    countries = Locale.parse(language).territories
    picks = []
    for one in entries:
        topic, url = catalogue.topic(one.topic), address_of(one)
        parts = (topic.name(language) if topic else "", countries.get(one.country, one.country))
        note = gettext("%(topic)s, %(country)s") % {"topic": parts[0], "country": parts[1]}
        picks.append(Pick(url, one.title, note, url in ticked))
    return picks
