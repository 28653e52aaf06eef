"""The program's addresses and one trivial page, the unit in which pages are measured."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def hello(_request: HttpRequest) -> HttpResponse:
    """Says hello."""
    return HttpResponse("hello")


urlpatterns = [path("hello", hello), path("", include("nashra.site.urls"))]
handler404 = "nashra.site.pages.errors.not_found"
handler500 = "nashra.site.pages.errors.failed"
