"""What every page knows: the paper, the reader, language, direction and look."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from nashra.accounts import services as accounts
from nashra.base import locale

_KNOWN = tuple(code for code, _ in settings.LANGUAGES)
THEMES = ("light", "dark")
TEXT_SIZES = ("s", "l", "xl")


def language_of(request: HttpRequest) -> str:
    """The reader's language; else the one chosen on this browser, the browser's own, or the default."""
    chosen = getattr(request.user, "language", "") or request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in _KNOWN:
        return str(chosen)
    if not request.headers.get("Accept-Language"):
        return settings.LANGUAGE_CODE
    asked = get_language_from_request(request)
    return asked if asked in _KNOWN else settings.LANGUAGE_CODE


def _cookie(request: HttpRequest, name: str, allowed: tuple[str, ...]) -> str:
    value = request.COOKIES.get(name, "")
    return value if value in allowed else ""


def page(request: HttpRequest) -> dict[str, Any]:
    """Context of every template."""
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    return {
        "paper": accounts.paper(),
        "reader": request.user if hasattr(request, "user") else None,
        "language": language,
        "direction": locale.direction_of(language),
        "theme": _cookie(request, "nashra_theme", THEMES),
        "text_size": _cookie(request, "nashra_text", TEXT_SIZES),
        "single_user": settings.NASHRA_SINGLE_USER,
    }
