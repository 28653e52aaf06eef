"""`nashra run`: one process tree of a web server and a job worker, watched by this process."""

import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field

import structlog

from nashra.base.lifeline import LIFELINE

log = structlog.get_logger(__name__)
STOP_WITHIN = 4.0  # seconds for children to end by themselves
RESTART_AFTER = 1.0
LOOK_EVERY = 2.0  # seconds between two looks at the children when no signal came


@dataclass(slots=True)
class Child:
    """One part of the tree, restarted when it ends by itself."""

    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    ends: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Starts it; it ends with this process, whose id it is told."""
        environment = {**os.environ, LIFELINE: str(os.getpid())}
        self.process = subprocess.Popen([sys.executable, "-m", "nashra", *self.arguments], env=environment)  # noqa: S603

    def ended(self) -> bool:
        """Whether it has ended; remembers when."""
        if self.process is None or self.process.poll() is None:
            return False
        self.ends = [*self.ends[-4:], time.monotonic()]
        return True

    def keeps_failing(self) -> bool:
        """Five ends within half a minute."""
        return len(self.ends) == 5 and self.ends[-1] - self.ends[0] < 30


def supervise(children: list[Child]) -> int:
    """Runs the children until SIGTERM or SIGINT (0), or until one keeps failing (1)."""
    signals = _Signals()
    for child in children:
        child.start()
    code = 0
    while not signals.stop:
        for child in children:
            if not child.ended():
                continue
            log.error("run.child_ended", part=child.name, code=child.process and child.process.returncode)
            if child.keeps_failing():
                print(f"nashra: the {child.name} part keeps ending; see the lines above.", file=sys.stderr)
                code, signals.stop = 1, True
                break
            signals.wait(RESTART_AFTER, for_stop=True)
            if not signals.stop:
                child.start()
        signals.wait(LOOK_EVERY)
    _stop(children)
    return code


class _Signals:
    """Sleeps until a signal comes. The kernel wakes us by a pipe, so that a long sleep misses nothing."""

    def __init__(self) -> None:
        self.stop = False
        self._read, write = os.pipe()
        for end in (self._read, write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(write)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # without a handler of ours nothing is written into the pipe

    def wait(self, seconds: float, *, for_stop: bool = False) -> None:
        """Until any signal, or only until the one to stop; at most so long."""
        until = time.monotonic() + seconds
        while not self.stop and (left := until - time.monotonic()) > 0:
            if select.select([self._read], [], [], left)[0]:
                os.read(self._read, 4096)
                if not for_stop:
                    return

    def _asked_to_stop(self, *_: object) -> None:
        self.stop = True


def _stop(children: list[Child]) -> None:
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        process.terminate()
    until = time.monotonic() + STOP_WITHIN
    for process in running:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
