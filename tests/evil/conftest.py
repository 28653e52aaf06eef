"""The hostile server as a fixture: a process of its own on three neighbouring loopback ports."""

import json
import random
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CASES: dict[str, dict[str, Any]] = {case["id"]: case for case in json.loads((HERE / "cases.json").read_text("utf-8"))}
TRIES = 20


@dataclass(frozen=True)
class Evil:
    """The running server. `port` is the outside, `port + 1` must never be reached, `port + 2` speaks https."""

    port: int

    @property
    def base(self) -> str:
        """The outside's address, without a final slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def inside(self) -> str:
        """The address of what must never be asked for."""
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def allowed(self) -> tuple[str, ...]:
        """What NASHRA_ALLOW_HOSTS must name for the cases to be reached, and nothing more."""
        return (f"127.0.0.1:{self.port}", f"127.0.0.1:{self.port + 2}")

    def get(self, case_id: str) -> str:
        """The address of a case (or of its upload)."""
        return self.fill(CASES[case_id]["get"])

    def fill(self, text: str) -> str:
        """Puts this run's addresses into a stored text."""
        tls = f"https://127.0.0.1:{self.port + 2}"
        marks = {"{{BASE}}": self.base, "{{INSIDE}}": self.inside, "{{TLS}}": tls}
        marks |= {"{{INSIDE_PORT}}": str(self.port + 1), "{{PORT}}": str(self.port)}
        for mark, value in marks.items():
            text = text.replace(mark, value)
        return text

    def log(self, case_id: str = "") -> list[dict[str, Any]]:
        """What was asked for since the last reset, for one case or for all. A request is logged when it has ended."""
        entries: list[dict[str, Any]] = json.loads(self._ask("/_log"))
        return [entry for entry in entries if not case_id or entry["case"] == case_id]

    def ended(self, case_id: str, requests: int = 1) -> list[dict[str, Any]]:
        """The log of a case once the server has noticed that so many requests are over (at most half a minute)."""
        for _ in range(600):
            if len(entries := self.log(case_id)) >= requests:
                return entries
            time.sleep(0.05)
        raise AssertionError(f"{case_id} was asked for {len(entries)} times, not {requests}")

    def bad(self) -> list[dict[str, Any]]:
        """Requests that must not have been made."""
        return [entry for entry in self.log() if entry["bad"]]

    def reset(self) -> None:
        """Empties the log and the counters."""
        self._ask("/_reset", b"")

    def _ask(self, path: str, data: bytes | None = None) -> bytes:
        with urllib.request.urlopen(self.base + path, data, timeout=10) as answer:
            return bytes(answer.read())


@pytest.fixture(scope="session")
def evil_server() -> Iterator[Evil]:
    """The server, started once."""
    process, server = _start()
    yield server
    process.terminate()
    process.wait(10)


@pytest.fixture
def evil(evil_server: Evil, settings: Any) -> Iterator[Evil]:
    """The server with an empty log, permitted to be fetched. Fails when a test made Nashra reach the inside."""
    settings.NASHRA_ALLOW_HOSTS = evil_server.allowed
    evil_server.reset()
    yield evil_server
    time.sleep(0.05)  # a request is written down just after it was answered
    assert evil_server.bad() == []


def _start() -> tuple[subprocess.Popen[bytes], Evil]:
    for _ in range(TRIES):
        port = _free_ports()
        process = subprocess.Popen([sys.executable, str(HERE / "serve.py"), str(port)], stdout=subprocess.PIPE)
        if process.stdout and process.stdout.readline().startswith(b"serving"):
            return process, Evil(port)
        process.wait(10)
    raise RuntimeError("no three free ports beside one another were found")


def _free_ports() -> int:
    """Three neighbouring ports that are free now; another process may still be quicker."""
    while True:
        port = random.randrange(20_000, 32_000)
        try:
            for number in (port, port + 1, port + 2):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", number))
        except OSError:
            continue
        return port
