"""Which addresses may be fetched, and the sentences for those that may not."""

import asyncio

import pytest
from django.utils import translation

from nashra.base.net import (
    CODES,
    AllowList,
    Client,
    FetchError,
    Request,
    describe,
    judge_host,
    judge_url,
    read_url,
    without_credentials,
)


@pytest.mark.parametrize(
    "ip",
    ["0.1.2.3", "10.0.0.1", "100.64.0.1", "127.255.0.1", "168.63.129.16", "169.254.1.1", "172.16.0.1", "192.0.0.192",
     "192.168.1.1", "198.18.0.1", "203.0.113.9", "224.0.0.251", "255.255.255.255", "::", "::1", "::127.0.0.1",
     "::ffff:10.0.0.1", "::ffff:8.8.8.8", "::ffff:0:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1",
     "2001:db8::1",
     "2002:a00:1::1", "2002:7f00:1::1", "2600::5efe:10.0.0.1", "2600::200:5efe:10.0.0.1", "3fff::1", "5f00::1",
     "fc00::1",
     "fd00:ec2::254", "fe80::1", "fe80::1%2", "fec0::1", "ff02::1", "example.com", ""],
)  # fmt: skip
def test_an_inner_address_is_refused_in_every_form(ip: str) -> None:
    assert judge_host(ip)


@pytest.mark.parametrize(
    "ip", ["1.1.1.1", "9.255.255.255", "100.63.255.255", "100.128.0.1", "172.15.0.1", "198.20.0.1", "223.255.255.255",
           "2a00:1450::1", "64:ff9b::808:808", "2002:808:808::1", "2600::5efe:8.8.8.8"],
)  # fmt: skip
def test_a_public_address_is_permitted(ip: str) -> None:
    assert judge_host(ip) is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        (" https://example.com:443/a#b ", "https://example.com/a"),
        ("http://example.com:8080?q=1", "http://example.com:8080/?q=1"),
        ("http://example.com./a%2Fb%7e?x=%zz", "http://example.com/a%2Fb%7e?x=%zz"),
        ("https://عربي.example/خبر؟", "https://xn--ngbrx4e.example/%D8%AE%D8%A8%D8%B1%D8%9F"),
        ('http://example.com/a b"<>', "http://example.com/a%20b%22%3C%3E"),
        ("http://0x8.010.2056/", "http://8.8.8.8/"),
        ("http://my_feed.example.com/", "http://my_feed.example.com/"),
        ("http://[2606:2800:220:1:0::1]:80/", "http://[2606:2800:220:1::1]/"),
        ("https://layla:s%40e@example.com/f", "https://layla:s%40e@example.com/f"),
    ],
)
def test_an_address_is_read_as_browsers_read_it(text: str, url: str) -> None:
    address = read_url(text)
    assert not hasattr(address, "code")
    assert address.url == url  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "malformed"), ("example.com/feed", "malformed"), ("http:/example.com", "malformed"),
        ("http://", "malformed"),
        ("http://exa%6dple.com/", "malformed"), ("http://-a.example/", "malformed"), ("http://a..b/", "malformed"),
        ("http://1.2.3.4.5/", "malformed"), ("http://256.1.1.1/", "malformed"), ("http://example.09/", "malformed"),
        ("http://example.com:65536/", "malformed"), ("http://[::1/", "malformed"),
        ("http://a b@example.com\\/", "malformed"),
        ("http://example.com/" + "a" * 8000, "malformed"), ("http://" + "ا" * 300 + ".example/", "malformed"),
        ("http://exa\tmple.com/", "malformed"), ("http://example.com/\ud800", "malformed"),
        ("mailto:layla@example.com", "scheme"), ("feed:https://example.com/", "scheme"),
        ("JavaScript:alert(1)", "scheme"),
        ("http://example.com:25/", "port"), ("http://example.com:0/", "port"),
        ("http://printer.local/", "inside"), ("http://a.localhost/", "inside"), ("http://vault.internal./", "inside"),
        ("http://0300.0250.1/", "inside"),
    ],
)  # fmt: skip
def test_a_doubtful_address_is_refused_with_a_reason(text: str, code: str) -> None:
    refusal = judge_url(text, AllowList())
    assert refusal is not None
    assert refusal.code == code
    assert refusal.message.endswith(".")


def test_an_owner_permits_exactly_what_is_listed() -> None:
    allow = AllowList.parse(("nas.lan:8080", "10.1.0.0/16", "[::1]:8100", "127.0.0.1:25", "Wiki.local"))
    permitted = ["http://nas.lan:8080/", "http://10.1.2.3/", "http://10.1.2.3:99/", "http://[::1]:8100/",
                 "http://127.0.0.1:25/", "http://wiki.local/x"]  # fmt: skip
    refused = ["http://10.2.0.1/", "http://[::1]:8101/", "http://[::1]/", "http://127.0.0.1/", "http://x.wiki.local/",
               "http://[::ffff:10.1.2.3]/"]  # fmt: skip
    assert [judge_url(url, allow) for url in permitted] == [None] * len(permitted)
    assert all(judge_url(url, allow) for url in refused)


@pytest.mark.parametrize("item", ["http://nas.lan", "", "a b", "nas.lan:99999", "10.0.0.0/99"])
def test_a_line_of_the_allow_list_that_cannot_be_read_is_named(item: str) -> None:
    with pytest.raises(ValueError, match="NASHRA_ALLOW_HOSTS"):
        AllowList.parse((item,))


def test_a_name_and_password_are_left_out_of_what_is_shown() -> None:
    assert without_credentials("https://layla:secret@example.com/feed?a") == "https://example.com/feed?a"
    assert without_credentials("not an address") == ""


def test_a_name_that_is_allowed_opens_its_address_for_itself_alone() -> None:
    async def ask() -> list[str]:
        async def lookup(host: str, port: int) -> list[str]:
            return ["127.0.0.1"]

        async with Client(allow=AllowList.parse(("nas.lan:9",)), resolver=lookup) as client:
            return [await _code(client, f"http://{host}:9/") for host in ("nas.lan", "evil.example")]

    assert asyncio.run(ask()) == ["connect", "blocked-address"]


async def _code(client: Client, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        await client.fetch(Request(url))
    return caught.value.code


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_has_a_sentence(code: str) -> None:
    with translation.override("en"):
        assert describe(code).endswith(".")


def test_a_refused_address_says_what_is_wrong_with_it() -> None:
    with translation.override("en"):
        assert "http://" in describe("blocked-address", reason="scheme")
        assert describe("a code of tomorrow") == describe("connect")
