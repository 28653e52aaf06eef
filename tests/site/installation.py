"""An installation of its own in a folder, driven as a person drives it: by commands and signals."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

PATIENCE = 150.0  # seconds until a condition that must come true counts as failed


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Waits until the condition gives something true, and gives it back."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def descendants(pid: int) -> set[int]:
    """The processes under this one, by /proc."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(entry.name)] = int(fields[1])
    found: set[int] = set()
    while more := {one for one, parent in parents.items() if parent in {pid, *found}} - found:
        found |= more
    return found


def words_of(pid: int) -> list[str]:
    """The words with which a process was started; none when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (FileNotFoundError, ProcessLookupError):
        return []


def inhabitants(data: Path) -> set[int]:
    """The processes that were started on this data folder, whoever their parent is now."""
    mark, found = f"NASHRA_DATA={data}\0".encode(), set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if mark in (entry / "environ").read_bytes():
                    found.add(int(entry.name))
            except OSError:  # has ended, or is another user's
                continue
    return found


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and was not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in ("Z", "X")


class Installation:
    """A data folder, a port, and the commands on them. Settings of the surrounding environment do not reach it."""

    def __init__(self, data: Path, port: int | None = None, **settings: str) -> None:
        self.data, self.port = data, port or free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NASHRA_")}
        kept.pop("DJANGO_SETTINGS_MODULE", None)
        self.environment = {**kept, "NASHRA_DATA": str(data), "NASHRA_WEB_WORKERS": "1", **settings}
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data.with_name(f"{data.name}.log")

    def command(self, *arguments: str, text: str | None = None, **more: str) -> "subprocess.CompletedProcess[str]":
        """Runs `nashra …` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "nashra", *arguments],
            input=text, capture_output=True, text=True, timeout=PATIENCE, env={**self.environment, **more},
        )  # fmt: skip

    def start(self, *arguments: str) -> None:
        """Starts `nashra run` (or another command that stays) and returns at once."""
        words = arguments or ("run", "--port", str(self.port))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "nashra", *words], stdout=log, stderr=log, env=self.environment
            )

    @property
    def pid(self) -> int:
        """The process that was started."""
        assert self.process is not None
        return self.process.pid

    def said(self) -> str:
        """All that it printed."""
        return self.log.read_text("utf-8", "replace") if self.log.exists() else ""

    def get(self, path: str = "/healthz") -> tuple[int, str]:
        """Status and body of an answer; 0 while nobody answers."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def health(self) -> dict[str, Any]:
        """What /healthz says; empty while nobody answers."""
        body = self.get()[1]
        return json.loads(body) if body else {}

    def is_up(self) -> bool:
        """Whether web and worker are both there."""
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"it ended with {self.process.returncode}:\n{self.said()}")
        return self.get()[0] == 200

    def wait_until_up(self) -> None:
        """Returns when web and worker are both there."""
        until(self.is_up, "web and worker are up")

    def is_silent(self) -> bool:
        """Whether nobody listens on the port."""
        with socket.socket() as probe:
            probe.settimeout(2)
            return probe.connect_ex(("127.0.0.1", self.port)) != 0

    def stop(self) -> int:
        """SIGTERM, and its exit code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def kill(self, *, tree: bool) -> set[int]:
        """`kill -9` of the parent, or of every process of the tree; the processes that there were."""
        everyone = {self.pid, *descendants(self.pid)}
        for pid in sorted(everyone) if tree else [self.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.process is not None:
            self.process.wait(PATIENCE)
        return everyone

    def end(self) -> None:
        """Leaves nothing behind, whatever a test did."""
        if self.process is not None and self.process.poll() is None:
            self.kill(tree=True)
