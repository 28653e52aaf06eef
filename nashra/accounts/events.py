"""What accounts do when something happens to a session, a password or a factor; wired in `apps`."""

from typing import Any

from allauth.account.models import EmailAddress
from django.http import HttpRequest

from nashra.accounts import services
from nashra.accounts.models import Reader


def factor_changed(sender: object, request: HttpRequest, user: Reader, **_more: Any) -> None:
    """A passkey, the authenticator app or the recovery codes changed: all other sessions end."""
    services.end_other_sessions(user, request.session.session_key)


def password_reset(sender: object, request: HttpRequest, user: Reader, **_more: Any) -> None:
    """A new password by letter: all sessions end, and opening the letter has shown that the address is theirs.

    A change of address that waits ends too: a thief may have asked for it.
    """
    services.end_sessions(user)
    services.forget_address_change(user)
    addresses = list(EmailAddress.objects.filter(user_id=user.pk))
    if len(addresses) == 1 and addresses[0].email == user.email and not addresses[0].verified:
        services.confirm(addresses[0])


def password_changed(sender: object, request: HttpRequest, user: Reader, **_more: Any) -> None:
    """A new password by the settings: all other sessions end, and so does a change of address that waits."""
    services.forget_address_change(user)
    services.end_other_sessions(user, request.session.session_key)
