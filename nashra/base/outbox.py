"""The one outbox for mail of every kind: promised once, sent once, whatever is killed meanwhile.

A letter is a `Message` row with its finished bytes. Its `key` says what it is for; the same key is never promised
twice. Delivery claims rows, marks a row *in flight* durably before the last line goes out, and *sent* after the relay
accepted it. A row found in flight after a crash is the one doubtful case: it is sent once more, byte for byte the same,
and after a second crash left as `doubt` for a person to see. Writing into the mail folder is atomic and repeatable.
"""

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from functools import lru_cache
from pathlib import Path

import structlog
from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext, override

from nashra.base import claims, jobs
from nashra.base.locale import direction_of
from nashra.base.models import Message, Suppression
from nashra.base.smtp import MailTarget, Relay, SmtpDeferred, SmtpLost, SmtpRefused, parse_mail_url
from nashra.core import mail

log = structlog.get_logger(__name__)
BATCH = 20
LEASE = timedelta(seconds=60)
RETRY_MINUTES = (5, 15, 60)  # then hourly until the message expires
LAST_ATTEMPT = 60
State = Message.State


@dataclass(frozen=True, slots=True)
class Promise:
    """A finished message on its way into the outbox."""

    key: str
    kind: str
    to: str
    subject: str
    message_id: str
    body: bytes
    keep: timedelta = timedelta(days=2)  # how long delivery is tried


# kind of mail -> whether a message of that kind has been stopped meanwhile (apps add theirs when they are ready)
stopped: dict[str, Callable[[Message], bool]] = {}


def promise(given: Promise, *, reader_id: int | None, now: datetime) -> Message:
    """Puts a message into the outbox; a second promise with the same key changes nothing and returns the first."""
    values = {
        "kind": given.kind, "reader_id": reader_id, "to": given.to, "subject": given.subject[:500],
        "message_id": given.message_id, "body": given.body, "made_at": now, "due_at": now,
        "expires_at": now + given.keep,
    }  # fmt: skip
    message, made = Message.objects.get_or_create(key=given.key, defaults=values)
    if made:
        deliver_soon.later(message.pk)
    return message


def message_id(*parts: object) -> str:
    """A Message-ID that is always the same for the same parts and tells nothing about them."""
    left = salted_hmac("nashra.message-id", "\0".join(map(str, parts)), algorithm="sha256").hexdigest()[:40]
    return f"<{left}@{settings.NASHRA_MAIL_FROM.rpartition('@')[2]}>"


@lru_cache
def dkim_key() -> mail.DkimKey | None:
    """The key that signs letters, when the settings give one."""
    if not settings.NASHRA_DKIM_SELECTOR or not settings.NASHRA_DKIM_KEY:
        return None
    domain = settings.NASHRA_MAIL_FROM.rpartition("@")[2]
    return mail.DkimKey(domain, settings.NASHRA_DKIM_SELECTOR, settings.NASHRA_DKIM_KEY)


def send_note(
    kind: str,
    *,
    to: str,
    reader_id: int | None,
    subject: str,
    paragraphs: Sequence[str],
    action: tuple[str, str] | None,
    language: str,
    paper_name: str,
) -> Message:
    """An account message: a few translated paragraphs and one thing to do."""
    now = timezone.now()
    key = f"{kind}:{get_random_string(32)}"
    envelope = mail.Envelope(paper_name, settings.NASHRA_MAIL_FROM, mail.Recipient("", to), message_id(key), now)
    with override(language):
        copy_line = gettext("If the button does not work, copy this address into your browser:")
    texts = mail.NoteTexts(paper_name, copy_line)
    body = mail.note(
        subject, paragraphs, action, envelope,
        labels=texts, direction=direction_of(language), language=language, dkim=dkim_key(),
    )  # fmt: skip
    return promise(Promise(key, kind, to, subject, envelope.message_id, body), reader_id=reader_id, now=now)


def address_hash(address: str) -> str:
    """The hash under which a stopped address is remembered."""
    return salted_hmac("nashra.suppression", address.strip().casefold(), algorithm="sha256").hexdigest()


def suppress(address: str, kind: str, reason: str) -> None:
    """No mail of this kind goes to this address any more."""
    Suppression.objects.get_or_create(address_hash=address_hash(address), kind=kind, defaults={"reason": reason[:200]})


def unsuppress(address: str, kind: str) -> None:
    """Mail of this kind may go to this address again."""
    Suppression.objects.filter(address_hash=address_hash(address), kind=kind).delete()


# ------------------------------------------------------------------------------------------------------ delivery


@jobs.task
def deliver_soon(_message_id: int) -> None:
    """Delivers what is due, this message among it."""
    deliver()


@jobs.sweep(every=2)
def deliver() -> int:
    """Delivers due messages batch by batch; returns how many were taken up."""
    taken = 0
    while True:
        now = timezone.now()
        due = Message.objects.filter(state__in=(State.QUEUED, State.INFLIGHT))
        batch = claims.claim(due, limit=BATCH, lease=LEASE, now=now)
        if not batch:
            return taken
        taken += len(batch)
        if not _deliver_batch(batch):
            return taken


def _deliver_batch(batch: list[Message]) -> bool:
    """Whether delivery may go on; false when the relay cannot be reached."""
    wanted = [message for message in batch if _still_wanted(message)]
    target = parse_mail_url(settings.NASHRA_MAIL_URL)
    if target.folder is not None:
        for message in wanted:
            _write(message, target.folder)
        return True
    return _send_all(wanted, target)


def _still_wanted(message: Message) -> bool:
    """Looks once more, after the claim, whether this message may still go out."""
    now = timezone.now()
    if message.state == State.INFLIGHT and message.doubts:
        _finish(message, State.DOUBT, gettext("The connection was lost twice after the whole message had been given."))
    elif message.expires_at <= now:
        _finish(message, State.EXPIRED, message.reply or gettext("It could not be delivered in time."))
    elif _is_stopped(message):
        _finish(message, State.SUPPRESSED, gettext("It was stopped before it left."))
    else:
        return True
    return False


def _is_stopped(message: Message) -> bool:
    if Suppression.objects.filter(address_hash=address_hash(message.to), kind=message.kind).exists():
        return True
    check = stopped.get(message.kind)
    return bool(check and check(message))


def _rows(message: Message) -> "claims.QuerySet[Message]":
    return Message.objects.filter(pk=message.pk)


def _finish(message: Message, state: Message.State, reply: str) -> None:
    sent_at = timezone.now() if state == State.SENT else None
    _rows(message).update(state=state, reply=reply[:500], sent_at=sent_at, due_at=None, claimed_until=None)


def _write(message: Message, folder: Path) -> None:
    """Into the mail folder, under a name that depends on the message alone: twice is once."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{message.made_at:%Y%m%d-%H%M%S}-{hashlib.sha256(message.message_id.encode()).hexdigest()[:12]}.eml"
        temporary = folder / f".{name}.tmp"
        with temporary.open("wb") as file:
            file.write(bytes(message.body))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / name)
    except OSError as error:
        _retry(message, f"{folder}: {error.strerror}")
        return
    _finish(message, State.SENT, f"mail/{name}")


def _send_all(batch: list[Message], target: MailTarget) -> bool:
    relay = target.relay()
    try:
        relay.open()
    except (SmtpRefused, SmtpDeferred, SmtpLost, OSError) as error:
        _relay_failed(batch, str(error))
        return False
    try:
        for position, message in enumerate(batch):
            if not _send(message, relay):
                _release(batch[position + 1 :])
                return False
    finally:
        relay.close()
    return True


def _send(message: Message, relay: Relay) -> bool:
    """Sends one; false when the connection is gone."""

    def before_dot() -> None:
        held = Message.objects.filter(pk=message.pk, claimed_until__gt=timezone.now())
        in_doubt = F("doubts") + (1 if message.state == State.INFLIGHT else 0)
        if not held.update(state=State.INFLIGHT, doubts=in_doubt):
            raise LeaseLost

    try:
        reply = relay.send(settings.NASHRA_MAIL_FROM, message.to, bytes(message.body), before_dot)
    except SmtpRefused as error:
        _finish(message, State.REFUSED, str(error.reply))
    except SmtpDeferred as error:
        _retry(message, str(error.reply))
    except LeaseLost:
        return False
    except SmtpLost as error:
        if error.after_dot:
            _rows(message).update(
                claimed_until=None, due_at=timezone.now() + timedelta(seconds=30), reply=str(error)[:500]
            )
        else:
            _retry(message, str(error))
        return False
    else:
        _finish(message, State.SENT, str(reply))
    return True


class LeaseLost(Exception):
    """Another worker may have taken the message up: it must not be sent from here."""


def _retry(message: Message, reply: str) -> None:
    minutes = RETRY_MINUTES[min(message.attempts, len(RETRY_MINUTES)) - 1] if message.attempts else RETRY_MINUTES[0]
    due = timezone.now() + timedelta(minutes=minutes)
    _rows(message).update(state=State.QUEUED, reply=reply[:500], due_at=due, claimed_until=None)


def _relay_failed(batch: list[Message], reply: str) -> None:
    """The relay cannot be reached: nobody's fault, so no attempt counts; all wait a little longer each time."""
    log.warning("outbox.relay_failed", error=reply)
    worst = max(message.attempts for message in batch)
    wait = timedelta(seconds=min(300, 2 ** min(worst, 9)))
    keys = [message.pk for message in batch]
    Message.objects.filter(pk__in=keys).update(due_at=timezone.now() + wait, claimed_until=None, reply=reply[:500])


def _release(rest: list[Message]) -> None:
    keys = [message.pk for message in rest]
    Message.objects.filter(pk__in=keys).update(
        claimed_until=None, attempts=F("attempts") - 1, due_at=timezone.now() + timedelta(seconds=5)
    )


@jobs.sweep(every=86_400, single=True)
def forget_old_mail() -> None:
    """Letters of more than half a year ago leave; what waits stays."""
    old = Q(made_at__lt=timezone.now() - timedelta(days=180)) & ~Q(state__in=(State.QUEUED, State.INFLIGHT))
    Message.objects.filter(old).delete()


class Backend(BaseEmailBackend):
    """Django's door for mail: whatever a library sends goes through the outbox, too."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Promises each message to each of its recipients."""
        now, count = timezone.now(), 0
        for email in email_messages:
            for address in email.recipients():
                key = f"library:{get_random_string(32)}"
                body = message_from_bytes(email.message().as_bytes(), policy=policy.SMTP).as_bytes()
                identifier = message_id(key)
                promise(Promise(key, "library", address, str(email.subject), identifier, body), reader_id=None, now=now)
                count += 1
        return count
