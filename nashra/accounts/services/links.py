"""One-time links: the owner's set-up and invitations. A secret is shown once; its hash alone is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from nashra.accounts.errors import AccountError, LinkSpent, RegistrationClosed
from nashra.accounts.models import Link, Paper, Reader, Registration, Role
from nashra.accounts.services.paper import has_owner, paper
from nashra.accounts.services.readers import create_reader

SETUP_FOR = timedelta(hours=1)
INVITATION_DAYS = 14
SECRET_BYTES = 24  # 192 random bits


def _hash(secret: str) -> str:
    """What is kept of a secret: random bits need no slow hash."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _make(purpose: Link.Purpose, expires_at: datetime, **fields: object) -> str:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    Link.objects.create(purpose=purpose, secret_hash=_hash(secret), expires_at=expires_at, **fields)
    return secret


def find_link(purpose: Link.Purpose, secret: str, now: datetime) -> Link | None:
    """The link that this secret opens now; looking does not spend it."""
    return Link.objects.filter(purpose=purpose, secret_hash=_hash(secret), used_at=None, expires_at__gt=now).first()


def spend(link: Link, reader: Reader, now: datetime) -> None:
    """Marks a link as used by this reader. Of two at once one raises `LinkSpent`: call it inside the transaction."""
    fresh = Link.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now)
    if not fresh.update(used_at=now, used_by=reader):
        raise LinkSpent


@transaction.atomic
def make_setup_link(now: datetime) -> str:
    """The path of a new one-time link to the owner's set-up, good for an hour; earlier ones stop working."""
    Link.objects.filter(purpose=Link.Purpose.SETUP).delete()
    secret = _make(Link.Purpose.SETUP, now + SETUP_FOR, made_at=now, role=Role.OWNER)
    return reverse("setup", args=[secret])


def setup_link(secret: str, now: datetime) -> Link | None:
    """The set-up link that this secret opens, as long as the paper has no owner."""
    if has_owner():
        return None
    return find_link(Link.Purpose.SETUP, secret, now)


@transaction.atomic
def set_up(
    secret: str,
    *,
    email: str,
    password: str,
    name: str,
    paper_name: str,
    language: str,
    registration: str,
    public: bool,
    now: datetime,
    time_zone: str = "",
    region: str = "",
) -> Reader:
    """Makes the owner and names the paper. The owner's address needs no confirmation: whoever holds the link runs the
    machine. Works once, even when two try at once: the other gets `LinkSpent`."""
    row = Paper.objects.select_for_update().get(pk=paper().pk)  # two set-ups queue here
    link = setup_link(secret, now)
    if link is None:
        raise LinkSpent
    owner = create_reader(
        email, Role.OWNER, password, name=name, language=language, time_zone=time_zone, region=region, confirmed=True
    )
    spend(link, owner, now)
    row.name, row.language, row.registration, row.public = paper_name, language, Registration(registration), public
    row.set_up_at = now
    row.save()
    return owner


@transaction.atomic
def register(
    email: str,
    password: str,
    *,
    name: str = "",
    language: str = "",
    time_zone: str = "",
    region: str = "",
    invitation: Link | None = None,
    now: datetime | None = None,
) -> Reader:
    """A stranger's own account, its address not confirmed yet; an invitation is spent and gives its role.

    Raises `RegistrationClosed`, `LinkSpent`, and what `create_reader` raises.
    """
    if invitation is None and paper().registration != Registration.OPEN:
        raise RegistrationClosed(_("New accounts need an invitation."))
    role = invitation.role if invitation else Role.READER
    looks = {"language": language, "time_zone": time_zone, "region": region}
    reader = create_reader(email, role, password, name=name, confirmed=False, **looks)
    if invitation:
        spend(invitation, reader, now or timezone.now())
    return reader


def invite(
    owner: Reader, role: str = Role.READER, note: str = "", days: int = INVITATION_DAYS, *, now: datetime | None = None
) -> str:
    """The path of a new invitation for one person; shown once, because only a hash of it is kept."""
    if not owner.is_owner:
        raise AccountError(_("Only an owner invites."))
    now = now or timezone.now()
    secret = _make(
        Link.Purpose.INVITATION,
        now + timedelta(days=days),
        made_at=now,
        made_by=owner,
        role=Role(role),
        note=note[:120],
    )
    return reverse("invite", args=[secret])


def invitation(secret: str, now: datetime) -> Link | None:
    """The invitation that this secret opens; closed registration honours those that the owner still makes.

    Those of somebody who is no owner any more, or whose account is closed, open nothing.
    """
    link = find_link(Link.Purpose.INVITATION, secret, now)
    maker = link.made_by if link else None
    return link if maker and maker.is_owner and maker.is_active else None


def open_invitations(now: datetime) -> QuerySet[Link]:
    """Invitations that wait for someone, the newest first."""
    makers = Reader.objects.filter(role=Role.OWNER, is_active=True)
    waiting = Link.objects.filter(purpose=Link.Purpose.INVITATION, used_at=None, expires_at__gt=now, made_by__in=makers)
    return waiting.order_by("-made_at", "-pk")


def revoke_invitation(link_id: int) -> bool:
    """Takes an unused invitation back; False when there is none of that number."""
    deleted, _kinds = Link.objects.filter(pk=link_id, purpose=Link.Purpose.INVITATION, used_at=None).delete()
    return bool(deleted)
