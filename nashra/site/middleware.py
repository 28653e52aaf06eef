"""What every request passes through: security headers, the client's true address, the reader's preferences."""

import ipaddress
import secrets
from collections.abc import Callable
from dataclasses import replace

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from nashra.base import courtesy, locale
from nashra.site.pages import errors
from nashra.site.pages.context import language_of

LARGEST_BODY = 32 * 1024 * 1024  # bytes; files among it, which Django itself does not limit
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
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
        response.headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)  # static files among them
        response.headers.setdefault("Permissions-Policy", "interest-cohort=(), browsing-topics=()")
        return response

    return middleware


def sound(handler: Handler) -> Handler:
    """Lets through what a page can use: no body larger than any form of ours, no NUL, which no database stores."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or len(length) > 12 or int(length) > LARGEST_BODY:
            answer = errors.bad_request(request)
            answer.status_code = 413
            return answer
        if "\x00" in request.path_info:
            return errors.not_found(request)
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        return handler(request)

    return middleware


def first(handler: Handler) -> Handler:
    """Tells the worker that somebody waits for a page (see `base.courtesy`)."""

    def middleware(request: HttpRequest) -> HttpResponse:
        board = courtesy.board()
        if board is None:
            return handler(request)
        board.begun()
        try:
            return handler(request)
        finally:
            board.ended()

    return middleware


def _ip(text: str) -> Address | None:
    """An IP address as proxies write it, perhaps with brackets or a port; IPv4 inside IPv6 is IPv4."""
    for form in (text.strip("[]"), text.rpartition(":")[0].strip("[]")):
        try:
            found = ipaddress.ip_address(form)
        except ValueError:
            continue
        return getattr(found, "ipv4_mapped", None) or found
    return None


def _trusted(address: Address | None) -> bool:
    return address is not None and any(address in network for network in settings.NASHRA_TRUSTED_PROXIES)


def _client(peer: str, forwarded: str) -> str:
    """Who asks, as the last proxy that we trust saw them; what stands before that anybody may have written."""
    client, hops = _ip(peer), [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while hops and _trusted(client) and (hop := _ip(hops.pop())):
        client = hop
    return str(client or peer)


def client_address(handler: Handler) -> Handler:
    """Believes `X-Forwarded-For` and `-Proto` from trusted proxies only, and gives each request an id for the logs."""

    def middleware(request: HttpRequest) -> HttpResponse:
        meta = request.META
        peer, forwarded = meta.get("REMOTE_ADDR", ""), meta.pop("HTTP_X_FORWARDED_FOR", "")
        scheme = meta.pop("HTTP_X_FORWARDED_PROTO", "")
        if _trusted(_ip(peer)) and scheme == "https":
            meta["wsgi.url_scheme"] = "https"
        meta["REMOTE_ADDR"] = _client(peer, forwarded)
        meta["nashra.proxied"] = bool(forwarded or scheme)  # by whomever, trusted or not
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=secrets.token_hex(4))
        return handler(request)

    return middleware


def _looks(request: HttpRequest, language: str) -> locale.Preferences:
    reader = request.user
    if reader.is_authenticated:
        return replace(reader.preferences, language=language, time_zone=reader.time_zone or settings.TIME_ZONE)
    region = locale.region_of_tags(request.headers.get("Accept-Language", ""), language)
    return locale.Preferences(language=language, time_zone=settings.TIME_ZONE, region=region)


def preferences(handler: Handler) -> Handler:
    """Language, digits, dates and time zone of the reader, or of the browser when nobody is signed in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        language = language_of(request)
        chosen = _looks(request, language)
        with translation.override(language), timezone.override(chosen.time_zone), locale.using(chosen):
            request.LANGUAGE_CODE = language
            response = handler(request)
            response.headers.setdefault("Content-Language", language)
            return response

    return middleware
