"""Alerts: what is new for a followed search becomes one promised letter, in one transaction with the mark of how far
the reader has been told, or neither.

A letter is of a window of time: from what was told last to `SETTLED` ago, by when every piece that came into the window
is stored. The next window begins where this one ends, so no piece is told twice and none is passed over.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from nashra.base import claims, outbox
from nashra.base.models import Message
from nashra.base.outbox import Promise
from nashra.core import mail
from nashra.front import services as front
from nashra.newsletters.delivery import alert_letter, links
from nashra.newsletters.delivery.alert_letter import News
from nashra.newsletters.delivery.issuing import may_get
from nashra.newsletters.models import Alert

log = structlog.get_logger(__name__)
KIND = "alert"
BATCH = 20
LEASE = timedelta(minutes=5)
SETTLED = timedelta(minutes=2)  # from the moment that a piece bears to its being stored, with room to spare
BETWEEN = timedelta(hours=1)  # two letters for one search
LOOK = timedelta(minutes=5)  # two looks that find nothing
KEEP = timedelta(hours=24)  # how long delivery is tried
MOST = 20  # pieces in a letter


def send_due(clock: Callable[[], datetime] = timezone.now) -> int:
    """Tells what is due; returns how many alerts were taken up. A fault in one holds up no other."""
    taken = 0
    while True:
        batch = claims.claim(_rows(), limit=BATCH, lease=LEASE, now=clock())
        if not batch:
            return taken
        taken += len(batch)
        for alert in batch:
            _take_up(alert, clock())


def _rows() -> QuerySet[Alert]:
    return Alert.objects.select_related("follow__reader")


def is_anything_due() -> bool:
    """Whether an alert is to be looked at now."""
    return _DUE.holds(timezone.now())


_DUE = claims.Question(lambda now: claims.due(Alert.objects.all(), now=now).values_list("pk"))


def _take_up(alert: Alert, now: datetime) -> None:
    try:
        tell(alert, now)
    except Exception:
        log.exception("alert.failed", alert=alert.pk)
        again = now + timedelta(minutes=min(60, 2 ** min(alert.attempts, 6)))
        Alert.objects.filter(pk=alert.pk, claimed_until=alert.claimed_until).update(claimed_until=again)


def tell(alert: Alert, now: datetime) -> Message | None:
    """The letter of a claimed alert; None when nothing is new, or the reader may get none."""
    until = now - SETTLED
    if until <= alert.told_until:
        return _record(alert, None, alert.told_until, now)
    if not may_get(alert.follow.reader):
        return _record(alert, None, until, now)
    articles, more = front.answers(alert.follow, now=now, limit=MOST, seen=(alert.told_until, until))
    promise = _promise(alert, News(articles, more), now) if articles else None
    return _record(alert, promise, until, now)


def _promise(alert: Alert, news: News, now: datetime) -> Promise:
    """The finished letter. Its key is the window's beginning: whoever tells of the same window promises the same."""
    reader, since = alert.follow.reader, alert.told_until.isoformat()
    message_id = outbox.message_id(KIND, alert.pk, since)
    letter = alert_letter.write(alert, news, now, message_id=message_id)
    envelope = mail.Envelope(
        from_name=letter.paper_name,
        from_address=outbox.sender(),
        to=mail.Recipient(reader.name, reader.email),
        message_id=message_id,
        date=now,
        list_id=f"alert.{outbox.sender_domain()}",
        list_unsubscribe_url=links.stop_alert(alert.pk),
    )
    body = mail.compose(letter, envelope, dkim=outbox.dkim_key())
    return Promise(f"{KIND}:{alert.pk}:{since}", KIND, reader.email, letter.subject, message_id, body, keep=KEEP)


def _record(alert: Alert, promise: Promise | None, until: datetime, now: datetime) -> Message | None:
    """Letter, mark and the next time together; nothing when the claim was lost or the alert turned off meanwhile."""
    with transaction.atomic():
        row = _rows().select_for_update(of=("self",)).filter(pk=alert.pk).first()
        if row is None or row.due_at is None or row.claimed_until != alert.claimed_until:
            return None
        row.claimed_until = None
        message = None
        if row.told_until == alert.told_until and row.follow.key == alert.follow.key:
            if promise is not None:
                message = outbox.promise(promise, reader_id=row.follow.reader_id, now=now)
            row.told_until, row.attempts = until, 0
            row.due_at = now + (BETWEEN if message else LOOK)
        row.save(update_fields=["told_until", "due_at", "claimed_until", "attempts"])
    return message


def is_stopped(message: Message) -> bool:
    """Whether a promised letter may not leave any more: turned off, unfollowed, or its reader closed or elsewhere."""
    _kind, _, rest = message.key.partition(":")
    number = rest.partition(":")[0]
    alert = _rows().filter(pk=int(number)).first() if number.isdecimal() else None
    if alert is None or alert.due_at is None:
        return True
    reader = alert.follow.reader
    return not may_get(reader) or reader.email != message.to
