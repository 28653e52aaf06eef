"""Tries are counted by account and by the client's true address; nobody gets more of them by saying another one."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from security_world import PASSWORD

from nashra.accounts.models import Reader
from nashra.site.middleware import client_address

SIGN_IN = "/accounts/login/"
PROXY = "10.0.0.7"


def tried(times: int, *, email: str = "r{n}@example.com", peer: str = "198.51.100.9", **more: str) -> list[int]:
    """So many wrong tries; the status of each answer. `{n}` is the number of the try."""
    answers = []
    for n in range(times):
        headers = {name.replace("_", "-"): value.format(n=n) for name, value in more.items()}
        form = {"login": email.format(n=n), "password": f"wrong-wrong-{n}"}
        answers.append(Client(REMOTE_ADDR=peer.format(n=n)).post(SIGN_IN, form, headers=headers).status_code)
    return answers


def enters(reader: Reader, **meta: Any) -> bool:
    """Whether the right password opens the door now."""
    client = Client(**meta)
    client.post(SIGN_IN, {"login": reader.email, "password": PASSWORD})
    return "_auth_user_id" in client.session


@pytest.fixture
def behind_a_proxy(settings: Any) -> None:
    """A reverse proxy that is trusted."""
    settings.NASHRA_TRUSTED_PROXIES = (ipaddress.ip_network("10.0.0.0/24"),)


@pytest.mark.parametrize("header", ["X_Forwarded_For", "X_Real_IP", "Forwarded", "Client_IP", "True_Client_IP"])
def test_a_forged_header_gives_no_more_tries(header: str, layla: Reader) -> None:
    assert tried(21, **{header: "203.0.113.{n}"})[-1] == 429


def test_behind_a_proxy_what_the_client_itself_wrote_gives_no_more_tries(layla: Reader, behind_a_proxy: None) -> None:
    assert tried(21, peer=PROXY, X_Forwarded_For="203.0.113.{n}, 198.51.100.9")[-1] == 429


def test_behind_a_proxy_each_client_has_tries_of_its_own(layla: Reader, behind_a_proxy: None) -> None:
    tried(21, peer=PROXY, X_Forwarded_For="198.51.100.9")
    assert enters(layla, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR="198.51.100.10")
    assert not enters(layla, REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR="198.51.100.9")


def test_one_account_is_tried_no_more_than_its_limit_from_anywhere(layla: Reader) -> None:
    tried(21, email="layla@example.com", peer="198.51.100.{n}")
    assert not enters(layla, REMOTE_ADDR="203.0.113.5")


@pytest.mark.parametrize("email", ["LAYLA@example.com", " layla@example.com ", "layla@EXAMPLE.com"])
def test_another_spelling_of_an_address_gives_no_more_tries(email: str, layla: Reader) -> None:
    tried(10, email="layla@example.com", peer="198.51.100.{n}")
    tried(11, email=email, peer="203.0.113.{n}")
    assert not enters(layla, REMOTE_ADDR="192.0.2.77")


def test_one_ipv6_network_counts_as_one_client(layla: Reader) -> None:
    assert tried(21, peer="2001:db8:1:2::{n}")[-1] == 429


def test_deleting_an_account_by_guessing_is_limited_like_signing_in(layla: Reader) -> None:
    client = Client()
    client.force_login(layla)
    for n in range(31):
        client.post("/settings/delete", {"password": f"wrong-wrong-{n}"})
    client.post("/settings/delete", {"password": PASSWORD})
    assert Reader.objects.filter(pk=layla.pk).exists()


def test_new_accounts_are_limited_by_network(paper: Any) -> None:
    forms = [{"email": f"n{n}@example.com", "password1": "seven-boats-at-dawn", "name": ""} for n in range(21)]
    answers = [Client(REMOTE_ADDR="198.51.100.9").post("/accounts/signup/", form).status_code for form in forms]
    assert answers[-1] == 429
    assert Reader.objects.count() == 20


def seen(peer: str, forwarded: str = "", scheme: str = "") -> tuple[str, str]:
    """The client's address and scheme, as the rest of the program sees them."""
    found: list[tuple[str, str]] = []

    def handler(request: HttpRequest) -> HttpResponse:
        found.append((request.META["REMOTE_ADDR"], request.scheme or ""))
        assert "HTTP_X_FORWARDED_FOR" not in request.META
        assert "HTTP_X_FORWARDED_PROTO" not in request.META
        return HttpResponse()

    headers = {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": scheme}
    client_address(handler)(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers))
    return found[0]


@pytest.mark.parametrize(("peer", "forwarded", "expected"), [
    ("198.51.100.9", "1.2.3.4", "198.51.100.9"),  # not a proxy of ours
    (PROXY, "198.51.100.9", "198.51.100.9"),
    (PROXY, "1.2.3.4, 198.51.100.9", "198.51.100.9"),
    (PROXY, "198.51.100.9, 10.0.0.8", "198.51.100.9"),  # two proxies of ours
    (PROXY, "10.0.0.8", "10.0.0.8"),
    (PROXY, "", PROXY),
    (PROXY, "1.2.3.4, unknown", PROXY),  # what the proxy could not tell, nobody else may
    (PROXY, "<script>", PROXY),
    (PROXY, "127.0.0.1, 198.51.100.9", "198.51.100.9"),
    (PROXY, "198.51.100.9:4711", "198.51.100.9"),
    (PROXY, "[2001:db8::1]:4711", "2001:db8::1"),
    (PROXY, "2001:db8::1", "2001:db8::1"),
    ("::ffff:10.0.0.7", "198.51.100.9", "198.51.100.9"),
    ("", "1.2.3.4", ""),
])  # fmt: skip
def test_the_client_is_who_our_proxies_saw(peer: str, forwarded: str, expected: str, behind_a_proxy: None) -> None:
    assert seen(peer, forwarded)[0] == expected


@pytest.mark.parametrize(("peer", "scheme", "expected"), [
    (PROXY, "https", "https"), (PROXY, "http", "http"), ("198.51.100.9", "https", "http"),
])  # fmt: skip
def test_https_is_believed_from_our_proxies_alone(peer: str, scheme: str, expected: str, behind_a_proxy: None) -> None:
    assert seen(peer, scheme=scheme)[1] == expected


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via"])
def test_the_health_page_tells_no_details_through_a_proxy_on_this_machine(header: str, paper: Any) -> None:
    assert "rows" in Client().get("/healthz").json()
    assert "rows" not in Client().get("/healthz", headers={header: "203.0.113.5"}).json()
    assert "rows" not in Client(REMOTE_ADDR="203.0.113.5").get("/healthz").json()
