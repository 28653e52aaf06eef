"""Followed searches: follow one, change it, its feed's secret address, and being told by mail."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from nashra.accounts.access import reader_of, reader_required
from nashra.base.answers import done
from nashra.base.notices import Undo, say
from nashra.front import services
from nashra.front.access import search_for
from nashra.front.models import Follow, Kind
from nashra.newsletters import services as newsletters

_KEPT = "nashra.search.kept"  # salt of what an undo button carries of a search that was let go
_FOR = 86_400  # seconds that such a button works


@require_POST
@reader_required
def search_follow(request: HttpRequest) -> HttpResponse:
    """Follows the search `q`; with `do=mail` tells of it by mail, with `do=feed` gives it a feed."""
    wanted = request.POST.get("do")
    try:
        found = services.follow(reader_of(request), Kind.SEARCH, request.POST.get("q", ""), now=timezone.now())
    except services.FollowError as error:
        messages.error(request, str(error))
        return done(request, to="search")
    if wanted == "mail":
        newsletters.alert_on(found, timezone.now())
        _say_mail(request, found)
        return done(request, to="profile")
    if wanted == "feed":
        services.open_feed(found)
        return redirect(_page(found) + "#feed")
    _say_followed(request, found)
    return done(request, to="profile")


def _page(follow: Follow) -> str:
    return reverse("followed_search", args=[follow.pk])


def _say_followed(request: HttpRequest, follow: Follow) -> None:
    text = gettext("You now follow the search “%(name)s”.") % {"name": follow.label}
    say(request, text, undo=Undo(reverse("search_stop", args=[follow.pk])))


def _say_mail(request: HttpRequest, follow: Follow) -> None:
    if follow.reader.is_confirmed:
        text = gettext("You will be told by mail of what is new, at most once an hour.")
    else:
        text = gettext("Noted. Letters begin when your address is confirmed.")
    say(request, text, undo=Undo(reverse("search_mail", args=[follow.pk])))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def followed_search(request: HttpRequest, follow_id: int) -> HttpResponse:
    """One followed search: its text as a form, its feed, and whether it is told of by mail."""
    follow = search_for(reader_of(request), follow_id)
    if request.method != "POST":
        return render(request, "pages/followed_search.html", _context(follow))
    before = follow.label
    try:
        services.change_search(follow, request.POST.get("text", ""), now=timezone.now())
    except services.FollowError as error:
        messages.error(request, str(error))
        return render(request, "pages/followed_search.html", _context(follow, request.POST.get("text", "")))
    if follow.label != before:
        say(request, gettext("The search is changed."), undo=Undo(_page(follow), "text", before))
    return redirect(_page(follow))


def _context(follow: Follow, text: str | None = None) -> Mapping[str, Any]:
    alert = newsletters.alert_of(follow)
    return {
        "follow": follow,
        "text": follow.label if text is None else text,
        "feeds": _feeds(follow),
        "told": alert is not None and alert.due_at is not None,
        "query": urlencode({"q": follow.label}),
    }


def _feeds(follow: Follow) -> list[tuple[str, str]]:
    """The feed's absolute addresses by the names of their formats; none while it has no address."""
    routes = (("Atom", "search_atom"), ("JSON Feed", "search_json")) if follow.feed_key else ()
    return [(name, f"{settings.NASHRA_URL}{reverse(route, args=[follow.feed_key])}") for name, route in routes]


@require_POST
@reader_required
def search_feed(request: HttpRequest, follow_id: int) -> HttpResponse:
    """Gives a followed search's feed an address, another one, or none (`do=close`)."""
    follow = search_for(reader_of(request), follow_id)
    had = follow.feed_key
    if request.POST.get("do") == "close":
        services.close_feed(follow)
        say(request, gettext("The feed is closed: its address leads nowhere any more."))
    else:
        services.open_feed(follow)
        say(request, gettext("The feed has a new address. The old one leads nowhere any more.")) if had else None
    return redirect(_page(follow) + "#feed")


@require_POST
@reader_required
def search_mail(request: HttpRequest, follow_id: int) -> HttpResponse:
    """Tells of a followed search by mail (`on=1`), no more (`on=0`), or once more as if never stopped (`on=back`)."""
    follow = search_for(reader_of(request), follow_id)
    alert, wanted = newsletters.alert_of(follow), request.POST.get("on")
    if wanted == "0":
        if alert is not None:
            newsletters.alert_off(alert)
        text = gettext("No letters come about this search any more. You follow it as before.")
        say(request, text, undo=Undo(request.path, "on", "back"))
    elif wanted == "back" and alert is not None:
        newsletters.alert_resumed(alert, timezone.now())
        say(request, gettext("The letters come again."))
    else:
        newsletters.alert_on(follow, timezone.now())
        _say_mail(request, follow)
    return done(request, to="profile")


@require_POST
@reader_required
def search_stop(request: HttpRequest, follow_id: int) -> HttpResponse:
    """Follows a search no more; its feed and its letters end, and the notice takes it all back."""
    follow = search_for(reader_of(request), follow_id)
    kept = signing.dumps(_remembered(follow), salt=_KEPT, compress=True)
    services.unfollow(reader_of(request), Kind.SEARCH, follow.key)
    text = gettext("You no longer follow the search “%(name)s”. Its feed and letters end.") % {"name": follow.label}
    say(request, text, undo=Undo(reverse("search_back"), "kept", kept))
    wanted = request.POST.get("next", "")
    return redirect("profile") if wanted.startswith(_page(follow)) else done(request, to="profile")


def _remembered(follow: Follow) -> dict[str, Any]:
    alert = newsletters.alert_of(follow)
    told = alert.told_until.isoformat() if alert is not None and alert.due_at is not None else ""
    return {"reader": follow.reader_id, "text": follow.label, "feed": follow.feed_key, "told": told}


@require_POST
@reader_required
def search_back(request: HttpRequest) -> HttpResponse:
    """Follows a search again that was let go a moment ago, with its feed's address and its letters."""
    reader = reader_of(request)
    try:
        kept = signing.loads(request.POST.get("kept", ""), salt=_KEPT, max_age=_FOR)
    except signing.BadSignature:
        kept = {}
    if kept.get("reader") != reader.pk:
        messages.error(request, gettext("This cannot be taken back any more."))
        return done(request, to="profile")
    try:
        found = services.follow(reader, Kind.SEARCH, kept["text"], now=timezone.now())
    except services.FollowError as error:
        messages.error(request, str(error))
        return done(request, to="profile")
    services.reopen_feed(found, kept["feed"])
    if kept["told"]:
        newsletters.alert_on(found, timezone.now(), since=datetime.fromisoformat(kept["told"]))
    say(request, gettext("You follow the search “%(name)s” again.") % {"name": found.label})
    return done(request, to="profile")
