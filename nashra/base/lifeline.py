"""Children that do not outlive their parent, however it ends (`kill -9` included)."""

import ctypes
import os
import signal
import sys
import threading
import time

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ends this process when its parent is gone: by the kernel on Linux, by looking every half second elsewhere.

    The parent may be gone before the call takes hold, so the parent's id is compared afterwards, too.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    # The kernel's signal is tied to the *thread* that forked us; watching as well covers a parent of many threads.
    threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)
