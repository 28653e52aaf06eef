"""The profile page: everything the service knows of a reader's taste, and every way to change it."""

import time

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nashra.accounts.access import reader_of, reader_required
from nashra.base import locale
from nashra.base.answers import done
from nashra.base.notices import Undo, say
from nashra.front import access as front_access
from nashra.front import services
from nashra.front.forms import MixForm, PrivacyForm
from nashra.front.models import Interest
from nashra.front.services import exporting, learning, recording
from nashra.news import access, catalogue
from nashra.news.models import Source

_BEFORE = "profile_before"  # in the session: the learned part of the profile before the last thing that was forgotten
_UNDONE_FOR = 600  # seconds for which that is kept


@require_safe
@reader_required
def profile(request: HttpRequest) -> HttpResponse:
    """The whole table, the mix of the page, what is recorded, and how to take it along or leave it behind."""
    reader = reader_of(request)
    let_go(request)
    context = {
        "profile": services.profile_of(reader, now=timezone.now()),
        "sources": Source.objects.filter(pk__in=access.subscribed_sources(reader)).order_by("title"),
        "mix": MixForm.of(reader),
        "privacy": PrivacyForm.of(reader),
        "topics": [(one.key, one.name(reader.language)) for one in catalogue.topics()],
    }
    return render(request, "front/profile.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reader_required
def interest(request: HttpRequest, interest_id: int) -> HttpResponse:
    """One line: the articles from which it was learned. A POST gives it a state (`state=less`, …) or forgets it."""
    reader = reader_of(request)
    line = front_access.interest_for(reader, interest_id)
    if request.method == "POST":
        return _change(request, line, request.POST.get("state", ""))
    shown = next(one for one in services.lines_of(reader, now=timezone.now()) if one.interest.pk == line.pk)
    lessons = learning.lessons_of(line)
    seen = access.visible_articles(reader).filter(pk__in=[one.article_id for one in lessons])
    context = {"line": shown, "lessons": lessons, "still_there": set(seen.values_list("pk", flat=True))}
    return render(request, "front/interest.html", context)


def _change(request: HttpRequest, line: Interest, state: str) -> HttpResponse:
    if state == "forget":
        _keep_undo(request)
        services.forget(line)
        say(request, gettext("Forgotten. It may be learned anew from what you read."), undo=_back())
    else:
        before = services.set_interest(line, state)
        undo = Undo(reverse("interest", args=[line.pk]), "state", before) if before != line.state else None
        say(request, gettext("Noted. Your next page follows it."), undo=undo)
    return done(request, to="profile")


@require_POST
@reader_required
def interest_add(request: HttpRequest) -> HttpResponse:
    """A line by hand: `kind` and `key`, a topic's key or words as they are written."""
    kind, key = request.POST.get("kind", ""), request.POST.get("key", "")
    try:
        line = services.add_interest(reader_of(request), kind, key, now=timezone.now())
        text = gettext("“%(name)s” is in your profile and always counts.") % {"name": locale.apart(line.label)}
        say(request, text, undo=Undo(reverse("interest", args=[line.pk]), "state", "forget"))
    except services.FollowError as error:
        messages.error(request, str(error))
    return done(request, to="profile")


@require_POST
@reader_required
def lesson_forget(request: HttpRequest, lesson_id: int) -> HttpResponse:
    """Takes one article out of everything that it taught."""
    lesson = front_access.lesson_for(reader_of(request), lesson_id)
    _keep_undo(request)
    services.forget_article(lesson, now=timezone.now())
    text = gettext("Forgotten: nothing that was learned from “%(title)s” is left.")
    say(request, text % {"title": locale.apart(lesson.title)}, undo=_back())
    return done(request, to="profile")


@require_POST
@reader_required
def profile_reset(request: HttpRequest) -> HttpResponse:
    """Forgets what was learned; with `hour=1` only what the last hour did; with `all=1` also what was read."""
    reader, now = reader_of(request), timezone.now()
    if request.POST.get("all") == "1":
        request.session.pop(_BEFORE, None)
        services.forget_history(reader)
        say(request, gettext("Your reading history is erased. What you follow, mute and saved stays."))
        return done(request, to="profile")
    _keep_undo(request)
    if request.POST.get("hour") == "1":
        count = services.forget_since(reader, now - recording.HOUR, now=now)
        text = ngettext("The last hour is forgotten: %(n)s piece.", "The last hour is forgotten: %(n)s pieces.", count)
        say(request, text % {"n": locale.number(count)}, undo=_back())
    else:
        services.reset(reader)
        text = gettext("What was learned is forgotten. What you said, follow, mute and saved stays.")
        say(request, text, undo=_back())
    return done(request, to="profile")


@require_POST
@reader_required
def profile_restore(request: HttpRequest) -> HttpResponse:
    """Takes the last forgetting back, for ten minutes."""
    let_go(request)
    kept = request.session.pop(_BEFORE, None)
    if kept is None:
        messages.error(request, gettext("This cannot be taken back any more: it is kept for ten minutes."))
    else:
        services.bring_back(reader_of(request), kept[1])
        say(request, gettext("Taken back: your profile is as it was. The record of what was erased stays erased."))
    return done(request, to="profile")


@require_POST
@reader_required
def profile_mix(request: HttpRequest) -> HttpResponse:
    """The mix of the page."""
    form = MixForm(request.POST)
    if form.is_valid():
        services.set_mix(reader_of(request), form.mix)
        say(request, gettext("Noted. Your next page follows it."))
    else:
        messages.error(request, gettext("Nothing was changed: a choice was not one of those offered."))
    return redirect(reverse("profile") + "#mix")


@require_POST
@reader_required
def profile_privacy(request: HttpRequest) -> HttpResponse:
    """What is recorded and learned, and for how long."""
    form = PrivacyForm(request.POST)
    if form.is_valid():
        recording.set_privacy(reader_of(request), form.wishes, now=timezone.now())
        say(request, gettext("Noted. It holds from now on."))
    else:
        messages.error(request, gettext("Nothing was changed: a choice was not one of those offered."))
    return redirect(reverse("profile") + "#privacy")


@require_safe
@reader_required
def profile_export(request: HttpRequest) -> HttpResponse:
    """The profile as a file of JSON."""
    told = exporting.profile_as_data(reader_of(request), now=timezone.now())
    answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="nashra-profile.json"'
    return answer


@require_POST
@reader_required
def reading(request: HttpRequest, article_id: int) -> HttpResponse:
    """How far and how long an article was read, from the page's script: `step` (0 to 3) and `finished=1`."""
    article, step = front_access.article_for(reader_of(request), article_id), request.POST.get("step", "")
    if step in recording.STEPS:
        finished = request.POST.get("finished") == "1"
        recording.note_reading(reader_of(request), article, step=int(step), finished=finished, now=timezone.now())
    return HttpResponse(status=204)


@require_POST
@reader_required
def shared(request: HttpRequest, article_id: int) -> HttpResponse:
    """The article was shared from its page."""
    article = front_access.article_for(reader_of(request), article_id)
    recording.note_share(reader_of(request), article, now=timezone.now())
    return HttpResponse(status=204)


def _keep_undo(request: HttpRequest) -> None:
    request.session[_BEFORE] = [int(time.time()), services.picture_of(reader_of(request))]


def let_go(request: HttpRequest) -> None:
    """What can be taken back is kept for ten minutes and no longer: it goes at the next page that its reader opens."""
    kept = request.session.get(_BEFORE)
    if kept and time.time() - kept[0] > _UNDONE_FOR:
        del request.session[_BEFORE]


def _back() -> Undo:
    return Undo(reverse("profile_restore"))
