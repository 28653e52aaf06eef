"""Who letters come from, and the key that signs them."""

from django.conf import settings

from nashra.core import mail

NOWHERE = "nashra@nashra.invalid"  # .invalid is reserved (RFC 2606): an answer can reach no stranger


def sender() -> str:
    """The address that letters come from. A laptop has no name in the DNS, so its letters come from nowhere."""
    try:
        return mail.check_address(settings.NASHRA_MAIL_FROM)
    except mail.AddressError:
        return NOWHERE


def sender_domain() -> str:
    """The domain of that address."""
    return sender().rpartition("@")[2]


def dkim_key() -> mail.DkimKey | None:
    """The key that signs letters, when the settings give one."""
    if not settings.NASHRA_DKIM_SELECTOR or not settings.NASHRA_DKIM_KEY:
        return None
    return mail.DkimKey(sender_domain(), settings.NASHRA_DKIM_SELECTOR, settings.NASHRA_DKIM_KEY)
