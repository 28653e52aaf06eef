"""Answers to a POST: 204 for the page's own script, else back to where the reader was."""

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
