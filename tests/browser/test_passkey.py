"""Passkeys and second steps, with a key of the browser's own and an app that computes its codes here."""

import base64
import hashlib
import hmac
import re
import time
from typing import Any

import pytest
from browser_audit import axe, sideways, small_targets
from browser_helpers import DESK, PASSWORD, Nashra, link_in_mail, shoot, sign_in
from conftest import Open
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser


def with_a_key(page: Page) -> Any:
    """Plugs a key into this page that says yes to everything; gives the session that can look into it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def sign_up(page: Page, demo: Nashra, email: str) -> None:
    """A new account with its address confirmed, the first steps skipped."""
    page.goto(f"{demo.base}/accounts/signup/")
    page.fill("[name=email]", email)
    page.fill("[name=password1]", PASSWORD)
    page.click("main form .btn--primary")
    page.click("[name=skip]")
    page.wait_for_url(f"{demo.base}/")
    page.goto(link_in_mail(demo, email, "confirm-email/"))
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "confirm-email" not in url)


def sign_out(page: Page, base: str) -> None:
    """Leaves."""
    page.goto(f"{base}/accounts/logout/")
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda url: "logout" not in url)


def ask_to_add(page: Page, base: str) -> None:
    """Opens the form for a key; it comes after the password has been typed once more."""
    page.goto(f"{base}/accounts/2fa/webauthn/add/")
    page.wait_for_url(re.compile("/accounts/reauthenticate/"))


def add_passkey(page: Page) -> None:
    """Registers the plugged-in key for signing in without a password."""
    page.fill("main [name=password]", PASSWORD)
    page.click("main form .btn--primary")
    page.wait_for_url(re.compile("/webauthn/add/"))
    page.fill("main [name=name]", "My laptop")
    if page.locator("main [name=passwordless]").count():
        page.locator("main [name=passwordless]").check(force=True)
    page.click("#passkey-add")
    page.wait_for_url(lambda url: "/webauthn/add/" not in url)


def code_of(secret: str) -> str:
    """The code that an authenticator app shows now (RFC 6238: SHA-1, 30 seconds, six digits)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, int(time.time() // 30).to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def test_a_passkey_signs_in_without_a_password(demo: Nashra, browser_page: Open) -> None:
    page = browser_page(size=DESK)
    key = with_a_key(page)
    sign_up(page, demo, "ziad@example.com")
    ask_to_add(page, demo.base)
    add_passkey(page)
    page.goto(f"{demo.base}/accounts/2fa/webauthn/")
    expect(page.locator("main")).to_contain_text("My laptop")
    sign_out(page, demo.base)
    page.goto(f"{demo.base}/accounts/login/?next=/settings")
    page.click("#passkey-login")
    page.wait_for_url(re.compile("/settings"))
    expect(page.locator("main")).to_contain_text("ziad@example.com")
    key.detach()


def test_the_pages_of_second_steps_are_accessible(demo: Nashra, browser_page: Open) -> None:
    page = browser_page(size=DESK, bypass_csp=True)
    with_a_key(page)
    sign_up(page, demo, "faris@example.com")
    ask_to_add(page, demo.base)
    audit(page, "proof")
    add_passkey(page)
    audit(page, "recovery-first")
    turn_on_the_app(page, demo.base)
    page.goto(f"{demo.base}/accounts/2fa/webauthn/")
    audit(page, "passkeys")
    for link in [one.get_attribute("href") for one in page.locator("main a[href*='/webauthn/keys/']").all()]:
        page.goto(f"{demo.base}{link}")
        audit(page, "passkey")
    steps = ("", "recovery-codes/", "recovery-codes/generate/", "totp/deactivate/", "reauthenticate/")
    for path in (*(f"2fa/{step}" for step in steps), "2fa/webauthn/reauthenticate/", "reauthenticate/"):
        page.goto(f"{demo.base}/accounts/{path}")
        audit(page, path)
    page.goto(f"{demo.base}/accounts/2fa/recovery-codes/")
    recovery = page.locator("main li .code").first.inner_text()
    sign_out(page, demo.base)
    page.goto(f"{demo.base}/accounts/login/")
    page.fill("input[name=login]", "faris@example.com")
    page.fill("input[name=password]", PASSWORD)
    page.click("form:has([name=password]) button[type=submit]")
    page.wait_for_url(re.compile("/2fa/authenticate/"))
    audit(page, "second-step")
    page.fill("main [name=code]", recovery)
    page.click("main form:has([name=code]) .btn--primary")
    page.wait_for_url(f"{demo.base}/")


def turn_on_the_app(page: Page, base: str) -> None:
    """Turns the authenticator app on with the code that it would show."""
    page.goto(f"{base}/accounts/2fa/totp/activate/")
    secret = page.locator("main .code").first.inner_text().strip()
    page.fill("main [name=code]", code_of(secret))
    page.click("main form .btn--primary")
    page.wait_for_url(lambda url: "/totp/activate/" not in url)
    audit(page, "app-on")


def audit(page: Page, name: str) -> None:
    """No fault of any kind, light and dark."""
    shoot(page, f"second-{name.replace('/', '-')}")
    faults = [f"small: {fault}" for fault in small_targets(page)]
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        faults += axe(page, colours=scheme == "dark")
    faults += sideways(page, (320, 390, 1280))
    assert faults == [], f"{name}: {page.url}"


def test_a_wrong_password_is_said_plainly_and_keeps_the_address(demo: Nashra, browser_page: Open) -> None:
    page = browser_page()
    page.goto(f"{demo.base}/accounts/login/")
    page.fill("input[name=login]", "sofia@example.com")
    page.fill("input[name=password]", "not-the-password")
    page.click("form:has([name=password]) button[type=submit]")
    expect(page.locator(".formerrors")).to_be_visible()
    expect(page.locator("input[name=login]")).to_have_value("sofia@example.com")
    sign_in(page, demo.base, "sofia@example.com")
