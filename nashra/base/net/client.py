"""The one door out to the network: every fetch of the program goes through `Client.fetch`.

An address is judged when it is given, at each redirect, after its name was looked up, and once more when the socket
is opened. Bytes are counted after opening, time runs over the whole, certificates are always verified.
"""

import asyncio
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from urllib.parse import unquote_to_bytes, urlencode

import aiohttp
from django.conf import settings
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from nashra.base.net import addresses
from nashra.base.net.addresses import Address
from nashra.base.net.allow import AllowList
from nashra.base.net.errors import BLOCKED, FetchError, Refusal
from nashra.base.net.inflate import Body, read_coding, unpacked
from nashra.base.net.messages import Request, Response, validator
from nashra.base.net.resolver import CheckingResolver, Lookup, SystemLookup

MAX_REDIRECTS = 5
CONNECT_SECONDS = 5.0
MAX_HEADERS = 100
MAX_HEADER_BYTES = 64 * 1024
_MAX_FIELD = 8 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_KEEPING = frozenset({307, 308})  # redirects that a form goes along with (RFC 9110 15.4); others would lose it

SocketFactory = Callable[[aiohttp.AddrInfoType], socket.socket]


class Client:
    """Fetches. Use it as `async with Client() as client: await client.fetch(Request(url))`, once for many fetches.

    `allow`, `resolver`, `tls` and `open_socket` stand in for the setting, the system's resolver, its certificates
    and its sockets; the judgement of addresses and the verifying of certificates cannot be switched off.
    """

    def __init__(
        self,
        *,
        allow: AllowList | None = None,
        resolver: Lookup | None = None,
        tls: ssl.SSLContext | None = None,
        open_socket: SocketFactory | None = None,
    ) -> None:
        if tls is not None and not (tls.check_hostname and tls.verify_mode is ssl.CERT_REQUIRED):
            raise ValueError("certificates and their names are always verified")
        self._allow = AllowList.from_settings() if allow is None else allow
        self._resolver = CheckingResolver(resolver or SystemLookup(), self._allow)
        self._tls = tls
        self._open_socket = open_socket or _plain_socket
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Client":
        connector = aiohttp.TCPConnector(
            resolver=self._resolver,
            use_dns_cache=False,  # each connection goes where its own look-up was judged
            limit=0,  # callers say how much at once; waiting for a free place would count as connecting
            ssl=self._tls or True,
            socket_factory=self._judged_socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            headers={"User-Agent": user_agent(), "Accept-Encoding": "gzip, deflate"},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            timeout=aiohttp.ClientTimeout(total=None, connect=CONNECT_SECONDS),
            max_line_size=_MAX_FIELD,
            max_field_size=_MAX_FIELD,
            max_headers=MAX_HEADERS,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
        await self._resolver.close()

    async def fetch(self, request: Request) -> Response:
        """The answer to a request, of whatever status; FetchError when none came that can be used."""
        started = time.monotonic()
        address = self._admit(addresses.read_url(request.url))
        trail = _Trail(address)
        try:
            async with asyncio.timeout(request.timeout):
                return await self._follow(request, trail, started)
        except FetchError as error:
            error.url = error.url or trail.address.public_url
            raise
        except (aiohttp.ClientError, OSError, ValueError, EOFError) as error:
            raise _translated(error, trail.address) from error

    async def _follow(self, request: Request, trail: "_Trail", started: float) -> Response:
        while True:
            async with self._open(request, trail.address) as answer:
                followed = frozenset() if request.json else _KEEPING if request.form else _REDIRECTS
                if answer.status not in followed:
                    return await self._response(request, trail, answer, started)
                location = _header(answer, b"location")
                # Reading what a redirect says is not worth it; the connection goes with it.
                answer.close()
                trail.step(answer.status, self._next(trail.address, location))

    def _open(self, request: Request, address: Address) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        if self._session is None:
            raise RuntimeError("a Client is used inside 'async with'")
        headers = request.headers()
        if address.userinfo:
            secret = unquote_to_bytes(address.userinfo if ":" in address.userinfo else f"{address.userinfo}:")
            headers["Authorization"] = f"Basic {b64encode(secret).decode('ascii')}"
        url = URL(address.public_url, encoded=True)
        if request.json:
            return self._session.post(url, data=request.json, headers=headers, allow_redirects=False)
        if not request.form:
            return self._session.get(url, headers=headers, allow_redirects=False)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        data = urlencode(request.form).encode("ascii")
        return self._session.post(url, data=data, headers=headers, allow_redirects=False)

    def _next(self, base: Address, location: bytes | None) -> Address:
        if not location:
            raise FetchError("bad-redirect", "no Location")
        target = self._admit(addresses.join(base, location.decode("utf-8", "surrogateescape")))
        if base.scheme == "https" and target.scheme == "http":
            raise FetchError("downgrade", target.public_url)
        return target

    def _admit(self, address: Address | Refusal) -> Address:
        refusal = address if isinstance(address, Refusal) else addresses.judge(address, self._allow)
        if refusal:
            url = "" if isinstance(address, Refusal) else address.public_url
            raise FetchError(BLOCKED, refusal.detail, reason=refusal.code, url=url)
        assert isinstance(address, Address)
        return address

    def _judged_socket(self, info: aiohttp.AddrInfoType) -> socket.socket:
        """The last look before a connection: whatever led here, only a permitted address gets a socket."""
        ip, port = str(info[4][0]), int(info[4][1])
        if not self._resolver.permits(ip, port):
            raise _NotPermitted(f"{ip} port {port}")
        return self._open_socket(info)

    async def _response(
        self, request: Request, trail: "_Trail", answer: aiohttp.ClientResponse, started: float
    ) -> Response:
        _count_headers(answer)
        body, short, truncated = b"", False, False
        if 200 <= answer.status < 300:
            body, short, truncated = await _read(request, answer)
        return Response(
            url=request.url,
            final_url=trail.address.url,
            status=answer.status,
            headers=_readable(answer),
            body=body,
            redirects=tuple(trail.hops),
            permanent=bool(trail.hops) and all(status in _PERMANENT for status, _ in trail.hops),
            elapsed=time.monotonic() - started,
            short=short,
            truncated=truncated,
            etag=None if short or truncated else validator(_header(answer, b"etag")),
            last_modified=None if short or truncated else validator(_header(answer, b"last-modified")),
        )


class _NotPermitted(PermissionError):
    """No socket for an address inside. An OSError, because that is what connecting code passes on."""


class _Trail:
    """Where a request has been: the address that is asked now, and the hops behind it."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self.hops: list[tuple[int, str]] = []
        self._seen = {address}

    def step(self, status: int, target: Address) -> None:
        self.hops.append((status, self.address.public_url))
        if target in self._seen or len(self.hops) > MAX_REDIRECTS:
            raise FetchError("redirect-loop", f"{len(self.hops)} redirects", url=target.public_url)
        self._seen.add(target)
        self.address = target


async def _read(request: Request, answer: aiohttp.ClientResponse) -> tuple[bytes, bool, bool]:
    """The opened body, whether it broke off, whether we cut it."""
    body, short = Body(read_coding(answer.headers.get("Content-Encoding", "")), request.max_bytes), False
    if (answer.content_length or 0) > request.max_bytes and not request.keep_cut:
        answer.close()
        raise FetchError("too-large", f"{answer.content_length} bytes announced")
    try:
        while not body.full and (chunk := await answer.content.readany()):
            body.feed(chunk)
    except aiohttp.ClientPayloadError:
        short = True
    if body.full:
        answer.close()
    data, broken = body.finish()
    full, short = body.full, short or (broken and not body.full)
    if request.kind == "feed" and (file := unpacked(data, request.max_bytes)):
        data, short, full = file[0], short or file[1], full or file[2]
    if full and not request.keep_cut:
        raise FetchError("too-large", f"more than {request.max_bytes} bytes")
    return data, short, full


def _count_headers(answer: aiohttp.ClientResponse) -> None:
    size = sum(len(name) + len(value) + 4 for name, value in answer.raw_headers)
    if len(answer.raw_headers) > MAX_HEADERS or size > MAX_HEADER_BYTES:
        raise FetchError("protocol", f"{len(answer.raw_headers)} header fields, {size} bytes")


def _header(answer: aiohttp.ClientResponse, name: bytes) -> bytes | None:
    return next((value for key, value in answer.raw_headers if key.lower() == name), None)


def _readable(answer: aiohttp.ClientResponse) -> CIMultiDictProxy[str]:
    """Header fields as text for reading: UTF-8, or Latin-1 where the bytes are not UTF-8."""
    return CIMultiDictProxy(CIMultiDict((name.decode("latin-1"), _text(value)) for name, value in answer.raw_headers))


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _translated(error: Exception, address: Address) -> FetchError:
    """The code for what aiohttp and the system report."""
    if isinstance(getattr(error, "os_error", None), _NotPermitted):
        return FetchError(BLOCKED, str(error), reason="inside", url=address.public_url)
    code = "protocol"
    if isinstance(error, TimeoutError):
        code = "timeout"
    elif isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        code = "tls"
    elif isinstance(error, aiohttp.ClientConnectorDNSError):
        code = "dns"
    elif isinstance(error, OSError | aiohttp.ClientConnectionError) and not isinstance(
        error, aiohttp.ServerDisconnectedError
    ):
        code = "connect"
    return FetchError(code, f"{type(error).__name__}: {error}"[:500], url=address.public_url)


def _plain_socket(info: aiohttp.AddrInfoType) -> socket.socket:
    return socket.socket(info[0], info[1], info[2])


def user_agent() -> str:
    """Who asks: the program, its version and where its people are found."""
    try:
        number = version("nashra")
    except PackageNotFoundError:
        number = "0"
    address = getattr(settings, "NASHRA_URL", "")
    return f"Nashra/{number} (+{address})" if address else f"Nashra/{number}"
