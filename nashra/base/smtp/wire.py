"""Octets to and from a relay: whole-command deadlines, bounded lines, replies that are replies."""

from __future__ import annotations

import re
import socket
import ssl
import time
from contextlib import suppress

from .errors import Reply, SmtpError, SmtpLost, SmtpUnusable

LINE_OCTETS = 4_096
REPLY_LINES = 100
TEXT_LENGTH = 2_000
QUIT_SECONDS = 2.0

_CHUNK = 65_536
_REPLY = re.compile(rb"([2-5]\d\d)(?:([ -])(.*))?\Z", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s+|\Z)")


def connect(host: str, port: int, timeout: float) -> Wire:
    """A TCP connection. Raises `SmtpLost("connect")`, for a name that is not in the DNS too."""
    try:
        sock = socket.create_connection((host, port), timeout)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except (OSError, UnicodeError) as error:
        raise SmtpLost("connect", str(error)) from error
    return Wire(sock, timeout)


class Wire:
    """One connection. `spent` says that it must not be used for another message: what comes next cannot be trusted."""

    def __init__(self, sock: socket.socket, timeout: float) -> None:
        self._sock = sock
        self._timeout = timeout
        self._buffer = bytearray()
        self.spent = False

    def command(self, line: str, stage: str) -> Reply:
        """Send one line, read its reply. Raises `SmtpLost(stage)`."""
        deadline = time.monotonic() + self._timeout
        self._write(f"{line}\r\n".encode(), stage, deadline)
        return self._reply(stage, deadline)

    def write(self, data: bytes, stage: str, timeout: float = 0.0) -> None:
        """Send octets within `timeout` seconds (the connection's own if 0)."""
        self._write(data, stage, time.monotonic() + (timeout or self._timeout))

    def reply(self, stage: str, timeout: float = 0.0) -> Reply:
        """Read one reply, all its lines within `timeout` seconds (the connection's own if 0)."""
        return self._reply(stage, time.monotonic() + (timeout or self._timeout))

    def pending(self) -> bool:
        """Has the relay said something that was not asked for, or hung up? Reads what there is, never waits.

        TLS has messages of its own (session tickets); reading swallows them, looking at the socket would not.
        """
        if not self._buffer:
            self._sock.settimeout(0)
            try:
                data = self._sock.recv(LINE_OCTETS)
            except (BlockingIOError, ssl.SSLWantReadError):
                return False
            except OSError:
                return True
            self._buffer += data
        return True

    def encrypt(self, context: ssl.SSLContext, host: str) -> None:
        """TLS from here on, with a certificate that verifies for `host`."""
        try:
            self._sock.settimeout(self._timeout)
            self._sock = context.wrap_socket(self._sock, server_hostname=host)
        except ssl.SSLCertVerificationError as error:
            raise SmtpUnusable("bad-certificate", error.verify_message) from error
        except (OSError, ValueError) as error:
            raise SmtpLost("tls", str(error)) from error

    def own_name(self) -> str:
        """This end's address as a literal (RFC 5321 4.1.3)."""
        address = str(self._sock.getsockname()[0]).partition("%")[0]
        return f"[IPv6:{address}]" if ":" in address else f"[{address}]"

    def quit(self) -> None:
        """QUIT, if the relay answers within two seconds, and close."""
        with suppress(SmtpError):
            deadline = time.monotonic() + min(QUIT_SECONDS, self._timeout)
            self._write(b"QUIT\r\n", "quit", deadline)
            self._reply("quit", deadline)
        self.close()

    def close(self) -> None:
        """Close without a word."""
        with suppress(OSError):
            self._sock.close()

    def _write(self, data: bytes, stage: str, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            try:
                self._wait(stage, deadline)
                rest = rest[self._sock.send(rest[:_CHUNK]) :]
            except OSError as error:
                raise SmtpLost(stage, str(error)) from error

    def _reply(self, stage: str, deadline: float) -> Reply:
        """Lines of one code until one without a hyphen (RFC 5321 4.2.1)."""
        code, texts = 0, []
        for _ in range(REPLY_LINES):
            found = _REPLY.match(self._line(stage, deadline))
            if found is None or (code and int(found[1]) != code):
                raise SmtpLost(stage, "not a reply")
            code = int(found[1])
            texts.append(_readable(found[3] or b""))
            if found[2] != b"-" or self.spent:
                break
        else:
            self.spent = True
        enhanced = _ENHANCED.match(texts[0])
        text = "\n".join(texts)[:TEXT_LENGTH]
        return Reply(code, enhanced[1], text[enhanced.end() :]) if enhanced else Reply(code, "", text)

    def _line(self, stage: str, deadline: float) -> bytes:
        """One line without its end; of a line over 4,096 octets the beginning, since its code still counts."""
        while (end := self._buffer.find(b"\n")) < 0 and len(self._buffer) <= LINE_OCTETS:
            self._wait(stage, deadline)
            try:
                data = self._sock.recv(LINE_OCTETS)
            except OSError as error:
                raise SmtpLost(stage, str(error)) from error
            if not data:
                raise SmtpLost(stage, "the relay hung up")
            self._buffer += data
        if end < 0 or end > LINE_OCTETS:
            self.spent = True
            return bytes(self._buffer[:512])
        line = bytes(self._buffer[:end]).rstrip(b"\r")
        del self._buffer[: end + 1]
        return line

    def _wait(self, stage: str, deadline: float) -> None:
        """Give the next call on the socket what is left of the time."""
        left = deadline - time.monotonic()
        if left <= 0:
            raise SmtpLost(stage, "no answer in time")
        self._sock.settimeout(left)


def _readable(text: bytes) -> str:
    """A reply's text with everything unprintable escaped."""
    decoded = text.decode("utf-8", "backslashreplace").strip()
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in decoded)
