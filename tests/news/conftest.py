"""A feed server on a port of its own, and a way to make everything due."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.utils import timezone

from nashra.news.fetching.sweep import fetch_due
from nashra.news.models import Host, Source


@dataclass
class Answer:
    """What the server says under one path."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class FeedServer:
    """Says what it was told to say, and remembers what it was asked."""

    def __init__(self, port: int = 0) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[tuple[str, Message]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers))
                outer.answer(self)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        answer = self.answers.get(handler.path, Answer(b"nothing here", 404))
        tag = answer.headers.get("ETag")
        if tag and handler.headers.get("If-None-Match") == tag:
            answer = Answer(b"", 304, answer.headers)
        handler.send_response(answer.status)
        for name, value in {"Content-Type": "application/rss+xml", **answer.headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.end_headers()
        handler.wfile.write(answer.body)

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    def put(self, path: str, body: bytes | str, status: int = 200, **headers: str) -> str:
        """From now on this is the answer under this path; header names are written with underscores."""
        data = body.encode() if isinstance(body, str) else body
        self.answers[path] = Answer(data, status, {key.replace("_", "-"): value for key, value in headers.items()})
        return self.url(path)

    def paths(self) -> list[str]:
        """Everything that was asked for, in order."""
        return [path for path, _ in self.asked]

    def rss(self, *items: dict[str, str], title: str = "صحيفة الميناء", language: str = "", extra: str = "") -> str:
        """An RSS feed. An item has title, link, guid, text, date, and any number of category names in `tags`."""
        spoken = f"<language>{language}</language>" if language else ""
        inner = "".join(self._item(item) for item in items)
        head = f"<title>{escape(title)}</title><link>{self.url('/')}</link>{spoken}{extra}"
        return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{inner}</channel></rss>'

    def _item(self, item: dict[str, str]) -> str:
        names = {"title": "title", "link": "link", "guid": "guid", "text": "description", "date": "pubDate"}
        parts = [f"<{tag}>{escape(item[name])}</{tag}>" for name, tag in names.items() if name in item]
        parts += [f"<category>{escape(tag)}</category>" for tag in item.get("tags", "").split(",") if tag]
        return f"<item>{''.join(parts)}</item>"


@pytest.fixture
def feeds(settings: Any) -> Iterator[FeedServer]:
    """A server of feeds that may be fetched."""
    server = FeedServer()
    settings.NASHRA_ALLOW_HOSTS = (f"127.0.0.1:{server.port}",)
    yield server
    server.server.shutdown()
    server.server.server_close()


@pytest.fixture
def poll(db: None) -> Callable[[], int]:
    """Makes all sources due and all hosts ready, and fetches; how many articles are new."""

    def run() -> int:
        Source.objects.update(due_at=timezone.now(), claimed_until=None)
        Host.objects.update(next_at=timezone.now())
        return fetch_due()

    return run


@pytest.fixture
def source(feeds: FeedServer, db: None) -> Callable[..., Source]:
    """Makes a source of what the server says under a path."""

    def make(path: str = "/feed", **fields: Any) -> Source:
        return Source.objects.create(url=feeds.url(path), **fields)

    return make
