"""What the tests of digests do over and over."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.base import outbox
from nashra.base.models import Message
from nashra.newsletters import services
from nashra.newsletters.delivery import issuing
from nashra.newsletters.models import Digest


def turn_on(reader: Reader, now: datetime, **wishes: Any) -> Digest:
    """The reader's digest, on: every day at 07:00, eight pieces, quiet."""
    usual: dict[str, Any] = {
        "is_on": True, "hour": 7, "minute": 0, "days": 127, "length": 8, "quiet": True,
    }  # fmt: skip
    return services.change_digest(reader, now=now, **{**usual, **wishes})


def send_at(moment: datetime) -> list[Message]:
    """The sweep at that moment; the digests that it promised."""
    before = set(Message.objects.values_list("pk", flat=True))
    issuing.send_due(lambda: moment)
    return list(Message.objects.exclude(pk__in=before).order_by("pk"))


def deliver_now() -> None:
    """What was promised at the tests' own time goes out at the clock's."""
    now = timezone.now()
    Message.objects.filter(state=Message.State.QUEUED).update(due_at=now, expires_at=now + timedelta(days=1))
    outbox.deliver()


def parsed(message: Message) -> EmailMessage:
    """The letter as the standard library reads it."""
    return message_from_bytes(bytes(message.body), policy=policy.default)  # type: ignore[arg-type]


def part(message: Message, kind: str) -> str:
    """The text of the letter's part of that kind ("plain" or "html")."""
    found = parsed(message).get_body((kind,))
    assert found is not None
    return str(found.get_content())


def in_amman(reader: Reader) -> Reader:
    """The reader with a clock three hours ahead of UTC all year."""
    reader.time_zone = "Asia/Amman"
    reader.save(update_fields=["time_zone"])
    return reader
