"""Suggestions while one types a search: chosen with the keyboard or a finger, and never in the way."""

import re
from urllib.parse import unquote

import pytest
from browser_helpers import PHONE, Nashra
from conftest import Open, SignedIn
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def page(demo: Nashra, browser_page: Open, signed_in: SignedIn) -> Page:
    """Layla's search page on a phone."""
    page = browser_page(size=PHONE, storage_state=signed_in("layla"))
    page.goto(f"{demo.base}/search")
    page.get_by_role("combobox").press_sequentially("البح", delay=20)
    expect(page.get_by_role("option").first).to_be_visible()
    return page


def test_the_arrows_choose_and_enter_takes_and_then_searches(page: Page) -> None:
    field = page.get_by_role("combobox")
    field.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True)
    expect(chosen).to_have_count(1)
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    word = chosen.locator("bdi").inner_text()
    field.press("Enter")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value(re.compile(re.escape(word)))
    field.press("Enter")
    page.wait_for_url(re.compile("q="))
    assert word in unquote(page.url)


def test_a_finger_takes_one(page: Page) -> None:
    option = page.get_by_role("option").first
    word = option.locator("bdi").inner_text()
    option.click()
    expect(page.get_by_role("combobox")).to_have_value(re.compile(re.escape(word)))
    expect(page.get_by_role("combobox")).to_be_focused()


def test_escape_closes_them_and_keeps_what_was_typed(page: Page) -> None:
    field = page.get_by_role("combobox")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("البح")
    assert field.get_attribute("aria-expanded") == "false"
