"""Pages of a reader's own: settings, language and look, everything out, everything gone."""

import tempfile
from dataclasses import replace
from typing import Any

from django.conf import settings as django_settings
from django.contrib.auth import logout
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nashra.accounts import services
from nashra.accounts.access import current_reader, reader_of, reader_required
from nashra.accounts.errors import LastOwner
from nashra.accounts.forms import TEXT_SIZES, THEMES, DeletionForm, PreferencesForm
from nashra.accounts.models import Reader
from nashra.base import notices

YEAR = 365 * 24 * 3600
_LOOKS = {
    # field: cookie, the value that means "nothing chosen", all values
    "theme": ("nashra_theme", "system", {value for value, _label in THEMES}),
    "text": ("nashra_text", "m", {value for value, _label in TEXT_SIZES}),
}


def _back(request: HttpRequest) -> HttpResponseRedirect:
    """Where the form stood, if that is on this site."""
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(url if safe else reverse("front"))


def _keep(response: HttpResponse, cookie: str, value: str) -> None:
    """Keeps a choice on this browser for a year, readable by the page's script; an empty value forgets it."""
    if value:
        secure = bool(django_settings.SESSION_COOKIE_SECURE)
        response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(cookie, samesite="Lax")


def _keep_look(response: HttpResponse, field: str, value: str) -> None:
    cookie, default, allowed = _LOOKS[field]
    if value in allowed:
        _keep(response, cookie, "" if value == default else value)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Another language for this browser, and for the reader's account."""
    wanted = request.POST.get("language", "")
    response = _back(request)
    if wanted in dict(django_settings.LANGUAGES):
        reader = current_reader(request)
        if reader:
            services.change_language(reader, wanted)
        _keep(response, django_settings.LANGUAGE_COOKIE_NAME, wanted)
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Light or dark, larger or smaller text, for this browser."""
    response = _back(request)
    for field in _LOOKS:
        _keep_look(response, field, request.POST.get(field, ""))
    return response


def _preferences(request: HttpRequest, reader: Reader) -> dict[str, Any]:
    """What the settings form shows at first."""
    return {
        "name": reader.name,
        "language": reader.language,
        "time_zone": reader.time_zone,
        "digits": reader.digits,
        "region": reader.region,
        "hijri": reader.hijri,
        "personalise": reader.personalise,
        "theme": request.COOKIES.get("nashra_theme") or "system",
        "text": request.COOKIES.get("nashra_text") or "m",
    }


@never_cache
@reader_required
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Language, clock, digits, colours, size of text, personal or not; and the ways to the rest of the account."""
    reader = reader_of(request)
    form = PreferencesForm(request.POST or None, initial=_preferences(request, reader))
    if request.method != "POST" or not form.is_valid():
        example = services.example(reader.preferences, timezone.now())
        return render(request, "accounts/settings.html", {"form": form, "example": example})
    chosen = dict(form.cleaned_data)
    looks = {field: chosen.pop(field) for field in _LOOKS}
    services.change_preferences(reader, **chosen)
    with translation.override(reader.language):
        notices.say(request, _("Your settings are saved."))
    response = redirect("settings")
    _keep(response, django_settings.LANGUAGE_COOKIE_NAME, reader.language)
    for field, value in looks.items():
        _keep_look(response, field, value)
    return response


@never_cache
@require_safe
@reader_required
def settings_example(request: HttpRequest) -> HttpResponse:
    """How today would be written by the choices in the query, as plain text; the settings page's script asks for it."""
    form = PreferencesForm(request.GET, initial=_preferences(request, reader_of(request)))
    form.full_clean()
    chosen = {field: value for field, value in form.cleaned_data.items() if field in services.LOOKS}
    preferences = replace(reader_of(request).preferences, **chosen)
    return HttpResponse(services.example(preferences, timezone.now()), content_type="text/plain; charset=utf-8")


@reader_required
@require_POST
def session_end(request: HttpRequest, session_id: int) -> HttpResponse:
    """Ends one other session."""
    if not services.end_session(reader_of(request), session_id):
        raise Http404
    notices.say(request, _("The session has ended."))
    return redirect("usersessions_list")


@never_cache
@reader_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_export(request: HttpRequest) -> HttpResponseBase:
    """Says what the archive holds; the button gives it."""
    if request.method != "POST":
        return render(request, "accounts/export.html")
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it
    services.export_to_zip(reader_of(request), file)
    file.seek(0)
    name = f"nashra-{timezone.localdate().isoformat()}.zip"
    return FileResponse(file, as_attachment=True, filename=name, content_type="application/zip")


@never_cache
@sensitive_post_parameters("password")
@reader_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_delete(request: HttpRequest) -> HttpResponse:
    """Says what goes; after password or typed address everything is gone."""
    reader = reader_of(request)
    form = DeletionForm(request.POST or None, reader=reader)
    if request.method == "POST" and form.is_valid():
        try:
            services.delete(reader)
        except LastOwner as error:
            form.add_error(None, str(error))
        else:
            logout(request)
            notices.say(request, _("Your account and everything in it are deleted."))
            return redirect("front")
    return render(request, "accounts/delete.html", {"form": form})
