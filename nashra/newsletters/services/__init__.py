"""Verbs of newsletters and digests; pages, command line and tasks call these."""

from nashra.newsletters.services.alerts import alert_of, alert_off, alert_on, alert_resumed, told_of
from nashra.newsletters.services.digests import (
    EXTRA_A_DAY,
    LENGTHS,
    NotConfirmed,
    TooMany,
    change_digest,
    digest_of,
    last_issue,
    less_of,
    preview,
    reschedule,
    resume,
    save_from_mail,
    send_now,
    stop,
)
from nashra.newsletters.services.mailbox import (
    MailRow,
    MailState,
    ShownLetter,
    mail_counts,
    mail_overview,
    shown,
    state_of,
)

__all__ = [
    "EXTRA_A_DAY", "LENGTHS", "MailRow", "MailState", "NotConfirmed", "ShownLetter", "TooMany",
    "alert_of", "alert_off", "alert_on", "alert_resumed", "change_digest", "digest_of", "last_issue", "less_of",
    "mail_counts", "mail_overview", "preview", "reschedule", "resume", "save_from_mail", "send_now", "shown",
    "state_of", "stop", "told_of",
]  # fmt: skip
