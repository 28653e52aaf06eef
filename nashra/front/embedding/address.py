"""Models behind an address that speaks as OpenAI's `/embeddings` does (Ollama, vLLM, llama.cpp and others do, too).

Requests go through the one door (`base.net`). The address is the owner's setting, so it may lie in the own network;
nothing else there becomes reachable by it, and no redirect is followed.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from nashra.base.net import AllowList, Client, FetchError, Request, Response, read_url
from nashra.base.net.errors import Refusal
from nashra.front.embedding.model import EmbeddingError, Floats, unit
from nashra.news.fetching.schedule import retry_after

_AT_ONCE = 32  # texts in a request
_SECONDS = 60.0
_LARGEST = 16 * 1024 * 1024  # bytes of an answer
_DENIED = frozenset({401, 403})


class Address:
    """`dim` is known from the first answer; it never changes afterwards."""

    max_chars = 2_000

    def __init__(self, url: str, model: str, key: str) -> None:
        self.name, self._url, self._model, self._key = name_of(url, model), url, model, key
        self._allow = _allowing(url)
        self.dim = 0

    def encode(self, texts: Sequence[str]) -> Floats:
        """See `Embedder`. Texts that are empty are sent as a full stop: some servers refuse empty ones."""
        parts = [self._ask(texts[start : start + _AT_ONCE]) for start in range(0, len(texts), _AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dim), np.float32)

    def _ask(self, texts: Sequence[str]) -> Floats:
        document = {"input": [text[: self.max_chars].strip() or "." for text in texts], "encoding_format": "float"}
        if self._model:
            document["model"] = self._model
        request = Request(
            self._url, "json", accept="application/json", json=json.dumps(document).encode(), bearer=self._key,
            timeout=_SECONDS, max_bytes=_LARGEST,
        )  # fmt: skip
        rows = _rows(asyncio.run(self._fetch(request)), len(texts))
        self.dim = self.dim or rows.shape[1]
        return unit(rows, self.dim, len(texts))

    async def _fetch(self, request: Request) -> Response:
        try:
            async with Client(allow=self._allow) as client:
                return await client.fetch(request)
        except FetchError as error:
            raise EmbeddingError("unreachable", str(error)[:300]) from None


def name_of(url: str, model: str) -> str:
    """The server and the model's name there."""
    address = read_url(url)
    host = "" if isinstance(address, Refusal) else f"{address.host}:{address.port}"
    return f"address:{host[:60]}/{model}"[:120]


def _allowing(url: str) -> AllowList:
    """The owner's list, and this very server with this very port."""
    address = read_url(url)
    if isinstance(address, Refusal):
        raise EmbeddingError("unreachable", address.detail)
    host = f"[{address.host}]" if ":" in address.host else address.host
    return AllowList.parse([*settings.NASHRA_ALLOW_HOSTS, f"{host}:{address.port}"])


def _rows(answer: Response, count: int) -> "np.ndarray[Any, np.dtype[np.float32]]":
    if answer.status != 200:
        raise _refused(answer)
    try:
        found = json.loads(answer.body)["data"]
        ordered = sorted(found, key=lambda one: int(one.get("index", 0)))  # stable: as they came, without numbers
        rows = np.array([one["embedding"] for one in ordered], np.float32)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EmbeddingError("answer", f"{type(error).__name__}: {error}"[:200]) from None
    if rows.ndim != 2 or not rows.size:
        raise EmbeddingError("answer", f"{count} texts, an answer of the shape {rows.shape}")
    return rows


def _refused(answer: Response) -> EmbeddingError:
    said = f"status {answer.status}"
    if answer.status in _DENIED:
        return EmbeddingError("denied", said)
    if answer.status in (429, 503):
        return EmbeddingError("busy", said, wait=retry_after(answer.headers, timezone.now()) or 0)
    return EmbeddingError("refused", said)
