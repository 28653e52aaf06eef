"""Everything works with JavaScript turned off."""

import re
from pathlib import Path

import pytest
from browser_audit import sideways, small_targets
from browser_helpers import PHONE, Nashra, shoot, sign_in
from conftest import Open, SignedIn
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
PIECE = "main :is(.lead, .storygroup, .item)"


@pytest.fixture
def page(demo: Nashra, browser_page: Open, signed_in: SignedIn) -> Page:
    """Karim's front page on a phone, without JavaScript."""
    page = browser_page(size=PHONE, script=False, storage_state=signed_in("karim"))
    page.goto(demo.base)
    return page


def test_a_piece_is_saved_and_let_go(page: Page, demo: Nashra) -> None:
    button = page.locator(f"{PIECE} [data-act=save][aria-pressed=false]").first
    action = button.get_attribute("formaction")
    title = page.locator(f"{PIECE}:has([formaction='{action}']) .headline a").first.inner_text()
    button.click()
    button = page.locator(f"[data-act=save][formaction='{action}']").first
    expect(button).to_have_attribute("aria-pressed", "true")
    page.goto(f"{demo.base}/saved?shelf=all")
    expect(page.get_by_role("link", name=title, exact=True)).to_be_visible()
    page.goto(demo.base)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_piece_is_hidden_and_comes_back(page: Page) -> None:
    piece = page.locator(f"{PIECE} .headline a").nth(2)
    title, action = piece.inner_text(), page.locator(f"{PIECE} [data-act=hide]").nth(2).get_attribute("formaction")
    page.locator(f"[data-act=hide][formaction='{action}']").click()
    expect(page.get_by_role("link", name=title, exact=True)).to_have_count(0)
    shoot(page, "noscript-hidden")
    page.locator(f".message [formaction='{str(action).partition('?')[0]}']").click()
    expect(page.get_by_role("link", name=title, exact=True).first).to_be_visible()


def test_a_reason_opens_and_its_topic_is_muted(page: Page, demo: Nashra) -> None:
    why = page.locator(f"{PIECE} .why:has([data-act=mute])").first
    why.locator("summary").click()
    mute = why.locator("[data-act=mute]")
    topic = mute.get_attribute("value") or ""
    mute.click()
    expect(page.locator(".message")).to_be_visible()
    expect(page.locator(f"[name=what][value='{topic}']")).to_have_count(0)
    page.locator(".message").get_by_role("button").click()
    page.goto(f"{demo.base}/profile")
    expect(page.locator(f"[formaction*='{topic.replace(':', '%3A')}'][formaction*='mute']")).to_have_count(0)


def test_a_topic_is_followed_and_no_longer(page: Page, demo: Nashra) -> None:
    page.goto(f"{demo.base}/topic/travel")
    follow = page.locator("main [aria-pressed][formaction*='follow']").first
    expect(follow).to_have_attribute("aria-pressed", "false")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    follow.click()
    expect(follow).to_have_attribute("aria-pressed", "false")


def test_a_search_finds_and_marks_the_words(page: Page, demo: Nashra) -> None:
    page.goto(f"{demo.base}/search")
    page.fill("main [type=search]", "البحر")
    page.click("main form[role=search] .btn--primary")
    page.wait_for_url(re.compile(r"\?q="))
    expect(page.locator("main .item").first).to_be_visible()
    expect(page.locator("main mark").first).to_be_visible()


def test_the_theme_and_the_language_are_changed(page: Page) -> None:
    page.locator(".theme-light-only:visible").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.locator(".theme-dark-only:visible").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.click("footer [name=language][value=en]")
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    page.click("footer [name=language][value=ar]")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_settings_are_kept(page: Page, demo: Nashra) -> None:
    page.goto(f"{demo.base}/settings")
    page.locator("[name=digits][value=arab]").check(force=True)
    page.click("#pages .btn--primary")
    expect(page.locator("[name=digits][value=arab]")).to_be_checked()
    page.goto(f"{demo.base}/latest")
    assert re.search("[٠-٩]", page.locator("main").inner_text())
    page.goto(f"{demo.base}/settings")
    page.locator("[name=digits][value=latn]").check(force=True)
    page.click("#pages .btn--primary")
    expect(page.locator("[name=digits][value=latn]")).to_be_checked()


def test_the_digest_is_ordered_and_sent_at_once(page: Page, demo: Nashra) -> None:
    page.goto(f"{demo.base}/newsletters")
    page.locator("[name=length][value='4']").check(force=True)
    page.click("form[action$='/newsletters/digest'] .btn--primary")
    expect(page.locator("[name=length][value='4']")).to_be_checked()
    page.click("[formaction$='/newsletters/digest/now']")
    expect(page.locator(".message")).to_be_visible()
    page.goto(f"{demo.base}/mail")
    expect(page.locator("main .datarow h3 a").first).to_be_visible()


def test_a_source_is_left_and_taken_back(page: Page, demo: Nashra) -> None:
    page.goto(f"{demo.base}/sources")
    before = page.locator("main .datarow h3 a").count()
    page.locator("main [formaction$='/stop']").first.click()
    expect(page.locator("main .datarow h3 a")).to_have_count(before - 1)
    page.locator(".message button").click()
    expect(page.locator("main .datarow h3 a")).to_have_count(before)


def test_the_reader_signs_in_and_out(demo: Nashra, browser_page: Open) -> None:
    page = browser_page(size=PHONE, script=False)
    sign_in(page, demo.base, "karim@example.com")
    page.goto(f"{demo.base}/saved")
    page.locator("header details.menu > summary:visible").click()
    page.click("header [formaction$='/accounts/logout/']:visible")
    page.goto(f"{demo.base}/saved")
    page.wait_for_url(re.compile("/accounts/login/"))


def test_a_list_of_sources_is_looked_at_before_it_is_followed(page: Page, demo: Nashra, tmp_path: Path) -> None:
    lines = "".join(
        f'<outline text="صحيفة {n}" xmlUrl="https://{"long" * 12}{n}.example/feed" category="بحر"/>' for n in range(3)
    )
    wrong = f'<outline text="x" xmlUrl="http://192.168.1.1/{"a" * 150}"/>'
    (tmp_path / "list.opml").write_text(f'<opml version="2.0"><body>{lines}{wrong}</body></opml>', "utf-8")
    page.goto(f"{demo.base}/sources")
    before = page.locator("main .datarow h3 a").count()
    page.set_input_files("[name=file]", tmp_path / "list.opml")
    page.click("form[action$='/sources/import'] .btn")
    expect(page.locator("table.health")).to_have_count(2)
    assert not sideways(page)
    assert not small_targets(page)
    shoot(page, "noscript-opml-report")
    page.click("form[action$='/import/follow'] .btn--primary")
    expect(page.locator("main .datarow h3 a")).to_have_count(before + 3)
    page.locator("nav a[href^='?tag=']").first.click()
    expect(page.locator("main .datarow h3 a")).to_have_count(3)
    assert not sideways(page)
