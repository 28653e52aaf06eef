"""A small SMTP client for the outbox (RFC 5321, with STARTTLS 3207, AUTH 4954, SIZE 1870, SMTPUTF8 6531).

It exists because the standard library's client cannot say whether a message was lost before or after the final dot.
Here every failure says what it means for the message in hand:

    SmtpRefused    the relay will never take it (5xx)
    SmtpDeferred   try again later (4xx)
    SmtpLost       the connection is gone; `after_dot` if the final dot was out: the relay may have taken the message
    SmtpUnusable   a SmtpLost: the relay itself cannot be used (certificate, password, no TLS), no message is to blame

One connection carries many messages. A reply that nobody asked for closes it, so that no reply is read as another's.
"""

from .errors import Reply, SmtpAnswer, SmtpDeferred, SmtpError, SmtpLost, SmtpRefused, SmtpUnusable
from .relay import Relay, Security
from .target import MailTarget, parse_mail_url

__all__ = [
    "MailTarget",
    "Relay",
    "Reply",
    "Security",
    "SmtpAnswer",
    "SmtpDeferred",
    "SmtpError",
    "SmtpLost",
    "SmtpRefused",
    "SmtpUnusable",
    "parse_mail_url",
]
