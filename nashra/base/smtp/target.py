"""Where mail goes: NASHRA_MAIL_URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from .relay import LOOPBACK, Relay, Security

_PORTS: dict[Security, int] = {"none": 25, "starttls": 587, "tls": 465}
_SCHEMES: dict[str, Security] = {"smtp": "none", "smtp+tls": "starttls", "smtps": "tls"}


@dataclass(frozen=True, slots=True)
class MailTarget:
    """Where mail goes: a relay, or a folder of files (`folder` as written, maybe relative to the data folder)."""

    kind: Literal["smtp", "file"]
    host: str = ""
    port: int = 0
    security: Security = "none"
    username: str = ""
    password: str = field(default="", repr=False)
    folder: Path | None = None

    def relay(self, timeout: float = 30.0) -> Relay:
        """A client for this relay, not opened yet."""
        return Relay(self.host, self.port, self.security, self.username, self.password, timeout)


def parse_mail_url(url: str) -> MailTarget:
    """Read NASHRA_MAIL_URL: `smtp://`, `smtp+tls://` (STARTTLS required), `smtps://`, or `file:FOLDER`.

    A password is never sent in clear: `smtp://` with one means STARTTLS required, unless the host is this machine.
    Raises `ValueError` with a sentence that does not repeat the password.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        if not parts.path or parts.netloc:
            raise ValueError("NASHRA_MAIL_URL: file: needs a folder, as in file:mail or file:/var/lib/nashra/mail")
        return MailTarget("file", folder=Path(unquote(parts.path)))
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise ValueError("NASHRA_MAIL_URL must be like smtp+tls://user:password@host:587, smtps://… or file:folder")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("NASHRA_MAIL_URL: the port must be a number from 1 to 65535") from None
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    security = _SCHEMES[parts.scheme]
    if password and security == "none" and parts.hostname not in LOOPBACK:
        security = "starttls"
    return MailTarget("smtp", parts.hostname, port or _PORTS[security], security, username, password)
