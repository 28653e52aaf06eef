"""Single-user mode: whoever reaches the address is the owner."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from nashra.accounts.models import Reader, Role

Handler = Callable[[HttpRequest], HttpResponse]


def single_user(handler: Handler) -> Handler:
    """Signs every request in as the one owner when `NASHRA_SINGLE_USER` is true."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.NASHRA_SINGLE_USER and not request.user.is_authenticated:
            owner = Reader.objects.filter(role=Role.OWNER).first()
            if owner:
                request.user = owner
        return handler(request)

    return middleware
