"""What a relay answers, and the four ways in which a message can fail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reply:
    """A relay's answer: code, enhanced code of RFC 3463 ("" if none), text with anything unprintable escaped."""

    code: int
    enhanced: str
    text: str

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.code), self.enhanced, self.text) if part)


class SmtpError(Exception):
    """Anything that keeps a message from being taken."""


class SmtpAnswer(SmtpError):
    """The relay answered, and the answer was not yes."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply))
        self.reply = reply


class SmtpRefused(SmtpAnswer):
    """A 5xx answer, or a message that this relay cannot take (`needs-smtputf8`, `too-big`, `bad-address` as text)."""


class SmtpDeferred(SmtpAnswer):
    """A 4xx answer: the same message later."""


class SmtpLost(SmtpError):
    """The connection broke or stopped making sense. `stage`: connect, greeting, ehlo, … data, after-dot."""

    def __init__(self, stage: str, why: str = "") -> None:
        super().__init__(f"connection lost at {stage}: {why}" if why else f"connection lost at {stage}")
        self.stage = stage

    @property
    def after_dot(self) -> bool:
        """May the relay have taken the message all the same?"""
        return self.stage == "after-dot"


class SmtpUnusable(SmtpLost):
    """The relay cannot be used as it is set up; a `SmtpLost` at the stage "setup", since nothing was sent.

    `code` is bad-certificate, no-tls, password-in-clear, no-auth, auth-refused or greeting.
    """

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__("setup", f"{code}: {why}" if why else code)
        self.code = code
