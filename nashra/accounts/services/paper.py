"""The paper itself: its name, language and who may join."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from nashra.accounts.models import Paper, Reader, Registration, Role

_KEY = 1
SINGLE_OWNER = "owner@nashra.invalid"  # .invalid is reserved (RFC 2606): no letter can reach a stranger


def paper() -> Paper:
    """The paper; made with its defaults when the installation is new. One query by key, never a stale copy."""
    found = Paper.objects.filter(pk=_KEY).first()
    return found or Paper.objects.get_or_create(pk=_KEY, defaults=_defaults())[0]


def _defaults() -> dict[str, str]:
    language = settings.LANGUAGE_CODE
    return {"language": language, "name": "نشرة" if language == "ar" else "Nashra"}


@transaction.atomic
def change_paper(*, name: str, language: str, registration: str, public: bool) -> Paper:
    """What the owner decides about the paper."""
    row = paper()
    row.name, row.language, row.public = name, language, public
    row.registration = Registration(registration)
    row.save()
    return row


def mark_set_up(now: datetime | None = None) -> None:
    """Remembers when the paper got its first owner; later owners change nothing."""
    Paper.objects.filter(pk=paper().pk, set_up_at=None).update(set_up_at=now or timezone.now())


def has_owner() -> bool:
    """Whether the paper has an owner, though perhaps one whose account is closed; until then set-up links work."""
    return Reader.objects.filter(role=Role.OWNER).exists()


@transaction.atomic
def ensure_single_owner(now: datetime | None = None) -> Reader:
    """The one reader of single-user mode; made, and the paper set up, when there is no owner yet."""
    owner = Reader.objects.filter(role=Role.OWNER, is_active=True).order_by("pk").first()
    if owner:
        return owner
    row = Paper.objects.select_for_update().filter(pk=paper().pk).get()
    owner, made = Reader.objects.get_or_create(
        email=SINGLE_OWNER,
        defaults={"role": Role.OWNER, "language": row.language, "time_zone": settings.TIME_ZONE},
    )
    if made:
        owner.set_unusable_password()
        owner.save(update_fields=["password"])
        EmailAddress.objects.create(user=owner, email=SINGLE_OWNER, primary=True, verified=True)
    if row.set_up_at is None:
        row.registration, row.set_up_at = Registration.CLOSED, now or timezone.now()
        row.save(update_fields=["registration", "set_up_at"])
    return owner
