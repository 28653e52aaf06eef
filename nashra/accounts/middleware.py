"""Single-user mode: whoever reaches the address is the owner."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from nashra.accounts import services

Handler = Callable[[HttpRequest], HttpResponse]


def single_user(handler: Handler) -> Handler:
    """Signs every request in as the one owner when `NASHRA_SINGLE_USER` is true; sign-in pages then lead to the front.

    Forms still carry their CSRF token: another site open in the same browser must not act here.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.NASHRA_SINGLE_USER and not request.user.is_authenticated:
            request.user = services.ensure_single_owner()
        return handler(request)

    return middleware
