"""Claims on a batch of messages while they are being sent."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from nashra.base.models import Message

log = structlog.get_logger(__name__)
LEASE = timedelta(seconds=60)


class LeaseLost(Exception):
    """Another worker may have taken the message up: it must not be sent from here."""


class Leases:
    """This worker's claims on a batch: kept alive while a slow relay is talked to, and known to be lost when they are.

    A claim is told by its exact end, so one that ran out and was taken up elsewhere is never mistaken for ours.
    """

    def __init__(self, batch: Sequence[Message]) -> None:
        self._until = {message.pk: message.claimed_until for message in batch}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="outbox-leases", daemon=True)

    def __enter__(self) -> "Leases":
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def hold(self, message: Message, **changes: Any) -> bool:
        """Changes a message that is ours and keeps it for another lease; false when it is not ours any more."""
        with self._lock:
            return self._update(message.pk, timezone.now() + LEASE, changes)

    def let_go(self, message: Message, **changes: Any) -> bool:
        """Changes a message that is ours and gives it back; false, and no change, when it is not ours any more."""
        with self._lock:
            return self._update(message.pk, None, changes)

    def forget(self, message: Message) -> None:
        """The message is settled."""
        with self._lock:
            self._until.pop(message.pk, None)

    def renew(self) -> None:
        """Keeps all that is still ours for another lease."""
        with self._lock:
            for key in list(self._until):
                self._update(key, timezone.now() + LEASE, {})

    def _update(self, key: int, until: datetime | None, changes: dict[str, Any]) -> bool:
        held = self._until.pop(key, None)
        if held is None:
            return False
        ours = Message.objects.filter(pk=key, claimed_until=held).update(claimed_until=until, **changes) == 1
        if ours and until is not None:
            self._until[key] = until
        return ours

    def _keep(self) -> None:
        try:
            while not self._ended.wait(LEASE.total_seconds() / 3):
                try:
                    self.renew()
                except DatabaseError as error:  # the next turn may succeed; else the claims run out, which is safe
                    log.warning("outbox.lease_not_renewed", error=str(error))
        finally:
            connection.close()
