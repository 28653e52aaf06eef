"""A rule is made, looked at, done and taken back on an Arabic phone without JavaScript."""

import re

import pytest
from browser_helpers import PHONE, Nashra, shoot
from conftest import Open, SignedIn
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_a_rule_is_made_and_taken_back(demo: Nashra, browser_page: Open, signed_in: SignedIn) -> None:
    page = browser_page(size=PHONE, script=False, storage_state=signed_in("karim"))
    page.goto(f"{demo.base}/latest")
    menu = page.locator("main .menu:has(a[href*='/filters/new?article='])").first
    menu.locator("summary").click()
    menu.locator("a[href*='/filters/new?article=']").click()
    marked = page.locator("#preview mark").first
    expect(marked).to_be_visible()
    title = page.locator("#preview h3").first.inner_text()
    page.locator("[name=do][value=look]").click()
    expect(page).to_have_url(re.compile("#preview$"))
    expect(page.locator("#preview h3").first).to_have_text(title)
    shoot(page, "rule-preview")
    page.locator("[name=do][value=apply]").click()
    expect(page.locator(".message")).to_be_visible()
    page.goto(f"{demo.base}/latest")
    expect(page.get_by_role("link", name=title, exact=True)).to_have_count(0)
    page.goto(f"{demo.base}/filters")
    page.locator("[formaction$='/switch'][value='0']").click()
    page.locator("[formaction$='/back']").click()
    page.goto(f"{demo.base}/latest")
    expect(page.get_by_role("link", name=title, exact=True).first).to_be_visible()
    page.goto(f"{demo.base}/filters")
    page.locator("[formaction$='/delete']").click()
    expect(page.locator("[formaction$='/switch']")).to_have_count(0)
