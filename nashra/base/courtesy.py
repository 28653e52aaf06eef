"""Pages go first: work that nobody waits for pauses while somebody waits for a page.

Two processes of one machine say so through a small file of the data folder that both map: when a page was begun last,
and when one was ended last (seconds of the machine's own clock). It is a hint and nothing more. A page that never ends
holds nobody up for long, nor does a site that is always asked for pages: work waits a third of its time at most. Where
there is no such file, on other machines, nobody waits.
"""

import mmap
import os
import struct
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

NAME = "pages.now"
STEP = 0.01  # seconds between two looks
LONGEST = 0.3  # seconds that a piece of work waits for pages at most
_STALE = 2.0  # seconds after which a page that was begun and not ended is not believed
_MOMENTS = struct.Struct("dd")


class Board:
    """The mapped file. Moments are monotonic seconds, the same for all processes of a machine."""

    def __init__(self, path: Path) -> None:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            os.ftruncate(handle, _MOMENTS.size)
            self._map = mmap.mmap(handle, _MOMENTS.size)
        finally:
            os.close(handle)
        self.rests_until = 0.0  # when this process may be made to wait again

    def begun(self) -> None:
        """A page is being made."""
        struct.pack_into("d", self._map, 0, time.monotonic())

    def ended(self) -> None:
        """A page was sent."""
        struct.pack_into("d", self._map, 8, time.monotonic())

    def is_busy(self) -> bool:
        """Whether somebody waits for a page now."""
        begun, ended = _MOMENTS.unpack_from(self._map)
        return bool(begun > ended and time.monotonic() - begun < _STALE)


@lru_cache(maxsize=1)
def board() -> Board | None:
    """The board of this installation; None where the data folder cannot be written to."""
    try:
        return Board(Path(settings.NASHRA_DATA) / NAME)
    except OSError:
        return None


def give_way(shown: Board | None = None, *, sleep: Callable[[float], object] = time.sleep) -> None:
    """Waits while pages are being made, for a third of a second at most, and then not again for twice as long as it
    waited. Never call it inside a transaction.
    """
    shown = shown or board()
    if shown is None or time.monotonic() < shown.rests_until:
        return
    waits = 0
    while waits < round(LONGEST / STEP) and shown.is_busy():
        sleep(STEP)
        waits += 1
    if waits:
        shown.rests_until = time.monotonic() + 2 * waits * STEP
