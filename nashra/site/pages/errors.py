"""Error pages. They stand alone: no database, no reader, no paper is asked, whatever has failed."""

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import get_language_from_request, override

from nashra.base.locale import INTERFACE


def _page(request: HttpRequest, name: str, status: int) -> HttpResponse:
    """The page in the request's language: the middleware that knows the reader's may not have run."""
    language = getattr(request, "LANGUAGE_CODE", "") or get_language_from_request(request)
    with override(language if language in INTERFACE else INTERFACE[0]):
        return HttpResponse(loader.get_template(f"errors/{name}.html").render(), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be read."""
    return _page(request, "400", 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: not for this account."""
    return _page(request, "403", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, or not for this reader."""
    return _page(request, "404", 404)


def failed(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; the log has it."""
    return _page(request, "500", 500)


def csrf(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form whose token is missing or old."""
    return _page(request, "csrf", 403)
