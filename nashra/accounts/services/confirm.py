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
    """Addresses that wait for a confirmation, the oldest first: without a mail server the owner confirms by hand.

    One for each reader: of an address that was never confirmed and the one it changes to, the latter.
    """
    rows = EmailAddress.objects.filter(verified=False, user__is_active=True).select_related("user")
    latest = {row.user_id: row for row in rows.order_by("-primary", "pk")}  # as `waiting_address` chooses
    found = sorted(latest.values(), key=lambda row: int(row.pk))
    return [Waiting(row.user, row.email, is_change=not row.primary) for row in found]


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
    """The reader wants another address; it waits until confirmed, so that whether somebody has it is not told."""
    EmailAddress.objects.filter(user_id=reader.pk, primary=False).delete()
    if address == reader.email:
        return EmailAddress.objects.get_or_create(user=reader, email=address, defaults={"primary": True})[0]
    return EmailAddress.objects.create(user=reader, email=address)


def forget_address_change(reader: Reader) -> None:
    """The reader keeps the present address after all."""
    EmailAddress.objects.filter(user_id=reader.pk, primary=False).delete()
