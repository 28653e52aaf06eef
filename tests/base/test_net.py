"""The door to the network: what goes out, what comes in, and where it stops."""

import asyncio
import gzip
import re
import ssl
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest

from nashra.base.net import (
    AllowList,
    Client,
    FetchError,
    Request,
    Response,
    fetch_many,
)
from nashra.base.net.inflate import Body
from nashra.base.net.resolver import SystemLookup

Answer = bytes | Callable[[asyncio.StreamWriter], Any]


@dataclass
class Said:
    """What came of it: the requests' heads and bodies, as they stood on the wire, and the answer."""

    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    response: Response | None = None


def answer(body: bytes = b"", *headers: str, status: str = "200 OK") -> bytes:
    """A whole HTTP answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "Connection: close", "", ""]
    return "\r\n".join(lines).encode() + body


async def _exchange(answers: Sequence[Answer], said: Said, path: str, options: dict[str, Any]) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.heads.append(await reader.readuntil(b"\r\n\r\n"))
        length = re.search(rb"(?i)content-length: (\d+)", said.heads[-1])
        said.bodies.append(await reader.readexactly(int(length[1])) if length else b"")
        reply = answers[min(len(said.heads), len(answers)) - 1]
        try:
            if isinstance(reply, bytes):
                writer.write(reply.replace(b"PORT", str(port).encode()))
                await writer.drain()
            else:
                await reply(writer)
        except OSError:
            pass  # the client has left
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    address = path.replace("PORT", str(port)) if "://" in path else f"http://127.0.0.1:{port}{path}"
    async with (
        server,
        Client(allow=AllowList.parse((f"127.0.0.1:{port}", f"paper.test:{port}")), resolver=_here) as client,
    ):
        said.response = await client.fetch(Request(address, **options))


async def _here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture
def said() -> Said:
    """What was said, for a test whose fetch ends in an error."""
    return Said()


@pytest.fixture
def exchange(said: Said) -> Callable[..., Said]:
    """`exchange(answer, …, path="/", **request)`: one fetch from a server that gives these answers in turn."""

    def do(*answers: Answer, path: str = "/", **options: Any) -> Said:
        asyncio.run(_exchange(answers, said, path, options))
        return said

    return do


Exchange = Callable[..., Said]
BODY = "<rss>نشرة</rss>".encode()


async def _code(client: Client, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        await client.fetch(Request(url))
    return caught.value.code


def body_of(said: Said) -> bytes:
    assert said.response is not None
    return said.response.body


def code_of(exchange: Exchange, *answers: Any, **options: Any) -> str:
    with pytest.raises(FetchError) as caught:
        exchange(*answers, **options)
    return caught.value.code


# -- what goes out -----------------------------------------------------------------------------------------------


def test_a_request_says_who_asks_and_what_is_understood(exchange: Exchange, settings: Any) -> None:
    settings.NASHRA_URL = "https://news.example.org"
    head = exchange(answer(BODY)).heads[0].decode()
    assert "User-Agent: Nashra/" in head
    assert "(+https://news.example.org)\r\n" in head
    assert "Accept-Encoding: gzip, deflate\r\n" in head
    assert "application/atom+xml" in head
    assert "Cookie" not in head


def test_an_environment_proxy_is_not_asked(exchange: Exchange, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert body_of(exchange(answer(BODY))) == BODY


@pytest.mark.parametrize("tag", ['"a"', 'W/"a b;c,d=ق-7"', '"\u00e9\U0001f600"', "no quotes at all", '""'])
def test_a_validator_goes_back_as_the_same_bytes(exchange: Exchange, tag: str) -> None:
    first = exchange(answer(BODY, f"ETag: {tag}", "Last-Modified: Sometime last week")).response
    assert first is not None
    said = exchange(answer(b"", status="304 Not Modified"), etag=first.etag, last_modified=first.last_modified)
    assert b"If-None-Match: " + tag.encode() + b"\r\n" in said.heads[-1]
    assert b"If-Modified-Since: Sometime last week\r\n" in said.heads[-1]


def test_a_validator_that_could_not_go_back_unchanged_is_not_kept(exchange: Exchange) -> None:
    response = exchange(answer(BODY, "ETag: MARK").replace(b"MARK", b'"\xe9"')).response
    assert response is not None
    assert response.etag is None
    assert response.headers["etag"] == '"é"'


@pytest.mark.parametrize("tag", ['"a"\r\nX-Injected: 1', '"\x00"', "\ud800", "x" * 5000])
def test_a_validator_that_would_break_the_request_is_left_out(exchange: Exchange, tag: str) -> None:
    head = exchange(answer(BODY), etag=tag).heads[0]
    assert b"If-None-Match" not in head
    assert b"Injected" not in head


def test_the_password_of_a_feed_is_sent_to_its_own_server_only(exchange: Exchange) -> None:
    said = exchange(
        answer(b"", "Location: /b", status="302 Found"),
        answer(b"", "Location: http://eve:x@paper.test:PORT/c", status="302 Found"),
        answer(BODY),
        path="http://layla:s%40e@127.0.0.1:PORT/a",
    )
    assert [b"Authorization: Basic bGF5bGE6c0Bl" in head for head in said.heads] == [True, True, False]
    assert b"Authorization" not in said.heads[2]
    assert said.response is not None
    assert "layla" not in repr(said.response.redirects)
    assert "@" not in said.response.final_url


# -- redirects ---------------------------------------------------------------------------------------------------


def test_only_a_chain_of_permanent_redirects_is_permanent(exchange: Exchange) -> None:
    def hop(status: str, target: str) -> bytes:
        return answer(b"", f"Location: {target}", status=status)

    moved = exchange(hop("301 Moved", "/b"), hop("308 Moved", "/c"), answer(BODY)).response
    assert moved is not None
    assert moved.permanent
    assert moved.final_url.endswith("/c")


def test_one_passing_redirect_makes_the_chain_a_passing_one(exchange: Exchange) -> None:
    said = exchange(
        answer(b"", "Location: /b", status="301 Moved"), answer(b"", "Location: /c", status="302 Found"), answer(BODY)
    )
    assert said.response is not None
    assert not said.response.permanent
    assert [status for status, _ in said.response.redirects] == [301, 302]


def test_more_than_five_redirects_are_too_many(exchange: Exchange, said: Said) -> None:
    hops = [answer(b"", f"Location: /{number}", status="302 Found") for number in range(9)]
    assert code_of(exchange, *hops) == "redirect-loop"
    assert len(said.heads) == 6


@pytest.mark.parametrize(
    ("location", "code"),
    [("Location: ", "bad-redirect"), ("X: y", "bad-redirect"), ("Location: gopher://a/", "blocked-address"),
     ("Location: //127.0.0.2:1/", "blocked-address"),
     ("Location: http://127.0.0.1:PORT\\@a.example/", "blocked-address")],
)  # fmt: skip
def test_a_redirect_to_nowhere_is_not_followed(exchange: Exchange, location: str, code: str) -> None:
    assert code_of(exchange, answer(b"", location, status="302 Found")) == code


def test_letters_in_a_redirect_are_followed_whatever_their_encoding(exchange: Exchange) -> None:
    said = exchange(answer(b"", "Location: /خبر?MARK", status="302 Found").replace(b"MARK", b"\xc7"), answer(BODY))
    assert said.heads[1].startswith(b"GET /%D8%AE%D8%A8%D8%B1?%C7 HTTP/1.1")


# -- bodies ------------------------------------------------------------------------------------------------------


def packed(data: bytes, wbits: int) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return compressor.compress(data) + compressor.flush()


def zipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)  # the time of day would give each test process other names for the same tests


@pytest.mark.parametrize(
    ("coding", "data"),
    [("gzip", zipped(BODY)), ("X-GZIP", zipped(BODY)), ("identity", BODY), ("deflate", packed(BODY, 15)),
     ("deflate", packed(BODY, -15)), ("gzip", zipped(BODY[:4]) + zipped(BODY[4:])),
     ("gzip", zipped(BODY) + b"\0\0\0\0")],
)  # fmt: skip
def test_a_packed_body_is_opened(exchange: Exchange, coding: str, data: bytes) -> None:
    said = exchange(answer(data, f"Content-Encoding: {coding}"))
    assert body_of(said) == BODY
    assert said.response is not None
    assert not said.response.short


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip, gzip", "gzip, identity", "nonsense"])
def test_any_other_packing_is_refused(exchange: Exchange, coding: str) -> None:
    assert code_of(exchange, answer(gzip.compress(BODY), f"Content-Encoding: {coding}")) == "encoding"


def test_a_body_that_is_not_what_it_claims_cannot_be_opened(exchange: Exchange) -> None:
    assert code_of(exchange, answer(BODY, "Content-Encoding: gzip")) == "encoding"


def test_a_packed_body_that_breaks_off_is_kept_and_marked(exchange: Exchange) -> None:
    long = bytes(range(256)) * 40
    response = exchange(answer(gzip.compress(long)[:-20], "Content-Encoding: gzip", 'ETag: "a"')).response
    assert response is not None
    assert response.short
    assert long.startswith(response.body)
    assert response.etag is None


@pytest.mark.parametrize("headers", [("Content-Type: application/gzip",), ("Content-Encoding: gzip",)])
def test_a_feed_in_a_packed_file_is_opened_however_the_server_sends_it(
    exchange: Exchange, headers: tuple[str, ...]
) -> None:
    file = zipped(BODY)
    sent = zipped(file) if headers[0].startswith("Content-Encoding") else file
    response = exchange(answer(sent, *headers)).response
    assert response is not None
    assert (response.body, response.short, response.truncated) == (BODY, False, False)


def test_only_feeds_are_looked_for_in_packed_files(exchange: Exchange) -> None:
    assert body_of(exchange(answer(zipped(BODY)), kind="page")) == zipped(BODY)


def test_a_packed_file_is_measured_by_what_it_holds(exchange: Exchange) -> None:
    bomb = answer(zipped(b" " * 100_000))
    assert code_of(exchange, bomb, max_bytes=9_000) == "too-large"
    response = exchange(bomb, max_bytes=9_000, keep_cut=True).response
    assert response is not None
    assert (len(response.body), response.truncated, response.short) == (9_000, True, False)


def test_a_packed_file_of_many_members_is_opened(exchange: Exchange) -> None:
    file = zipped(b"") * 3_000 + b"".join(zipped(BODY[at : at + 1]) for at in range(len(BODY)))
    assert body_of(exchange(answer(file))) == BODY


def test_packed_members_are_found_wherever_their_bytes_are_parted() -> None:
    file = zipped(BODY[:4]) + zipped(BODY[4:])
    for parted in range(1, len(file)):
        body = Body("gzip", 1_000)
        body.feed(file[:parted])
        body.feed(file[parted:])
        assert body.finish() == (BODY, False)


def test_a_packed_file_that_breaks_off_gives_what_it_has(exchange: Exchange) -> None:
    long = bytes(range(256)) * 40
    response = exchange(answer(zipped(long)[:-20], 'ETag: "a"')).response
    assert response is not None
    assert response.short
    assert response.body
    assert long.startswith(response.body)
    assert response.etag is None


def test_what_only_begins_like_a_packed_file_stays_as_it_is(exchange: Exchange) -> None:
    assert body_of(exchange(answer(b"\x1f\x8bnothing of the kind"))) == b"\x1f\x8bnothing of the kind"


def test_a_body_at_the_limit_is_whole_and_one_byte_more_is_too_large(exchange: Exchange) -> None:
    response = exchange(answer(BODY), max_bytes=len(BODY)).response
    assert response is not None
    assert (response.body, response.truncated) == (BODY, False)
    assert code_of(exchange, answer(BODY), max_bytes=len(BODY) - 1) == "too-large"


def test_packed_bytes_that_open_to_nothing_are_counted_too(exchange: Exchange) -> None:
    empty = packed(b"", 31)
    assert (
        code_of(exchange, b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + empty * 600, max_bytes=9000)
        == "too-large"
    )


def test_the_body_of_a_failure_is_not_read(exchange: Exchange) -> None:
    response = exchange(answer(b"a private stack trace", status="500 Oops")).response
    assert response is not None
    assert (response.status, response.body) == (500, b"")


# -- servers that misbehave --------------------------------------------------------------------------------------


async def _endless_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(2_000_000):
        writer.write(b"X-%d: y\r\n" % number)
        await writer.drain()


async def _slow_head(writer: asyncio.StreamWriter) -> None:
    for byte in b"HTTP/1.1 200 OK\r\n" * 1000:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def _silence(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


def _head(*fields: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + b"\r\n".join(fields) + b"\r\n\r\n"


@pytest.mark.parametrize(
    "bytes_sent",
    [_endless_head, _head(*[b"A: b"] * 101), _head(*[b"A: " + b"b" * 7000] * 12), _head(b"A: " + b"b" * 9000),
     b"\x16\x03\x01\x00\x00", b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 two hundred\r\n\r\n", b"",
     b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef"],
)  # fmt: skip
def test_what_is_not_a_proper_answer_is_refused(exchange: Exchange, bytes_sent: Any) -> None:
    assert code_of(exchange, bytes_sent) == "protocol"


@pytest.mark.parametrize("server", [_slow_head, _silence])
def test_a_server_that_never_gets_to_the_point_is_left(exchange: Exchange, server: Any) -> None:
    assert code_of(exchange, server, timeout=0.5) == "timeout"


def test_a_broken_chunk_leaves_what_came_before_it(exchange: Exchange) -> None:
    response = exchange(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n<rss\r\n5\r\nab").response
    assert response is not None
    assert response.short
    assert response.body in (b"<rss", b"<rssab")


def test_a_closed_port_cannot_be_reached(exchange: Exchange) -> None:
    async def ask() -> str:
        async with Client(allow=AllowList.parse(("127.0.0.1",))) as client:
            return await _code(client, "http://127.0.0.1:9/")

    assert asyncio.run(ask()) == "connect"


def test_a_name_that_nobody_has_is_an_error_of_the_name() -> None:
    async def nobody(host: str, port: int) -> list[str]:
        raise OSError("no such name")

    async def ask() -> str:
        async with Client(allow=AllowList(), resolver=nobody) as client:
            return await _code(client, "http://nobody.example/")

    assert asyncio.run(ask()) == "dns"


def test_the_system_resolver_knows_this_machine() -> None:
    async def ask() -> list[str]:
        lookup = SystemLookup()
        found = await lookup("localhost", 80)
        lookup.close()
        return found

    assert set(asyncio.run(ask())) <= {"127.0.0.1", "::1"}


def test_verifying_certificates_cannot_be_switched_off() -> None:
    careless = ssl.create_default_context()
    careless.check_hostname = False
    with pytest.raises(ValueError, match="verified"):
        Client(tls=careless)


# -- many at once ------------------------------------------------------------------------------------------------


def test_many_are_fetched_and_a_broken_one_does_not_hold_the_others() -> None:
    results: dict[str, str] = {}

    async def ask() -> None:
        async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"GET /slow"):
                await asyncio.sleep(20)
            writer.write(answer(BODY) if b"/good" in head else b"nonsense\r\n\r\n")
            writer.close()

        server = await asyncio.start_server(reply, "127.0.0.1", 0)
        base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        paths = ["/slow", "/broken", *[f"/good{number}" for number in range(20)]]

        async def keep(request: Request, outcome: Any) -> None:
            code = outcome.code if isinstance(outcome, FetchError) else str(outcome.status)
            results[request.url.removeprefix(base)] = code

        async with server, Client(allow=AllowList.parse((base.removeprefix("http://"),))) as client:
            requests = (Request(base + path, timeout=1.5) for path in paths)
            await fetch_many(requests, concurrency=4, on_result=keep, client=client)

    asyncio.run(ask())
    assert results.pop("/slow") == "timeout"
    assert results.pop("/broken") == "protocol"
    assert set(results.values()) == {"200"}
    assert len(results) == 20
    assert list(results)[-1] != "/slow"


FORM = (("hub.mode", "subscribe"), ("hub.topic", "https://x.example/?a=1&b=صحيفة"), ("hub.url", "1"), ("hub.url", "2"))


def test_a_form_is_sent_by_post(exchange: Exchange) -> None:
    said = exchange(answer(b"ok", status="202 Accepted"), form=FORM)
    assert said.heads[0].startswith(b"POST / HTTP/1.1")
    assert b"Content-Type: application/x-www-form-urlencoded" in said.heads[0]
    assert parse_qsl(said.bodies[0].decode()) == list(FORM)
    assert said.response is not None
    assert (said.response.status, said.response.body) == (202, b"ok")


@pytest.mark.parametrize("status", ["307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_form_goes_along_with_a_redirect_that_keeps_it(exchange: Exchange, status: str) -> None:
    said = exchange(answer(b"", "Location: /there", status=status), answer(b"ok"), form=FORM)
    assert [head.split(b" ")[:2] for head in said.heads] == [[b"POST", b"/"], [b"POST", b"/there"]]
    assert said.bodies[0] == said.bodies[1]


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other"])
def test_a_redirect_that_would_lose_a_form_is_not_followed(exchange: Exchange, status: str) -> None:
    said = exchange(answer(b"", "Location: /there", status=status), answer(b"ok"), form=FORM)
    assert len(said.heads) == 1
    assert said.response is not None
    assert str(said.response.status) == status[:3]


def test_a_form_is_not_sent_into_a_private_network(exchange: Exchange, said: Said) -> None:
    with pytest.raises(FetchError) as caught:
        exchange(answer(), path="http://10.0.0.1/", form=FORM)
    assert (caught.value.code, said.heads) == ("blocked-address", [])


def test_the_secret_in_a_form_is_not_shown_with_the_request() -> None:
    assert "hunter2" not in repr(Request("https://hub.example/", form=(("hub.secret", "hunter2"),)))
