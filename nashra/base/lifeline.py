"""Children that do not outlive their parent, however and whenever it ends (`kill -9` at start included)."""

import ctypes
import os
import signal
import sys
import threading
import time

LIFELINE = "NASHRA_LIFELINE"  # the environment variable that tells a child its parent's process id
_PR_SET_PDEATHSIG = 1
_LOOK_EVERY = 2.0 if sys.platform == "linux" else 0.5  # seconds; Linux has told us already, nearly always


def follow_parent() -> bool:
    """`die_with_parent` for the process named in the environment; False when it names none (started by hand)."""
    named = os.environ.get(LIFELINE, "")
    if not named.isdigit():
        return False
    die_with_parent(int(named))
    return True


def die_with_parent(expected: int) -> None:
    """Ends this process when its parent is gone: by the kernel on Linux, by looking every half second elsewhere.

    `expected` is the id that the parent wrote down before it started us. Asking for it here would be too late: a parent
    that is gone already has been replaced by process 1 (or a subreaper), which never ends.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != expected:  # compared after the kernel was asked: from here on its signal comes
        os._exit(1)
    # The kernel's signal is tied to the *thread* that forked us; watching as well covers a parent of many threads.
    threading.Thread(target=_watch, args=(expected,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os.kill(os.getpid(), signal.SIGKILL)
