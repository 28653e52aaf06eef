"""What accounts themselves know of a reader: exported without secrets, deleted without remains."""

from collections.abc import Iterator
from pathlib import Path

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.db.models import Q

from nashra.accounts import letters
from nashra.accounts.models import Link, Reader
from nashra.accounts.registry import Row, deleters, export_model, exporters, rows
from nashra.base.models import Message
from nashra.base.smtp import parse_mail_url

_PROVING = (letters.KIND, "library")  # kinds of letters whose links are as good as a password


def register() -> None:
    """Hangs up the exporters and deleters of accounts and of the mail below them."""
    exporters[Reader._meta.label] = _account
    exporters[Link._meta.label] = _links
    export_model(EmailAddress, path="user")
    export_model(UserSession, path="user", leave_out=["session_key", "data"])
    export_model(Authenticator, path="user", leave_out=["data"])
    exporters[Message._meta.label] = _mail
    deleters.extend([_forget_links, _forget_mail])


def _account(reader: Reader) -> Iterator[Row]:
    return rows(Reader.objects.filter(pk=reader.pk), leave_out=["password"])


def _links(reader: Reader) -> Iterator[Row]:
    about = Link.objects.filter(Q(made_by=reader) | Q(used_by=reader)).order_by("pk")
    return rows(about, leave_out=["secret_hash"])


def _mail(reader: Reader) -> Iterator[Row]:
    """All letters; of those about the account only the envelopes.

    Their links prove that one reads the mailbox. Who only holds a session must not find them in an export.
    """
    for row in rows(Message.objects.filter(reader=reader).order_by("pk")):
        yield Row({**row.values, "body": b""}) if row.values["kind"] in _PROVING else row


def _forget_links(reader: Reader) -> None:
    """The invitation that brought the reader may name them in its note."""
    Link.objects.filter(used_by=reader).delete()


def _forget_mail(reader: Reader) -> None:
    """All letters to the reader, and their copies in the mail folder once the deletion is certain."""
    mail = Message.objects.filter(Q(reader=reader) | Q(to=reader.email))
    names = [reply.removeprefix("mail/") for reply in mail.values_list("reply", flat=True) if _is_copy(reply)]
    mail.delete()
    folder = parse_mail_url(settings.NASHRA_MAIL_URL).folder
    if folder is not None:
        transaction.on_commit(lambda: _remove(folder, names))


def _is_copy(reply: str) -> bool:
    return reply.startswith("mail/") and reply.endswith(".eml") and "/" not in reply.removeprefix("mail/")


def _remove(folder: Path, names: list[str]) -> None:
    for name in names:
        (folder / name).unlink(missing_ok=True)
