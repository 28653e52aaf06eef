"""Articles to save, and a small site on the loopback that can die."""

import io
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from PIL import Image

from nashra.news.ingest.drafts import folded
from nashra.news.keys import address_key
from nashra.news.models import Article, ArticleText, Source

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
LONG = "فتح المشغّلون صمامات المحطة عند الفجر ووصل الماء إلى أول خزان في مرسى النخيل قبل الشروق. " * 12


@pytest.fixture
def now() -> datetime:
    """Tuesday morning."""
    return NOW


@pytest.fixture
def source(db: None) -> Source:
    """صحيفة المرفأ, which any reader may follow."""
    return Source.objects.create(url="http://feeds.example/1.xml", title="صحيفة المرفأ", language="ar", fetched_at=NOW)


@pytest.fixture
def make_article(source: Source) -> Callable[..., Article]:
    """An article with a whole text, so that its page is not wanted."""

    def make(title: str = "شبكة تحلية تعمل بالشمس", *, text: str = LONG, html: str = "", **more: Any) -> Article:
        number = Article.objects.count() + 1
        url = more.pop("url", f"http://news.example/{number}")
        values = {"source": source, "language": "ar", "direction": "rtl", "author": "ريم الحدّاد", "guid": f"g{number}"}
        times = {"published_at": NOW - timedelta(hours=number), "first_seen_at": NOW}
        made = Article.objects.create(
            title=title, url=url, canonical_key=address_key(url), summary=text[:100], **{**values, **times, **more}
        )
        ArticleText.objects.create(
            article=made, html=html or f"<p>{text}</p>", text=text, folded=folded(title, "ريم الحدّاد", text)
        )
        return made

    return make


def png(colour: str = "teal") -> bytes:
    """A picture of 320 by 200 dots."""
    out = io.BytesIO()
    Image.new("RGB", (320, 200), colour).save(out, "PNG")
    return out.getvalue()


@dataclass
class Site:
    """What a site serves: (status, type, body, more headers) by path. `asked` are the paths that were asked for."""

    base: str = ""
    pages: dict[str, tuple[int, str, bytes, dict[str, str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    close: Callable[[], None] = lambda: None

    def serve(
        self, path: str, body: bytes | str, kind: str = "text/html; charset=utf-8", status: int = 200, **more: str
    ) -> str:
        """Puts something at a path; its address."""
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, kind, data, {name.replace("_", "-"): value for name, value in more.items()})
        return self.base + path

    def article(self, path: str, title: str, paragraphs: int = 8, extra: str = "", lang: str = "ar") -> str:
        """Puts a page with an article of some paragraphs at a path; its address."""
        text = "".join(
            f"<p>فقرة {n} عن الماء والبحر في مرسى النخيل، وفيها ما يكفي من الكلام لتُقرأ.</p>" for n in range(paragraphs)
        )
        body = f"<article><h1>{title}</h1>{text}{extra}</article>"
        head = f"<meta charset=utf-8><title>{title}</title>"
        return self.serve(
            path, f'<!doctype html><html lang="{lang}" dir="rtl"><head>{head}</head><body>{body}</body></html>'
        )


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    """A site on the loopback that may be fetched."""
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            status, kind, body, more = made.pages.get(self.path, (404, "text/plain", b"", {}))
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    made.base = f"http://127.0.0.1:{server.server_address[1]}"
    settings.NASHRA_ALLOW_HOSTS = (made.base.removeprefix("http://"),)
    closed = threading.Event()

    def close() -> None:
        if not closed.is_set():
            closed.set()
            server.shutdown()
            server.server_close()

    made.close = close
    yield made
    close()
