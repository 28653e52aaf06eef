"""Room for one heavy step at a time in a process: what several sweeps hold for a moment then never adds up.

The interpreter lets one thread compute at a time anyway, so little time is lost by taking turns, and a worker that
takes in thousands of feeds holds little more than one of a few hundred.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Room:
    """Turns in the order of asking, so that a sweep of many steps lets the others in between."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._given = self._ended = 0  # turns

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        with self._condition:
            return max(0, self._given - self._ended - 1)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Waits for a turn and holds it. Never inside a transaction or another turn: whoever is waited for may need
        the database.
        """
        with self._condition:
            mine = self._given
            self._given += 1
            self._condition.wait_for(lambda: self._ended == mine)
        try:
            yield
        finally:
            with self._condition:
                self._ended += 1
                self._condition.notify_all()


_room = Room()
alone = _room.alone
"""A turn in this process."""
