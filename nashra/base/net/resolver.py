"""Names looked up and judged: the connection goes to the very addresses that were judged here."""

import asyncio
import queue
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence

from aiohttp.abc import AbstractResolver, ResolveResult

from nashra.base.net.allow import AllowList
from nashra.base.net.errors import BLOCKED, FetchError
from nashra.base.net.networks import judge_host

Lookup = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host name and port -> IP addresses as text, best first. Raises OSError when there is no such name."""

_MAX_THREADS = 32
_AT_ONCE = 4  # threads that are begun without waiting: most names are known to the machine, or its cache
_SLOW = 0.02  # seconds after which a look-up that still waits gets a thread more


class SystemLookup:
    """The operating system's resolver, on daemon threads of its own.

    A name server that never answers holds one of these threads, never the event loop's shared ones, and never the
    end of the process: whoever waits gives up at its own deadline. A thread costs more than the answer of a quick
    name server, so a few serve many look-ups, and more are begun for those that are kept waiting.
    """

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[str, int, asyncio.Future[list[str]]] | None] = queue.SimpleQueue()
        self._threads = 0
        self._waiting = 0
        self._closed = False

    async def __call__(self, host: str, port: int) -> list[str]:
        """The addresses of a host, in the system's order, each once."""
        loop = asyncio.get_running_loop()
        self._waiting += 1
        if self._threads < _AT_ONCE:
            self._help()
        else:
            loop.call_later(_SLOW, self._help)
        future: asyncio.Future[list[str]] = loop.create_future()
        self._jobs.put((host, port, future))
        future.add_done_callback(self._answered)
        return await future

    def _help(self) -> None:
        """Begins a thread where more look-ups wait than there are threads."""
        if not self._closed and self._threads < min(self._waiting, _MAX_THREADS):
            self._threads += 1
            threading.Thread(target=_answer, args=(self._jobs,), name="nashra-dns", daemon=True).start()

    def close(self) -> None:
        """Lets the threads end when they have nothing left to wait for."""
        self._closed = True
        for _ in range(self._threads):
            self._jobs.put(None)
        self._threads = 0

    def _answered(self, future: "asyncio.Future[list[str]]") -> None:
        # A look-up that was given up still occupies its thread, so it stays counted.
        if not future.cancelled():
            self._waiting -= 1


def _answer(jobs: "queue.SimpleQueue[tuple[str, int, asyncio.Future[list[str]]] | None]") -> None:
    while (job := jobs.get()) is not None:
        host, port, future = job
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            result: list[str] | Exception = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        except (OSError, UnicodeError) as error:
            result = error
        try:
            future.get_loop().call_soon_threadsafe(_settle, future, result)
        except RuntimeError:
            return  # the loop has ended; nobody waits any more


def _settle(future: "asyncio.Future[list[str]]", result: list[str] | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)


class CheckingResolver(AbstractResolver):
    """aiohttp's resolver that hands out public addresses only, and those that the owner allowed."""

    def __init__(self, lookup: Lookup, allow: AllowList) -> None:
        self._lookup, self._allow = lookup, allow
        self._named: set[tuple[str, int]] = set()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses that may be connected to; FetchError when the name has none, or only inner ones."""
        found = await self._addresses(host, port)
        named = self._allow.names(host, port)
        if named:
            self._named.update((ip, port) for ip in found)
        open_ones = [ip for ip in found if named or self._judged(ip, port)]
        if not open_ones:
            raise FetchError(BLOCKED, f"{host} is {', '.join(found)}", reason="inside")
        return [_result(host, ip, port) for ip in open_ones]

    def permits(self, ip: str, port: int) -> bool:
        """Whether a connection to this IP address and port may be opened."""
        return (ip, port) in self._named or self._judged(ip, port)

    async def close(self) -> None:
        """Lets go of the look-up's threads."""
        if isinstance(self._lookup, SystemLookup):
            self._lookup.close()

    def _judged(self, ip: str, port: int) -> bool:
        return self._allow.holds(ip, port) or judge_host(ip) is None

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = list(await self._lookup(host, port))
        except TimeoutError:
            raise
        except (OSError, UnicodeError) as error:
            raise FetchError("dns", str(error)) from error
        if not found:
            raise FetchError("dns", f"{host} has no address")
        return found


def _result(host: str, ip: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in ip else socket.AF_INET
    return ResolveResult(hostname=host, host=ip, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)
