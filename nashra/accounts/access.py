"""Who may open what: 404 for the wrong role, the sign-in page for nobody, 401 for a script's request."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from nashra.accounts.models import Reader, Role

View = Callable[..., HttpResponseBase]


def is_scripted(request: HttpRequest) -> bool:
    """Whether a script asks (fetch, JSON), which can do nothing with a sign-in page."""
    accepts = request.headers.get("Accept", "")
    asked = request.headers.get("X-Requested-With") or request.content_type == "application/json"
    return bool(asked) or (accepts.startswith("application/json") and "text/html" not in accepts)


def current_reader(request: HttpRequest) -> Reader | None:
    """The signed-in reader, or None for a visitor."""
    return request.user if isinstance(request.user, Reader) and request.user.is_active else None


def reader_of(request: HttpRequest) -> Reader:
    """Who asks, in a view that `reader_required` (or a stricter one) guards."""
    assert isinstance(request.user, Reader)
    return request.user


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """What a visitor gets where an account is needed: afterwards the reader is back here (a form must be sent anew)."""
    if is_scripted(request):
        return HttpResponse(status=401)
    back = {"next": request.get_full_path()} if request.method in ("GET", "HEAD") else {}
    return HttpResponseRedirect(reverse("account_login") + (f"?{urlencode(back)}" if back else ""))


def _required(may: Callable[[Reader], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            reader = current_reader(request)
            if reader is None:
                return sign_in_first(request)
            if not may(reader):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


reader_required = _required(lambda reader: True)
editor_required = _required(lambda reader: reader.is_editor)
owner_required = _required(lambda reader: reader.role == Role.OWNER)


def reader_for_owner(owner: Reader, reader_id: int) -> Reader:
    """A reader whom the owner looks after; 404 for anyone else's question."""
    if not owner.is_owner:
        raise Http404
    return get_object_or_404(Reader, pk=reader_id)
