"""Choosing ahead: where many digests are due, what they hold is chosen before their hour, a few readers at a time.

Ranking is most of the work of a digest. Where a hundred thousand are due at seven, they would leave for hours; chosen
in the hour before, they only have to be written. Where few are due, each is chosen when it leaves, from the latest
news. What was chosen is a frozen edition; what its reader mutes, reads or hides afterwards is left out when it leaves.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, QuerySet
from django.utils import timezone

from nashra.base import claims, courtesy, jobs
from nashra.front.models import Edition
from nashra.newsletters.delivery import choosing
from nashra.newsletters.models import Digest

log = structlog.get_logger(__name__)
LEAD = timedelta(minutes=60)
MANY = 500  # digests due within that time: fewer are chosen within a minute at their hour
FRESH = timedelta(hours=2)  # an older edition is not sent
BATCH = 20
LEASE = timedelta(minutes=5)
_FIELDS = claims.Fields(due="prepare_at", until="prepare_until", attempts="prepare_attempts")


def is_crowded(now: datetime) -> bool:
    """Whether so many digests are due soon that they are chosen ahead."""
    soon = Digest.objects.filter(is_on=True, due_at__gt=now, due_at__lte=now + LEAD)
    return soon[:MANY].count() >= MANY


def prepare_due(clock: Callable[[], datetime] = timezone.now) -> int:
    """Chooses ahead for the digests that are due soon, the earliest first; returns for how many."""
    prepared = 0
    while is_crowded(clock()) and not jobs.stopping():
        batch = claims.claim(_waiting(clock()), limit=BATCH, lease=LEASE, now=clock(), fields=_FIELDS)
        if not batch:
            break
        for digest in batch:
            courtesy.give_way()
            prepared += _try(digest, clock())
    return prepared


def _waiting(now: datetime) -> "QuerySet[Digest]":
    """Digests that are due soon and have nothing chosen. Once its hour has come, sending chooses for itself."""
    at = ExpressionWrapper(F("due_at") - LEAD, output_field=DateTimeField())
    rows = Digest.objects.filter(is_on=True, edition=None, due_at__gt=now, due_at__lte=now + LEAD)
    return rows.annotate(prepare_at=at).select_related("reader")


def _try(digest: Digest, now: datetime) -> bool:
    """A fault holds up no other: this one is tried again when its claim runs out, or chosen at its hour."""
    try:
        return digest.reader.is_active and prepare(digest, now) is not None
    except Exception:
        log.exception("digest.not_prepared", digest=digest.pk)
        return False


def prepare(digest: Digest, now: datetime) -> Edition | None:
    """Chooses and keeps, in the place of what was chosen before, if nobody else did meanwhile. None where nothing is
    new, or where somebody else did.
    """
    edition = choosing.freeze(digest, now)
    if edition is None:
        return None
    mine = Digest.objects.filter(pk=digest.pk, edition=digest.edition_id, prepare_until=digest.prepare_until)
    with transaction.atomic():
        edition.save()
        if mine.update(edition=edition, prepare_until=None, prepare_attempts=0):
            return edition
        transaction.set_rollback(True)
    return None


def usable(digest: Digest, now: datetime) -> Edition | None:
    """The edition that was chosen for a digest, unless that was too long ago, for a shorter letter, or before a change
    of what its reader wishes and allows.
    """
    if digest.edition_id is None:
        return None
    edition = Edition.objects.filter(pk=digest.edition_id, made_at__gt=now - FRESH, stale=False).first()
    return edition if edition and len(edition.items) >= digest.length else None
