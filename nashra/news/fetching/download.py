"""Requests on an event loop in a thread of its own, answers in a queue: the database never meets the loop."""

import asyncio
import queue
import threading
import time
from types import TracebackType
from typing import Generic, TypeVar

from nashra.base.net import Client, FetchError, Request, Response

K = TypeVar("K")
Answer = Response | FetchError


class Downloads(Generic[K]):
    """`with Downloads() as downloads`: `start(key, request)` begins one, `finished(most, wait)` hands out what is done.

    How many run at once is the caller's affair: `running` counts them.
    """

    def __init__(self) -> None:
        self._done: queue.SimpleQueue[tuple[K, Answer]] = queue.SimpleQueue()
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Client | None = None
        self._end: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="downloads", daemon=True)
        self.running = 0

    def __enter__(self) -> "Downloads[K]":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._end is not None:
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)

    def start(self, key: K, request: Request) -> None:
        """Begins one request."""
        if self._loop is None:
            raise RuntimeError("Downloads are used inside 'with'")
        self.running += 1
        asyncio.run_coroutine_threadsafe(self._one(key, request), self._loop)

    def finished(self, most: int, wait: float, gather: float = 0.0) -> list[tuple[K, Answer]]:
        """Up to `most` answers; waits for the first one at most `wait` seconds, and `gather` for those right behind
        it.
        """
        found: list[tuple[K, Answer]] = []
        try:
            found.append(self._done.get(timeout=wait))
            deadline = time.monotonic() + gather
            while len(found) < min(most, self.running):
                found.append(self._done.get(timeout=max(0.0, deadline - time.monotonic())))
        except queue.Empty:
            pass
        self.running -= len(found)
        return found

    async def _live(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with Client() as self._client:
                self._ready.set()
                await self._end.wait()
        finally:
            self._ready.set()

    async def _one(self, key: K, request: Request) -> None:
        self._done.put((key, await self._answer(request)))

    async def _answer(self, request: Request) -> Answer:
        try:
            assert self._client is not None
            return await self._client.fetch(request)
        except FetchError as error:
            return error
        except Exception as error:  # a fault of ours in one fetch must not end the others
            return FetchError("protocol", f"{type(error).__name__}: {error}"[:500])
