"""The settings' line of today, which follows the choices before they are saved, and the clock of a new account."""

import re

import pytest
from browser_helpers import Nashra
from conftest import Open, SignedIn
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_line_of_today_follows_each_choice_before_it_is_saved(
    demo: Nashra, browser_page: Open, signed_in: SignedIn
) -> None:
    page = browser_page(storage_state=signed_in("layla"))
    page.goto(f"{demo.base}/settings")
    line = page.locator("[data-example]")
    expect(line).to_have_text(re.compile("^[^٠-٩]*[0-9]{4}[^٠-٩]*$"))
    page.locator("[name=digits][value=arab]").check(force=True)
    expect(line).to_have_text(re.compile("[٠-٩]{4}"))
    page.locator("[name=hijri]").check(force=True)
    expect(line).to_have_text(re.compile("هـ"))
    before = line.inner_text()
    page.locator("[name=region]").select_option("XM")
    expect(line).not_to_have_text(before)
    page.reload()
    expect(line).to_have_text(re.compile("^[^٠-٩]*[0-9]{4}[^٠-٩]*$"))


def test_a_new_account_begins_with_the_browsers_clock(demo: Nashra, browser_page: Open) -> None:
    page = browser_page(timezone_id="Africa/Casablanca")
    page.goto(f"{demo.base}/accounts/signup/")
    expect(page.locator("[data-zone]")).to_have_value("Africa/Casablanca")
