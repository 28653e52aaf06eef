"""Issuing: a due digest becomes one issue of its local date and one promised letter, in one transaction, or neither."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.base import claims, outbox
from nashra.base.models import Message
from nashra.base.outbox import Promise
from nashra.core import mail
from nashra.core.mail.schedule import last_due, local_date, next_due
from nashra.front.models import Edition
from nashra.newsletters.delivery import choosing, links, preparing, writing
from nashra.newsletters.delivery.choosing import Selection
from nashra.newsletters.delivery.writing import Occasion
from nashra.newsletters.models import Digest, Issue

log = structlog.get_logger(__name__)
KIND = "digest"
BATCH = 20
LEASE = timedelta(minutes=5)
LATE = timedelta(hours=6)  # a letter so late is sent only while it is still the day that it was for
KEEP = timedelta(hours=24)  # how long its delivery is tried
Outcome = Issue.Outcome


@dataclass(frozen=True, slots=True)
class Draft:
    """A digest as it would go out: what it holds, and the letter."""

    occasion: Occasion
    selection: Selection
    letter: mail.Letter

    @property
    def is_empty(self) -> bool:
        """Whether nothing is new."""
        return not self.selection.articles


def draft(
    digest: Digest, for_date: date, hour: int, now: datetime, *, message_id: str = "", edition: Edition | None = None
) -> Draft:
    """Chooses and writes; nothing is recorded. `edition`: what was chosen before, taken as far as it still may be."""
    sent, reader = choosing.sent_before(digest, now), digest.reader
    selection = choosing.thaw(edition, reader, sent, now) if edition else None
    if not selection or not selection.articles:
        selection = choosing.choose(reader, digest.length, sent, now)
    occasion = Occasion(for_date, hour, message_id)
    return Draft(occasion, selection, writing.write(digest, selection, occasion))


def may_get(reader: Reader) -> bool:
    """Whether digests may go to this reader: the account is open and the address is confirmed."""
    return reader.is_active and reader.is_confirmed


def next_time(digest: Digest, after: datetime) -> datetime | None:
    """When the next issue is due, on a later date than the last one; None while the digest is off."""
    if not digest.is_on:
        return None
    last = Issue.objects.filter(digest=digest, extra=0).order_by("-for_date").first() if digest.pk else None
    sent_on = last.for_date if last else None
    return next_due(digest.hour, digest.minute, digest.days, digest.reader.time_zone, after, sent_on=sent_on)


def send_due(clock: Callable[[], datetime] = timezone.now) -> int:
    """Issues what is due; returns how many digests were taken up. A fault in one holds up no other."""
    taken = 0
    while True:
        rows = Digest.objects.filter(is_on=True).select_related("reader")
        batch = claims.claim(rows, limit=BATCH, lease=LEASE, now=clock())
        if not batch:
            return taken
        taken += len(batch)
        for digest in batch:
            _take_up(digest, clock())


def _take_up(digest: Digest, now: datetime) -> None:
    try:
        issue(digest, now)
    except Exception:
        log.exception("digest.failed", digest=digest.pk)
        again = now + timedelta(minutes=min(60, 2 ** min(digest.attempts, 6)))
        Digest.objects.filter(pk=digest.pk, claimed_until=digest.claimed_until).update(claimed_until=again)


def issue(digest: Digest, now: datetime) -> Issue | None:
    """The issue of a claimed digest that is due; None when there is to be none for that date."""
    due = _due(digest, now)
    if due is None or not may_get(digest.reader):
        _settle(digest, now)
        return None
    for_date = local_date(due, digest.reader.time_zone)
    message_id = outbox.message_id(KIND, digest.pk, for_date)
    edition = preparing.usable(digest, now) or preparing.prepare(digest, now)
    made = draft(digest, for_date, digest.hour, now, message_id=message_id, edition=edition)
    if made.is_empty and digest.quiet:
        return _record(digest, made, None, now)
    return _record(digest, made, _composed(digest, made, now), now)


def issue_extra(digest: Digest, number: int, now: datetime) -> Issue | None:
    """An issue beside the regular ones, the `number`th of this local date; None when nothing is new."""
    for_date = local_date(now, digest.reader.time_zone)
    message_id = outbox.message_id(KIND, digest.pk, for_date, number)
    made = draft(digest, for_date, writing.local_hour(now, digest.reader), now, message_id=message_id)
    if made.is_empty:
        return None
    body = _composed(digest, made, now)
    with transaction.atomic():
        row = Digest.objects.select_for_update(of=("self",)).select_related("reader").filter(pk=digest.pk).first()
        return _kept(row, made, body, now, extra=number) if row else None


def _due(digest: Digest, now: datetime) -> datetime | None:
    """The latest moment at which an issue was due, unless it is too long ago to be sent."""
    zone = digest.reader.time_zone
    moments = (digest.due_at, last_due(digest.hour, digest.minute, digest.days, zone, now))
    due = max(moment for moment in moments if moment is not None)
    too_late = now - due > LATE and local_date(due, zone) != local_date(now, zone)
    return None if too_late else due


def _composed(digest: Digest, made: Draft, now: datetime) -> bytes:
    reader = digest.reader
    domain = outbox.sender_domain()
    envelope = mail.Envelope(
        from_name=made.letter.paper_name,
        from_address=outbox.sender(),
        to=mail.Recipient(reader.name, reader.email),
        message_id=made.occasion.message_id,
        date=now,
        list_id=f"digest.{domain}",
        list_unsubscribe_url=links.unsubscribe(digest.pk),
    )
    pictures = writing.lead_picture(made.letter, made.selection)
    return mail.compose(made.letter, envelope, dkim=outbox.dkim_key(), pictures=pictures)


def _record(digest: Digest, made: Draft, body: bytes | None, now: datetime) -> Issue | None:
    """Issue, promise and the next time together; None when the claim was lost or the digest turned off meanwhile."""
    with transaction.atomic():
        row = Digest.objects.select_for_update(of=("self",)).select_related("reader").filter(pk=digest.pk).first()
        if row is None or not row.is_on or row.claimed_until != digest.claimed_until:
            return None
        found = Issue.objects.filter(digest=row, for_date=made.occasion.for_date, extra=0).first()
        kept = found or _kept(row, made, body, now)
        _plan(row, now if kept else None)
    return kept


def _kept(row: Digest, made: Draft, body: bytes | None, now: datetime, *, extra: int = 0) -> Issue | None:
    """The issue with its letter; None when another issue took some of it meanwhile."""
    articles = made.selection.articles
    stories = sorted({article.story_id for article in articles if article.story_id})
    before = choosing.sent_before(row, now)
    if before.articles & {article.pk for article in articles} or before.stories & set(stories):
        return None
    message = _promised(row, made, body, now, extra) if body is not None else None
    return Issue.objects.create(
        digest=row,
        for_date=made.occasion.for_date,
        extra=extra,
        made_at=now,
        subject=made.letter.subject[:300] if message else "",
        article_ids=[article.pk for article in articles],
        story_ids=stories,
        outcome=Outcome.SENT if message else Outcome.QUIET,
        message=message,
    )


def _promised(row: Digest, made: Draft, body: bytes, now: datetime, extra: int) -> Message:
    day = made.occasion.for_date.isoformat()
    key = f"{KIND}:{row.pk}:{day}:{extra}" if extra else f"{KIND}:{row.pk}:{day}"
    letter = made.letter
    given = Promise(key, KIND, row.reader.email, letter.subject, made.occasion.message_id, body, keep=KEEP)
    return outbox.promise(given, reader_id=row.reader_id, now=now)


def _settle(digest: Digest, now: datetime) -> None:
    """Nothing for this time: the next one."""
    with transaction.atomic():
        row = Digest.objects.select_for_update(of=("self",)).select_related("reader").filter(pk=digest.pk).first()
        if row is not None and row.claimed_until == digest.claimed_until:
            _plan(row, now)


def _plan(row: Digest, done_at: datetime | None) -> None:
    """Gives the claim back: until the next time, or at once when nothing came of this one."""
    row.claimed_until = row.edition = row.prepare_until = None
    if done_at is not None:
        row.due_at, row.attempts = next_time(row, done_at), 0
    row.save(update_fields=["due_at", "claimed_until", "attempts", "edition", "prepare_until"])


def is_stopped(message: Message) -> bool:
    """Whether a promised digest may not leave any more: turned off, or its reader closed, unconfirmed or elsewhere."""
    found = Issue.objects.filter(message_id=message.pk).select_related("digest__reader").first()
    if found is None:
        return True
    digest, reader = found.digest, found.digest.reader
    if not may_get(reader) or reader.email != message.to:
        return True
    if found.extra:  # asked for by hand, be the digest on or off
        return digest.stopped_at is not None and digest.stopped_at >= found.made_at
    return not digest.is_on
