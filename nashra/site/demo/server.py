"""A local server for the sample newspaper: feeds that grow with the clock, article pages and drawings.

It is bound to 127.0.0.1 and answers GET and HEAD. Feeds, pages and drawings have an ETag and a Last-Modified and
answer conditional requests with 304 (RFC 9110, section 13). What it serves depends on the clock alone.
"""

import hashlib
import logging
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from threading import Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from nashra.site.demo import content, feeds, pages
from nashra.site.demo.content import DemoSource
from nashra.site.demo.markup import Moment

_log = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DemoServer:
    """The sample sources on one local port, as a context manager or with ``start()`` and ``stop()``.

    ``port`` 0 picks a free one; ``now`` gives the present time (aware); ``began`` is the time that ages count from,
    the present by default. Raises OSError when the port is taken.
    """

    def __init__(self, port: int = 0, now: Callable[[], datetime] = _utc_now, *, began: datetime | None = None) -> None:
        self.now = now
        self.began = (began or now()).astimezone(UTC).replace(microsecond=0)
        self._server = _Server(("127.0.0.1", port), self)
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread: Thread | None = None

    def start(self) -> Self:
        """Serve from a thread of its own until ``stop``."""
        self._thread = Thread(target=self._server.serve_forever, args=(0.1,), name="demo-sources", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and free the port; harmless when it never started."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def feeds(self) -> list[str]:
        """The addresses of all feeds, in the order of ``content.SOURCE_KEYS``."""
        return [self.base + source.feed_path for source in content.load()]

    def moment(self) -> Moment:
        """What the answers of this instant depend on."""
        return Moment(base=self.base, began=self.began, now=self.now())


@dataclass(frozen=True, slots=True)
class _Answer:
    body: bytes
    content_type: str
    modified: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


def _answer(path: str, moment: Moment) -> _Answer | None:
    """The answer to a decoded path; None when nothing is there (yet)."""
    first, _, rest = path.removeprefix("/").partition("/")
    if not first and not rest:
        return _html(pages.index_page(moment), moment.began)
    if first == "feeds":
        return _feed(path, moment)
    if first == "pictures":
        return _picture(rest.removesuffix(".png"), moment)
    source = next((source for source in content.load() if source.key == first), None)
    return _source_answer(source, rest, moment) if source else None


def _source_answer(source: DemoSource, slug: str, moment: Moment) -> _Answer | None:
    if not slug:
        return _html(pages.source_page(source, moment), moment.changed(source))
    article = next((article for article in moment.visible(source) if article.slug == slug), None)
    if article is None:
        return None
    page = pages.article_page(source, article, moment)
    # The list of other articles beside the text changes with the source.
    return _html(page, moment.changed(source))


def _feed(path: str, moment: Moment) -> _Answer | None:
    source = next((source for source in content.load() if source.feed_path == path), None)
    if source is None:
        return None
    kind = f"{feeds.CONTENT_TYPES[source.format]}; charset=utf-8"
    return _Answer(feeds.render(source, moment), kind, moment.changed(source))


def _picture(name: str, moment: Moment) -> _Answer | None:
    data = content.picture(name)
    return _Answer(data, "image/png", moment.began) if data is not None else None


def _html(page: str, modified: datetime) -> _Answer:
    return _Answer(page.encode("utf-8"), "text/html; charset=utf-8", modified)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: "_Server"

    def do_GET(self) -> None:
        self._respond(with_body=True)

    def do_HEAD(self) -> None:
        self._respond(with_body=False)

    def version_string(self) -> str:
        return "SampleSources"

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug(format, *args)

    def _respond(self, *, with_body: bool) -> None:
        answer = self._find()
        if answer is None:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        fresh = self._unchanged(answer)
        self.send_response(HTTPStatus.NOT_MODIFIED if fresh else HTTPStatus.OK)
        self.send_header("ETag", answer.etag)
        self.send_header("Last-Modified", format_datetime(answer.modified, usegmt=True))
        self.send_header("Cache-Control", "max-age=0, must-revalidate")
        if not fresh:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if with_body and not fresh:
            self.wfile.write(answer.body)

    def _find(self) -> _Answer | None:
        try:
            path = unquote(urlsplit(self.path).path)
        except ValueError:
            return None
        return _answer(path, self.server.demo.moment())

    def _unchanged(self, answer: _Answer) -> bool:
        """RFC 9110, section 13.2.2: If-None-Match decides alone where both validators are sent."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            return tags.strip() == "*" or answer.etag in [tag.strip().removeprefix("W/") for tag in tags.split(",")]
        try:
            since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
            return answer.modified <= since.replace(tzinfo=since.tzinfo or UTC)
        except (TypeError, ValueError, OverflowError):
            return False


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], demo: DemoServer) -> None:
        self.demo = demo
        super().__init__(address, _Handler)

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """A visitor who hangs up is no event; anything else goes to the log, not to the terminal."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            _log.debug("demo server: request failed", exc_info=True)
