"""Django's door for mail."""

from collections.abc import Sequence
from email import message_from_bytes, policy

from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone
from django.utils.crypto import get_random_string

from nashra.base.outbox.promising import Promise, message_id, promise


class Backend(BaseEmailBackend):
    """Django's door for mail: whatever a library sends goes through the outbox, too."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Promises each message to each of its recipients; returns the number of messages."""
        now = timezone.now()
        for email in email_messages:
            for address in email.recipients():
                key = f"library:{get_random_string(32)}"
                body = message_from_bytes(email.message().as_bytes(), policy=policy.SMTP).as_bytes()
                identifier = message_id(key)
                promise(Promise(key, "library", address, str(email.subject), identifier, body), reader_id=None, now=now)
        return len(email_messages)
