"""The keyboard: keys are read by their place on the board, so they work under an Arabic layout, too."""

import re
from urllib.parse import urlsplit

import pytest
from browser_helpers import DESK, Nashra
from conftest import Open, SignedIn
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

# What an Arabic keyboard types at the place of a Latin letter.
ARABIC = {"J": "ت", "K": "ن", "O": "خ", "S": "س", "M": "ة", "W": "ص", "G": "ل", "F": "ب", "D": "ي", "N": "ى"}
LAYOUTS = ("latin", "arabic")


@pytest.fixture
def page(demo: Nashra, browser_page: Open, signed_in: SignedIn) -> Page:
    """Layla's front page on a wide screen."""
    page = browser_page(size=DESK, storage_state=signed_in("layla"))
    page.goto(demo.base)
    return page


def press(page: Page, letter: str, layout: str = "latin") -> None:
    """Presses the key at a letter's place, as a keyboard of this layout does."""
    key = ARABIC[letter] if layout == "arabic" else letter.lower()
    script = """([code, key]) => (document.activeElement ?? document.body).dispatchEvent(
        new KeyboardEvent('keydown', {code, key, bubbles: true, cancelable: true}))"""
    page.evaluate(script, [f"Key{letter}", key])


def at(page: Page) -> str:
    """The headline that has the focus."""
    text: str = page.evaluate("document.activeElement.textContent.trim()")
    return text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_j_and_k_go_through_the_headlines(page: Page, layout: str) -> None:
    titles = [one.inner_text() for one in page.locator("main .headline a").all()[:2]]
    press(page, "J", layout)
    first = at(page)
    assert first in titles
    press(page, "J", layout)
    assert at(page) != first
    press(page, "K", layout)
    assert at(page) == first


@pytest.mark.parametrize("layout", LAYOUTS)
def test_o_opens_the_piece(page: Page, layout: str) -> None:
    press(page, "J", layout)
    title = at(page)
    press(page, "O", layout)
    page.wait_for_url(re.compile("/article/"))
    expect(page.locator("article h1")).to_have_text(title)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_s_saves_and_lets_go_without_leaving_the_page(page: Page, layout: str) -> None:
    press(page, "J", layout)
    piece = page.locator("main :is(.lead, .storygroup, .item):has(.headline a:focus)").first
    button = piece.locator("[data-act=save]").first
    before = button.get_attribute("aria-pressed")
    press(page, "S", layout)
    expect(button).not_to_have_attribute("aria-pressed", before or "")
    press(page, "S", layout)
    expect(button).to_have_attribute("aria-pressed", before or "")


def test_w_says_why(page: Page) -> None:
    press(page, "J")
    press(page, "W", "arabic")
    expect(page.locator("main .why[open]")).to_have_count(1)


def test_m_mutes_the_topic_and_undo_brings_it_back(page: Page) -> None:
    press(page, "J")
    press(page, "M", "arabic")
    expect(page.locator(".message")).to_be_visible()
    page.locator(".message").get_by_role("button").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("path", ["/", "/latest"])
def test_s_and_m_touch_no_piece_when_none_has_the_focus(page: Page, demo: Nashra, path: str) -> None:
    page.goto(f"{demo.base}{path}")
    posted: list[str] = []
    page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    press(page, "S")
    press(page, "M")
    page.evaluate("fetch('/latest').then(answer => answer.text())")  # what was asked before is known by now
    assert posted == []


def test_s_saves_the_article_that_is_read(page: Page) -> None:
    page.locator("main .headline a").first.click()
    page.wait_for_url(re.compile("/article/"))
    button = page.locator(".toolrail [data-act=save]")
    before = button.get_attribute("aria-pressed")
    press(page, "S")
    expect(button).not_to_have_attribute("aria-pressed", before or "")
    press(page, "S")
    expect(button).to_have_attribute("aria-pressed", before or "")


def test_a_slash_goes_to_the_search(page: Page) -> None:
    page.keyboard.press("Slash")
    page.wait_for_url(re.compile("/search"))
    page.keyboard.press("Slash")
    expect(page.locator("main [type=search]")).to_be_focused()
    page.keyboard.type("jk?")
    expect(page.locator("main [type=search]")).to_have_value("jk?")


def test_a_question_mark_shows_the_list(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.locator("dialog.keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.keys")).to_be_hidden()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_g_and_f_go_to_the_front_page(page: Page, demo: Nashra, layout: str) -> None:
    page.goto(f"{demo.base}/latest")
    press(page, "G", layout)
    press(page, "F", layout)
    page.wait_for_url(f"{demo.base}/")
    press(page, "G", layout)
    press(page, "S", layout)
    page.wait_for_url(lambda url: urlsplit(url).path == "/saved")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_d_turns_the_light_off_and_on_and_it_stays(page: Page, layout: str) -> None:
    press(page, "D", layout)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    press(page, "D", layout)
    expect(page.locator("html")).to_have_attribute("data-theme", "light")


def test_plus_and_minus_change_the_size_of_the_text(page: Page) -> None:
    page.locator("main .headline a").first.click()
    page.wait_for_url(re.compile("/article/"))
    page.keyboard.press("+")
    expect(page.locator("html")).to_have_attribute("data-text", "l")
    page.keyboard.press("-")
    expect(page.locator("html")).not_to_have_attribute("data-text", "l")


def test_hiding_in_place_can_be_undone(page: Page) -> None:
    piece = page.locator("main .item").nth(1)
    title = piece.locator(".headline a").inner_text()
    piece.locator("[data-act=hide]").click()
    expect(page.get_by_role("link", name=title, exact=True)).to_be_hidden()
    expect(page.locator("[data-act=unhide]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=title, exact=True).first).to_be_visible()
