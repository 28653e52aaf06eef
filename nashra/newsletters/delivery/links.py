"""Links in letters: absolute, and signed where they act without a sign-in.

A signature binds a link to one purpose, one reader and one thing, and is 256 bits long; what it allows is small and can
be taken back, so it does not expire: a letter must be stoppable however old it is.
"""

from django.conf import settings
from django.core import signing
from django.urls import reverse

SAVE, LESS = "save", "less"
_UNSUBSCRIBE, _STOP_ALERT = "unsubscribe", "alert"


def absolute(path: str) -> str:
    """A path of this site under its public address."""
    return f"{settings.NASHRA_URL}{path}"


def page(name: str, *parts: object) -> str:
    """The absolute address of a page."""
    return absolute(reverse(name, args=parts))


def unsubscribe(digest_id: int) -> str:
    """The address that stops one reader's digest."""
    return page("unsubscribe", _signer(_UNSUBSCRIBE).sign(str(digest_id)))


def digest_of(token: str) -> int | None:
    """The digest that an unsubscribe link is for; None when we did not make it."""
    numbers = _numbers(_UNSUBSCRIBE, token, 1)
    return numbers[0] if numbers else None


def stop_alert(alert_id: int) -> str:
    """The address that stops the letters about one followed search."""
    return page("alert_stop", _signer(_STOP_ALERT).sign(str(alert_id)))


def alert_of(token: str) -> int | None:
    """The alert that such a link is for; None when we did not make it."""
    numbers = _numbers(_STOP_ALERT, token, 1)
    return numbers[0] if numbers else None


def about_article(purpose: str, reader_id: int, article_id: int) -> str:
    """The address at which a reader saves an article (`SAVE`) or asks for less of its kind (`LESS`)."""
    return page(f"mail_{purpose}", _signer(purpose).sign(f"{reader_id}.{article_id}"))


def reader_and_article(purpose: str, token: str) -> tuple[int, int] | None:
    """Reader and article of such a link; None when we did not make it for this purpose."""
    numbers = _numbers(purpose, token, 2)
    return (numbers[0], numbers[1]) if numbers else None


def view(message_id: str) -> str:
    """The address of a letter among the reader's own, found by its Message-ID (which tells nothing)."""
    return page("mail_view", message_id[1:-1].partition("@")[0])


def _signer(purpose: str) -> signing.Signer:
    return signing.Signer(salt=f"nashra.mail.{purpose}")


def _numbers(purpose: str, token: str, count: int) -> list[int] | None:
    try:
        parts = _signer(purpose).unsign(token).split(".")
    except signing.BadSignature:
        return None
    return [int(part) for part in parts] if len(parts) == count else None
