"""A small site on the loopback that can die, and texts and pictures for it."""

import io
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image

LONG = "فتح المشغّلون صمامات المحطة عند الفجر ووصل الماء إلى أول خزان في مرسى النخيل قبل الشروق. " * 12
_SENTENCE = "عن الماء والبحر في مرسى النخيل، وفيها ما يكفي من الكلام لتُقرأ مقالًا كاملًا لا خبرًا قصيرًا."


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
    _server: ThreadingHTTPServer | None = None

    def serve(
        self, path: str, body: bytes | str, kind: str = "text/html; charset=utf-8", status: int = 200, **more: str
    ) -> str:
        """Puts something at a path; its address."""
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, kind, data, {name.replace("_", "-"): value for name, value in more.items()})
        return self.base + path

    def article(self, path: str, title: str, *, extra: str = "", lang: str = "ar") -> str:
        """Puts a page with an article of eight paragraphs at a path; its address."""
        text = "".join(f"<p>فقرة {n} {_SENTENCE}</p>" for n in range(8))
        head = f"<head><meta charset=utf-8><title>{title}</title></head>"
        body = f"<body><article><h1>{title}</h1>{text}{extra}</article></body>"
        return self.serve(path, f'<!doctype html><html lang="{lang}" dir="rtl">{head}{body}</html>')

    def run(self) -> None:
        """Serves on a free port of the loopback until `close`."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                status, kind, body, more = site.pages.get(self.path, (404, "text/plain", b"", {}))
                self.send_response(status)
                for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **more}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: object) -> None:
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        """The site dies; once is enough."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None
