"""The addresses that the look itself names, so that its partials are tested without any page."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def nothing(request: HttpRequest, **parts: object) -> HttpResponse:
    """Answers every address of this table."""
    return HttpResponse()


PLAIN = [
    *("front", "latest", "saved", "newsletters", "profile", "search", "sources", "history", "settings", "operation"),
    *(
        "account_login",
        "account_signup",
        "account_logout",
        "welcome",
        "theme",
        "language",
        "mute",
        "filters",
        "filter_new",
        "editions",
        "picks",
    ),
]
WITH_ID = ["save", "hide", "more_like", "less_like", "not_interested", "why", "pick", "article", "article_changes"]
urlpatterns = [path(f"{name}/", nothing, name=name) for name in PLAIN]
urlpatterns += [path(f"a/<int:id>/{name}/", nothing, name=name) for name in WITH_ID]
