"""Figures for Prometheus, for whoever has the token; without a token in the settings there is no such page."""

import hmac

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from nashra.site.health import exposition

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The text format of Prometheus; 401 without the right `Authorization: Bearer …` (RFC 6750)."""
    wanted = settings.NASHRA_METRICS_TOKEN
    if not wanted:
        raise Http404
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not hmac.compare_digest(token.strip().encode(), wanted.encode()):
        answer = HttpResponse("The token is missing or wrong.\n", status=401, content_type="text/plain; charset=utf-8")
        answer["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return answer
    return HttpResponse(exposition.text(timezone.now()), content_type=CONTENT_TYPE)
