"""Process trees: starting, ending, and what they use, from /proc (Linux)."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

BENCH = Path(__file__).resolve().parent.parent
ROOT = BENCH.parent
NAMES = BENCH / "common" / "names"  # its sitecustomize.py resolves the bench's host names
_TICK = os.sysconf("SC_CLK_TCK")


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a child: the bench's names resolve, no proxy stands between, nothing of Nashra leaks in."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("NASHRA_") and not name.lower().endswith("_proxy")
    }
    path = os.pathsep.join([str(NAMES), str(BENCH), str(ROOT)])
    return {**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", **(extra or {})}


class Tree:
    """A child and its descendants, ended with the `with` block. What it prints goes to `log`."""

    def __init__(self, command: Sequence[str | Path], *, log: Path, env: Mapping[str, str]) -> None:
        self._log = log.open("ab")
        words = [str(part) for part in command]
        self.process = subprocess.Popen(words, stdout=self._log, stderr=self._log, env=dict(env), cwd=ROOT)
        self.log, self.peak_bytes, self.stop_seconds = log, 0, 0.0

    def __enter__(self) -> "Tree":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._log.close()

    def stop(self) -> None:
        """Asks it to end, and makes it after ten seconds."""
        if self.process.poll() is not None:
            return
        started = time.monotonic()
        left = pids(self.process.pid)
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            for pid in left:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self.process.wait()
        self.stop_seconds = time.monotonic() - started

    def cpu(self) -> float:
        """Seconds of processor time that the tree has used so far; also takes note of its memory."""
        self.peak_bytes = max(self.peak_bytes, memory(self.process.pid))
        return cpu_seconds(self.process.pid)

    def check_alive(self) -> None:
        """RuntimeError with the last lines of its output when it has ended."""
        if self.process.poll() is not None:
            tail = self.log.read_text("utf-8", "replace")[-2000:]
            raise RuntimeError(f"a child ended with {self.process.returncode}:\n{tail}")


def pids(root: int) -> list[int]:
    """The process and its living descendants."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _stat(int(entry))):
            children.setdefault(int(fields[1]), []).append(int(entry))
    found, at = [root], 0
    while at < len(found):
        found += children.get(found[at], [])
        at += 1
    return found


def cpu_seconds(root: int) -> float:
    """Processor time of a tree in seconds: living processes, and what they have waited for."""
    return sum(_own_time(pid) + _waited_for(pid) for pid in pids(root))


def _own_time(pid: int) -> float:
    """To the nanosecond, from the process's own clock: /proc counts hundredths, too coarse for what takes a tenth."""
    try:
        return time.clock_gettime((~pid << 3) | 2)  # what clock_getcpuclockid(3) gives on Linux
    except OSError:
        return 0.0


def _waited_for(pid: int) -> float:
    fields = _stat(pid)
    return sum(int(part) for part in fields[13:15]) / _TICK if fields else 0.0  # cutime, cstime: proc(5)


def memory(root: int) -> int:
    """Bytes of memory that a tree holds now: shared pages are shared out among those who share them (PSS)."""
    return sum(_proportional(pid) for pid in pids(root))


def peak(pid: int) -> int:
    """The most bytes of memory that one process has held (resident set)."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def command_of(pid: int) -> str:
    """The command line of a process; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace").strip()
    except OSError:
        return ""


def settle(tree: Tree, *, quiet: float = 0.06, longest: float = 90.0) -> float:
    """Waits until a tree uses less than `quiet` of one core for two seconds; its processor time then."""
    until, last, calm = time.monotonic() + longest, tree.cpu(), 0
    while calm < 4 and time.monotonic() < until:
        time.sleep(0.5)
        tree.check_alive()
        now = tree.cpu()
        calm, last = (calm + 1 if now - last <= quiet / 2 else 0), now
    return last


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def wait_for_port(tree: Tree, host: str, port: int, seconds: float = 60.0) -> None:
    """Returns when somebody listens there; RuntimeError when nobody does in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        tree.check_alive()
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"nobody listens on {host}:{port} after {seconds:.0f} s")


def rival(*packages: str, folder: Path = ROOT / ".venv-bench") -> Path:
    """The interpreter of an environment for programs that we compare ourselves with; installs what is missing."""
    python = folder / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    mark = folder / "installed"
    wanted = " ".join(sorted(packages))
    if not mark.exists() or mark.read_text() != wanted:
        command = [python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages]
        subprocess.run([str(part) for part in command], check=True)
        mark.write_text(wanted)
    return python


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name; none when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _proportional(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii", "replace").splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
