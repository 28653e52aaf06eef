"""`nashra source add` of sites without a feed: the lists that it names, and watching one of them."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from command_line import Console

from nashra.accounts.models import Reader
from nashra.news.models import Source, Visibility

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = Path(__file__).parents[1] / "data" / "watching"


class Quiet(SimpleHTTPRequestHandler):
    """A folder of files, served without a word."""

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Iterator[tuple[Path, str]]:
    """A folder that is a site, and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.NASHRA_ALLOW_HOSTS = (f"127.0.0.1:{server.server_port}",)
    (tmp_path / "news.html").write_bytes((PAGES / "ministry.html").read_bytes())
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_site_without_a_feed_is_answered_with_what_to_type(
    folder: tuple[Path, str], console: Console, omar: Reader
) -> None:
    ended = console("source", "add", f"{folder[1]}/news.html")
    assert ended.code == 1
    assert '--item "ul.list-unstyled > li"' in ended.out
    assert Source.objects.count() == 0


def test_a_page_is_watched_by_its_selectors(folder: tuple[Path, str], console: Console, omar: Reader) -> None:
    options = ("--item", "ul.list-unstyled > li", "--title", "a", "--date", "span", "--paper")
    ended = console("source", "add", f"{folder[1]}/news.html", *options)
    assert (ended.code, ended.err) == (0, "")
    made = Source.objects.get()
    assert (made.kind, made.visibility, made.owner) == (Source.Kind.PAGE, Visibility.PAPER, None)
    assert made.selectors == {"item": "ul.list-unstyled > li", "title": "a", "date": "span"}
    assert made.articles.count() == 8
    assert made.title in ended.out


def test_what_a_reader_watches_by_command_is_theirs_alone(
    folder: tuple[Path, str], console: Console, omar: Reader, layla: Reader
) -> None:
    console("source", "add", f"{folder[1]}/news.html", "--item", "li", "--reader", layla.email)
    assert Source.objects.get().owner == layla


def test_selectors_that_cannot_be_used_are_said(folder: tuple[Path, str], console: Console, omar: Reader) -> None:
    assert console("source", "add", f"{folder[1]}/news.html", "--title", "a").code == 2
    for selector, words in (("a[", "no CSS selector"), ("table.none", "give nothing on this page")):
        ended = console("source", "add", f"{folder[1]}/news.html", "--item", selector)
        assert ended.code == 1
        assert words in ended.err
    assert Source.objects.count() == 0


def test_the_news_sitemap_of_a_site_is_followed(folder: tuple[Path, str], console: Console, omar: Reader) -> None:
    sitemap = Path(__file__).parents[1] / "data" / "feeds" / "sitemap" / "news.feed"
    (folder[0] / "sitemap-news.xml").write_bytes(sitemap.read_bytes())
    ended = console("source", "add", f"{folder[1]}/news.html")
    assert (ended.code, ended.err) == (0, "")
    assert Source.objects.get().kind == Source.Kind.SITEMAP
