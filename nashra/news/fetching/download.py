"""Requests on an event loop in a thread of its own, answers in a queue: the database never meets the loop."""

import asyncio
import queue
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Generic, TypeVar

from nashra.base.net import Client, FetchError, Request, Response

K = TypeVar("K")
Answer = Response | FetchError
HEAVIEST = 1 << 62  # bytes: no limit


class Downloads(Generic[K]):
    """`with Downloads(16) as downloads`: `start` takes requests with their keys, of which so many run at once;
    `finished` hands out what is done. `running` counts those that were started and not handed out yet; `weight` is how
    many bytes of answers lie ready.

    Threads are woken once for many requests, and once for many answers: that costs more than a small answer does.
    """

    def __init__(self, at_once: int) -> None:
        self.running = 0
        self._come = self._taken = 0  # bytes; each is counted by one thread alone
        self._done: queue.SimpleQueue[tuple[K, Answer]] = queue.SimpleQueue()
        self._places = asyncio.Semaphore(at_once)
        self._tasks: set[asyncio.Task[None]] = set()  # the loop's own references are weak ones
        self._calm = threading.Event()  # nothing is under way: nobody needs to wait for more
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Client | None = None
        self._end: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="downloads", daemon=True)

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

    def start(self, requests: Sequence[tuple[K, Request]]) -> None:
        """Begins requests, as far as there are places; the others follow."""
        if self._loop is None:
            raise RuntimeError("Downloads are used inside 'with'")
        if requests:
            self.running += len(requests)
            self._loop.call_soon_threadsafe(self._begin, requests)

    @property
    def weight(self) -> int:
        """Bytes of answers that nobody has taken yet."""
        return self._come - self._taken

    def finished(self, most: int, wait: float, gather: float = 0.0, heavy: int = HEAVIEST) -> list[tuple[K, Answer]]:
        """Up to `most` answers, fewer when they reach `heavy` bytes; waits for the first one at most `wait` seconds,
        and `gather` for those right behind it.
        """
        found: list[tuple[K, Answer]] = []
        enough = self._taken + heavy
        try:
            found.append(self._take(wait))
            self._calm.wait(gather if self._come < enough else 0)
            while len(found) < most and self._taken < enough:
                found.append(self._take(0))
        except queue.Empty:
            pass
        self.running -= len(found)
        return found

    def _take(self, wait: float) -> tuple[K, Answer]:
        one = self._done.get(timeout=wait) if wait else self._done.get_nowait()
        self._taken += _weight(one[1])
        return one

    async def _live(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with Client() as self._client:
                self._ready.set()
                await self._end.wait()
        finally:
            self._ready.set()

    def _begin(self, requests: Sequence[tuple[K, Request]]) -> None:
        assert self._loop is not None
        self._calm.clear()
        for key, request in requests:
            task = self._loop.create_task(self._one(key, request))
            self._tasks.add(task)
            task.add_done_callback(self._over)

    def _over(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not self._tasks:
            self._calm.set()

    async def _one(self, key: K, request: Request) -> None:
        async with self._places:
            answer = await self._answer(request)
        self._come += _weight(answer)
        self._done.put((key, answer))

    async def _answer(self, request: Request) -> Answer:
        try:
            assert self._client is not None
            return await self._client.fetch(request)
        except FetchError as error:
            return error
        except Exception as error:  # a fault of ours in one fetch must not end the others
            return FetchError("protocol", f"{type(error).__name__}: {error}"[:500])


def _weight(answer: Answer) -> int:
    return len(answer.body) if isinstance(answer, Response) else 0
