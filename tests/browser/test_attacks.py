"""Hostile articles in a reader's browser: nothing runs, nothing is asked of anybody else, nothing leaves its box."""

import json
import random
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from browser_audit import overflowing
from browser_helpers import DESK, Judge, Nashra, add_source, set_up, start, wait_until
from conftest import Open
from playwright.sync_api import Page

pytestmark = pytest.mark.browser

EVIL = Path(__file__).parents[1] / "evil"
ARTICLES: list[dict[str, Any]] = json.loads((EVIL / "html" / "articles.json").read_text("utf-8"))
LONG = "".join(f"<p>فقرة سليمة رقم {n} فيها من الكلام ما يكفي لتكون هذه الخلاصة نصًا كاملًا.</p>" for n in range(12))

# What must hold on every page that shows what came from outside.
_HARM = """() => {
    const found = [], all = [...document.querySelectorAll('main *, head *, footer *')];
    if ('__evil' in top) found.push(`ran: ${top.__evil}`);
    if (top.length) found.push('a frame');
    for (const one of all) {
        for (const {name, value} of one.attributes) {
            if (/^on/.test(name)) found.push(`handler ${name}`);
            if (/^\\s*(javascript|vbscript|data:text)/i.test(value)) found.push(`address ${value.slice(0, 60)}`);
            if (name === 'style' || name === 'contenteditable') found.push(`style ${value.slice(0, 60)}`);
        }
        if (one.matches('a[href^=http]') && new URL(one.href).origin !== location.origin
            && !one.relList.contains('noopener')) found.push(`opener ${one.outerHTML.slice(0, 120)}`);
        if (one.matches('a[target]')) found.push(`target ${one.outerHTML.slice(0, 120)}`);
        if (one.matches('img') && new URL(one.src, location).origin !== location.origin) found.push(`image ${one.src}`);
    }
    const inside = document.querySelectorAll('.prose :is(script, style, svg:not(.icon), math, iframe, object, embed, '
        + 'form, input, button, base, link, meta, template, noscript, dialog, [id], [name], [popover])');
    inside.forEach(one => found.push(`element ${one.outerHTML.slice(0, 120)}`));
    return found;
}"""


@dataclass(frozen=True)
class Evil:
    """The hostile server on three neighbouring ports."""

    port: int

    @property
    def base(self) -> str:
        """The outside's address."""
        return f"http://127.0.0.1:{self.port}"

    def fill(self, text: str) -> str:
        """Puts this run's addresses into a stored text."""
        marks = {"BASE": self.base, "INSIDE": f"http://127.0.0.1:{self.port + 1}", "PORT": str(self.port)}
        marks |= {"INSIDE_PORT": str(self.port + 1), "TLS": f"https://127.0.0.1:{self.port + 2}"}
        for name, value in marks.items():
            text = text.replace("{{" + name + "}}", value)
        return text

    def bad(self) -> list[str]:
        """Requests that nobody should have made."""
        with urllib.request.urlopen(f"{self.base}/_log", timeout=10) as answer:
            return [f"{one['side']} {one['path']}" for one in json.load(answer) if one["bad"]]


@pytest.fixture(scope="module")
def evil() -> Iterator[Evil]:
    """The hostile server of tests/evil."""
    process, port = None, 0
    while process is None:
        port = random.randrange(20_000, 32_000)
        process = subprocess.Popen([sys.executable, str(EVIL / "serve.py"), str(port)], stdout=subprocess.PIPE)
        assert process.stdout
        if not process.stdout.readline().startswith(b"serving"):  # a port was taken
            process.wait(10)
            process = None
    yield Evil(port)
    process.terminate()
    process.wait(10)


class WholeArticles(ThreadingHTTPServer):
    """A feed with the attacks inside articles that are long enough to be taken as they are."""

    daemon_threads = True

    def __init__(self, evil: Evil) -> None:
        super().__init__(("127.0.0.1", 0), _Whole)
        items = "".join(
            f"<item><title>هجوم {a['n']}</title><guid isPermaLink='false'>{a['n']}</guid>"
            f"<link>{evil.base}/a/whole-{a['n']}</link>"
            f"<description>{escape(LONG + evil.fill(a['html']) + LONG)}</description></item>"
            for a in ARTICLES
        )
        self.body = f"<rss version='2.0'><channel><title>هجمات</title>{items}</channel></rss>".encode()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/whole.xml"
        Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()


class _Whole(BaseHTTPRequestHandler):
    server: WholeArticles

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def paper(tmp_path: Path, evil: Evil) -> Iterator[Nashra]:
    """An empty installation that may reach the hostile server's outside and the feed made of it."""
    whole = WholeArticles(evil)
    allowed = f"127.0.0.1:{evil.port},127.0.0.1:{whole.server_address[1]}"
    running = start(tmp_path / "attacked", "run", NASHRA_ALLOW_HOSTS=allowed)
    running.said("setup")
    (tmp_path / "whole").write_text(whole.url)
    yield running
    running.stop()
    whole.shutdown()
    whole.server_close()


def test_hostile_articles_harm_no_reader(
    paper: Nashra, evil: Evil, browser_page: Open, judge: Judge, tmp_path: Path
) -> None:
    judge.allowed.append(r"404: http://localhost:\d+/i/")  # pictures that do not exist
    page = browser_page(size=DESK)
    set_up(page, paper)
    for feed in (
        (tmp_path / "whole").read_text(),
        f"{evil.base}/c/html-articles",
        f"{evil.base}/c/html-in-every-field",
    ):
        add_source(page, paper.base, feed)
    look_at_a_letter(page, paper)
    articles = look_at_lists(page, paper)
    assert len(articles) >= len(ARTICLES) * 2
    for path, title in articles.items():
        look(page, paper.base + path)
        number = title.removeprefix("هجوم ")
        if number.isdigit() and number != title:
            kept = ARTICLES[int(number) - 1]
            assert all(text in page.locator(".prose").inner_text() for text in kept["keep"]), kept["why"]
    save_all(page, paper, list(articles))
    look_at_the_library(page, paper)
    assert len(page.context.pages) == 1, "no window was opened"
    assert evil.bad() == []


def look(page: Page, address: str) -> None:
    """Opens a page and judges it."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    assert page.evaluate(_HARM) == [], address
    assert overflowing(page, ".prose") == [], address


def look_at_lists(page: Page, paper: Nashra) -> dict[str, str]:
    """Front page, latest, each source, search: judged; gives the paths of all articles with their titles."""
    look(page, paper.base)
    page.goto(f"{paper.base}/sources")
    lists = [link.get_attribute("href") or "" for link in page.locator("main .datarow h3 a").all()]
    found: dict[str, str] = {}
    for path in ["/latest", "/search?q=%D8%B3%D9%84%D9%8A%D9%85%D8%A9", *lists]:
        following: str | None = path
        while following:
            look(page, paper.base + following)
            for link in page.locator("main .item .headline a").all():
                found[(link.get_attribute("href") or "").partition("?")[0]] = link.inner_text()
            older = page.locator(".pager a[rel=next]")
            following = path.partition("?")[0] + (older.get_attribute("href") or "") if older.count() else None
    return found


def save_all(page: Page, paper: Nashra, paths: list[str]) -> None:
    """Saves every article, and some pages of the hostile server by their address."""
    token = page.locator("#act [name=csrfmiddlewaretoken]").input_value()
    headers = {"X-Requested-With": "fetch", "Referer": paper.base}
    for path in paths:
        form = {"csrfmiddlewaretoken": token, "on": "1"}
        assert page.request.post(f"{paper.base}{path}/save", form=form, headers=headers).status == 204


def look_at_the_library(page: Page, paper: Nashra) -> None:
    """The shelf, its search, and each saved piece once its copy is made."""

    def copied() -> bool:
        page.goto(f"{paper.base}/saved?shelf=all")
        return page.locator("main .status use[href$='#i-clock']").count() == 0

    wait_until(copied, seconds=90, what="the copies")
    look(page, f"{paper.base}/saved?shelf=all&q=%D8%B3%D9%84%D9%8A%D9%85%D8%A9")
    following: str | None = "/saved?shelf=all"
    paths: list[str] = []
    while following:
        look(page, paper.base + following)
        paths += [link.get_attribute("href") or "" for link in page.locator("main .libitem .headline a").all()]
        older = page.locator(".pager a[rel=next]")
        following = "/saved" + (older.get_attribute("href") or "") if older.count() else None
    assert len(paths) >= len(ARTICLES) * 2
    for path in paths:
        look(page, paper.base + path)


def look_at_a_letter(page: Page, paper: Nashra) -> None:
    """The digest made of them, as it is shown here."""
    page.goto(f"{paper.base}/newsletters")
    page.click("[formaction$='/digest/now']")
    look(page, f"{paper.base}/mail")
    path = page.locator("main .datarow h3 a").first.get_attribute("href") or ""
    look(page, paper.base + path)
