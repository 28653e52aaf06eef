"""What a page costs: the front page of a reader among 20,000 articles, and the other pages that are read most.

The real WSGI application is called in this process with a session's cookie, as a web server would call it: all
middleware, sessions, the built static files, gzip. Times are of the processor, medians. `vs_hello` is the front page
in units of a Django view that says hello behind the middleware of a new Django project, in the same run.
"""

import argparse
import io
import itertools
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from common import Report, installation

FRONT_MS, FRONT_QUERIES, FRONT_KB, SCRIPT_KB = 60, 30, 60, 20
_SHEET = re.compile(rb'<link[^>]+rel="stylesheet"[^>]*>')
_SCRIPT = re.compile(rb'<script[^>]+src="([^"]+)"')
_STARTED = [  # the middleware of `django-admin startproject`
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application said, and the processor's milliseconds that it took."""

    status: int
    body: bytes
    ms: float


@dataclass(frozen=True, slots=True)
class Browser:
    """Calls an application as one signed-in person's browser would."""

    application: Callable[..., Any]
    cookie: str

    def get(self, address: str, *, gzip: bool = True) -> Answer:
        """Asks for one page, to its last byte."""
        path, _, query = address.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8000", "HTTP_COOKIE": self.cookie,
            "HTTP_ACCEPT": "text/html", "HTTP_ACCEPT_LANGUAGE": "ar,en;q=0.8",
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.version": (1, 0),
            "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        if gzip:
            environ["HTTP_ACCEPT_ENCODING"] = "gzip"
        status: list[str] = []
        started = time.process_time()
        answer = self.application(environ, lambda line, *_: status.append(line))
        body = b"".join(answer)
        answer.close()
        return Answer(int(status[0].split()[0]), body, (time.process_time() - started) * 1000)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit status."""
    options = _options(arguments)
    report = Report("page")
    with tempfile.TemporaryDirectory(prefix="nashra-bench-") as temporary:
        installation.open_in(Path(temporary, "data"), {"NASHRA_URL": "http://localhost:8000"})
        reader = _fill(report, options)
        _shelve(report)
        browser = Browser(_application("common.urls"), installation.sign_in(reader))
        if options.profile:
            return _profile(browser, options.profile, options.requests)
        hello = _hello(browser.cookie, options.requests)
        front = _front(report, browser, reader, options.requests)
        _others(report, browser, options.requests)
        report.heading("In units of hello (Django with the middleware of a new project)")
        report.figure("hello_ms", hello, "hello", "ms")
        report.ratio("vs_hello", front / hello, "front page ÷ hello")
    return report.finish()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--sources", type=int, default=60)
    parser.add_argument("--requests", type=int, default=40, help="of each page; the median counts")
    parser.add_argument(
        "--profile", metavar="ADDRESS", help="only show where the time of one page goes; /?new: see code"
    )
    return parser.parse_args(arguments)


def _fill(report: Report, options: argparse.Namespace) -> Any:
    from common import newspaper
    from django.utils import timezone

    from nashra.news.models import Article

    now = timezone.now()
    reader = installation.owner(language="ar", seen_at=now - timedelta(hours=20), visit_at=now - timedelta(hours=9))
    newspaper.build(reader, articles=options.articles, sources=options.sources, now=now)
    report.heading("Input: one reader with sources, follows, mutes, a history; articles of the last 30 days")
    report.figure("articles", Article.objects.count(), "articles")
    report.figure("sources", options.sources, "sources")
    return reader


def _shelve(report: Report) -> None:
    """The shelf of live articles, made as the worker makes it: from nothing, and again with nothing new."""
    from django.utils import timezone

    from nashra.front import shelf

    started = time.process_time()
    made = shelf.refresh(timezone.now())
    while made.waiting:
        made = shelf.refresh(timezone.now())
    spent = time.process_time() - started
    count = len(made.large) + len(made.small)
    again = min(_spent(lambda: shelf.refresh(timezone.now())) for _ in range(3))
    report.heading("The shelf of live articles")
    report.figure("shelf_articles", count, "articles")
    report.figure("shelf_ms_each", spent / max(1, count) * 1000, "to take one in", "ms")
    report.figure("shelf_refresh_ms", again * 1000, "to look again how all stand", "ms")


def _spent(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _application(urls: str, middleware: list[str] | None = None) -> Callable[..., Any]:
    from django.conf import settings
    from django.core.handlers.wsgi import WSGIHandler

    before = settings.MIDDLEWARE
    settings.ROOT_URLCONF = urls
    settings.MIDDLEWARE = before if middleware is None else middleware
    try:
        return WSGIHandler()
    finally:
        settings.MIDDLEWARE = before


# ------------------------------------------------------------------------------------------------ measurements


def _hello(cookie: str, requests: int) -> float:
    browser = Browser(_application("common.urls", _STARTED), cookie)
    return _median(lambda: browser.get("/hello"), requests * 5)


def _front(report: Report, browser: Browser, reader: Any, requests: int) -> float:
    """The front page, with the edition that stands, and with one that is made for the request."""
    from nashra.front.models import Edition

    first = browser.get("/", gzip=False)
    if first.status != 200 or b'class="item' not in first.body:
        raise RuntimeError(f"the front page answered {first.status}, with {len(first.body)} bytes")
    standing = _median(lambda: browser.get("/"), requests)
    queries = _queries(lambda: browser.get("/"))

    def made() -> Answer:
        Edition.objects.update(stale=True)
        return browser.get("/")

    fresh = _median(made, requests)
    Edition.objects.update(stale=True)
    more = _queries(lambda: browser.get("/"))
    items = len(Edition.objects.filter(reader=reader).latest("made_at").items)
    report.heading(f"Front page, {items} items")
    report.figure("front_ms", standing, "with the edition that stands", "ms", most=FRONT_MS)
    report.figure("front_queries", queries, "database queries", most=FRONT_QUERIES)
    report.figure("front_new_ms", fresh, "with an edition made for the request", "ms", most=FRONT_MS)
    report.figure("front_new_queries", more, "database queries", most=FRONT_QUERIES)
    report.figures["front_items"] = items
    _weigh(report, browser, first)
    return standing


def _weigh(report: Report, browser: Browser, page: Answer) -> None:
    sheets, scripts = _SHEET.findall(page.body), _SCRIPT.findall(page.body)
    files = [browser.get(address.decode()) for address in scripts]
    report.check(all(one.status == 200 for one in files), "a script of the front page is not there")
    report.figure("front_kb", len(page.body) / 1000, "HTML", "kB", most=FRONT_KB)
    report.figure("front_gzip_kb", len(browser.get("/").body) / 1000, "HTML, compressed", "kB")
    report.figure("stylesheets", len(sheets), "stylesheets", most=1)
    report.figure("script_kb", sum(len(one.body) for one in files) / 1000, "script, compressed", "kB", most=SCRIPT_KB)


def _others(report: Report, browser: Browser, requests: int) -> None:
    """An unread article, another one at each request; lists; search for an Arabic word and for two English ones."""
    from nashra.news.models import Article

    unread = Article.objects.filter(marks=None).order_by("-published_at")
    ids = itertools.cycle(unread.values_list("pk", flat=True)[: requests + 10])
    pages: dict[str, tuple[str, Callable[[], str]]] = {
        "article": ("an article, opened for the first time", lambda: f"/article/{next(ids)}"),
        "latest": ("latest", lambda: "/latest"),
        "search": ("search for an Arabic word", lambda: f"/search?q={quote('المياه')}"),
        "search_en": ("search for two English words", lambda: "/search?q=harbour+library"),
    }
    report.heading("Other pages")
    for name, (label, address) in pages.items():
        _other(report, lambda to=address: browser.get(to()), name, label, requests)  # type: ignore[misc]


def _other(report: Report, ask: Callable[[], Answer], name: str, label: str, requests: int) -> None:
    status = ask().status
    report.check(status == 200, f"{label}: the answer was {status}")
    report.figure(f"{name}_ms", _median(ask, requests), label, "ms")
    report.figure(f"{name}_queries", _queries(ask), "database queries")


def _profile(browser: Browser, address: str, requests: int) -> int:
    """Where the time of a page goes, function by function; `/?new` is the front page with a new edition each time."""
    import cProfile
    import pstats

    from nashra.front.models import Edition

    browser.get(address)
    profile = cProfile.Profile()
    for _ in range(requests):
        if address == "/?new":
            Edition.objects.update(stale=True)
        profile.enable()
        browser.get(address)
        profile.disable()
    for order in ("tottime", "cumtime"):
        pstats.Stats(profile).sort_stats(order).print_stats(45)
    return 0


def _median(ask: Callable[[], Answer], requests: int) -> float:
    """The median of the processor's milliseconds, after a few requests that do not count."""
    for _ in range(3):
        ask()
    return statistics.median(ask().ms for _ in range(requests))


def _queries(ask: Callable[[], Answer]) -> int:
    """How many statements one request sends to the database."""
    from django.db import connection

    sent: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        sent.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        ask()
    return len(sent)


if __name__ == "__main__":
    sys.exit(main())
