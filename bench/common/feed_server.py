"""A feed server on loopback: ETag and Last-Modified, 304, a line in a file for each request.

`python -m common.feed_server FOLDER` serves what `manifest.json` in the folder lists, on the loopback address of each
host and one port for all; it writes the port into `port` and requests into `requests.log`.
"""

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import Path

from common.corpus import MadeFeed
from common.names.sitecustomize import address_of

LOG, PORT, MANIFEST = "requests.log", "port", "manifest.json"


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the log: when (monotonic seconds), host, path, status, and which validators came: E, L, EL or -."""

    at: float
    host: str
    path: str
    status: int
    validators: str


@dataclass(frozen=True, slots=True)
class Held:
    """What is served at one place."""

    body: bytes
    content_type: str
    etag: str
    modified: str


def lay_out(folder: Path, feeds: Iterable[MadeFeed]) -> list[MadeFeed]:
    """Writes feeds and manifest for the server; the feeds."""
    given, lines = [], []
    for feed in feeds:
        name = f"{feed.path.strip('/').replace('/', '-')}"
        (folder / name).write_bytes(feed.body)
        lines.append([feed.host, feed.path, name, feed.content_type, format_datetime(feed.modified, usegmt=True)])
        given.append(feed)
    (folder / MANIFEST).write_text(json.dumps(lines))
    return given


def read_log(folder: Path, skip: int = 0) -> list[Asked]:
    """The requests so far but the first `skip`."""
    lines = (folder / LOG).read_text("utf-8").splitlines()[skip:]
    return [Asked(float(at), host, path, int(status), sent) for at, host, path, status, sent in map(str.split, lines)]


def _held(folder: Path) -> Mapping[tuple[str, str], Held]:
    held = {}
    for host, path, name, kind, modified in json.loads((folder / MANIFEST).read_text()):
        body = (folder / name).read_bytes()
        held[host, path] = Held(body, kind, f'"{hashlib.sha256(body).hexdigest()[:24]}"', modified)
    return held


class Server:
    """Answers GET over connections that stay open."""

    def __init__(self, folder: Path) -> None:
        self.held = _held(folder)
        self.log = (folder / LOG).open("a", buffering=1)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(self.answer(head.decode("latin-1")))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    def answer(self, head: str) -> bytes:
        """The answer to one request, as bytes for the wire."""
        first, *lines = head.split("\r\n")
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        host, path = fields.get("host", "").rpartition(":")[0], first.split(" ")[1]
        held = self.held.get((host, path))
        status = 404 if held is None else 304 if _unchanged(held, fields) else 200
        sent = ("E" if "if-none-match" in fields else "") + ("L" if "if-modified-since" in fields else "")
        self.log.write(f"{time.monotonic():.6f} {host} {path} {status} {sent or '-'}\n")
        if held is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        validators = f"ETag: {held.etag}\r\nLast-Modified: {held.modified}\r\n"
        if status == 304:
            return f"HTTP/1.1 304 Not Modified\r\n{validators}\r\n".encode()
        size = f"Content-Type: {held.content_type}\r\nContent-Length: {len(held.body)}\r\n"
        return f"HTTP/1.1 200 OK\r\n{size}{validators}\r\n".encode() + held.body


def _unchanged(held: Held, fields: Mapping[str, str]) -> bool:
    if "if-none-match" in fields:
        return fields["if-none-match"] == held.etag
    return fields.get("if-modified-since") == held.modified


async def _run(folder: Path) -> None:
    server = Server(folder)
    numbers = sorted({int(host[5:9]) for host, _ in server.held})
    places = [address_of(number) for number in numbers]
    first = await asyncio.start_server(server.serve, places[0], 0)
    port = first.sockets[0].getsockname()[1]
    if places[1:]:
        await asyncio.start_server(server.serve, places[1:], port)
    (folder / "port.new").write_text(str(port))
    (folder / "port.new").rename(folder / PORT)
    await first.serve_forever()


if __name__ == "__main__":
    asyncio.run(_run(Path(sys.argv[1])))
