"""Readers: making, changing, stopping, and what is known about their addresses."""

import re
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from nashra.accounts.addresses import clean_address, same_address
from nashra.accounts.errors import AddressTaken, BadPassword, LastOwner
from nashra.accounts.models import Reader, Role
from nashra.accounts.services.paper import mark_set_up, paper
from nashra.base import locale

PASSWORD_LETTERS = 128  # at most; the least is a setting of the validators
NAME_LETTERS = 120
LOOKS = ("language", "time_zone", "digits", "region", "hijri")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]+")


def clean_name(text: str) -> str:
    """A name as it is kept: one line, without controls and without marks that turn the text around it."""
    return " ".join(_UNSEEN.sub(" ", text).split())[:NAME_LETTERS]


def check_password(password: str, reader: Reader) -> None:
    """Raises `BadPassword` with all that is wrong with a new password."""
    if len(password) > PASSWORD_LETTERS:
        raise BadPassword(_("A password has at most %(most)s letters.") % {"most": locale.number(PASSWORD_LETTERS)})
    try:
        validate_password(password, reader)
    except ValidationError as error:
        raise BadPassword(locale.to_digits(" ".join(error.messages))) from None


@transaction.atomic
def create_reader(
    email: str,
    role: str = Role.READER,
    password: str | None = None,
    *,
    name: str = "",
    language: str = "",
    time_zone: str = "",
    region: str = "",
    confirmed: bool = True,
) -> Reader:
    """A new account. Without a password only a reset link opens it. Raises `BadAddress`, `AddressTaken`, `BadPassword`.

    Addresses count as confirmed unless a stranger typed them: who runs the command line or set-up vouches for them.
    """
    address = clean_address(email)
    reader = Reader(
        email=address,
        name=clean_name(name),
        role=Role(role),
        language=language or paper().language,
        time_zone=time_zone or settings.TIME_ZONE,
        region=region,
    )
    if password is not None:
        check_password(password, reader)
    reader.set_password(password)
    try:
        with transaction.atomic():
            reader.save()
    except IntegrityError:
        raise AddressTaken(
            _("There is an account with the address %(address)s already.") % {"address": address}
        ) from None
    EmailAddress.objects.create(user=reader, email=address, primary=True, verified=confirmed)
    if reader.is_owner:
        mark_set_up()
    return reader


def find_reader(email: str) -> Reader | None:
    """The reader with this address, however its letters are cased."""
    return Reader.objects.filter(email=same_address(email)).first()


def list_readers() -> QuerySet[Reader]:
    """All readers, the first first."""
    return Reader.objects.order_by("pk")


def _keep_an_owner(reader: Reader) -> None:
    """Raises `LastOwner` when no other active owner would be left. Call inside a transaction."""
    owners = Reader.objects.select_for_update().filter(role=Role.OWNER, is_active=True)
    if reader.is_owner and reader.is_active and not [owner for owner in owners if owner.pk != reader.pk]:
        raise LastOwner


@transaction.atomic
def change_role(reader: Reader, role: str) -> None:
    """Makes a reader an editor, an owner, or a plain reader again. Raises `LastOwner`."""
    if Role(role) != Role.OWNER:
        _keep_an_owner(reader)
    reader.role = Role(role)
    reader.save(update_fields=["role"])
    if reader.is_owner:
        mark_set_up()


@transaction.atomic
def deactivate(reader: Reader) -> None:
    """Closes the door without deleting anything: all sessions end, signing in is refused. Raises `LastOwner`."""
    _keep_an_owner(reader)
    reader.is_active = False
    reader.save(update_fields=["is_active"])
    end_sessions(reader)


def reactivate(reader: Reader) -> None:
    """Opens the door again."""
    reader.is_active = True
    reader.save(update_fields=["is_active"])


def end_sessions(reader: Reader, *, keep: str | None = None) -> int:
    """Ends a reader's sessions, but for the one with the key `keep`; tells how many."""
    ended = 0
    for session in UserSession.objects.filter(user_id=reader.pk).exclude(session_key=keep or ""):
        session.end()
        ended += 1
    return ended


def end_session(reader: Reader, session_id: int) -> bool:
    """Ends one of the reader's sessions; False when it is not theirs or has ended."""
    session = UserSession.objects.filter(user_id=reader.pk, pk=session_id).first()
    if session:
        session.end()
    return session is not None


def end_other_sessions(reader: Reader, current: str | None) -> int:
    """Ends all sessions but the present one (its key): after a change of password or factor, or when asked."""
    return end_sessions(reader, keep=current)


def change_preferences(reader: Reader, *, name: str, personalise: bool, **looks: Any) -> None:
    """What a reader decides about their pages: whether the page is personal, and how things are written.

    `looks` are any of `LOOKS`; what is not said stays as it is.
    """
    reader.name, reader.personalise = clean_name(name), personalise
    for field, value in looks.items():
        if field not in LOOKS:
            raise TypeError(f"no such preference: {field}")
        setattr(reader, field, value)
    reader.save(update_fields=["name", "personalise", *looks])


def example(preferences: locale.Preferences, now: datetime) -> str:
    """This moment as these preferences write it, in one line of text."""
    with locale.using(preferences):
        return f"{locale.full_date(locale.local(now))} · {locale.isolated(locale.time_of_day(now))}"


def change_language(reader: Reader, language: str) -> None:
    """The language of a reader's pages and letters."""
    reader.language = language
    reader.save(update_fields=["language"])


def mark_welcomed(reader: Reader, now: datetime | None = None) -> None:
    """The reader has been through the first steps, or has skipped them."""
    reader.welcomed_at = now or timezone.now()
    reader.save(update_fields=["welcomed_at"])
