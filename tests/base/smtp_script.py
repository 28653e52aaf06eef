"""A relay on loopback that answers by a script and keeps what it was told: for answers that a real one never gives."""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping
from types import TracebackType

USUAL: Mapping[str, bytes] = {
    "": b"220 relay.example ESMTP\r\n",
    "EHLO": b"250-relay.example\r\n250-SIZE 1000000\r\n250 8BITMIME\r\n",
    "MAIL": b"250 2.1.0 ok\r\n",
    "RCPT": b"250 2.1.5 ok\r\n",
    "DATA": b"354 go on\r\n",
    ".": b"250 2.0.0 taken\r\n",
    "RSET": b"250 2.0.0 ok\r\n",
    "QUIT": b"221 2.0.0 bye\r\n",
}
CUT = b""


class Script:
    """Answers by verb; "" is the greeting, "." the answer to a message. An empty answer cuts the connection.

    A list of answers is used up one by one, the last one stays. `log` holds the verbs, `messages` what came with dots.
    """

    def __init__(self, **answers: bytes | list[bytes]) -> None:
        named = {{"greeting": "", "dot": "."}.get(name, name): answer for name, answer in answers.items()}
        self._answers: dict[str, bytes | list[bytes]] = {**USUAL, **named}
        self.log: list[str] = []
        self.messages: list[bytes] = []
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Script:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _answer(self, verb: str) -> bytes:
        found = self._answers.get(verb, b"500 5.5.1 unknown\r\n")
        if isinstance(found, bytes):
            return found
        return found.pop(0) if len(found) > 1 else found[0]

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with client:
                client.settimeout(5)
                try:
                    self._talk(client)
                except OSError:
                    continue

    def _talk(self, client: socket.socket) -> None:
        client.sendall(self._answer(""))
        with client.makefile("rb") as lines:
            for line in lines:
                verb = line[:4].decode("latin-1").strip().upper()
                self.log.append(line.decode("utf-8").strip() if verb in ("MAIL", "RCPT", "AUTH") else verb)
                answer = self._answer(verb)
                if answer == CUT:
                    return
                client.sendall(answer)
                if verb == "DATA" and answer.startswith(b"354") and not self._message(client, lines):
                    return

    def _message(self, client: socket.socket, lines: object) -> bool:
        """Read a message up to its dot and answer it; False to hang up."""
        message = b""
        for line in lines:  # type: ignore[attr-defined]
            if line == b".\r\n":
                self.messages.append(message)
                answer = self._answer(".")
                client.sendall(answer)
                return answer != CUT
            message += line
        return False
