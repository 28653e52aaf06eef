"""Pages of newsletters and mail. The links of letters work without a sign-in; looking at them changes nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nashra.accounts.access import current_reader, reader_of, reader_required
from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.base.notices import say
from nashra.news.models import Article
from nashra.newsletters import access, services
from nashra.newsletters.delivery import links, writing
from nashra.newsletters.forms import DigestForm, day_choices
from nashra.newsletters.models import Digest

ON_A_PAGE = 50
LOOK_OR_DO = ["GET", "HEAD", "POST"]


@never_cache
@require_safe
@reader_required
def newsletters(request: HttpRequest) -> HttpResponse:
    """The reader's digest as a form, with the next issue beside it."""
    digest = services.digest_of(reader_of(request))
    return _page(request, digest, DigestForm(digest=digest))


def _page(request: HttpRequest, digest: Digest, form: DigestForm) -> HttpResponse:
    draft = services.preview(digest, timezone.now())
    context = {
        "digest": digest, "form": form, "days": day_choices(), "chosen_days": form["days"].value(), "draft": draft,
        "last": services.last_issue(digest),
        "pieces": [piece for section in draft.letter.sections for piece in section.pieces],
    }  # fmt: skip
    return render(request, "newsletters/newsletters.html", context)


@require_POST
@reader_required
def digest(request: HttpRequest) -> HttpResponse:
    """Keeps the reader's wishes."""
    reader = reader_of(request)
    form = DigestForm(request.POST, digest=services.digest_of(reader))
    if not form.is_valid():
        return _page(request, services.digest_of(reader), form)
    kept = services.change_digest(reader, now=timezone.now(), **form.wishes)
    say(request, _said(kept))
    return redirect("newsletters")


def _said(digest: Digest) -> str:
    """What follows from the wishes."""
    if digest.due_at is None:
        return _("Saved. No digest is sent.")
    if not digest.reader.is_confirmed:
        return _("Saved. Digests begin when your address is confirmed.")
    when = {"day": locale.date(digest.due_at, weekday=True), "time": locale.time_of_day(digest.due_at)}
    return _("Saved. The next digest comes on %(day)s at %(time)s.") % when


@require_POST
@reader_required
def digest_now(request: HttpRequest) -> HttpResponse:
    """Sends one issue at once."""
    reader = reader_of(request)
    try:
        issue = services.send_now(reader, timezone.now())
    except services.NotConfirmed:
        messages.error(request, _("Nothing was sent: your address is not confirmed yet."))
    except services.TooMany:
        text = _("Nothing was sent: there were %(count)s such letters today. More may come tomorrow.")
        messages.error(request, text % {"count": locale.number(services.EXTRA_A_DAY)})
    else:
        if issue is None:
            say(request, _("Nothing was sent: nothing is new since the last digest."))
        else:
            say(request, _("It is on its way to %(address)s, and in your mail here.") % {"address": reader.email})
    return redirect("newsletters")


@never_cache
@require_safe
@reader_required
def mail(request: HttpRequest) -> HttpResponse:
    """The reader's own letters."""
    page = Paginator(access.letters_of(reader_of(request)), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(letter, services.state_of(letter.state)) for letter in page]
    return render(request, "newsletters/mail.html", {"page": page, "rows": rows})


@never_cache
@require_safe
@reader_required
def mail_item(request: HttpRequest, message_id: int) -> HttpResponse:
    """One of the reader's own letters."""
    letter = access.letter_for(reader_of(request), message_id)
    context = {"letter": letter, "state": services.state_of(letter.state), "shown": services.shown(letter)}
    return render(request, "newsletters/mail_item.html", context)


@require_safe
@reader_required
def mail_view(request: HttpRequest, mark: str) -> HttpResponse:
    """From a letter in a mailbox to the same letter here."""
    return redirect("mail_item", access.letter_by_mark(reader_of(request), mark).pk)


@contextmanager
def _speaking_to(request: HttpRequest, reader: Reader) -> Iterator[None]:
    """The page of a link in a letter speaks the language of the letter's reader, whoever's browser shows it."""
    request.LANGUAGE_CODE = reader.language
    with translation.override(reader.language), locale.using(writing.preferences_of(reader)):
        yield


@csrf_exempt  # RFC 8058: mail programs post without a cookie; the link itself is the secret
@never_cache
@require_http_methods(LOOK_OR_DO)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stops a digest with one POST (`List-Unsubscribe=One-Click`), takes that back with `again=1`."""
    found = access.digest_by_link(token)
    state, status = "ask", 200
    if request.POST.get("List-Unsubscribe") == "One-Click":
        services.stop(found, timezone.now())
        state = "stopped"
    elif request.POST.get("again") == "1":
        services.resume(found, timezone.now())
        state = "on"
    elif request.method == "POST":
        status = 400
    return _answer(request, found.reader, "newsletters/unsubscribe.html", {"state": state, "digest": found}, status)


@csrf_exempt  # RFC 8058, as above
@never_cache
@require_http_methods(LOOK_OR_DO)
def alert_stop(request: HttpRequest, token: str) -> HttpResponse:
    """Stops the letters about one followed search with one POST, takes that back with `again=1`."""
    found = access.alert_by_link(token)
    state, status = "ask", 200
    if request.POST.get("List-Unsubscribe") == "One-Click":
        services.alert_off(found)
        state = "stopped"
    elif request.POST.get("again") == "1":
        services.alert_resumed(found, timezone.now())
        state = "on"
    elif request.method == "POST":
        status = 400
    mine = current_reader(request) == found.follow.reader  # the link is not told what it stops
    context: dict[str, object] = {"state": state, "follow": found.follow if mine else None}
    return _answer(request, found.follow.reader, "newsletters/alert_stop.html", context, status)


@never_cache
@require_http_methods(LOOK_OR_DO)
def mail_save(request: HttpRequest, token: str) -> HttpResponse:
    """Saves an article from a letter, after a button."""
    return _about_article(request, links.SAVE, token, services.save_from_mail)


@never_cache
@require_http_methods(LOOK_OR_DO)
def mail_less(request: HttpRequest, token: str) -> HttpResponse:
    """Less of this from a letter, after a button."""
    return _about_article(request, links.LESS, token, services.less_of)


def _about_article(
    request: HttpRequest, purpose: str, token: str, act: Callable[[Reader, Article, datetime], None]
) -> HttpResponse:
    reader, article = access.by_link(purpose, token)
    done = request.method == "POST"
    if done:
        act(reader, article, timezone.now())
    return _answer(request, reader, f"newsletters/mail_{purpose}.html", {"article": article, "done": done})


def _answer(
    request: HttpRequest, reader: Reader, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    with _speaking_to(request, reader):
        response = render(request, template, {"addressee": reader, **context}, status=status)
    response.headers["Content-Language"] = reader.language
    return response
