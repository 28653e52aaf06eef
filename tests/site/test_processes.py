"""Whole process trees: started, stopped, killed, started again. Nothing lives on, nothing is lost, nothing doubled."""

import http.server
import os
import signal
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from installation import PATIENCE, Installation, descendants, free_port, inhabitants, is_alive, until, words_of

from nashra.site.supervisor import STOP_WITHIN

pytestmark = pytest.mark.processes
FEEDS, ENTRIES = 300, 4
WORDS = "نص الخبر كامل هنا كي لا تُطلب صفحته. " * 40


class Feeds(http.server.ThreadingHTTPServer):
    """Many small feeds, each on an address of its own (127.1.M.N), so that politeness holds up nobody."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("0.0.0.0", 0), _Answers)
        self.asked: Counter[int] = Counter()
        self.port: int = self.server_address[1]

    def url(self, number: int) -> str:
        """The address of a feed."""
        return f"http://127.1.{number // 200}.{number % 200 + 1}:{self.port}/{number}.xml"

    def opml(self) -> str:
        """All of them as a file."""
        lines = "".join(f'<outline xmlUrl="{self.url(n)}"/>' for n in range(1, FEEDS + 1))
        return f'<opml version="2.0"><body>{lines}</body></opml>'


class _Answers(http.server.BaseHTTPRequestHandler):
    server: Feeds

    def do_GET(self) -> None:
        """The feed of that number, after a moment's thought."""
        number = int(self.path.strip("/").removesuffix(".xml"))
        self.server.asked[number] += 1
        time.sleep(0.1)
        items = "".join(
            f"<item><guid>{number}-{n}</guid><title>خبر {number}.{n}</title><link>http://127.1.0.{number}/{n}</link>"
            f"<pubDate>Mon, 23 Nov 2026 0{n}:00:00 GMT</pubDate><description>{number} {n} {WORDS}</description></item>"
            for n in range(ENTRIES)
        )
        body = f'<rss version="2.0"><channel><title>مصدر {number}</title>{items}</channel></rss>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("ETag", f'"{number}"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    """The feeds' server."""
    with Feeds() as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    """An installation in an empty folder."""
    made = Installation(tmp_path / "data")
    yield made
    made.end()


def rows(here: Installation, query: str) -> list[Any]:
    """What a query finds in the installation's database."""
    with closing(sqlite3.connect(here.data / "nashra.db", timeout=30)) as database:
        return database.execute(query).fetchall()


def all_gone(pids: set[int]) -> bool:
    """Whether none of them runs."""
    return not any(is_alive(pid) for pid in pids)


def test_the_first_start_makes_everything_and_sigterm_leaves_nothing_running(here: Installation) -> None:
    here.start()
    here.wait_until_up()
    said = here.said()
    assert f"http://localhost:{here.port}" in said
    assert "/setup/" in said
    assert (here.data / "nashra.db").is_file()
    assert (here.data / "secret").stat().st_mode & 0o777 == 0o600
    assert rows(here, "PRAGMA journal_mode") == [("wal",)]

    tree = {here.pid, *descendants(here.pid)}
    assert len(tree) >= 4  # parent, web with its worker process, job worker
    assert here.stop() == 0
    assert all_gone(tree)
    assert here.is_silent()
    assert STOP_WITHIN < 5


def test_it_starts_again_on_the_same_data(here: Installation) -> None:
    here.start()
    here.wait_until_up()
    secret = (here.data / "secret").read_text()
    here.stop()
    assert here.command("reader", "create", "omar@example.com", "--role", "owner").returncode == 0
    here.start()
    here.wait_until_up()
    assert (here.data / "secret").read_text() == secret
    assert "omar@example.com" in here.command("reader", "list").stdout


def test_when_the_parent_is_killed_no_orphan_serves_on(here: Installation) -> None:
    here.start()
    here.wait_until_up()
    tree = here.kill(tree=False)
    until(lambda: all_gone(tree), "every process of the tree has ended")
    until(here.is_silent, "nobody listens on the port")
    here.start()
    here.wait_until_up()


def test_a_part_that_is_killed_comes_back(here: Installation) -> None:
    here.start()
    here.wait_until_up()
    first = workers(here)
    (worker,) = first
    os.kill(worker, signal.SIGKILL)
    until(lambda: workers(here) - first, "another job worker runs")
    assert here.stop() == 0


@pytest.mark.parametrize("size", [2, 3], ids=["at its children's first moment", "at the web process's first moment"])
def test_a_parent_that_is_killed_while_it_starts_leaves_nothing_behind(here: Installation, size: int) -> None:
    here.start()
    end = time.monotonic() + PATIENCE
    while len(descendants(here.pid)) < size:
        assert time.monotonic() < end, here.said()
        time.sleep(0.005)
    here.kill(tree=False)
    until(lambda: not inhabitants(here.data), "no process of the folder is left")
    until(here.is_silent, "nobody listens on the port")


def test_a_web_server_alone_ends_its_processes_with_it(here: Installation) -> None:
    here.start("web", "--port", str(here.port))
    until(lambda: here.get()[0], "it answers")
    assert len(inhabitants(here.data)) >= 2
    here.kill(tree=False)
    until(lambda: not inhabitants(here.data), "no process of the folder is left")
    until(here.is_silent, "nobody listens on the port")


def workers(here: Installation) -> set[int]:
    """The job workers of a tree."""
    return {pid for pid in descendants(here.pid) if "work" in words_of(pid)}


def test_a_second_one_on_the_same_folder_or_port_is_refused_in_one_line(here: Installation, tmp_path: Path) -> None:
    here.start()
    here.wait_until_up()
    same_folder = here.command("run", "--port", str(free_port()))
    same_port = Installation(tmp_path / "other", here.port).command("run", "--port", str(here.port))
    for ended, word in ((same_folder, "in use"), (same_port, "taken")):
        assert ended.returncode == 1
        assert ended.stdout == ""
        assert len(ended.stderr.strip().splitlines()) == 1
        assert word in ended.stderr
    assert here.is_up()


def claims(here: Installation) -> set[Any]:
    """What workers hold: which source, and until when."""
    return set(rows(here, "SELECT id, claimed_until FROM news_source WHERE claimed_until IS NOT NULL"))


def kill_while_fetching(here: Installation, feeds: Feeds, *, asked: int, tree: bool) -> None:
    """Kills at a moment when so many feeds were asked and some are in a worker's hands; nothing fetches afterwards."""
    until(lambda: len(feeds.asked) >= asked and claims(here), f"{asked} feeds have been asked")
    here.kill(tree=tree)
    until(lambda: not inhabitants(here.data), "every process has ended")
    until(here.is_silent, "nobody listens on the port")


def start_again(here: Installation) -> None:
    """Starts, and sees that what the dead worker held is taken up at once, not when its lease ends."""
    held = claims(here)
    assert held, "the killed worker held nothing: the test shows nothing"
    here.start()
    here.wait_until_up()
    assert not held & claims(here)


def test_killed_while_fetching_it_loses_no_article_and_doubles_none(tmp_path: Path, feeds: Feeds) -> None:
    here = Installation(tmp_path / "data", NASHRA_ALLOW_HOSTS=f"127.0.0.0/8:{feeds.port}")
    try:
        assert here.command("reader", "create", "omar@example.com", "--role", "owner").returncode == 0
        taken = here.command("opml", "import", "-", text=feeds.opml())
        assert f"{FEEDS} added" in taken.stdout, taken.stderr

        here.start()
        kill_while_fetching(here, feeds, asked=FEEDS // 4, tree=True)
        start_again(here)
        kill_while_fetching(here, feeds, asked=FEEDS // 2, tree=False)
        assert rows(here, "SELECT 1 FROM news_source WHERE ok_at IS NULL"), "all was stored: the test shows nothing"
        start_again(here)

        until(lambda: not rows(here, "SELECT 1 FROM news_source WHERE ok_at IS NULL"), "every feed is stored")
        assert here.stop() == 0
        assert rows(here, "SELECT count(*) FROM news_article") == [(FEEDS * ENTRIES,)]
        assert rows(here, "SELECT count(*) FROM news_articletext") == [(FEEDS * ENTRIES,)]
        assert rows(here, "SELECT count(DISTINCT title) FROM news_article") == [(FEEDS * ENTRIES,)]
        assert rows(here, "SELECT max(n) FROM (SELECT count(*) n FROM news_article GROUP BY source_id)") == [(ENTRIES,)]
        assert rows(here, "SELECT count(*) FROM news_fetch WHERE added > 0") == [(FEEDS,)]
        assert rows(here, "SELECT count(*) FROM news_subscription") == [(FEEDS,)]
        assert rows(here, "PRAGMA integrity_check") == [("ok",)]
    finally:
        here.end()


def test_the_demo_shows_its_front_page_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    here = Installation(tmp_path / "unused", TMPDIR=str(tmp_path / "tmp"), NASHRA_URL="https://elsewhere.example")
    try:
        here.start("demo", "--port", str(here.port))
        here.wait_until_up()
        status, page = here.get("/")
        assert status == 200
        assert "نشرة الساحل" in page
        assert page.count("<article") > 3
        assert "palm-harbour" in here.said()
        assert list((tmp_path / "tmp").glob("nashra-demo-*"))
        assert not here.data.exists()
        assert here.stop() == 0
        assert not list((tmp_path / "tmp").glob("nashra-demo-*"))
    finally:
        here.end()
