"""Watching a page without a feed, on a phone, in Arabic, without JavaScript; and changing its selectors later."""

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from browser_audit import axe, sideways, small_targets
from browser_helpers import Nashra, set_up, shoot, sign_in
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Open = Callable[..., Page]

PAGES = Path(__file__).parents[1] / "data" / "watching"


class Quiet(SimpleHTTPRequestHandler):
    """A folder of files, served without a word."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, ".html": "text/html; charset=utf-8"}

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a folder of pages without feeds."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(PAGES)))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def offered(page: Page, nashra: Nashra, url: str) -> None:
    """Types the address of a site that has no feed."""
    page.goto(f"{nashra.base}/sources")
    page.fill("form[action$='/sources/add'] [name=address]", url)
    page.click("form[action$='/sources/add'] button")
    page.wait_for_selector(".pick--list")


def test_a_page_is_watched_and_read_by_other_selectors_later(fresh: Nashra, site: str, browser_page: Open) -> None:
    page = browser_page(size={"width": 320, "height": 640}, script=False)
    set_up(page, fresh)
    offered(page, fresh, f"{site}/ministry.html")
    expect(page.locator(".pick--list").first.locator(".watched")).to_have_count(5)
    shoot(page, "watch-offer")
    page.click("form:has(.pick--list) button[value=preview]")
    expect(page.locator("#preview .watched")).to_have_count(8)
    page.click("#preview button[value=follow]")
    page.wait_for_url(f"{fresh.base}/sources")
    page.click(".datarow a.btn")
    page.click("a[href$='/watch']")
    page.fill("details [name=item]", "ul a")
    page.click("details button[value=preview]")
    expect(page.locator("#preview .watched").nth(8)).to_be_attached()
    shoot(page, "watch-change")
    page.fill("details [name=item]", "li..")
    page.click("details button[value=preview]")
    expect(page.locator("details .field__error")).to_have_count(1)
    expect(page.locator("#preview")).to_have_count(0)

    audited = browser_page(bypass_csp=True)
    sign_in(audited, fresh.base, "omar@example.com")
    offered(audited, fresh, f"{site}/cards.html")
    assert faults(audited) == []
    audited.click("form:has(.pick--list) button[value=preview]")
    audited.wait_for_selector("#preview")
    assert faults(audited) == []


def faults(page: Page) -> list[str]:
    """What is wrong with a page by the rules that all pages keep."""
    return [*axe(page), *small_targets(page), *sideways(page)]
