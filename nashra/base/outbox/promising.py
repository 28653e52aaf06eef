"""Promising: a finished message becomes a row, once for each key; account notes are composed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext, override

from nashra.base.locale import direction_of
from nashra.base.models import Message
from nashra.base.outbox.delivery import deliver_soon
from nashra.base.outbox.sender import dkim_key, sender, sender_domain
from nashra.core import mail


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
    return f"<{left}@{sender_domain()}>"


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
    envelope = mail.Envelope(paper_name, sender(), mail.Recipient("", to), message_id(key), now)
    with override(language):
        copy_line = gettext("If the button does not work, copy this address into your browser:")
    texts = mail.NoteTexts(paper_name, copy_line)
    body = mail.note(
        subject, paragraphs, action, envelope,
        labels=texts, direction=direction_of(language), language=language, dkim=dkim_key(),
    )  # fmt: skip
    return promise(Promise(key, kind, to, subject, envelope.message_id, body), reader_id=reader_id, now=now)
