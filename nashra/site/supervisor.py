"""`nashra run`: one process tree of a web server and a job worker, watched by this process."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import structlog

from nashra.base.lifeline import LIFELINE

log = structlog.get_logger(__name__)
STOP_WITHIN = 4.0  # seconds for children to end by themselves
RESTART_AFTER = 1.0


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
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    for child in children:
        child.start()
    code = 0
    while not stop.wait(0.2):
        for child in children:
            if not child.ended():
                continue
            log.error("run.child_ended", part=child.name, code=child.process and child.process.returncode)
            if child.keeps_failing():
                print(f"nashra: the {child.name} part keeps ending; see the lines above.", file=sys.stderr)
                code = 1
                stop.set()
                break
            stop.wait(RESTART_AFTER)
            child.start()
    _stop(children)
    return code


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
