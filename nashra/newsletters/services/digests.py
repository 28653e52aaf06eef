"""A reader's digest: its wishes, a look at the next issue, one issue now, and what the links in letters do."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from nashra.accounts.models import Reader
from nashra.core.mail.schedule import EVERY_DAY, local_date, next_due
from nashra.front import services as front
from nashra.front.models import Signal
from nashra.library import services as library
from nashra.news.models import Article
from nashra.newsletters.delivery import issuing
from nashra.newsletters.delivery.issuing import Draft
from nashra.newsletters.models import Digest, Issue

LENGTHS = (4, 8, 15)  # articles
EXTRA_A_DAY = 3


class NotConfirmed(Exception):
    """The reader's address is not confirmed: no digest goes there."""


class TooMany(Exception):
    """As many issues beside the regular one were sent today as there may be."""


def digest_of(reader: Reader) -> Digest:
    """The reader's digest; one that is off, with the usual wishes and not stored, when there is none yet."""
    return Digest.objects.filter(reader=reader).select_related("reader").first() or Digest(reader=reader)


def change_digest(
    reader: Reader,
    *,
    is_on: bool,
    hour: int,
    minute: int,
    days: int,
    length: int,
    quiet: bool,
    now: datetime,
    name: str | None = None,
) -> Digest:
    """Keeps the reader's wishes and computes when the next issue is due.

    `days` has a bit for each weekday, bit 0 being Saturday. Raises `ValueError` for wishes that make no sense.
    """
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 < days <= EVERY_DAY and 0 < length <= max(LENGTHS)):
        raise ValueError("no such time, days or length")
    with transaction.atomic():
        row, _made = Digest.objects.select_for_update().get_or_create(reader=reader)
        row.reader = reader
        row.hour, row.minute, row.days, row.length, row.quiet = hour, minute, days, length, quiet
        row.name = row.name if name is None else name.strip()[:60]
        _turn(row, is_on, now)
        row.save()
    return row


def stop(digest: Digest, now: datetime) -> None:
    """Turns a digest off at once, also for what waits in the outbox. Twice is as once."""
    Digest.objects.filter(pk=digest.pk).update(is_on=False, due_at=None, stopped_at=now)


def resume(digest: Digest, now: datetime) -> None:
    """Takes `stop` back; a digest that never was on stays off."""
    with transaction.atomic():
        row = Digest.objects.select_for_update(of=("self",)).select_related("reader").filter(pk=digest.pk).first()
        if row is not None and row.turned_on_at is not None:
            _turn(row, True, now)
            row.save()


def reschedule(reader: Reader, now: datetime) -> None:
    """The reader's clock is another: the next issue comes at its hour there, never two for one date."""
    with transaction.atomic():
        row = Digest.objects.select_for_update().filter(reader=reader, is_on=True).first()
        if row is not None:
            row.reader = reader
            _turn(row, True, now)
            row.save(update_fields=["due_at", "edition", "prepare_until"])


def preview(digest: Digest, now: datetime) -> Draft:
    """The next issue as it would be if it were made now; nothing is recorded."""
    zone = digest.reader.time_zone
    due = digest.due_at or next_due(digest.hour, digest.minute, digest.days, zone, now)
    return issuing.draft(digest, local_date(due, zone), digest.hour, now)


def last_issue(digest: Digest) -> Issue | None:
    """The last regular issue, sent or quiet."""
    return Issue.objects.filter(digest=digest, extra=0).first() if digest.pk else None


def send_now(reader: Reader, now: datetime) -> Issue | None:
    """One issue at once, beside the regular ones; None when nothing is new. Raises `NotConfirmed`, `TooMany`."""
    if not issuing.may_get(reader):
        raise NotConfirmed
    row, _made = Digest.objects.get_or_create(reader=reader)
    row.reader = reader
    today = Issue.objects.filter(digest=row, for_date=local_date(now, reader.time_zone))
    number = (today.aggregate(last=Max("extra"))["last"] or 0) + 1
    if number > EXTRA_A_DAY:
        raise TooMany
    try:
        return issuing.issue_extra(row, number, now)
    except IntegrityError:  # the button was pressed twice at once
        return today.filter(extra=number).first()


def save_from_mail(reader: Reader, article: Article, now: datetime) -> None:
    """Saves an article by a link in a letter."""
    library.save(reader, article, now=now)


def less_of(reader: Reader, article: Article, now: datetime) -> None:
    """Less of this kind by a link in a letter; twice is as once."""
    if not Signal.objects.filter(reader=reader, article=article, what=Signal.What.LESS).exists():
        front.less_like(reader, article, now=now)


def _turn(row: Digest, is_on: bool, now: datetime) -> None:
    """On or off, with the next time; an issue that is due this minute is not put off to tomorrow."""
    was_on, waiting = row.is_on, row.due_at
    row.is_on = is_on
    row.edition = row.prepare_until = None  # what was chosen for the wishes before
    if not is_on:
        row.due_at = None
        row.stopped_at = now if was_on else row.stopped_at
        return
    row.turned_on_at = row.turned_on_at if was_on and row.turned_on_at else now
    row.stopped_at = None
    is_waiting = was_on and waiting is not None and waiting <= now
    row.due_at = waiting if is_waiting else issuing.next_time(row, now)
