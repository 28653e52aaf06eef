"""Pictures from outside under our own address."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nashra.base.pictures import PictureError, serve_bytes, unsign
from nashra.news.fetching import turns

YEAR = 365 * 24 * 3600


@require_safe
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """A picture from outside, fitted and cached, under an address that we signed; plain 404 when there is none."""
    try:
        url = unsign(token)
        if not turns.may_ask(url, timezone.now()):
            raise PictureError("busy")
        data, found = serve_bytes(url)
    except PictureError as error:
        return _no_picture(error)
    response = HttpResponse(data, content_type=found.type)
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    return _sealed(response)


def _no_picture(error: PictureError) -> HttpResponse:
    status = 503 if error.code == "busy" else 404
    response = HttpResponse(_("There is no such picture."), content_type="text/plain; charset=utf-8", status=status)
    if error.code not in ("busy", "bad-token"):
        patch_cache_control(response, public=True, max_age=3600)
    return _sealed(response)


def _sealed(response: HttpResponse) -> HttpResponse:
    """A picture that is opened by itself can do nothing."""
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
