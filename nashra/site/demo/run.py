"""Runs the sample newspaper: a folder, the sample sources' server, an installation filled with them, and a clock.

The sources grow while it runs: every half minute they are made due, far more often than a real feed would be asked.
"""

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nashra.site.demo.server import DemoServer
from nashra.site.start import StartError

AGAIN_SECONDS = 30.0
_NOTE = "demo.json"  # in the data folder: the port of the sources and the time that their ages count from
_KEPT = {"NASHRA_LOG_FORMAT", "NASHRA_DATA"}


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the demo plays: its data folder, and the running server of its sources."""

    folder: Path
    server: DemoServer


@contextmanager
def stage(data: Path | None, port: int) -> Iterator[Stage]:
    """The folder and the sources' server; sets the environment. A folder of our own is removed at the end."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # tidy up before the supervisor listens, too
    folder = data or Path(tempfile.mkdtemp(prefix="nashra-demo-"))
    try:
        with _server(folder) as server:
            _environment(folder, port, server.base)
            yield Stage(folder, server)
    finally:
        signal.signal(signal.SIGTERM, before)
        if data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _server(folder: Path) -> DemoServer:
    """The sources at the port and with the beginning of the last time, so that addresses in the folder hold."""
    note = folder / _NOTE
    if not note.is_file():
        server = DemoServer()
        with suppress(OSError):  # a folder that cannot be written is told by the start itself
            folder.mkdir(parents=True, exist_ok=True)
            port = int(server.base.rpartition(":")[2])
            note.write_text(json.dumps({"port": port, "began": server.began.isoformat()}))
        return server
    kept = json.loads(note.read_text())
    try:
        return DemoServer(kept["port"], began=datetime.fromisoformat(kept["began"]).astimezone(UTC))
    except OSError:
        raise StartError(
            f"Port {kept['port']}, at which the sample sources of {folder} stand, is taken by another program."
        ) from None


def _environment(folder: Path, port: int, base: str) -> None:
    """An installation of its own: settings of another one in the environment do not reach it."""
    for name in [name for name in os.environ if name.startswith("NASHRA_") and name not in _KEPT]:
        del os.environ[name]
    os.environ["NASHRA_DATA"] = str(folder)
    os.environ["NASHRA_URL"] = f"http://localhost:{port}"
    os.environ["NASHRA_ALLOW_HOSTS"] = base.removeprefix("http://")


@contextmanager
def growing(base: str) -> Iterator[None]:
    """While it is open, the sample sources are asked again and again."""
    stop = threading.Event()
    thread = threading.Thread(target=_ask_again, args=(base, stop), name="demo-clock", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(5)


def _ask_again(base: str, stop: threading.Event) -> None:
    from django.db import DatabaseError, connection
    from django.utils import timezone

    from nashra.news.models import Source

    while not stop.wait(AGAIN_SECONDS):
        now = timezone.now()
        with suppress(DatabaseError):  # busy: the next half minute will do
            rows = Source.objects.filter(url__startswith=base, state=Source.State.ACTIVE, due_at__gt=now)
            rows.update(due_at=now, due_reason={"code": "asked"})
    connection.close()
