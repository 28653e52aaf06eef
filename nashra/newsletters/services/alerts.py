"""Being told by mail of what is new for a followed search: on, off, and back on."""

from datetime import datetime, timedelta

from django.db import transaction

from nashra.accounts.models import Reader
from nashra.front.models import Follow, Kind
from nashra.newsletters.models import Alert

TAKEN_BACK = timedelta(days=1)  # how far back a stop that is taken back is made good


def alert_on(follow: Follow, now: datetime, *, since: datetime | None = None) -> Alert:
    """Tells by mail of what comes for this search from now on, or since that moment; on twice is on once."""
    start = now if since is None else max(since, now - TAKEN_BACK)
    with transaction.atomic():
        row, _made = Alert.objects.select_for_update().get_or_create(
            follow=follow, defaults={"told_until": start, "due_at": now}
        )
        if row.due_at is None:
            row.told_until = start
            _turn_on(row, now)
    return row


def alert_off(alert: Alert) -> None:
    """Tells no more, also not what waits in the outbox. Twice is as once."""
    Alert.objects.filter(pk=alert.pk).update(due_at=None, claimed_until=None)


def alert_resumed(alert: Alert, now: datetime) -> None:
    """Takes `alert_off` back: what came meanwhile is told, of a day at most."""
    with transaction.atomic():
        row = Alert.objects.select_for_update().filter(pk=alert.pk, due_at=None).first()
        if row is not None:
            row.told_until = max(row.told_until, now - TAKEN_BACK)
            _turn_on(row, now)


def alert_of(follow: Follow) -> Alert | None:
    """The search's alert, on or off; None when it never was on."""
    return Alert.objects.filter(follow=follow).first()


def told_of(reader: Reader) -> frozenset[int]:
    """The ids of the follows that this reader is told of by mail."""
    on = Alert.objects.filter(follow__reader=reader, follow__kind=Kind.SEARCH).exclude(due_at=None)
    return frozenset(on.values_list("follow_id", flat=True))


def _turn_on(row: Alert, now: datetime) -> None:
    row.due_at, row.claimed_until, row.attempts = now, None, 0
    row.save(update_fields=["told_until", "due_at", "claimed_until", "attempts"])
