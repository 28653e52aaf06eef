"""What keeps a promised message from leaving: a stopped address, or an app's own word at the last moment."""

from collections.abc import Callable

from django.utils.crypto import salted_hmac

from nashra.base.models import Message, Suppression

# kind of mail -> whether a message of that kind has been stopped meanwhile (apps add theirs when they are ready)
stopped: dict[str, Callable[[Message], bool]] = {}


def is_stopped(message: Message) -> bool:
    """Whether the address or the app behind the message has been stopped since it was promised."""
    if Suppression.objects.filter(address_hash=address_hash(message.to), kind=message.kind).exists():
        return True
    check = stopped.get(message.kind)
    return bool(check and check(message))


def address_hash(address: str) -> str:
    """The hash under which a stopped address is remembered."""
    return salted_hmac("nashra.suppression", address.strip().casefold(), algorithm="sha256").hexdigest()


def suppress(address: str, kind: str, reason: str) -> None:
    """No mail of this kind goes to this address any more."""
    Suppression.objects.get_or_create(address_hash=address_hash(address), kind=kind, defaults={"reason": reason[:200]})
