"""Who may open what: every named route of accounts, for everybody, and a route without a row fails."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from nashra.accounts import access, services, urls
from nashra.accounts.models import Reader, Role

NOBODY, READER, EDITOR, OWNER = "nobody", "reader", "editor", "owner"
SIGN_IN, GONE, WRONG_METHOD = 302, 404, 405
# route: (method, answers to nobody, reader, editor, owner); parts of the address are another reader's
EVERYONE_READS = ("get", SIGN_IN, 200, 200, 200)
OWNER_POSTS = ("post", SIGN_IN, GONE, GONE, 302)
MATRIX: dict[str, tuple[str, int, int, int, int]] = {
    "setup": ("get", GONE, GONE, GONE, GONE),
    "invite": ("get", GONE, GONE, GONE, GONE),
    "account_email": EVERYONE_READS,
    "session_end": ("post", SIGN_IN, GONE, GONE, GONE),
    "settings": EVERYONE_READS,
    "settings_example": EVERYONE_READS,
    "account_export": EVERYONE_READS,
    "account_delete": EVERYONE_READS,
    "language": ("post", 302, 302, 302, 302),
    "theme": ("post", 302, 302, 302, 302),
    "people": ("get", SIGN_IN, GONE, GONE, 200),
    "people_invite": ("post", SIGN_IN, GONE, GONE, 200),
    "people_revoke": ("post", SIGN_IN, GONE, GONE, GONE),
    "people_confirm": OWNER_POSTS,
    "people_role": OWNER_POSTS,
    "people_active": OWNER_POSTS,
}
POST_ONLY = [name for name, row in MATRIX.items() if row[0] == "post"]


def _address(name: str, other: Reader) -> str:
    parts = {
        "setup": ["wrong"], "invite": ["wrong"], "session_end": [10**6], "people_revoke": [10**6],
        "people_confirm": [other.pk], "people_role": [other.pk], "people_active": [other.pk],
    }  # fmt: skip
    return reverse(name, args=parts.get(name, []))


def test_every_route_has_a_row() -> None:
    assert {pattern.name for pattern in urls.urlpatterns} == set(MATRIX)


@pytest.mark.parametrize("name", MATRIX)
def test_each_role_gets_what_the_matrix_says(
    name: str, karim: Reader, layla: Reader, nadia: Reader, omar: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    method, *answers = MATRIX[name]
    browsers = [Client(), sign_in(layla), sign_in(nadia), sign_in(omar)]
    got = [getattr(browser, method)(_address(name, karim)).status_code for browser in browsers]
    assert got == answers


@pytest.mark.parametrize("name", POST_ONLY)
def test_looking_changes_nothing(name: str, karim: Reader, omar: Reader, sign_in: Callable[[Reader], Client]) -> None:
    assert sign_in(omar).get(_address(name, karim)).status_code == WRONG_METHOD


@pytest.mark.parametrize("name", [name for name in MATRIX if name not in ("setup", "invite")])
def test_a_post_without_its_token_is_refused(name: str, omar: Reader, karim: Reader) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(omar)
    assert client.post(_address(name, karim)).status_code == 403


@pytest.mark.parametrize(
    "headers", [{"X-Requested-With": "fetch"}, {"Accept": "application/json"}, {"X-Requested-With": "XMLHttpRequest"}]
)
def test_a_script_without_a_session_gets_401(headers: dict[str, str], db: None) -> None:
    assert Client().get("/settings", headers=headers).status_code == 401


def test_after_signing_in_the_reader_is_back_where_they_wanted(db: None) -> None:
    assert Client().get("/settings?x=1")["Location"] == "/accounts/login/?next=%2Fsettings%3Fx%3D1"
    assert Client().post("/settings")["Location"] == "/accounts/login/"


def test_an_owner_may_all_that_an_editor_may(nadia: Reader, omar: Reader, layla: Reader) -> None:
    @access.editor_required
    def desk(request: Any) -> str:
        return "desk"

    def visit(reader: Reader) -> Any:
        request = RequestFactory().get("/")
        request.user = reader  # type: ignore[assignment]
        return desk(request)

    assert (visit(nadia), visit(omar)) == ("desk", "desk")
    with pytest.raises(access.Http404):
        visit(layla)


def test_nobody_but_an_owner_sees_another_readers_address(
    layla: Reader, karim: Reader, nadia: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    for reader in (layla, nadia):
        client = sign_in(reader)
        for name, (method, *_answers) in MATRIX.items():
            answer = getattr(client, method)(_address(name, karim))
            assert "karim@example.com" not in b"".join(answer).decode()


def test_the_last_owner_stays(omar: Reader, layla: Reader, sign_in: Callable[[Reader], Client]) -> None:
    client = sign_in(omar)
    client.post(f"/operation/people/{omar.pk}/role", {"role": "reader"})
    client.post(f"/operation/people/{omar.pk}/active", {"on": "0"})
    client.post("/settings/delete", {"password": "palm-harbour-42"})
    omar.refresh_from_db()
    assert (omar.role, omar.is_active) == (Role.OWNER, True)


def test_an_owner_may_go_when_another_is_there(omar: Reader, layla: Reader) -> None:
    services.change_role(layla, Role.OWNER)
    services.change_role(omar, Role.READER)
    omar.refresh_from_db()
    assert omar.role == Role.READER


def test_the_owner_gives_roles_and_closes_accounts(
    omar: Reader, karim: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    client = sign_in(omar)
    client.post(f"/operation/people/{karim.pk}/role", {"role": "editor"})
    client.post(f"/operation/people/{karim.pk}/active", {"on": "0"})
    karim.refresh_from_db()
    assert (karim.role, karim.is_active) == (Role.EDITOR, False)
    client.post(f"/operation/people/{karim.pk}/active", {"on": "1"})
    karim.refresh_from_db()
    assert karim.is_active


def test_an_invitation_is_shown_once(omar: Reader, sign_in: Callable[[Reader], Client]) -> None:
    client = sign_in(omar)
    made = client.post("/operation/people/invite", {"note": "for Ziad", "role": "reader", "days": "7"})
    link = made.context["made_link"]
    assert link.startswith("http://localhost:8000/invite/")
    assert link in made.content.decode()
    later = client.get("/operation/people").content.decode()
    assert link not in later
    assert "for Ziad" in later
