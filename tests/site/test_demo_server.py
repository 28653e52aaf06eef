"""The sample newspaper's server: feeds that grow, pages that look like pages, and no surprise for odd visitors."""

import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlsplit

import pytest
from lxml import html

from nashra.core import feeds
from nashra.site.demo import content
from nashra.site.demo.content import DemoSource
from nashra.site.demo.server import DemoServer

START = datetime(2026, 11, 23, 6, 50, tzinfo=UTC)
SOURCES = {source.key: source for source in content.load()}
each_source = pytest.mark.parametrize("source", content.load(), ids=lambda source: source.key)


@dataclass
class Clock:
    """A clock that a test moves."""

    time: datetime = START

    def __call__(self) -> datetime:
        return self.time

    def advance(self, minutes: int) -> None:
        self.time += timedelta(minutes=minutes)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[DemoServer]:
    with DemoServer(now=clock) as running:
        yield running


def get(server: DemoServer, path: str, *, method: str = "GET", **headers: str) -> Answer:
    connection = HTTPConnection("127.0.0.1", urlsplit(server.base).port or 0, timeout=10)
    try:
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response: HTTPResponse = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def parsed(server: DemoServer, source: DemoSource) -> feeds.Feed:
    answer = get(server, source.feed_path)
    return feeds.parse(answer.body, content_type=answer.headers["content-type"], url=server.base + source.feed_path)


@each_source
def test_a_feed_says_what_was_written(server: DemoServer, source: DemoSource) -> None:
    feed = parsed(server, source)
    written = [article for article in source.articles if article.age >= 0]
    assert (feed.title, feed.language) == (source.name, source.language)
    assert [entry.title for entry in feed.entries] == [article.title for article in written]
    assert [entry.link for entry in feed.entries] == [server.base + article.path for article in written]
    assert [entry.published for entry in feed.entries] == [article.published(START) for article in written]
    assert [entry.author for entry in feed.entries] == [article.byline for article in written]
    assert all(set(article.tags) <= set(entry.tags) for entry, article in zip(feed.entries, written, strict=True))


@each_source
def test_a_feed_carries_whole_texts_only_where_its_source_does(server: DemoServer, source: DemoSource) -> None:
    last = [article.blocks[-1].text for article in source.articles if article.age >= 0]
    carried = [text in (entry.content or "") for entry, text in zip(parsed(server, source).entries, last, strict=True)]
    assert carried == [source.full_text] * len(last)


@each_source
def test_a_feed_grows_with_the_clock(server: DemoServer, clock: Clock, source: DemoSource) -> None:
    clock.time = START - timedelta(days=3)
    counts = [len(parsed(server, source).entries)]
    for minutes in (3 * 24 * 60, 20):
        clock.advance(minutes)
        counts.append(len(parsed(server, source).entries))
    assert counts == [0, sum(article.age >= 0 for article in source.articles), len(source.articles)]


def test_the_addresses_of_all_feeds_are_listed(server: DemoServer) -> None:
    assert server.feeds() == [server.base + source.feed_path for source in content.load()]


@pytest.mark.parametrize("header", ["ETag", "Last-Modified"])
def test_an_unchanged_feed_answers_304_until_it_grows(server: DemoServer, clock: Clock, header: str) -> None:
    path = SOURCES["shiraa"].feed_path
    question = {"ETag": "If_None_Match", "Last-Modified": "If_Modified_Since"}[header]
    seen = {question: get(server, path).headers[header.lower()]}
    unchanged = get(server, path, **seen)
    assert (unchanged.status, unchanged.body) == (304, b"")
    clock.advance(6)
    assert get(server, path, **seen).status == 200


def test_an_etag_decides_alone_when_both_validators_are_sent(server: DemoServer) -> None:
    path = SOURCES["marfaa"].feed_path
    later = "Fri, 01 Jan 2100 00:00:00 GMT"
    assert get(server, path, If_None_Match='"other"', If_Modified_Since=later).status == 200


def test_a_correction_reaches_the_feed_and_the_page(server: DemoServer, clock: Clock) -> None:
    article = content.article("night-train-back-on-the-timetable")
    assert article.correction is not None
    path = SOURCES[article.source].feed_path
    before = get(server, path)
    clock.advance(article.correction.minutes)
    after = get(server, path, If_None_Match=before.headers["etag"])
    page = get(server, article.path).body.decode()
    assert article.correction.note not in before.body.decode()
    assert article.correction.note in after.body.decode()
    assert article.correction.note in page
    assert article.correction.find not in page


def test_an_article_has_no_page_before_it_is_published(server: DemoServer, clock: Clock) -> None:
    article = content.article("ferries-resume-from-zafaran")
    clock.time = article.published(START) - timedelta(seconds=1)
    assert get(server, article.path).status == 404
    clock.time = article.published(START)
    assert get(server, article.path).status == 200


@each_source
def test_a_page_has_the_whole_text_amid_what_a_site_puts_around_it(
    server: DemoServer, clock: Clock, source: DemoSource
) -> None:
    clock.advance(20)
    article = next(article for article in source.articles if article.picture)
    page = html.fromstring(get(server, article.path).body.decode())
    text = page.xpath("string(//article)")
    assert all(block.text in text for block in article.blocks)
    assert (page.get("lang"), page.get("dir")) == (source.language, source.direction)
    assert page.xpath("string(//figure/figcaption)") == article.caption
    assert all(page.xpath(f"//{name}") for name in ("header", "nav", "aside", "footer"))
    assert page.xpath("//meta[@property='og:title']/@content") == [article.title]


def test_a_page_describes_its_article_for_machines(server: DemoServer) -> None:
    article = content.article("solar-network-supplies-three-towns")
    page = html.fromstring(get(server, article.path).body.decode())
    data = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    assert data["@type"] == "NewsArticle"
    assert data["headline"] == article.title
    assert datetime.fromisoformat(data["datePublished"]) == article.published(START)
    assert data["image"] == [f"{server.base}/pictures/{article.picture}.png"]


@each_source
def test_the_home_page_of_a_source_announces_its_feed(server: DemoServer, source: DemoSource) -> None:
    page = html.fromstring(get(server, f"/{source.key}/").body.decode())
    assert page.xpath("//link[@rel='alternate']/@href") == [source.feed_path]
    assert page.xpath("//main//a/@href") == [article.path for article in source.articles if article.age >= 0]


def test_the_first_page_leads_to_every_source(server: DemoServer) -> None:
    page = html.fromstring(get(server, "/").body.decode())
    assert {f"/{source.key}/" for source in content.load()} <= set(page.xpath("//a/@href"))


def test_a_drawing_is_served_as_it_is(server: DemoServer) -> None:
    answer = get(server, "/pictures/coast.png")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert answer.body == content.picture("coast")


def test_head_gives_the_headers_alone(server: DemoServer) -> None:
    path = SOURCES["olum"].feed_path
    asked, whole = get(server, path, method="HEAD"), get(server, path)
    assert asked.body == b""
    assert asked.headers["content-length"] == str(len(whole.body))


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"NONSENSE\r\n\r\n",
        b"GET /%ff%00 HTTP/1.1\r\n\r\n",
        b"GET http://[ HTTP/1.1\r\n\r\n",
        b"GET /pictures/../server.py HTTP/1.1\r\n\r\n",
        b"GET /pictures/..%2f..%2fcontent%2fmarfaa.toml HTTP/1.1\r\n\r\n",
        b"GET /feeds/ HTTP/1.1\r\n\r\n",
        b"GET /marfaa/no-such-article HTTP/1.1\r\n\r\n",
        b"GET /feeds/marfaa.xml HTTP/1.1\r\nIf-Modified-Since: yesterday\r\nIf-None-Match:\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        b"",
    ],
)
def test_an_odd_request_is_answered_without_a_traceback(
    server: DemoServer, request_bytes: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(server.base).port or 0), timeout=10) as visitor:
        visitor.sendall(request_bytes)
        visitor.shutdown(socket.SHUT_WR)
        answered = visitor.recv(4000)
    assert re.match(rb"HTTP/1\.1 (200|4\d\d|501) |<!DOCTYPE HTML>", answered) or not request_bytes
    assert get(server, "/").status == 200
    assert capfd.readouterr() == ("", "")


def test_the_same_time_gives_the_same_bytes(clock: Clock) -> None:
    with DemoServer(now=clock) as first:
        port, bodies = urlsplit(first.base).port or 0, [get(first, source.feed_path).body for source in content.load()]
    with DemoServer(port, now=clock) as second:
        assert [get(second, source.feed_path).body for source in content.load()] == bodies


def test_a_taken_port_is_refused_at_once(server: DemoServer) -> None:
    with pytest.raises(OSError, match="in use"):
        DemoServer(urlsplit(server.base).port or 0)
