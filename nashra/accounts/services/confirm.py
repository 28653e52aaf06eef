"""Addresses that must be shown to belong to a reader: waiting, changed, confirmed by link or by the owner's hand."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from nashra.accounts import letters
from nashra.accounts.errors import AccountError, AddressTaken
from nashra.accounts.models import Reader


@dataclass(frozen=True, slots=True)
class Waiting:
    """An address that nobody has confirmed yet: `is_change` when its reader has another address until then."""

    reader: Reader
    address: str
    is_change: bool


def waiting_confirmations() -> list[Waiting]:
    """Addresses that wait for a confirmation, the oldest first: without a mail server the owner confirms by hand."""
    rows = EmailAddress.objects.filter(verified=False, user__is_active=True).select_related("user").order_by("pk")
    return [Waiting(row.user, row.email, is_change=not row.primary) for row in rows]


def waiting_address(reader: Reader) -> EmailAddress | None:
    """The reader's address that waits: the one they change to, else their only one."""
    return EmailAddress.objects.filter(user_id=reader.pk, verified=False).order_by("primary", "-pk").first()


def confirm_address(owner: Reader, reader: Reader) -> str:
    """The owner vouches for a reader's waiting address, and gets it back. Raises `AccountError` when none waits."""
    row = waiting_address(reader) if owner.is_owner else None
    if row is None:
        raise AccountError(_("No address of this reader waits for a confirmation."))
    confirm(row)
    return str(row.email)


@transaction.atomic
def confirm(row: EmailAddress) -> None:
    """This address is its reader's from now on; one that it replaces is told and forgotten.

    Raises `AddressTaken` when another account signs in with it.
    """
    reader = Reader.objects.select_for_update().get(pk=row.user_id)
    taken = EmailAddress.objects.filter(email=row.email, verified=True).exclude(pk=row.pk).exists()
    if taken or Reader.objects.filter(email=row.email).exclude(pk=reader.pk).exists():
        raise AddressTaken(_("Another account signs in with this address."))
    old = reader.email
    EmailAddress.objects.filter(user_id=reader.pk).exclude(pk=row.pk).delete()
    row.verified = row.primary = True
    row.save()
    if old != row.email:
        reader.email = row.email
        reader.save(update_fields=["email"])
        letters.address_changed(reader, old)


@transaction.atomic
def ask_address_change(reader: Reader, address: str) -> EmailAddress:
    """The reader wants another address; it waits until confirmed. Whether somebody else has it is not told.

    An address that was never confirmed itself is replaced at once: it was a slip of the keyboard.
    """
    EmailAddress.objects.filter(user_id=reader.pk, primary=False).delete()
    if address == reader.email:
        return EmailAddress.objects.get_or_create(user=reader, email=address, defaults={"primary": True})[0]
    taken = Reader.objects.filter(email=address).exists()
    present = EmailAddress.objects.filter(user_id=reader.pk, primary=True, verified=False).first()
    if present is None or taken:
        return EmailAddress.objects.create(user=reader, email=address)
    present.email = reader.email = address
    present.save(update_fields=["email"])
    reader.save(update_fields=["email"])
    return present


def forget_address_change(reader: Reader) -> None:
    """The reader keeps the present address after all."""
    EmailAddress.objects.filter(user_id=reader.pk, primary=False).delete()
