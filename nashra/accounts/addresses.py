"""E-mail addresses of readers: what is accepted, and the one form in which they are kept and compared."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from nashra.accounts.errors import BadAddress
from nashra.core.mail import AddressError, check_address


def clean_address(text: str) -> str:
    """The address as it is kept: lower case, the domain in ASCII. Raises `BadAddress` with the reason.

    Letters outside ASCII before the @ are refused: they need RFC 6531 (SMTPUTF8) along the whole way of every letter.
    """
    try:
        address = check_address(text).lower()
    except AddressError as error:
        raise BadAddress(_reason(error.code)) from None
    if not address.isascii():
        raise BadAddress(_("Only Latin letters can stand before the @; many mail servers do not carry others."))
    try:
        validate_email(address)
    except ValidationError:
        raise BadAddress(_reason("domain")) from None
    return address


def same_address(text: str) -> str:
    """The address to look for when someone signs in or asks for a reset: as kept if it is sound, else as typed."""
    try:
        return clean_address(text)
    except BadAddress:
        return text.strip().lower()


def _reason(code: str) -> str:
    """Why an address is refused."""
    reasons = {
        "empty": _("Type an e-mail address."),
        "no-at": _("An e-mail address has an @ in it."),
        "several": _("Type one address only."),
        "domain": _("The part after the @ is not the name of a mail domain."),
        "literal": _("The part after the @ must be a name, not a number."),
        "too-long": _("This address is longer than mail servers accept."),
    }
    return reasons.get(code) or _("This is not an e-mail address that mail can be sent to.")
