"""The one outbox for mail of every kind: promised once, sent once, whatever is killed meanwhile.

A letter is a `Message` row with its finished bytes. Its `key` says what it is for; the same key is never promised
twice. Delivery claims rows, marks a row *in flight* durably before the last line goes out, and *sent* after the relay
accepted it. A row found in flight after a crash is the one doubtful case: it is sent once more, byte for byte the same,
and after a second crash left as `doubt` for a person to see. Writing into the mail folder is atomic and repeatable.
"""

from nashra.base.outbox.backend import Backend
from nashra.base.outbox.delivery import deliver, deliver_due, deliver_soon, forget_old_mail
from nashra.base.outbox.promising import Promise, message_id, promise, send_note
from nashra.base.outbox.sender import dkim_key, sender, sender_domain
from nashra.base.outbox.stopping import address_hash, stopped, suppress

__all__ = [
    "Backend", "Promise",
    "address_hash", "deliver", "deliver_due", "deliver_soon", "dkim_key", "forget_old_mail", "message_id", "promise",
    "send_note", "sender", "sender_domain", "stopped", "suppress",
]  # fmt: skip
