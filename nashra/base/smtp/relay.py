"""A connection to one relay: greeting, TLS, AUTH, then one transaction after another."""

from __future__ import annotations

import re
import ssl
from base64 import b64encode
from collections.abc import Callable
from types import TracebackType
from typing import Literal, Self

from .errors import Reply, SmtpAnswer, SmtpDeferred, SmtpError, SmtpLost, SmtpRefused, SmtpUnusable
from .wire import Wire, connect

Security = Literal["none", "starttls", "tls"]

# The relay may work long on a message before it answers the dot (RFC 5321 4.5.3.2.6: ten minutes).
DOT_FACTOR = 10
LOOPBACK = ("localhost", "127.0.0.1", "::1")

_PATH = re.compile(r"[^\s<>\x00-\x1f\x7f]+@[^\s<>\x00-\x1f\x7f]+\Z")


class Relay:
    """A connection to one relay. `timeout` (seconds) bounds each command as a whole, not each packet."""

    def __init__(
        self,
        host: str,
        port: int,
        security: Security = "none",
        username: str = "",
        password: str = "",
        timeout: float = 30.0,
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.host, self.port, self.security = host, port, security
        self._username, self._password = username, password
        self._timeout = timeout
        self._tls = tls
        self._wire: Wire | None = None
        self._offers: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def offers(self) -> frozenset[str]:
        """The extensions of the last EHLO."""
        return frozenset(self._offers)

    def open(self) -> None:
        """Connect, secure, authenticate. Does nothing on an open connection. Raises `SmtpLost`, `SmtpUnusable`."""
        if self._wire is not None:
            return
        try:
            self._wire = connect(self.host, self.port, self._timeout)
            self._begin(self._wire)
        except BaseException:
            self._drop()
            raise

    def close(self) -> None:
        """Say goodbye if the relay listens, and close."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.quit()

    def send(self, envelope_from: str, to: str, message: bytes, before_dot: Callable[[], None] = lambda: None) -> Reply:
        """Hand over one message to one recipient; the relay's 2xx answer. Opens the connection if needed.

        `before_dot` runs when all but the final dot is out: when it raises, the connection is dropped, the relay has
        nothing, and its error goes on. `envelope_from` may be empty (bounces). Raises the four errors of this module.
        """
        self._fresh()
        assert self._wire is not None
        sender = self._mail_command(envelope_from, to, message)
        try:
            return self._transaction(self._wire, sender, f"RCPT TO:<{to}>", message, before_dot)
        except SmtpAnswer as error:
            self._recover(error.reply)
            raise
        except BaseException:
            self._drop()
            raise

    def _fresh(self) -> None:
        """An open connection on which nothing is pending (a 421 of a relay that was tired of waiting, for instance)."""
        if self._wire is not None and (self._wire.spent or self._wire.pending()):
            self._drop()
        self.open()

    def _mail_command(self, envelope_from: str, to: str, message: bytes) -> str:
        """MAIL FROM with what this message needs; refuses here what the relay cannot take."""
        if not _PATH.match(to) or (envelope_from and not _PATH.match(envelope_from)):
            raise SmtpRefused(Reply(553, "5.1.3", "bad-address"))
        head = message[: message.find(b"\r\n\r\n")]
        options = ""
        if not (envelope_from + to).isascii() or not head.isascii():
            if "SMTPUTF8" not in self._offers:
                raise SmtpRefused(Reply(553, "5.6.7", "needs-smtputf8"))
            options = " SMTPUTF8"
        if "8BITMIME" in self._offers and not message.isascii():
            options += " BODY=8BITMIME"
        if "SIZE" in self._offers:
            limit = self._offers["SIZE"]
            if limit.isdigit() and 0 < int(limit) < len(message):
                raise SmtpRefused(Reply(552, "5.3.4", "too-big"))
            options += f" SIZE={len(message)}"
        return f"MAIL FROM:<{envelope_from}>{options}"

    def _transaction(
        self, wire: Wire, sender: str, recipient: str, message: bytes, before_dot: Callable[[], None]
    ) -> Reply:
        """MAIL, RCPT, DATA, the message, the dot."""
        accepted(wire.command(sender, "mail"), "mail")
        accepted(wire.command(recipient, "rcpt"), "rcpt")
        go_ahead = wire.command("DATA", "data")
        if go_ahead.code != 354:
            accepted(go_ahead, "data")
            raise SmtpLost("data", f"answered {go_ahead.code} to DATA")
        wire.write(stuffed(message), "data", self._timeout * DOT_FACTOR)
        before_dot()
        if wire.pending():  # the relay spoke before its turn: its answer cannot be to the dot
            reply = wire.reply("data")
            self._drop()
            accepted(reply, "data")
            raise SmtpLost("data", "an answer before the end of the message")
        wire.write(b".\r\n", "after-dot")
        reply = wire.reply("after-dot", self._timeout * DOT_FACTOR)
        accepted(reply, "after-dot")
        return reply

    def _recover(self, reply: Reply) -> None:
        """After a refusal the next message starts clean; after 421 the relay hangs up (RFC 5321 3.8)."""
        wire = self._wire
        if wire is None:
            return
        try:
            if reply.code == 421 or wire.spent or wire.command("RSET", "rset").code != 250:
                self._drop()
        except SmtpError:
            self._drop()

    def _begin(self, wire: Wire) -> None:
        """Greeting, EHLO, TLS, AUTH."""
        if self.security == "tls":
            self._encrypt(wire)
        greeting = wire.reply("greeting")
        if greeting.code != 220:
            raise SmtpUnusable("greeting", f"{greeting.code} {greeting.text}")
        self._ehlo(wire)
        if self.security == "starttls":
            self._start_tls(wire)
            self._ehlo(wire)
        if self._username or self._password:
            self._authenticate(wire)

    def _ehlo(self, wire: Wire) -> None:
        """Ask for the extensions. The name is this end's address literal (RFC 5321 4.1.4), which needs no DNS."""
        reply = wire.command(f"EHLO {wire.own_name()}", "ehlo")
        if reply.code != 250:
            raise SmtpUnusable("greeting", f"EHLO: {reply.code} {reply.text}")
        self._offers = {}
        for line in reply.text.split("\n")[1:]:
            name, _, value = line.strip().partition(" ")
            self._offers[name.upper()] = value.strip()

    def _start_tls(self, wire: Wire) -> None:
        """STARTTLS or nothing: a relay without it, or one that declines, is not used in clear."""
        if "STARTTLS" not in self._offers:
            raise SmtpUnusable("no-tls", "the relay does not offer STARTTLS")
        reply = wire.command("STARTTLS", "starttls")
        if reply.code != 220:
            raise SmtpUnusable("no-tls", f"{reply.code} {reply.text}")
        if wire.pending():  # clear text after the answer would be read as if it had come encrypted
            raise SmtpLost("starttls", "clear text after the answer to STARTTLS")
        self._encrypt(wire)

    def _encrypt(self, wire: Wire) -> None:
        wire.encrypt(self._tls or ssl.create_default_context(), self.host)

    def _authenticate(self, wire: Wire) -> None:
        """AUTH PLAIN or LOGIN, in clear only on this machine."""
        if self.security == "none" and self.host not in LOOPBACK:
            raise SmtpUnusable("password-in-clear", "use smtp+tls:// or smtps://")
        methods = self._offers.get("AUTH", "").upper().split()
        initial = _b64(f"\0{self._username}\0{self._password}")
        if "PLAIN" in methods:
            reply = wire.command(f"AUTH PLAIN {initial}", "auth")
        elif "LOGIN" in methods:
            reply = wire.command("AUTH LOGIN", "auth")
            for answer in (self._username, self._password):
                reply = wire.command(_b64(answer), "auth") if reply.code == 334 else reply
        else:
            raise SmtpUnusable("no-auth", "the relay offers neither AUTH PLAIN nor AUTH LOGIN")
        if reply.code != 235:
            raise SmtpUnusable("auth-refused", f"{reply.code} {reply.text}")

    def _drop(self) -> None:
        """Close without a word."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.close()


def stuffed(message: bytes) -> bytes:
    """The message with every line break as CRLF, a dot doubled where it begins a line, and a line break at its end.

    A bare CR or LF must not go out: relays that take it for a line's end can be made to see a second message.
    """
    message = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    if message.startswith(b"."):
        message = b"." + message
    message = message.replace(b"\r\n.", b"\r\n..")
    return message if message.endswith(b"\r\n") else message + b"\r\n"


def accepted(reply: Reply, stage: str) -> None:
    """Return on 2xx, raise on everything else."""
    if 200 <= reply.code < 300:
        return
    if 400 <= reply.code < 500:
        raise SmtpDeferred(reply)
    if 500 <= reply.code < 600:
        raise SmtpRefused(reply)
    raise SmtpLost(stage, f"answered {reply.code}")


def _b64(text: str) -> str:
    return b64encode(text.encode()).decode("ascii")
