"""Fetching from code that is not asynchronous, and fetching many things at once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator

from nashra.base.net.client import Client
from nashra.base.net.errors import FetchError
from nashra.base.net.messages import Request, Response

Outcome = Response | FetchError
OnResult = Callable[[Request, Outcome], Awaitable[None] | None]

_log = logging.getLogger(__name__)


def fetch_one(request: Request) -> Response:
    """`Client.fetch` for a thread without an event loop."""
    return asyncio.run(_once(request))


async def _once(request: Request) -> Response:
    async with Client() as client:
        return await client.fetch(request)


async def fetch_many(
    requests: Iterable[Request], *, concurrency: int = 16, on_result: OnResult, client: Client | None = None
) -> None:
    """Fetches all, at most `concurrency` at a time; `on_result` gets each as it ends, an error in place of an answer.

    Requests are drawn one by one, so an endless iterator is fine. A slow or broken one holds only its own place.
    """
    if client is not None:
        return await _fetch_all(client, iter(requests), concurrency, on_result)
    async with Client() as own:
        await _fetch_all(own, iter(requests), concurrency, on_result)


async def _fetch_all(client: Client, requests: Iterator[Request], concurrency: int, on_result: OnResult) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(_work(client, requests, on_result))


async def _work(client: Client, requests: Iterator[Request], on_result: OnResult) -> None:
    for request in requests:
        pending = on_result(request, await _outcome(client, request))
        if pending is not None:
            await pending


async def _outcome(client: Client, request: Request) -> Outcome:
    try:
        return await client.fetch(request)
    except FetchError as error:
        return error
    except Exception as error:  # a fault of ours in one fetch must not end the others
        _log.exception("fetch failed in an unforeseen way")
        return FetchError("protocol", f"{type(error).__name__}: {error}"[:500])
