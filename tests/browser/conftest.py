"""A real browser, a real `nashra run` on an empty folder, and the sample newspaper's feeds on this machine."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_helpers import PHONE, Judge, Nashra, sign_in, start
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from nashra.site.demo.server import DemoServer

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
TIMEOUT = 20_000  # milliseconds until an action or a page counts as failed
expect.set_options(timeout=TIMEOUT)


@pytest.fixture(scope="session")
def feeds() -> Iterator[DemoServer]:
    """The sample newspaper's sources."""
    with DemoServer() as server:
        yield server


@pytest.fixture
def fresh(tmp_path: Path, feeds: DemoServer) -> Iterator[Nashra]:
    """`nashra run` on an empty folder, allowed to reach what this machine serves."""
    running = start(tmp_path / "fresh", "run", NASHRA_ALLOW_HOSTS="127.0.0.1,localhost")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nashra]:
    """`nashra demo`, with its readers and their habits."""
    running = start(tmp_path_factory.mktemp("demo") / "data", "demo")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = os.environ.get("NASHRA_CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


Open = Callable[..., Page]
SignedIn = Callable[[str], Any]


@pytest.fixture(scope="session")
def signed_in(chromium: Browser, demo: Nashra) -> SignedIn:
    """The cookies of somebody signed in to the sample newspaper: each signs in once, for the doors count attempts."""
    kept: dict[str, Any] = {}

    def cookies(who: str) -> Any:
        if who not in kept:
            context = chromium.new_context()
            sign_in(context.new_page(), demo.base, f"{who}@example.com")
            kept[who] = context.storage_state()
            context.close()
        return kept[who]

    return cookies


@pytest.fixture
def judge() -> Iterator[Judge]:
    """Hears of everything that goes wrong in a browser page of this test, and fails it at its end."""
    one = Judge()
    yield one
    one.verdict()


@pytest.fixture
def browser_page(chromium: Browser, judge: Judge) -> Iterator[Open]:
    """Opens a page: of which size, in which language, light or dark, with or without JavaScript.

    Each call is a browser of its own, with its own cookies. Any request to another host, any violated
    Content-Security-Policy, any error in a script and any failed answer fails the test.
    """
    contexts: list[BrowserContext] = []

    def opened(
        *,
        size: dict[str, int] = PHONE,
        language: str = "ar",
        dark: bool = False,
        script: bool = True,
        **more: Any,
    ) -> Page:
        context = chromium.new_context(
            viewport=size,  # type: ignore[arg-type]
            locale=language,
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
            **more,
        )
        context.set_default_timeout(TIMEOUT)
        contexts.append(context)
        page = context.new_page()
        judge.watch(page)
        return page

    yield opened
    for context in contexts:
        context.close()
