"""Strangers' bytes in a process that may be killed: parsing and extracting with limits on time and memory.

A child serves one job after another over a pipe. One that takes too long, grows too large or dies is replaced; the
job then fails with `SandboxError`, and nothing else does.
"""

import atexit
import os
import pickle
import select
import struct
import subprocess
import sys
import threading
import time
from typing import Any

import structlog

from nashra.base import jobs
from nashra.core.feeds import FeedError

log = structlog.get_logger(__name__)
CHILDREN = 2
MEMORY = 512  # megabytes that a child may hold on top of what it has at its start
_START_SECONDS = 5.0  # a new child needs a moment for its imports
_LOOK_SECONDS = 0.5  # between two looks whether the process is about to end
_IDLE_SECONDS = 60.0
_JOBS_OF_ONE_CHILD = 500  # then it is replaced, whatever it has leaked
_LENGTH = struct.Struct("!I")
_places = threading.BoundedSemaphore(CHILDREN)
_lock = threading.Lock()
_idle: list["_Child"] = []


class SandboxError(Exception):
    """The job did not end well; `code` is "timeout" or "crashed"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Stopping(Exception):
    """This process is about to end; whatever waits for a child gives up, and its work is done after the next start."""


def run(job: str, *arguments: Any, seconds: float) -> Any:
    """The result of a job of `jobs.JOBS` in a child. FeedError when the job says so, SandboxError when it did not end
    well, Stopping when this process is to end before it.
    """
    with _places:
        kind, value = _ask((job, arguments, seconds), seconds)
    if kind == "feed-error":
        raise FeedError(*value)
    if kind == "error":
        log.warning("sandbox.job_failed", job=job, error=value)
        raise SandboxError("crashed")
    return value


def _ask(job: tuple[Any, ...], seconds: float) -> tuple[str, Any]:
    while True:
        child = _take()
        used_before = child.jobs > 0
        try:
            answer = child.ask(job, seconds)
        except Stopping:
            child.kill()
            raise
        except SandboxError as error:
            child.kill()
            # A child may have been ended from outside while it waited for work: that is not this job's fault.
            if not (used_before and error.code == "crashed"):
                raise
        else:
            _give_back(child)
            return answer


def _take() -> "_Child":
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.is_fresh():
                return child
            child.kill()
    return _Child()


def _give_back(child: "_Child") -> None:
    with _lock:
        _idle.append(child)


def tidy() -> None:
    """Ends children that have had nothing to do for a while."""
    with _lock:
        stale = [child for child in _idle if not child.is_fresh()]
        _idle[:] = [child for child in _idle if child.is_fresh()]
    for child in stale:
        child.kill()


@atexit.register
def _end_all() -> None:
    with _lock:
        for child in _idle:
            child.kill()
        _idle.clear()


class _Child:
    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
            [sys.executable, "-m", "nashra.news.fetching.jobs", str(MEMORY), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=_environment(),
            close_fds=True,
        )
        self.jobs, self._used = 0, time.monotonic()

    def is_fresh(self) -> bool:
        alive = self._process.poll() is None
        return alive and self.jobs < _JOBS_OF_ONE_CHILD and time.monotonic() - self._used < _IDLE_SECONDS

    def ask(self, job: tuple[Any, ...], seconds: float) -> tuple[str, Any]:
        deadline = time.monotonic() + seconds + _START_SECONDS
        data = pickle.dumps(job)
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(_LENGTH.pack(len(data)) + data)
            self._process.stdin.flush()
        except OSError as error:
            raise SandboxError("crashed") from error
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
        answer: tuple[str, Any] = pickle.loads(self._read(length, deadline))  # noqa: S301  (our own child)
        self.jobs, self._used = self.jobs + 1, time.monotonic()
        return answer

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._process.stdout is not None
        pipe, parts, missing = self._process.stdout.fileno(), [], size
        while missing:
            left = deadline - time.monotonic()
            if left <= 0:
                raise SandboxError("timeout")
            if jobs.stopping():
                raise Stopping
            if not select.select([pipe], [], [], min(left, _LOOK_SECONDS))[0]:
                continue
            part = os.read(pipe, min(missing, 1 << 20))
            if not part:
                raise SandboxError("timeout" if self._ran_out_of_time() else "crashed")
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def _ran_out_of_time(self) -> bool:
        try:
            return self._process.wait(2) in (-24, -9)  # SIGXCPU: the limit on processor time
        except subprocess.TimeoutExpired:
            return False

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    pass


def _environment() -> dict[str, str]:
    """What a child needs to find its modules, and none of the secrets of its parent."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "TMPDIR", "HOME")}
    return {**kept, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONDONTWRITEBYTECODE": "1"}
