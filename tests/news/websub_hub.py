"""A little WebSub hub on a port of its own, as the tests of news need one."""

import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from django.test import Client

from nashra.news.websub.signatures import sign


class HubServer:
    """Takes requests to subscribe, answers them as told, and calls back through Django's own test browser."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.status = 202
        self.headers: dict[str, str] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.asked.append({name: values[0] for name, values in parse_qs(body).items()})
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """The hub's own address."""
        return f"http://127.0.0.1:{self.port}/hub"

    @property
    def last(self) -> dict[str, str]:
        """The form of the last request."""
        return self.asked[-1]

    def path(self, form: dict[str, str] | None = None) -> str:
        """The path of the callback that a request named."""
        return urlsplit((form or self.last)["hub.callback"]).path

    def confirm(self, form: dict[str, str] | None = None, **changed: str) -> HttpResponse:
        """Asks the subscriber whether it meant what it asked for; words of the question can be changed."""
        form = form or self.last
        question = {
            "hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": "c-" + "x" * 40,
            "hub.lease_seconds": "864000",
        }  # fmt: skip
        question |= {name.replace("_", ".", 1): value for name, value in changed.items()}
        return Client().get(self.path(form), question)

    def push(
        self, body: str, form: dict[str, str] | None = None, *, secret: str = "", method: str = "sha256",
        signature: str | None = None, chunked: bool = False,
    ) -> HttpResponse:  # fmt: skip
        """Sends what is new, signed; in chunks as our own web server hands them on."""
        form, data = form or self.last, body.encode()
        extra: dict[str, Any] = {"HTTP_X_HUB_SIGNATURE": sign(data, secret or form["hub.secret"], method)}
        if signature is not None:
            extra["HTTP_X_HUB_SIGNATURE"] = signature
        if chunked:
            extra |= {"wsgi.input": io.BytesIO(data), "wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
            extra["HTTP_TRANSFER_ENCODING"] = "chunked"
        client = Client(enforce_csrf_checks=True)
        return client.post(self.path(form), data, content_type="application/rss+xml", **extra)
