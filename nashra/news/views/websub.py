"""The callback of WebSub hubs: they confirm, deny and send. No session, no cookie, no form of ours."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from nashra.news.models import Hub
from nashra.news.websub import receiving

_LONGEST = 1000  # characters of a challenge
_ANSWERS = {"busy": 503, "unsigned": 202, "repeated": 202, "asked": 202, "stored": 200}


@csrf_exempt
@never_cache
@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, token: str) -> HttpResponse:
    """GET: the hub asks whether we mean it, or says no. POST: it sends what is new (W3C WebSub, sections 5 and 7)."""
    hub = receiving.hub_of(token)
    if hub is None:
        return _plain("", 404)
    return _send(request, hub) if request.method == "POST" else _ask(request, hub)


def _ask(request: HttpRequest, hub: Hub) -> HttpResponse:
    mode, topic = request.GET.get("hub.mode", ""), request.GET.get("hub.topic", "")
    challenge, lease = request.GET.get("hub.challenge", ""), request.GET.get("hub.lease_seconds", "")
    now = timezone.now()
    if mode == "denied":
        return _plain("", 200 if receiving.deny(hub, topic, request.GET.get("hub.reason", ""), now) else 404)
    if not 0 < len(challenge) <= _LONGEST:
        return _plain("", 404)
    seconds = int(lease) if lease.isascii() and lease.isdigit() and len(lease) < 12 else None
    meant = receiving.confirm(hub, mode, topic, seconds, now)
    return _plain(challenge, 200) if meant else _plain("", 404)


def _send(request: HttpRequest, hub: Hub) -> HttpResponse:
    now = timezone.now()
    if hub.state in (Hub.State.LEFT, Hub.State.FAILED):
        return _plain("", 410)
    if receiving.is_too_much(hub, now):
        return _plain("", 429, 60)
    body = _body(request)
    if body is None:
        receiving.refuse_large(hub, now)
        return _plain("", 413)
    signature = request.headers.get("X-Hub-Signature", "")
    push = receiving.Push(body, request.headers.get("Content-Type", ""), signature)
    result = receiving.take(hub, push, now)
    return _plain("", _ANSWERS[result], 10 if result == "busy" else 0)


def _body(request: HttpRequest) -> bytes | None:
    """What was sent; None when it is too large. Hubs may send in chunks, of which Django by itself reads nothing: the
    server says that the input ends by itself (`wsgi.input_terminated`), so it is read in one go, up to the limit.
    """
    if int(request.META.get("CONTENT_LENGTH") or 0) > receiving.LARGEST:
        return None
    if request.META.get("wsgi.input_terminated") and "chunked" in request.headers.get("Transfer-Encoding", "").lower():
        body: bytes = request.META["wsgi.input"].read(receiving.LARGEST + 1)
        return body if len(body) <= receiving.LARGEST else None
    return request.body


def _plain(text: str, status: int, retry_s: int = 0) -> HttpResponse:
    response = HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
    if retry_s:
        response["Retry-After"] = str(retry_s)
    return response
