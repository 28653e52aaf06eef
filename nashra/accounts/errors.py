"""What can go wrong with accounts, each with a sentence for the person who asked."""

from django.utils.translation import gettext as _


class AccountError(Exception):
    """Something about an account cannot be done; the message is one translated sentence for whoever asked."""


class BadAddress(AccountError):
    """An e-mail address that is not accepted."""


class AddressTaken(AccountError):
    """Another account has this address. Say it to owners and on the command line only, never to strangers."""


class BadPassword(AccountError):
    """A password that is too short, too common or too near to the address."""


class LinkSpent(AccountError):
    """A one-time link that was never made, is used, expired, or was replaced by a newer one."""

    def __init__(self) -> None:
        super().__init__(_("This link was used, has expired, or a newer one took its place."))


class LastOwner(AccountError):
    """The paper would be left without an owner."""

    def __init__(self) -> None:
        super().__init__(_("The paper needs an owner. Make another reader an owner first."))


class RegistrationClosed(AccountError):
    """A stranger cannot open an account here without an invitation."""
