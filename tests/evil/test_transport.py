"""Every hostile transport at the level of the client: our own limit fires, and little was sent."""

import asyncio
import ssl
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from nashra.base.net import Client, FetchError, Request, Response, fetch_one

MEGABYTE = 1024 * 1024


def refused(address: str, **options: Any) -> FetchError:
    """The error that ends a fetch which must not succeed."""
    with pytest.raises(FetchError) as caught:
        fetch_one(Request(address, **options))
    return caught.value


def test_a_gzip_bomb_stops_at_the_limit_on_opened_bytes(evil: Any) -> None:
    assert refused(evil.get("net-gzip-bomb")).code == "too-large"


def test_a_gzip_bomb_can_be_cut_at_the_limit(evil: Any) -> None:
    response = fetch_one(Request(evil.get("net-gzip-bomb"), max_bytes=MEGABYTE, keep_cut=True))
    assert response.body == b" " * MEGABYTE
    assert response.truncated
    assert not response.short


def test_an_encoding_that_was_not_asked_for_is_not_opened(evil: Any) -> None:
    assert refused(evil.get("net-brotli-bomb")).code == "encoding"
    assert evil.ended("net-brotli-bomb")[0]["headers"]["accept-encoding"] == "gzip, deflate"


def test_a_slow_drip_is_ended_by_the_limit_on_the_whole(evil: Any) -> None:
    assert refused(evil.get("net-slow-drip"), timeout=2.5).code == "timeout"
    assert evil.ended("net-slow-drip")[0]["sent"] < 10


def test_an_endless_body_is_cut_at_the_limit_on_size(evil: Any) -> None:
    assert refused(evil.get("net-endless")).code == "too-large"
    assert evil.ended("net-endless")[0]["sent"] <= 30_000_000


def test_a_hundred_thousand_entries_are_cut_where_the_limit_is(evil: Any) -> None:
    response = fetch_one(Request(evil.get("feed-many-entries"), max_bytes=4 * MEGABYTE, keep_cut=True))
    assert len(response.body) == 4 * MEGABYTE
    assert response.truncated


def test_two_addresses_that_point_at_each_other_are_left(evil: Any) -> None:
    assert refused(evil.get("net-redirect-loop")).code == "redirect-loop"
    assert len(evil.ended("net-redirect-loop", 3)) <= 6


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("net-redirect-inside", "inside"),
        ("net-redirect-localhost", "inside"),
        ("net-redirect-file", "scheme"),
        ("net-redirect-v6", "inside"),
        ("net-redirect-mapped", "inside"),
    ],
)
def test_a_redirect_is_judged_like_a_new_address(evil: Any, case: str, reason: str) -> None:
    error = refused(evil.get(case))
    assert (error.code, error.reason) == ("blocked-address", reason)
    assert len(evil.ended(case)) == 1


def test_a_server_that_asks_to_wait_is_heard(evil: Any) -> None:
    response = fetch_one(Request(evil.get("net-429")))
    assert (response.status, response.headers["retry-after"], response.body) == (429, "3600", b"")


def test_a_feed_that_is_gone_says_so(evil: Any) -> None:
    assert [fetch_one(Request(evil.get("net-410"))).status for _ in range(2)] == [200, 410]


def test_a_permanent_redirect_names_the_new_address(evil: Any) -> None:
    address = evil.get("net-301")
    response = fetch_one(Request(address))
    assert response.permanent
    assert response.final_url == f"{address}/new"
    assert response.redirects == ((301, address),)
    assert "خبر منقول 3" in response.body.decode()


def test_a_short_body_is_kept_and_its_validator_is_not(evil: Any) -> None:
    response = fetch_one(Request(evil.get("net-short-body")))
    assert response.short
    assert response.body.endswith(b"</rss>")
    assert (response.headers["ETag"], response.etag) == ('"cut"', None)


def test_a_validator_goes_back_byte_for_byte(evil: Any) -> None:
    first = fetch_one(Request(evil.get("net-etag")))
    second = fetch_one(Request(evil.get("net-etag"), etag=first.etag))
    third = fetch_one(Request(evil.get("net-etag"), etag=second.etag))
    assert [first.status, second.status, third.status] == [200, 304, 304]


def test_a_feed_under_a_wrong_type_is_fetched_all_the_same(evil: Any) -> None:
    response = fetch_one(Request(evil.get("net-wrong-type")))
    assert response.content_type == "image/png"
    assert response.body.startswith(b"<?xml")


def test_a_certificate_that_nobody_signed_is_refused(evil: Any) -> None:
    assert refused(evil.get("net-tls-untrusted")).code == "tls"
    assert evil.log() == []


def test_a_trusted_certificate_for_another_name_is_refused(evil: Any) -> None:
    async def ask() -> Response:
        trusting = ssl.create_default_context(cafile=str(Path(__file__).parent / "tls.pem"))
        async with Client(tls=trusting) as client:
            return await client.fetch(Request(evil.get("net-tls-untrusted")))

    with pytest.raises(FetchError) as caught:
        asyncio.run(ask())
    assert caught.value.code == "tls"
    assert evil.log() == []


def test_https_asked_of_a_port_that_speaks_http_is_an_error_in_a_sentence(evil: Any) -> None:
    error = refused(evil.get("net-tls-plain"))
    assert error.code == "tls"
    with translation.override("en"):
        assert error.describe() == "The server could not prove that it is the right one, so nothing was fetched."


def test_the_inside_port_is_refused_when_asked_directly(evil: Any) -> None:
    error = refused(evil.inside)
    assert (error.code, error.reason) == ("blocked-address", "inside")
