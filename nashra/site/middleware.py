"""What every request passes through: security headers, the client's true address, the reader's preferences."""

import ipaddress
import secrets
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from nashra.base import locale
from nashra.site.pages.context import language_of

Handler = Callable[[HttpRequest], HttpResponse]

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types nashra",
    )
)


def security(handler: Handler) -> Handler:
    """Puts the strict Content-Security-Policy on every answer, errors and files included."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = handler(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Permissions-Policy", "interest-cohort=(), browsing-topics=()")
        return response

    return middleware


def _trusted(address: str) -> bool:
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(ip in network for network in settings.NASHRA_TRUSTED_PROXIES)


def client_address(handler: Handler) -> Handler:
    """Believes `X-Forwarded-For` and `-Proto` from trusted proxies only, and gives each request an id for the logs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        meta = request.META
        if _trusted(meta.get("REMOTE_ADDR", "")):
            hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
            while hops and _trusted(meta["REMOTE_ADDR"]):
                meta["REMOTE_ADDR"] = hops.pop()
            if meta.get("HTTP_X_FORWARDED_PROTO") == "https":
                meta["wsgi.url_scheme"] = "https"
        else:
            meta.pop("HTTP_X_FORWARDED_PROTO", None)
        meta.pop("HTTP_X_FORWARDED_FOR", None)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=secrets.token_hex(4))
        return handler(request)

    return middleware


def preferences(handler: Handler) -> Handler:
    """Language, digits and time zone of the reader, or of the browser when nobody is signed in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        reader = request.user
        language = language_of(request)
        zone = getattr(reader, "time_zone", "") or settings.TIME_ZONE
        chosen = locale.Preferences(language=language, digits=getattr(reader, "digits", "latn"), time_zone=zone)
        with translation.override(language), timezone.override(zone), locale.using(chosen):
            request.LANGUAGE_CODE = language
            response = handler(request)
            response.headers.setdefault("Content-Language", language)
            return response

    return middleware
