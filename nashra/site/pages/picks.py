"""What editors set on the front page: the list of it, setting and taking down."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from nashra.accounts.access import editor_required, reader_of
from nashra.base import locale
from nashra.base.answers import done
from nashra.base.notices import Undo, say
from nashra.front import services
from nashra.front.access import article_for


@require_safe
@editor_required
def picks(request: HttpRequest) -> HttpResponse:
    """What is set on the front page now, by whom, and until when."""
    return render(request, "pages/picks.html", {"picks": services.picks_now(now=timezone.now())})


@require_POST
@editor_required
def pick(request: HttpRequest, article_id: int) -> HttpResponse:
    """Sets an article on the front page for some hours (`hours=24`), or takes it down (`hours=0`)."""
    article, now = article_for(reader_of(request), article_id), timezone.now()
    hours = request.POST.get("hours", "")
    if hours == "0":
        services.take_down(article)
        say(request, gettext("Taken down: the next pages are made without it."))
        return done(request, to="picks")
    try:
        made = services.pick(
            reader_of(request), article, hours=int(hours) if hours.isdecimal() and len(hours) < 4 else 0, now=now
        )
    except services.PickError as error:
        messages.error(request, str(error))
        return done(request, to="picks")
    text = gettext("Set on the front page until %(day)s, %(time)s. It stands on the next pages that are made.")
    words = {"day": locale.date(made.until, year=False), "time": locale.time_of_day(made.until)}
    say(request, text % words, undo=Undo(reverse("pick", args=[article_id]), "hours", "0"))
    return done(request, to="picks")
