"""The first day of a paper, from the printed link to the digest: in Arabic on a phone, in English on a wide screen."""

import email
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from urllib.parse import quote

import pytest
from browser_helpers import DESK, PASSWORD, PHONE, Judge, Nashra, shoot, sign_in, wait_until
from conftest import Open
from playwright.sync_api import Page, expect

from nashra.site.demo.server import DemoServer

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Day:
    """Whose day it is: language and screen, the paper's name, and which sample sources are added how."""

    language: str
    size: dict[str, int]
    paper: str
    site: str  # its feed is discovered
    file: tuple[str, ...]  # come with the OPML file
    late: str  # its feed is pasted later

    @property
    def direction(self) -> str:
        """The direction of the pages."""
        return "rtl" if self.language == "ar" else "ltr"


DAYS = [
    Day("ar", PHONE, "نشرة الساحل", "marfaa", ("shiraa", "olum"), "sahil"),
    Day("en", DESK, "The Coast", "harbour-post", ("inland-letter", "le-quai"), "daftar"),
]


class SlowFeed(ThreadingHTTPServer):
    """One feed that answers only when it is let go; on a host name of its own, so that no other feed waits for it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _SlowAnswer)
        self.let_go = Event()
        self.url = f"http://localhost:{self.server_address[1]}/slow.xml"
        Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()


class _SlowAnswer(BaseHTTPRequestHandler):
    server: SlowFeed

    def do_GET(self) -> None:
        self.server.let_go.wait(60)
        item = b"<item><title>At last</title><guid>1</guid></item>"
        body = b"<rss version='2.0'><channel><title>Late</title>" + item + b"</channel></rss>"
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def sources() -> Iterator[DemoServer]:
    """The sample sources on a server of this test's own, which it may stop."""
    server = DemoServer().start()
    yield server
    server.stop()


@pytest.fixture
def slow() -> Iterator[SlowFeed]:
    """A feed that keeps everybody waiting."""
    server = SlowFeed()
    yield server
    server.let_go.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("day", DAYS, ids=lambda day: day.language)
def test_the_first_day_from_set_up_to_digest(
    day: Day, fresh: Nashra, sources: DemoServer, slow: SlowFeed, browser_page: Open, judge: Judge, tmp_path: Path
) -> None:
    page = browser_page(size=day.size, language=day.language)
    set_up(page, day, fresh)
    choose(page, day, sources, slow, tmp_path)
    watch_the_rest_arrive(page, slow)
    add_a_feed(page, fresh, day, sources)
    title = read_follow_and_save(page, day, fresh)
    saved = the_copy_is_made(page, fresh, title)
    sources.stop()
    judge.allowed.append(r"404: http://localhost:\d+/i/")  # pictures of sources that are gone
    the_copy_stays(page, day)
    word = mute_a_word(page, fresh, title)
    letter = turn_on_the_digest(page, day, fresh)
    stop_it_from_the_letter(page, fresh, letter)
    second = browser_page(size=day.size, language=day.language)
    a_second_reader_has_their_own_page(second, fresh, word, saved)
    sign_out_everywhere(page, browser_page(size=day.size, language=day.language), fresh)


def set_up(page: Page, day: Day, nashra: Nashra) -> None:
    """The owner opens the printed link: account, paper, language, registration."""
    link = nashra.said(r"http://localhost:\d+/setup/\S+")
    page.goto(nashra.base)
    expect(page.locator("html")).to_have_attribute("dir", day.direction)
    page.goto(link)
    shoot(page, f"day-{day.language}-1-setup")
    page.fill("[name=email]", "omar@example.com")
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=name]", "عمر" if day.language == "ar" else "Omar")
    page.fill("[name=paper_name]", day.paper)
    page.locator(f"[name=language][value={day.language}]").check(force=True)
    page.select_option("[name=registration]", "open")
    page.click("main button[type=submit]")
    page.wait_for_url(f"{nashra.base}/welcome")
    assert page.context.new_page().goto(link).status == 404, "the link works once"  # type: ignore[union-attr]
    page.context.pages[-1].close()


def choose(page: Page, day: Day, sources: DemoServer, slow: SlowFeed, folder: Path) -> None:
    """The first steps on one page: language, topics, a site's address, a file of feeds."""
    expect(page.locator("html")).to_have_attribute("lang", day.language)
    expect(page.locator("html")).to_have_attribute("dir", day.direction)
    expect(page.locator(f"[name=language][value={day.language}]")).to_be_checked()
    for topic in ("science", "culture", "energy"):
        page.locator(f"[name=topic][value={topic}]").check(force=True)
    page.fill("[name=address]", f"{sources.base}/{day.site}/")
    feeds = [url for url in sources.feeds() if Path(url).stem in day.file]
    lines = "".join(f'<outline type="rss" text="{url}" xmlUrl="{url}"/>' for url in [*feeds, slow.url])
    opml = folder / "feeds.opml"
    opml.write_text(f'<opml version="2.0"><body>{lines}</body></opml>', "utf-8")
    page.set_input_files("[name=opml]", opml)
    shoot(page, f"day-{day.language}-2-welcome")
    page.click(".dock .btn--primary")
    page.wait_for_url(re.compile(r"/$"))


def watch_the_rest_arrive(page: Page, slow: SlowFeed) -> None:
    """The page is there while a feed is still on its way, says so, and fills up."""
    expect(page.locator(".arriving progress")).to_be_visible()
    shoot(page, "day-3-arriving")
    expect(page.locator(".arriving progress")).to_have_attribute("value", "3")
    pieces = page.locator("main :is(.lead, .storygroup, .item)")
    wait_until(lambda: bool(page.reload()) and pieces.count() > 6, what="a page made of what is here")
    slow.let_go.set()
    expect(page.locator(".arriving")).to_have_count(0, timeout=30_000)
    reasons = page.locator("main :is(.lead, .storygroup, .item) .why > summary")
    assert reasons.count() == pieces.count() > 6, "every piece says why it is there"


def add_a_feed(page: Page, nashra: Nashra, day: Day, sources: DemoServer) -> None:
    """Another feed, by its own address."""
    url = next(url for url in sources.feeds() if Path(url).stem == day.late)
    page.goto(f"{nashra.base}/sources")
    before = page.locator("main .datarow h3 a").count()
    page.fill("form[action$='/sources/add'] [name=address]", url)
    page.click("form[action$='/sources/add'] button")
    expect(page.locator("main .datarow h3 a")).to_have_count(before + 1)


def read_follow_and_save(page: Page, day: Day, nashra: Nashra) -> str:
    """Opens a piece with a picture, follows its topic, saves it; gives its headline."""
    page.goto(nashra.base)
    page.locator("main :is(.lead, .storygroup, .item):has(a.picture) .headline a").first.click()
    page.wait_for_url(re.compile(r"/article/\d+"))
    title = page.locator("article h1").inner_text()
    row = page.locator(".article__end .datarow:has(button[aria-pressed=false])").first
    topic = row.locator("h3").inner_text()
    row.locator("button[aria-pressed]").click()
    pressed = page.locator(f".article__end .datarow:has-text('{topic}') button[aria-pressed]")
    expect(pressed).to_have_attribute("aria-pressed", "true")
    page.locator("[data-act=save]:visible").first.click()
    expect(page.locator("[data-act=save]:visible").first).to_have_attribute("aria-pressed", "true")
    shoot(page, f"day-{day.language}-4-article")
    page.goto(f"{nashra.base}/profile")
    expect(page.locator("section:has(#follow-word) .datarow h3").filter(has_text=topic)).to_have_count(1)
    return title


def the_copy_is_made(page: Page, nashra: Nashra, title: str) -> str:
    """The piece is on the shelf, and says when its copy is complete. Gives the address of the copy."""
    page.goto(f"{nashra.base}/saved")
    page.get_by_role("link", name=title, exact=True).click()
    page.wait_for_url(re.compile(r"/saved/\d+"))

    def kept() -> bool:
        page.reload()
        return page.locator(".article__end .notice use[href$='#i-save']").count() == 1

    wait_until(kept, what="the copy")
    return page.url


def the_copy_stays(page: Page, day: Day) -> None:
    """The source is gone; text and picture are in the library all the same."""
    page.reload()
    assert len(page.locator(".prose").inner_text()) > 300
    pictures = page.locator("article img")
    assert pictures.count() > 0
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        assert "/media/" in (picture.get_attribute("src") or "")
        assert picture.evaluate("one => one.decode().then(() => one.naturalWidth)") > 0
    shoot(page, f"day-{day.language}-5-saved")


def mute_a_word(page: Page, nashra: Nashra, saved: str) -> str:
    """A word is muted: gone from the page at once; search says so and shows it when asked."""
    page.goto(nashra.base)
    titles = [text for text in page.locator("main .headline a").all_inner_texts() if text != saved]
    title = titles[0]
    word = max(re.findall(r"\w+", title), key=len)
    page.goto(f"{nashra.base}/profile")
    page.fill("#mute-word", word)
    page.locator("form:has(#mute-word) button").click()
    expect(page.locator(".message").first).to_contain_text(word)
    page.goto(nashra.base)
    assert title not in page.locator("main").inner_text()
    page.goto(f"{nashra.base}/search?q={quote(word)}")
    assert title not in page.locator("main").inner_text()
    page.click("a[href*='muted=show']")
    page.wait_for_url(re.compile("muted=show"))
    expect(page.locator("main")).to_contain_text(title)
    return word


def turn_on_the_digest(page: Page, day: Day, nashra: Nashra) -> Message:
    """The morning digest, and one at once: under My mail, and as a file in the mail folder."""
    page.goto(f"{nashra.base}/newsletters")
    expect(page.locator("[name=is_on]")).not_to_be_checked()
    page.locator("[name=is_on]").check(force=True)
    page.click("form[action$='/newsletters/digest'] .btn--primary")
    expect(page.locator("[name=is_on]")).to_be_checked()
    shoot(page, f"day-{day.language}-6-newsletters")
    page.click("[formaction$='/newsletters/digest/now']")
    expect(page.locator(".message")).to_be_visible()
    folder = nashra.data / "mail"
    wait_until(lambda: bool(list(folder.glob("*.eml"))), what="the letter")
    letter = email.message_from_bytes(next(iter(folder.glob("*.eml"))).read_bytes())
    assert "omar@example.com" in str(letter["To"])
    parts = {part.get_content_type(): part for part in letter.walk()}
    html = parts["text/html"].get_payload(decode=True).decode("utf-8")  # type: ignore[union-attr]
    assert f'dir="{day.direction}"' in html
    assert parts["text/plain"].get_payload(decode=True)
    page.goto(f"{nashra.base}/mail")
    page.locator("main .datarow h3 a").first.click()
    page.wait_for_url(re.compile(r"/mail/\d+"))
    assert page.locator("main article a").count() > 3
    shoot(page, f"day-{day.language}-7-letter")
    return letter


def stop_it_from_the_letter(page: Page, nashra: Nashra, letter: Message) -> None:
    """Looking at the letter's link changes nothing; its button stops the digest."""
    found = re.search(r"<(http[^>]+)>", "".join(str(letter["List-Unsubscribe"]).split()))
    assert found
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    page.goto(found[1])
    page.goto(f"{nashra.base}/newsletters")
    expect(page.locator("[name=is_on]")).to_be_checked()
    page.goto(found[1])
    page.click("main button.btn--primary")
    page.goto(f"{nashra.base}/newsletters")
    expect(page.locator("[name=is_on]")).not_to_be_checked()


def a_second_reader_has_their_own_page(page: Page, nashra: Nashra, muted: str, saved: str) -> None:
    """Another person signs up: their page is their own, and nothing of the first one's is shown."""
    page.goto(f"{nashra.base}/accounts/signup/")
    page.fill("[name=email]", "layla@example.com")
    page.fill("[name=password1]", PASSWORD)
    page.click("main form .btn--primary")
    page.wait_for_url(f"{nashra.base}/welcome")
    expect(page.locator("[name=topic]:checked")).to_have_count(0)
    page.locator("[name=topic][value=sport]").check(force=True)
    page.click(".dock .btn--primary")
    page.wait_for_url(f"{nashra.base}/")
    expect(page.locator(".topicbar .chip")).to_have_count(3)  # everything, the one topic, change
    expect(page.locator("main .is-read")).to_have_count(0)
    page.goto(f"{nashra.base}/search?q={quote(muted)}")
    expect(page.locator("main .item")).not_to_have_count(0)
    expect(page.locator("a[href*='muted=show']")).to_have_count(0)
    page.goto(f"{nashra.base}/saved")
    expect(page.locator("main .libitem")).to_have_count(0)
    answer = page.goto(saved)
    assert answer is not None
    assert answer.status == 404
    page.goto(f"{nashra.base}/operation")
    expect(page.locator("main table.health")).to_have_count(0)


def sign_out_everywhere(page: Page, other: Page, nashra: Nashra) -> None:
    """A session on another device is ended from here; then this one ends, too."""
    sign_in(other, nashra.base, "omar@example.com")
    page.goto(f"{nashra.base}/accounts/sessions/")
    page.click("main button.btn--primary")
    other.goto(f"{nashra.base}/saved")
    other.wait_for_url(re.compile("/accounts/login/"))
    page.goto(f"{nashra.base}/saved")
    page.locator("header details.menu > summary:visible").click()
    page.click("header [formaction$='/accounts/logout/']:visible")
    page.goto(f"{nashra.base}/saved")
    page.wait_for_url(re.compile("/accounts/login/"))
