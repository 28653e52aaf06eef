"""What a reader does with an article, and what they follow and mute."""

from collections.abc import Callable
from typing import TypedDict
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from nashra.accounts.access import reader_of, reader_required
from nashra.accounts.models import Reader
from nashra.base.answers import done, is_script, row_ids
from nashra.base.notices import Undo, say
from nashra.front import access as front_access
from nashra.front import services
from nashra.front.access import article_for
from nashra.front.forms import WordsForm
from nashra.front.models import Follow, Mute
from nashra.front.services import naming, recording
from nashra.front.services.signals import SHORT, Place

_WHOLE = {short: slot for slot, short in SHORT.items()}


def place_of(request: HttpRequest) -> Place:
    """Where on which edition it happened, as the link or form says: `e=edition.slot.position`."""
    edition, _, rest = request.GET.get("e", "").partition(".")
    slot, _, position = rest.partition(".")
    ok = edition.isdecimal() and position.isdecimal() and len(edition) < 18 and len(position) < 5
    return Place(int(edition), _WHOLE.get(slot, slot), int(position)) if ok else Place()


class Arrival(TypedDict):
    """How the reader came to an article."""

    place: Place
    from_mail: bool


def arrival(request: HttpRequest, reader: Reader) -> Arrival:
    """From where the reader came. Of a link in a letter (`m=1`: the first there) nothing is kept but that the article
    was opened, unless the reader allows more.
    """
    number, place = request.GET.get("m", ""), place_of(request)
    if not (number.isdecimal() and len(number) < 3):
        return Arrival(place=place, from_mail=False)
    if not reader.counts_mail:
        return Arrival(place=Place(), from_mail=False)
    return Arrival(place=place if place.edition_id else Place(None, "mail", int(number)), from_mail=True)


def place_query(place: Place) -> str:
    """The query by which a form carries a place on; empty for none."""
    slot = SHORT.get(place.slot, place.slot)
    return f"?{urlencode({'e': f'{place.edition_id}.{slot}.{place.position}'})}" if place.edition_id else ""


@require_POST
@reader_required
def hide(request: HttpRequest, article_id: int) -> HttpResponse:
    """Hides one article, or takes that back with `on=0`."""
    article = article_for(reader_of(request), article_id)
    if request.POST.get("on") == "0":
        services.unhide(reader_of(request), article, now=timezone.now())
    else:
        services.hide(reader_of(request), article, now=timezone.now(), place=place_of(request))
        say(request, gettext("Hidden from your page."), undo=Undo(reverse("hide", args=[article_id])))
    return done(request)


@require_POST
@reader_required
def more_like(request: HttpRequest, article_id: int) -> HttpResponse:
    """More of this, from the next page on; with `on=0` no longer."""
    return _answer(request, article_id, "more", services.more_like)


@require_POST
@reader_required
def less_like(request: HttpRequest, article_id: int) -> HttpResponse:
    """Less of this, from the next page on; with `on=0` no longer."""
    return _answer(request, article_id, "less", services.less_like)


@require_POST
@reader_required
def not_interested(request: HttpRequest, article_id: int) -> HttpResponse:
    """Less of its source, from the next page on; with `on=0` no longer."""
    return _answer(request, article_id, "source", services.not_interested)


def _not_noted(request: HttpRequest) -> HttpResponse:
    """Nothing is learned now. The page's script asks again as an ordinary form, so that the message is seen."""
    if is_script(request):
        return HttpResponse(status=409)
    text = gettext("Learning is paused: this was not noted. You can switch it on in your profile.")
    messages.warning(request, text)
    return done(request)


def _answer(request: HttpRequest, article_id: int, what: str, do: Callable[..., bool]) -> HttpResponse:
    """What the reader says of an article, or that it is taken back; the way back stands in the message."""
    reader, now = reader_of(request), timezone.now()
    article = article_for(reader, article_id)
    if request.POST.get("on") == "0":
        services.undo(reader, article, what, now=now)
        say(request, gettext("Taken back."))
    else:
        if not do(reader, article, now=now, place=place_of(request)):
            return _not_noted(request)
        text = gettext("Noted. Your next page follows it.")
        if what == "source":
            text = gettext("You see less from “%(source)s” from the next page on.") % {"source": article.source}
        say(request, text, undo=Undo(request.path))
    return done(request)


@require_POST
@reader_required
def refresh(request: HttpRequest) -> HttpResponse:
    """Makes the next edition now."""
    services.refresh(reader_of(request), now=timezone.now())
    return done(request)


def _what(request: HttpRequest) -> tuple[str, str]:
    """Kind and key, from the form or from the address of an undo button."""
    kind, _, key = (request.POST.get("what") or request.GET.get("what", "")).partition(":")
    return kind or request.POST.get("kind", ""), key or request.POST.get("key", "")


def _undo(route: str, kind: str, key: str) -> Undo:
    return Undo(f"{reverse(route)}?{urlencode({'what': f'{kind}:{key}'})}")


@require_POST
@reader_required
def follow(request: HttpRequest) -> HttpResponse:
    """Follows a topic or word (`what=topic:science`), or no longer with `on=0`."""
    kind, key = _what(request)
    try:
        if request.POST.get("on") == "0":
            services.unfollow(reader_of(request), kind, key)
        else:
            found = services.follow(reader_of(request), kind, key, now=timezone.now())
            _note_follow(request)
            text = gettext("You now follow “%(name)s”.") % {"name": found.label}
            say(request, text, undo=_undo("follow", found.kind, found.key))
    except services.FollowError as error:
        messages.error(request, str(error))
    return done(request, to="profile")


def _note_follow(request: HttpRequest) -> None:
    """That it was followed from an article's page, if the form says from which."""
    said = request.POST.get("from") or request.GET.get("from", "")
    if row_ids([said]):
        recording.note_follow(reader_of(request), article_for(reader_of(request), int(said)), now=timezone.now())


@require_POST
@reader_required
def mute(request: HttpRequest) -> HttpResponse:
    """Mutes a topic, source, story or word for `days` or for good; `on=0` ends it."""
    kind, key = _what(request)
    days = request.POST.get("days", "")
    try:
        if request.POST.get("on") == "0":
            services.unmute(reader_of(request), kind, key)
        else:
            length = min(int(days), 3650) if days.isdecimal() and len(days) < 6 else None
            follows = {(one.kind, one.key) for one in services.follows_of(reader_of(request))}
            found = services.mute(reader_of(request), kind, key, now=timezone.now(), days=length)
            text = gettext("“%(name)s” is muted: it is offered nowhere, mail included. What you saved stays.")
            undo = _undo("mute", found.kind, found.key)
            if (found.kind, found.key) in follows:  # following it again ends the mute
                undo = Undo(_undo("follow", found.kind, found.key).url, value="1")
            say(request, text % {"name": found.label}, undo=undo)
    except services.FollowError as error:
        messages.error(request, str(error))
    return done(request, to="profile")


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def followed_words(request: HttpRequest, follow_id: int) -> HttpResponse:
    """What followed words find, form by form, and how to correct it."""
    return _words(request, front_access.followed_words(reader_of(request), follow_id))


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def muted_words(request: HttpRequest, mute_id: int) -> HttpResponse:
    """What muted words keep away, form by form, and how to correct it."""
    return _words(request, front_access.muted_words(reader_of(request), mute_id))


def _words(request: HttpRequest, row: Follow | Mute) -> HttpResponse:
    sent = request.method == "POST" and not {"leave_out", "take_back"} & set(request.POST)
    form = WordsForm(request.POST if sent else None, row=row)
    if request.method == "POST" and _change_words(request, row, form):
        return redirect(request.path)
    finds = naming.finds(reader_of(request), row, now=timezone.now())
    context = {"row": row, "form": form, "finds": finds, "is_mute": isinstance(row, Mute)}
    return render(request, "front/words.html", context)


def _change_words(request: HttpRequest, row: Follow | Mute, form: WordsForm) -> bool:
    """What the page was sent to change; whether it was changed."""
    try:
        if form_left_out := request.POST.get("leave_out"):
            naming.leave_out(row, form_left_out)
            say(request, gettext("“%(form)s” is left out from now on.") % {"form": form_left_out})
        elif form_taken_back := request.POST.get("take_back"):
            if naming.take_back(row, form_taken_back):
                say(request, gettext("“%(form)s” counts again.") % {"form": form_taken_back})
        elif not form.is_valid():
            return False
        else:
            naming.change_words(row, sense=form.cleaned_data["sense"], aliases=form.cleaned_data["aliases"])
            if isinstance(row, Mute) and form.ends_anew:
                naming.change_end(row, days=form.days_from_now, now=timezone.now())
            say(request, gettext("Noted. Your next page follows it."))
    except services.FollowError as error:
        messages.error(request, str(error))
    return True
