"""The first visit of an owner, and what the paper remembers of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from account_helpers import BETTER, signed_in
from django.test import Client
from django.utils import timezone

from nashra.accounts import services
from nashra.accounts.errors import LinkSpent
from nashra.accounts.models import Link, Paper, Reader, Role

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
FORM = {
    "email": "omar@example.com",
    "password": BETTER,
    "name": "عمر",
    "paper_name": "نشرة الساحل",
    "language": "ar",
    "registration": "open",
}
pytestmark = pytest.mark.django_db


def _set_up(path: str, now: datetime, **other: Any) -> Reader:
    values = {**FORM, "public": True, **other}
    return services.set_up(path.removeprefix("/setup/"), now=now, **values)


def test_the_link_opens_the_set_up_and_makes_the_owner_and_the_paper() -> None:
    client, path = Client(), services.make_setup_link(timezone.now())
    assert client.get(path).status_code == 200
    answer = client.post(path, FORM)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    owner = signed_in(client)
    assert owner is not None
    assert (owner.email, owner.role, owner.is_confirmed) == ("omar@example.com", Role.OWNER, True)
    paper = services.paper()
    assert (paper.name, paper.registration, paper.public) == ("نشرة الساحل", "open", False)
    assert paper.set_up_at is not None


def test_looking_at_the_set_up_link_does_not_spend_it() -> None:
    client, path = Client(), services.make_setup_link(timezone.now())
    for look in (client.head, client.get, client.get, Client().get):
        assert look(path).status_code == 200
    assert client.post(path, FORM).status_code == 302


def test_the_set_up_link_works_once() -> None:
    path = services.make_setup_link(timezone.now())
    Client().post(path, FORM)
    for answer in (Client().get(path), Client().post(path, {**FORM, "email": "ziad@example.com"})):
        assert answer.status_code == 404
    assert list(Reader.objects.values_list("email", flat=True)) == ["omar@example.com"]


def test_of_two_set_ups_with_the_same_link_the_second_is_refused() -> None:
    path = services.make_setup_link(NOON)
    _set_up(path, NOON)
    with pytest.raises(LinkSpent):
        _set_up(path, NOON, email="ziad@example.com")


def test_the_set_up_link_lives_an_hour() -> None:
    path = services.make_setup_link(NOON)
    secret = path.removeprefix("/setup/")
    assert services.setup_link(secret, NOON + timedelta(minutes=59)) is not None
    assert services.setup_link(secret, NOON + timedelta(minutes=61)) is None
    with pytest.raises(LinkSpent):
        _set_up(path, NOON + timedelta(minutes=61))


def test_a_newer_set_up_link_voids_the_older() -> None:
    older, newer = services.make_setup_link(NOON), services.make_setup_link(NOON)
    with pytest.raises(LinkSpent):
        _set_up(older, NOON)
    assert _set_up(newer, NOON).is_owner


def test_a_set_up_that_failed_leaves_the_link_as_it_was() -> None:
    client, path = Client(), services.make_setup_link(timezone.now())
    answer = client.post(path, {**FORM, "password": "12345678"})
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["password"]
    assert not Reader.objects.exists()
    assert client.post(path, FORM).status_code == 302


def test_only_a_hash_of_the_secret_is_kept() -> None:
    secret = services.make_setup_link(NOON).removeprefix("/setup/")
    assert len(secret) * 6 >= 128
    kept = Link.objects.get()
    assert secret not in {str(value) for value in vars(kept).values()}


def test_a_wrong_link_says_so_on_a_clear_page(paper: Paper) -> None:
    answer = Client().get("/setup/not-a-secret", headers={"Accept-Language": "en"})
    assert answer.status_code == 404
    assert "This link does not work" in answer.content.decode()


def test_the_paper_is_always_read_fresh(paper: Paper) -> None:
    Paper.objects.update(name="صحيفة أخرى")  # as another process would
    assert services.paper().name == "صحيفة أخرى"


def test_single_user_mode_needs_neither_set_up_nor_sign_in(settings: Any) -> None:
    settings.NASHRA_SINGLE_USER = True
    first, second = Client().get("/settings"), Client().get("/settings")
    assert (first.status_code, second.status_code) == (200, 200)
    owner = Reader.objects.get()
    assert (owner.role, owner.is_confirmed, owner.has_usable_password()) == (Role.OWNER, True, False)
    assert services.paper().set_up_at is not None


def test_single_user_mode_leads_from_the_sign_in_pages_to_the_front(settings: Any) -> None:
    settings.NASHRA_SINGLE_USER = True
    for path in ("/accounts/login/", "/accounts/signup/"):
        answer = Client().get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/")


def test_single_user_mode_still_asks_for_the_csrf_token(settings: Any) -> None:
    settings.NASHRA_SINGLE_USER = True
    assert (
        Client(enforce_csrf_checks=True).post("/settings/delete", {"email": "owner@nashra.invalid"}).status_code == 403
    )
    assert Reader.objects.count() == 1


def test_without_single_user_mode_nobody_is_signed_in(omar: Reader) -> None:
    assert Client().get("/settings").status_code == 302


def test_the_owner_decides_about_the_paper(paper: Paper) -> None:
    services.change_paper(name="صحيفة", language="en", registration="closed", public=True)
    row = services.paper()
    assert (row.name, row.language, row.registration, row.public) == ("صحيفة", "en", "closed", True)


def test_an_owner_made_by_hand_sets_the_paper_up_and_voids_the_link() -> None:
    path = services.make_setup_link(timezone.now())
    assert not services.has_owner()
    services.create_reader("omar@example.com", Role.OWNER)
    assert services.has_owner()
    since = services.paper().set_up_at
    assert since is not None
    assert Client().get(path).status_code == 404
    services.create_reader("nadia@example.com", Role.OWNER)
    assert services.paper().set_up_at == since


def test_a_reader_or_an_editor_does_not_set_the_paper_up_until_made_an_owner() -> None:
    services.create_reader("layla@example.com")
    nadia = services.create_reader("nadia@example.com", Role.EDITOR)
    assert (services.has_owner(), services.paper().set_up_at) == (False, None)
    services.change_role(nadia, Role.OWNER)
    assert services.has_owner()
    assert services.paper().set_up_at is not None


def test_invitations_of_an_owner_made_by_hand_open_an_account() -> None:
    omar = services.create_reader("omar@example.com", Role.OWNER, language="en")
    page = Client().get(services.invite(omar), follow=True)
    assert page.status_code == 200
    assert 'name="password1"' in page.content.decode()
