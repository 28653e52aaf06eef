"""Signing in, sessions, passwords, addresses: renewed, limited, revocable, and telling nobody who has an account."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from account_helpers import BETTER, PASSWORD, link_in, signed_in
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone

from nashra.accounts import services
from nashra.accounts.errors import AddressTaken
from nashra.accounts.models import Reader

SIGN_IN = "/accounts/login/"
RESET = "/accounts/password/reset/"
Letters = Callable[[], list[EmailMessage]]
SignIn = Callable[[Reader], Client]


def _enter(email: str, password: str = PASSWORD) -> Client:
    client = Client()
    client.post(SIGN_IN, {"login": email, "password": password})
    return client


def _body(answer: Any) -> str:
    """The page without its CSRF tokens, which differ every time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


@pytest.mark.parametrize("email", ["layla@example.com", "LAYLA@Example.com", " layla@example.com"])
def test_a_reader_signs_in_with_address_and_password(layla: Reader, email: str) -> None:
    assert signed_in(_enter(email)) == layla


def test_the_session_is_another_after_signing_in(layla: Reader) -> None:
    client = Client()
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    client.cookies["nashra"] = before or ""
    client.post(SIGN_IN, {"login": layla.email, "password": PASSWORD})
    assert client.session.session_key != before
    assert not Client().session.exists(before or "")


def test_a_wrong_password_and_an_unknown_address_read_the_same(layla: Reader) -> None:
    known = Client().post(SIGN_IN, {"login": "layla@example.com", "password": "wrong-wrong"})
    unknown = Client().post(SIGN_IN, {"login": "ziadd@example.com", "password": "wrong-wrong"})
    assert known.status_code == unknown.status_code == 200
    assert _body(known).replace("layla@example.com", "") == _body(unknown).replace("ziadd@example.com", "")


def test_signing_in_is_limited_per_account_from_any_network(layla: Reader) -> None:
    for n in range(21):
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(SIGN_IN, {"login": layla.email, "password": "wrong-wrong"})
    late = Client(REMOTE_ADDR="192.0.2.99")
    late.post(SIGN_IN, {"login": layla.email, "password": PASSWORD})
    assert signed_in(late) is None


def test_signing_in_is_limited_per_network(layla: Reader) -> None:
    answers = [Client().post(SIGN_IN, {"login": f"r{n}@example.com", "password": "x"}) for n in range(21)]
    assert answers[-1].status_code == 429


def test_a_closed_account_cannot_be_entered_and_its_sessions_end(layla: Reader, omar: Reader, sign_in: SignIn) -> None:
    inside = sign_in(layla)
    services.deactivate(layla)
    assert inside.get("/settings").status_code == 302
    assert signed_in(_enter(layla.email)) is None
    services.reactivate(layla)
    assert signed_in(_enter(layla.email)) == layla


def test_signing_out_needs_a_button(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    client.get("/accounts/logout/")
    assert signed_in(client) == layla
    client.post("/accounts/logout/")
    assert signed_in(client) is None


def test_sessions_are_listed_and_ended_one_by_one_or_all(layla: Reader, karim: Reader, sign_in: SignIn) -> None:
    here, phone, tablet = sign_in(layla), sign_in(layla), sign_in(layla)
    other = sign_in(karim)
    page = here.get("/accounts/sessions/")
    assert len(page.context["sessions"]) == 3
    ids = {session.session_key: session.pk for session in UserSession.objects.all()}
    assert here.post(f"/accounts/sessions/{ids[phone.session.session_key]}/end").status_code == 302
    assert (signed_in(here), signed_in(phone), signed_in(tablet)) == (layla, None, layla)
    assert here.post(f"/accounts/sessions/{ids[other.session.session_key]}/end").status_code == 404
    here.post("/accounts/sessions/")
    assert (signed_in(here), signed_in(tablet), signed_in(other)) == (layla, None, karim)


def test_a_new_password_ends_the_other_sessions_and_is_told(layla: Reader, sign_in: SignIn, letters: Letters) -> None:
    here, phone = sign_in(layla), sign_in(layla)
    form = {"oldpassword": PASSWORD, "password1": BETTER, "password2": BETTER}
    assert here.post("/accounts/password/change/", form).status_code == 302
    assert (signed_in(here), signed_in(phone)) == (layla, None)
    assert [letter["To"] for letter in letters()] == ["layla@example.com"]


def test_the_reset_link_is_not_spent_by_looking_and_works_once(
    layla: Reader, sign_in: SignIn, letters: Letters
) -> None:
    phone = sign_in(layla)
    Client().post(RESET, {"email": layla.email})
    path = link_in(letters()[0])
    for scanner in (Client(), Client()):
        scanner.head(path)
        scanner.get(path, follow=True)
    assert Reader.objects.get(pk=layla.pk).check_password(PASSWORD)
    browser, late = Client(), Client()
    where, late_where = browser.get(path)["Location"], late.get(path)["Location"]
    browser.post(where, {"password1": BETTER, "password2": BETTER})
    assert Reader.objects.get(pk=layla.pk).check_password(BETTER)
    assert signed_in(phone) is None
    late.post(late_where, {"password1": "another-one-entirely", "password2": "another-one-entirely"})
    assert Reader.objects.get(pk=layla.pk).check_password(BETTER)


def test_the_reset_link_dies_after_an_hour(layla: Reader, letters: Letters, monkeypatch: pytest.MonkeyPatch) -> None:
    from allauth.account.forms import default_token_generator

    Client().post(RESET, {"email": layla.email})
    path = link_in(letters()[0])
    later = default_token_generator._now() + timedelta(minutes=61)
    monkeypatch.setattr(type(default_token_generator), "_now", lambda self: later)
    page = Client().get(path)
    assert page.context["token_fail"]


def test_asking_for_a_reset_reads_the_same_for_known_and_unknown(layla: Reader, letters: Letters) -> None:
    known = Client().post(RESET, {"email": "layla@example.com"}, follow=True)
    unknown = Client().post(RESET, {"email": "ziad@example.com"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert _body(known) == _body(unknown)
    assert [letter["To"] for letter in letters()] == ["layla@example.com", "ziad@example.com"]


def test_resets_are_limited_per_account(layla: Reader, letters: Letters) -> None:
    for n in range(12):
        Client(REMOTE_ADDR=f"192.0.2.{n}").post(RESET, {"email": layla.email})
    assert len(letters()) == 10


def test_a_reset_shows_that_an_unconfirmed_address_is_the_readers(layla: Reader, letters: Letters) -> None:
    EmailAddress.objects.update(verified=False)
    Client().post(RESET, {"email": layla.email})
    browser = Client()
    where = browser.get(link_in(letters()[0]))["Location"]
    browser.post(where, {"password1": BETTER, "password2": BETTER})
    assert Reader.objects.get().is_confirmed


def test_another_address_counts_once_it_is_confirmed_and_the_old_one_is_told(
    layla: Reader, sign_in: SignIn, letters: Letters
) -> None:
    sign_in(layla).post("/accounts/email/", {"change": "1", "email": "layla@new.example"})
    path = link_in(letters()[0])
    assert letters()[0]["To"] == "layla@new.example"
    Client().get(path)
    assert Reader.objects.get().email == "layla@example.com"
    Client().post(path)
    assert Reader.objects.get().email == "layla@new.example"
    assert [letter["To"] for letter in letters()] == ["layla@new.example", "layla@example.com"]
    assert "layla@new.example" not in letters()[1].as_string()
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("layla@new.example", True)]


def test_somebody_elses_address_reads_like_any_other(layla: Reader, karim: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    pages = []
    for email in ("karim@example.com", "fresh@example.com"):
        client.post("/accounts/email/", {"change": "1", "email": email})
        pages.append(_body(client.get("/accounts/email/")).replace(email, ""))
    assert pages[0] == pages[1]
    assert Reader.objects.get(pk=karim.pk).email == "karim@example.com"


def test_an_address_that_another_signs_in_with_is_never_taken_over(layla: Reader, karim: Reader) -> None:
    row = services.ask_address_change(layla, karim.email)
    with pytest.raises(AddressTaken):
        services.confirm(row)
    assert Reader.objects.get(pk=layla.pk).email == "layla@example.com"


def test_a_mistyped_address_that_was_never_confirmed_is_replaced_when_the_right_one_is_confirmed(paper: Any) -> None:
    reader = services.create_reader("lyala@example.com", password=PASSWORD, confirmed=False)
    row = services.ask_address_change(reader, "layla@example.com")
    assert [(one.address, one.is_change) for one in services.waiting_confirmations()] == [("layla@example.com", True)]
    services.confirm(row)
    assert list(EmailAddress.objects.values_list("email", "primary")) == [("layla@example.com", True)]
    assert signed_in(_enter("layla@example.com")) == reader


def test_a_changed_mind_keeps_the_present_address(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    client.post("/accounts/email/", {"change": "1", "email": "layla@new.example"})
    client.post("/accounts/email/", {"forget": "1"})
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["layla@example.com"]


def _recent(client: Client) -> Client:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


def test_factors_are_changed_only_after_a_fresh_look_at_who_asks(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    for path in ("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/reauthenticate/")


def test_a_second_step_is_asked_for_and_turning_it_on_ends_the_other_sessions(
    layla: Reader, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    here, phone = _recent(sign_in(layla)), sign_in(layla)
    page = here.get("/accounts/2fa/totp/activate/")
    assert "<svg" in page.content.decode()
    assert "data:image" not in page.content.decode()
    monkeypatch.setattr("allauth.mfa.totp.forms.auth.validate_totp_code", lambda secret, code: code == "246810")
    with django_capture_on_commit_callbacks(execute=True):
        here.post("/accounts/2fa/totp/activate/", {"code": "246810"})
    assert Authenticator.objects.filter(type="totp").exists()
    assert (signed_in(here), signed_in(phone)) == (layla, None)
    browser = _enter(layla.email)
    assert signed_in(browser) is None
    monkeypatch.setattr(TOTP, "validate_code", lambda self, code: code == "135791")
    browser.post("/accounts/2fa/authenticate/", {"code": "135791"})
    assert signed_in(browser) == layla


def test_a_code_still_counts_while_the_next_one_appears(layla: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, moment = "JBSWY3DPEHPK3PXP", time.time()
    monkeypatch.setattr(time, "time", lambda: moment)  # no new code may appear meanwhile
    TOTP.activate(layla, secret)
    for late, accepted in ((1, True), (2, False)):
        browser = _enter(layla.email)
        code = format_hotp_value(hotp_value(secret, int(moment // 30) - late))
        browser.post("/accounts/2fa/authenticate/", {"code": code})
        assert (signed_in(browser) == layla) is accepted


def test_tries_at_the_second_step_are_limited(layla: Reader) -> None:
    TOTP.activate(layla, "JBSWY3DPEHPK3PXP")
    browser = _enter(layla.email)
    for _ in range(25):
        browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    answer = browser.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert signed_in(browser) is None
    assert answer.context["form"].errors


def test_the_second_step_stays_on_after_the_settings_form(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    TOTP.activate(layla, "JBSWY3DPEHPK3PXP")
    form = {"name": "ليلى", "language": "ar", "time_zone": "Asia/Dubai", "digits": "arab", "theme": "dark", "text": "l"}
    assert client.post("/settings", form).status_code == 302
    assert Authenticator.objects.count() == 1


def test_a_passkey_sign_in_begins_with_a_challenge(layla: Reader) -> None:
    answer = Client().get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert answer.json()["request_options"]["publicKey"]["challenge"]
    page = Client().get(SIGN_IN).content.decode()
    assert "mfa/js/webauthn.js" in page
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)


@pytest.mark.parametrize(
    "path",
    ["/accounts/2fa/", "/accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/", "/accounts/2fa/totp/activate/",
     "/accounts/password/change/", "/accounts/email/", "/accounts/sessions/", "/accounts/logout/"],
)  # fmt: skip
def test_the_pages_behind_the_settings_are_ours(layla: Reader, sign_in: SignIn, path: str) -> None:
    page = _recent(sign_in(layla)).get(path)
    assert page.status_code == 200
    assert "panel--alone" in page.content.decode()


def test_recovery_codes_are_shown_and_downloaded(layla: Reader, sign_in: SignIn) -> None:
    client = _recent(sign_in(layla))
    TOTP.activate(layla, "JBSWY3DPEHPK3PXP")
    client.post("/accounts/2fa/recovery-codes/generate/")
    assert client.get("/accounts/2fa/recovery-codes/").content.decode().count("<code") == 10
    assert client.get("/accounts/2fa/recovery-codes/download/").status_code == 200


def test_a_next_address_outside_is_not_followed(layla: Reader) -> None:
    form = {"login": layla.email, "password": PASSWORD, "next": "https://evil.example/"}
    assert Client().post(SIGN_IN, form)["Location"] == "/"
    form["next"] = "/settings"
    assert Client().post(SIGN_IN, form)["Location"] == "/settings"


def test_the_last_visit_is_kept(layla: Reader) -> None:
    _enter(layla.email)
    seen = Reader.objects.get().last_login
    assert seen is not None
    assert timezone.now() - seen < timedelta(minutes=1)
