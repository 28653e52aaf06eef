"""Delivery: due rows are claimed, looked at once more, and written into the folder or handed to the relay."""

import hashlib
import os
from datetime import timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q, QuerySet
from django.utils import timezone

from nashra.base import claims, jobs
from nashra.base.models import Message
from nashra.base.outbox.leases import LEASE, LeaseLost, Leases
from nashra.base.outbox.sender import sender
from nashra.base.outbox.stopping import is_stopped
from nashra.base.smtp import MailTarget, Relay, SmtpDeferred, SmtpError, SmtpLost, SmtpRefused, parse_mail_url

log = structlog.get_logger(__name__)
BATCH = 20
RETRY_MINUTES = (5, 15, 60)  # then hourly until the message expires
State = Message.State


@jobs.task
def deliver_soon(_message_id: int) -> None:
    """Delivers what is due, this message among it."""
    deliver()


def is_anything_due() -> bool:
    """Whether a message is to be delivered now."""
    return _DUE.holds(timezone.now())


@jobs.sweep(every=2, when=is_anything_due)
def deliver_due() -> None:
    """Delivers what is due."""
    deliver()


def deliver() -> int:
    """Delivers due messages batch by batch; returns how many were taken up."""
    taken = 0
    while True:
        batch = claims.claim(_queued(), limit=BATCH, lease=LEASE, now=timezone.now())
        taken += len(batch)
        if not batch or not _deliver_batch(batch):
            return taken


def _queued() -> QuerySet[Message]:
    return Message.objects.filter(state__in=(State.QUEUED, State.INFLIGHT))


_DUE = claims.Question(lambda now: claims.due(_queued(), now=now).values_list("pk"))


def _deliver_batch(batch: list[Message]) -> bool:
    """Whether delivery may go on; false when the relay cannot be reached."""
    with Leases(batch) as leases:
        wanted = [message for message in batch if _still_wanted(message, leases)]
        target = parse_mail_url(settings.NASHRA_MAIL_URL)
        if target.folder is None:
            return _send_all(wanted, target, leases)
        for message in wanted:
            _write(message, settings.NASHRA_DATA / target.folder, leases)
        return True


def _still_wanted(message: Message, leases: Leases) -> bool:
    """Looks once more, after the claim, whether this message may still go out. Whatever fails here waits."""
    try:
        ends = _end_of(message)
    except DatabaseError:
        raise
    except Exception as error:  # one message must not hold up the others
        log.exception("outbox.check_failed", message=message.pk)
        _retry(message, type(error).__name__, leases)
        return False
    if ends is not None:
        leases.let_go(message, state=ends, due_at=None)
    return ends is None


def _end_of(message: Message) -> Message.State | None:
    """The state in which a message ends without being sent (again), or None. One in flight may have arrived: doubt."""
    in_flight = message.state == State.INFLIGHT
    if in_flight and message.doubts:
        return State.DOUBT
    if message.expires_at <= timezone.now():
        return State.DOUBT if in_flight else State.EXPIRED
    if is_stopped(message):
        return State.DOUBT if in_flight else State.SUPPRESSED
    return None


def _sent(message: Message, reply: str, leases: Leases) -> None:
    """What has left has left, whoever holds the claim now."""
    leases.forget(message)
    Message.objects.filter(pk=message.pk).update(
        state=State.SENT, reply=reply[:500], sent_at=timezone.now(), due_at=None, claimed_until=None
    )


def _write(message: Message, folder: Path, leases: Leases) -> None:
    """Into the mail folder, under a name that depends on the message alone: twice is once."""
    if not leases.hold(message):
        return
    name = f"{message.made_at:%Y%m%d-%H%M%S}-{hashlib.sha256(message.message_id.encode()).hexdigest()[:12]}.eml"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_whole(folder / name, bytes(message.body))
    except OSError as error:
        _retry(message, f"{folder}: {error.strerror}", leases)
    else:
        _sent(message, f"mail/{name}", leases)


def _write_whole(path: Path, data: bytes) -> None:
    """The file appears under its name only when it is whole and on the disk."""
    temporary = path.with_name(f".{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _send_all(batch: list[Message], target: MailTarget, leases: Leases) -> bool:
    if not batch:
        return True
    relay = target.relay()
    try:
        relay.open()
    except (SmtpError, OSError) as error:
        _relay_failed(batch, str(error), leases)
        return False
    try:
        for position, message in enumerate(batch):
            if not _send(message, relay, leases):
                _release(batch[position + 1 :], leases)
                return False
    finally:
        relay.close()
    return True


def _send(message: Message, relay: Relay, leases: Leases) -> bool:
    """Sends one; false when the connection is gone."""

    def before_dot() -> None:
        in_doubt = message.doubts + (message.state == State.INFLIGHT)
        if not leases.hold(message, state=State.INFLIGHT, doubts=in_doubt):
            raise LeaseLost

    if not leases.hold(message):
        return True
    try:
        reply = relay.send(sender(), message.to, bytes(message.body), before_dot)
    except LeaseLost:
        return True
    except SmtpRefused as error:
        leases.let_go(message, state=State.REFUSED, reply=str(error.reply)[:500], due_at=None)
    except SmtpDeferred as error:
        _retry(message, str(error.reply), leases)
    except SmtpLost as error:
        _lost(message, error, leases)
        return False
    except DatabaseError:
        raise  # the mark could not be written: nothing was sent, and nothing more is sent now
    except Exception as error:  # one message must not hold up the others
        log.exception("outbox.send_failed", message=message.pk)
        _retry(message, type(error).__name__, leases)
    else:
        _sent(message, str(reply), leases)
    return True


def _lost(message: Message, error: SmtpLost, leases: Leases) -> None:
    """After the dot the message stays in flight, to be sent once more; before it, nothing has left."""
    if error.after_dot:
        leases.let_go(message, reply=str(error)[:500], due_at=timezone.now() + timedelta(seconds=30))
    else:
        _retry(message, str(error), leases)


def _retry(message: Message, reply: str, leases: Leases) -> None:
    """Later, in the state in which it was claimed: a definite no takes the mark of this attempt back."""
    minutes = RETRY_MINUTES[min(max(message.attempts, 1), len(RETRY_MINUTES)) - 1]
    due = timezone.now() + timedelta(minutes=minutes)
    leases.let_go(message, state=message.state, doubts=message.doubts, reply=reply[:500], due_at=due)


def _relay_failed(batch: list[Message], reply: str, leases: Leases) -> None:
    """The relay cannot be reached: no message is to blame; all wait a little longer each time."""
    log.warning("outbox.relay_failed", error=reply)
    wait = timedelta(seconds=min(300, 2 ** min(max(message.attempts for message in batch), 9)))
    for message in batch:
        leases.let_go(message, reply=reply[:500], due_at=timezone.now() + wait)


def _release(rest: list[Message], leases: Leases) -> None:
    """These were not tried."""
    for message in rest:
        leases.let_go(message, attempts=message.attempts - 1, due_at=timezone.now() + timedelta(seconds=5))


@jobs.sweep(every=86_400, single=True)
def forget_old_mail() -> None:
    """Letters of more than half a year ago leave; what waits stays."""
    old = Q(made_at__lt=timezone.now() - timedelta(days=180)) & ~Q(state__in=(State.QUEUED, State.INFLIGHT))
    Message.objects.filter(old).delete()
