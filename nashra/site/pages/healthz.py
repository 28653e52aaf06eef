"""The health page's twin for monitoring programs: 200 while the service does its work, else 503."""

import ipaddress

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from nashra.site import health
from nashra.site.health import HealthRow

log = structlog.get_logger(__name__)
_PROXY = ("nashra.proxied", "HTTP_FORWARDED", "HTTP_VIA", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_HOST")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """`{"status": "ok"}` or "down"; the rows only for the owner and for programs on this machine."""
    try:
        with override("en"):
            rows = health.health_rows(timezone.now())
        is_down, knows = health.is_down(rows), _may_know(request)
    except DatabaseError:
        log.exception("healthz.database")
        return JsonResponse({"status": "down"}, status=503)
    answer: dict[str, object] = {"status": "down" if is_down else "ok"}
    if knows:
        answer["rows"] = [_row(row) for row in rows]
    return JsonResponse(answer, status=503 if is_down else 200)


def _row(row: HealthRow) -> dict[str, object]:
    return {"name": row.key, "state": row.state, "text": row.text, "at": row.at.isoformat() if row.at else None}


def _may_know(request: HttpRequest) -> bool:
    """The owner, or a program on this machine that no proxy on it speaks for."""
    if request.user.is_authenticated and request.user.is_owner:
        return True
    try:
        is_local = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return is_local and not any(request.META.get(name) for name in _PROXY)
