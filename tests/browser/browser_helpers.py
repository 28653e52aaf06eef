"""A running Nashra and a browser page: starting, waiting, signing in, looking."""

import contextlib
import email
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

from playwright.sync_api import Page, Request, Response

SHOTS = os.environ.get("NASHRA_SHOTS", "")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PASSWORD = "palm-harbour-42"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether a page is there."""
    with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5) as answer:
        return bool(answer.status == 200)
    return False


def wait_until(condition: Callable[[], bool], *, seconds: float = 60, what: str = "") -> None:
    """Looks until something holds."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise AssertionError(f"waited in vain: {what}")
        time.sleep(0.2)


@dataclass
class Nashra:
    """A running process tree."""

    base: str
    data: Path
    process: subprocess.Popen[str]
    log: Path

    def said(self, pattern: str) -> str:
        """What it printed that matches."""
        found = re.search(pattern, self.log.read_text("utf-8"))
        assert found, self.log.read_text("utf-8")[-2000:]
        return found[0]

    def stop(self) -> None:
        """Stops it as a person would."""
        self.process.terminate()
        self.process.wait(15)


def start(data: Path, command: str, **environment: str) -> Nashra:
    """Starts `nashra run` or `nashra demo` on a free port and waits until it answers."""
    port, log = free_port(), data.parent / f"{data.name}.log"
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("NASHRA_", "DJANGO_"))}
    line = [sys.executable, "-m", "nashra", "--data", str(data), command, "--port", str(port)]
    with log.open("w") as output:
        variables = {**clean, "PYTHONUNBUFFERED": "1", **environment}
        process = subprocess.Popen(line, env=variables, stdout=output, stderr=subprocess.STDOUT, text=True)
    running = Nashra(f"http://localhost:{port}", data, process, log)
    try:
        wait_until(lambda: answers(f"{running.base}/healthz") or process.poll() is not None, what="healthz")
        assert process.poll() is None, "it ended at once"
    except AssertionError as error:
        process.kill()
        raise AssertionError(f"{error}\n{log.read_text('utf-8')[-3000:]}") from None
    return running


class Judge:
    """Watches pages: nothing may leave this machine, break the Content-Security-Policy, or fail."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.allowed: list[str] = []  # what a test expects: regular expressions

    def watch(self, page: Page) -> None:
        """Hears of every request, answer, message and error of this page."""
        page.on("request", self._request)
        page.on("response", self._response)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: script: {error}"))
        page.on("console", lambda m: "Security Policy" in m.text and self.complaints.append(f"{page.url}: {m.text}"))

    def _request(self, request: Request) -> None:
        if not re.match(r"(http://localhost:|data:|blob:|about:|chrome-error:)", request.url):
            self.complaints.append(f"a request left: {request.url}")

    def _response(self, response: Response) -> None:
        part = not response.request.is_navigation_request()
        if response.status >= 500 or (part and response.status >= 400):
            self.complaints.append(f"{response.status}: {response.url}")

    def verdict(self) -> None:
        """Fails with the first few complaints."""
        left = [text for text in self.complaints if not any(re.search(part, text) for part in self.allowed)]
        assert not left, "\n".join(left[:10])


def sign_in(page: Page, base: str, email: str, password: str = PASSWORD) -> None:
    """Types address and password at the door and waits for the page behind it."""
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("form:has([name=password]) button[type=submit]")
    page.wait_for_url(lambda url: "/login" not in url)


def shoot(page: Page, name: str, *, full: bool = True) -> None:
    """Keeps a screenshot when NASHRA_SHOTS names a folder."""
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=full)


def text_of(letter: bytes) -> str:
    """Everything in a letter that may hold a link."""
    parts = [part for part in email.message_from_bytes(letter).walk() if part.get_content_maintype() == "text"]
    return "\n".join(unescape(part.get_payload(decode=True).decode("utf-8")) for part in parts)  # type: ignore[union-attr]


def link_in_mail(nashra: Nashra, to: str, pattern: str) -> str:
    """The first link that matches in a letter to this address, once the letter is in the mail folder."""
    found: list[str] = []

    def there() -> bool:
        for file in sorted((nashra.data / "mail").glob("*.eml")):
            letter = file.read_bytes()
            if to in str(email.message_from_bytes(letter)["To"]):
                found.extend(re.findall(rf'{nashra.base}/[^\s"<>]*{pattern}[^\s"<>]*', text_of(letter)))
        return bool(found)

    wait_until(there, what=f"a letter to {to}")
    return found[0]


def set_up(page: Page, nashra: Nashra, *, paper: str = "نشرة الساحل") -> None:
    """The owner's set-up, with the first steps skipped."""
    page.goto(nashra.said(r"http://localhost:\d+/setup/\S+"))
    page.fill("[name=email]", "omar@example.com")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=paper_name]", paper)
    page.select_option("[name=registration]", "open")
    page.click("main button[type=submit]")
    page.click("[name=skip]")
    page.wait_for_url(f"{nashra.base}/")


def add_source(page: Page, base: str, url: str) -> None:
    """Follows a feed by its address."""
    page.goto(f"{base}/sources")
    before = page.locator("main .datarow h3 a").count()
    page.fill("form[action$='/sources/add'] [name=address]", url)
    page.click("form[action$='/sources/add'] button")
    page.wait_for_url(f"{base}/sources")
    assert page.locator("main .datarow h3 a").count() == before + 1
