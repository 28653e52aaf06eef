"""Who may open an account, what is told to whom, and how an address is confirmed."""

import json
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from account_helpers import BETTER, link_in, signed_in
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from nashra.accounts import services
from nashra.accounts.errors import AccountError, LinkSpent
from nashra.accounts.models import Link, Paper, Reader, Registration, Role

TESTS = Path(__file__).parents[1]
ADDRESSES = json.loads((TESTS / "evil/data/mail-addresses.json").read_text("utf-8"))
NAMES = json.loads((TESTS / "data/accounts/names.json").read_text("utf-8"))
ZIAD = {"email": "ziad@example.com", "password1": BETTER, "name": "زياد"}
SIGN_UP = "/accounts/signup/"
pytestmark = pytest.mark.django_db


def _post(data: dict[str, str], path: str = SIGN_UP, language: str = "ar") -> tuple[Client, Any]:
    client = Client(headers={"Accept-Language": language})
    return client, client.post(path, data)


def test_a_stranger_opens_an_account_and_is_in_at_once(paper: Paper) -> None:
    client, answer = _post(ZIAD)
    reader = signed_in(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert reader is not None
    assert (reader.email, reader.name, reader.role, reader.is_confirmed) == (
        "ziad@example.com", "زياد", Role.READER, False,
    )  # fmt: skip


def test_a_name_is_not_needed(paper: Paper) -> None:
    client, _answer = _post({**ZIAD, "name": ""})
    assert signed_in(client) is not None


@pytest.mark.parametrize(("asked", "language"), [("", "ar"), ("en-GB,en", "en"), ("ar-EG", "ar"), ("ja", "ar")])
def test_the_first_language_is_the_browsers(paper: Paper, asked: str, language: str) -> None:
    client = Client(headers={"Accept-Language": asked}) if asked else Client()
    page = client.get(SIGN_UP)
    assert f'<html lang="{language}"' in page.content.decode()
    client.post(SIGN_UP, ZIAD)
    assert Reader.objects.get().language == language


@pytest.mark.parametrize("registration", [Registration.INVITED, Registration.CLOSED])
def test_without_open_registration_a_stranger_reads_why(paper: Paper, registration: str) -> None:
    Paper.objects.update(registration=registration)
    client, answer = _post(ZIAD)
    assert '<form class="formgrid' not in answer.content.decode()
    assert Reader.objects.count() == 0
    assert client.get(SIGN_UP).templates[0].name == "account/signup_closed.html"
    with pytest.raises(AccountError):
        services.register("ziad@example.com", BETTER)


def test_before_the_set_up_nobody_signs_up(paper: Paper) -> None:
    Paper.objects.update(set_up_at=None)
    _post(ZIAD)
    assert Reader.objects.count() == 0


@pytest.mark.parametrize("registration", Registration.values)
def test_an_invitation_opens_one_account_with_its_role(omar: Reader, registration: str) -> None:
    Paper.objects.update(registration=registration)
    path = services.invite(omar, Role.EDITOR, "for Ziad", 7)
    for look in (Client().head, Client().get):
        assert look(path).status_code == 200
    client, _answer = _post(ZIAD, path)
    reader = signed_in(client)
    assert reader is not None
    assert reader.role == Role.EDITOR
    assert Link.objects.get().used_by == reader
    _client, again = _post({**ZIAD, "email": "other@example.com"}, path)
    assert again.status_code == 404
    assert not Reader.objects.filter(email="other@example.com").exists()


def test_an_invitation_ends_on_its_day_and_when_it_is_taken_back(omar: Reader) -> None:
    now = timezone.now()
    secret = services.invite(omar, Role.READER, "", 7, now=now).removeprefix("/invite/")
    assert services.invitation(secret, now + timedelta(days=6)) is not None
    assert services.invitation(secret, now + timedelta(days=8)) is None
    assert services.revoke_invitation(Link.objects.get().pk)
    assert Client().get(f"/invite/{secret}").status_code == 404


def test_of_two_who_use_one_invitation_at_once_the_second_is_refused(omar: Reader) -> None:
    secret = services.invite(omar, Role.READER, "", 7).removeprefix("/invite/")
    seen = services.invitation(secret, timezone.now())
    services.register("ziad@example.com", BETTER, invitation=seen)
    with pytest.raises(LinkSpent):
        services.register("other@example.com", BETTER, invitation=seen)
    assert not Reader.objects.filter(email="other@example.com").exists()


def test_a_set_up_link_is_no_invitation(omar: Reader) -> None:
    secret = services.make_setup_link(timezone.now()).removeprefix("/setup/")
    assert Client().get(f"/invite/{secret}").status_code == 404


def test_whoever_is_signed_in_does_not_spend_an_invitation(
    omar: Reader, layla: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    path = services.invite(omar, Role.OWNER, "", 7)
    sign_in(layla).post(path, ZIAD)
    layla.refresh_from_db()
    assert (layla.role, Link.objects.get().used_at) == (Role.READER, None)


def test_a_known_address_gets_the_same_answer_as_a_new_one(
    layla: Reader, letters: Callable[[], list[EmailMessage]]
) -> None:
    answers = []
    for email in ("layla@example.com", "ziad@example.com"):
        _client, answer = _post({**ZIAD, "email": email})
        headers = sorted(pair for pair in answer.headers.items() if pair[0] != "Expires")  # the moment of the answer
        answers.append((answer.status_code, answer.content, headers, sorted(answer.cookies)))
    assert answers[0] == answers[1]
    layla.refresh_from_db()
    assert layla.name == "ليلى"
    assert [letter["To"] for letter in letters()] == ["layla@example.com", "ziad@example.com"]


def test_a_known_address_does_not_spend_the_invitation(omar: Reader, layla: Reader) -> None:
    path = services.invite(omar, Role.READER, "", 7)
    client, _answer = _post({**ZIAD, "email": "layla@example.com"}, path)
    assert signed_in(client) is None
    assert Link.objects.get().used_at is None


@pytest.mark.parametrize("case", ADDRESSES, ids=lambda case: case["address"][:40].encode("unicode_escape").decode())
def test_hostile_addresses_are_refused_and_sound_ones_taken(paper: Paper, case: dict[str, Any]) -> None:
    _client, answer = _post({**ZIAD, "email": case["address"]})
    refusable = bool(case.get("note"))
    made = Reader.objects.exists()
    assert made == case["allowed"] or (refusable and not made)
    if not made:
        assert answer.status_code == 200
        assert answer.context["form"].errors["email"]


@pytest.mark.parametrize("address", ["Layla@Example.COM", "LAYLA@example.com", " layla@example.com "])
def test_an_address_is_one_however_it_is_cased(layla: Reader, address: str) -> None:
    _post({**ZIAD, "email": address})
    assert Reader.objects.count() == 1


@pytest.mark.parametrize(("typed", "kept"), NAMES)
def test_a_name_is_kept_as_one_harmless_line(paper: Paper, typed: str, kept: str) -> None:
    client, _answer = _post({**ZIAD, "name": typed})
    assert Reader.objects.get().name == kept
    page = client.get("/settings").content.decode()
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("password", ["short", "12345678", "password", "ziad@example.com", "س" * 129])
def test_a_weak_password_is_refused_with_a_reason(paper: Paper, password: str) -> None:
    _client, answer = _post({**ZIAD, "password1": password})
    assert answer.context["form"].errors["password1"]
    assert not Reader.objects.exists()


@pytest.mark.parametrize("password", ["سفن الفجر السبع", " leading and trailing ", "𓂀" * 60])
def test_a_password_may_have_any_letters(paper: Paper, password: str) -> None:
    _post({**ZIAD, "password1": password})
    assert Reader.objects.get().check_password(password)


def test_sign_up_is_limited_per_address_of_the_network(paper: Paper) -> None:
    codes = [_post({**ZIAD, "email": "nobody"})[1].status_code for _ in range(21)]
    assert (codes[0], codes[-1]) == (200, 429)


def test_the_confirming_link_is_not_spent_by_looking(paper: Paper, letters: Callable[[], list[EmailMessage]]) -> None:
    client, _answer = _post(ZIAD)
    path = link_in(letters()[0])
    for look in (client.head, client.get, Client().get):
        assert look(path).status_code == 200
        assert not EmailAddress.objects.get().verified
    Client().post(path)
    assert EmailAddress.objects.get().verified
    assert "errors" not in Client().get(path).content.decode()


def test_letters_name_the_papers_public_address_whatever_the_request_says(
    paper: Paper, letters: Callable[[], list[EmailMessage]]
) -> None:
    Client(headers={"Host": "127.0.0.1"}).post(SIGN_UP, ZIAD)
    assert link_in(letters()[0]).startswith("/accounts/confirm-email/")


def test_an_unconfirmed_address_waits_where_the_owner_sees_it(
    omar: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    _post(ZIAD)
    ziad = Reader.objects.get(email="ziad@example.com")
    owner = sign_in(omar)
    assert "ziad@example.com" in owner.get("/operation/people").content.decode()
    owner.post(f"/operation/people/{ziad.pk}/confirm")
    assert services.waiting_confirmations() == []
    assert Reader.objects.get(pk=ziad.pk).is_confirmed


def test_an_unconfirmed_reader_sees_a_gentle_notice(paper: Paper) -> None:
    client, _answer = _post(ZIAD, language="en")
    assert "is not confirmed yet" in client.get("/settings").content.decode()
