"""What forms carry, and answers to them: 204 for the page's own script, else back to where the reader was."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme


def is_script(request: HttpRequest) -> bool:
    """Whether the page's script asks (it shows the result itself)."""
    return request.headers.get("X-Requested-With") == "fetch"


def done(request: HttpRequest, *, to: str = "front") -> HttpResponse:
    """204 for the script; else a redirect to the form's `next` on this site, or to the route `to`."""
    if is_script(request):
        return HttpResponse(status=204)
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(wanted if wanted and safe else reverse(to))


def row_ids(texts: Iterable[str]) -> list[int]:
    """Numbers of rows as a form says them; what is no number, or larger than databases count, is left out."""
    return [int(text) for text in texts if text.isdecimal() and len(text) < 18]
