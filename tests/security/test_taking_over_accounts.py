"""An account changes hands only by whoever reads its mailbox and knows its password; nobody learns who has one."""

from __future__ import annotations

import io
import json
import re
import zipfile
from email import message_from_bytes, policy
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone
from security_world import PASSWORD, browser, things_of

from nashra.accounts import services
from nashra.accounts.models import Reader
from nashra.base.models import Message

NEW = "seven-boats-at-dawn"


def _text(letter: bytes) -> str:
    """The plain text of a letter."""
    part = message_from_bytes(letter, policy=policy.default).get_body(("plain",))
    return str(part.get_content()) if part else ""


def _link_to(address: str) -> str:
    """The path of the link in the last letter to this address."""
    found = re.search(
        r"http://localhost:8000(/accounts/\S+)", _text(bytes(Message.objects.filter(to=address).latest("pk").body))
    )
    assert found
    return found.group(1)


def _reset(reader: Reader) -> None:
    """The reader takes the account back by letter."""
    client = Client()
    client.post("/accounts/password/reset/", {"email": reader.email})
    where = client.get(_link_to(reader.email))["Location"]
    client.post(where, {"password1": NEW, "password2": NEW})
    assert Reader.objects.get(pk=reader.pk).check_password(NEW)


def test_a_change_of_address_that_a_thief_began_ends_with_the_password(layla: Reader) -> None:
    browser(layla).post("/accounts/email/", {"change": "1", "email": "thief@example.com"})
    link = _link_to("thief@example.com")
    _reset(layla)
    Client().post(link)
    assert Reader.objects.get(pk=layla.pk).email == "layla@example.com"


def test_a_new_password_by_the_settings_ends_a_change_of_address_too(layla: Reader) -> None:
    browser(layla).post("/accounts/email/", {"change": "1", "email": "thief@example.com"})
    link = _link_to("thief@example.com")
    browser(layla).post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert Reader.objects.get(pk=layla.pk).check_password(NEW)
    Client().post(link)
    assert Reader.objects.get(pk=layla.pk).email == "layla@example.com"


def _exported(client: Client) -> str:
    """Everything in the reader's archive, letters opened."""
    answer: Any = client.post("/settings/export")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
        files = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    letters = [_text(str(row.get("body", "")).encode()) for row in json.loads(files["base.Message.json"])]
    return "\n".join([*files.values(), *letters])


def test_who_only_holds_a_session_reads_no_link_of_an_account_letter_anywhere(layla: Reader) -> None:
    client = browser(layla)
    client.post("/accounts/email/", {"change": "1", "email": "boss@company.example"})
    Client().post("/accounts/password/reset/", {"email": layla.email})
    links = [_link_to("boss@company.example"), _link_to(layla.email)]
    shown = _exported(client) + client.get("/mail").content.decode()
    for letter in Message.objects.all():
        shown += client.get(f"/mail/{letter.pk}").content.decode()
    assert not [link for link in links if link in shown]
    assert "boss@company.example" in shown, "that there was a letter is said"


def test_an_export_still_holds_the_text_of_digests(layla: Reader) -> None:
    mark = things_of(layla).mark
    assert f"\n{mark} letter" in _exported(browser(layla)).replace("\r", "")


@pytest.mark.parametrize("confirmed", [True, False])
def test_asking_for_anothers_address_looks_and_works_like_asking_for_a_free_one(
    confirmed: bool, layla: Reader, karim: Reader
) -> None:
    EmailAddress.objects.filter(user=layla).update(verified=confirmed)
    pages, entered = [], []
    for wanted in ("karim@example.com", "fresh@example.com"):
        client = browser(layla)
        client.post("/accounts/email/", {"change": "1", "email": wanted})
        page = re.sub(r'value="\w{64}"', "", client.get("/accounts/email/").content.decode())
        pages.append(page.replace(wanted, "WANTED"))
        trial = Client()
        trial.post("/accounts/login/", {"login": wanted, "password": PASSWORD + "x"})
        entered.append("_auth_user_id" in trial.session)
        services.forget_address_change(Reader.objects.get(pk=layla.pk))
    assert pages[0] == pages[1]
    assert Reader.objects.get(pk=layla.pk).email == "layla@example.com"
    assert entered == [False, False]


def test_a_mistyped_address_is_left_behind_by_confirming_the_right_one(paper: Any) -> None:
    reader = services.create_reader("lyala@example.com", password=PASSWORD, confirmed=False)
    browser(reader).post("/accounts/email/", {"change": "1", "email": "layla@example.com"})
    Client().post(_link_to("layla@example.com"))
    assert Reader.objects.get(pk=reader.pk).email == "layla@example.com"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("layla@example.com", True)]


def test_signing_in_does_the_same_work_for_known_and_unknown_addresses(
    layla: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of an answer is the time of its hashes: they are counted, not measured."""
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counting(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counting)
    counts = []
    for email in ("layla@example.com", "nobody@example.com"):
        hashed.clear()
        Client().post("/accounts/login/", {"login": email, "password": "wrong-wrong"})
        counts.append(len(hashed))
    assert counts[0] == counts[1] >= 1


def test_a_reader_without_a_confirmed_address_cannot_plant_a_passkey_or_a_code(layla: Reader) -> None:
    """Whoever opened an account with another's address keeps no way in after its owner reset the password."""
    EmailAddress.objects.filter(user=layla).update(verified=False)
    client = browser(layla)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    for path in ("/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/"), path
    assert not Authenticator.objects.filter(user=layla).exists()


def test_a_session_opened_before_a_reset_is_over(layla: Reader) -> None:
    client = browser(layla)
    _reset(layla)
    assert client.get("/settings").status_code == 302


@pytest.mark.parametrize("loses", ["the role", "the account"])
def test_an_invitation_opens_nothing_once_its_maker_owns_nothing(loses: str, omar: Reader, nadia: Reader) -> None:
    services.change_role(nadia, "owner")
    path = services.invite(nadia, "owner", "", 14)
    assert Client().get(path).status_code == 200
    if loses == "the role":
        services.change_role(nadia, "reader")
    else:
        services.deactivate(nadia)
    assert Client().get(path).status_code == 404
    Client().post(path, {"email": "ziad@example.com", "password1": NEW, "name": ""})
    assert not Reader.objects.filter(email="ziad@example.com").exists()
    assert not services.open_invitations(timezone.now()).exists()
