"""The short way of joining addresses gives what the long way gives."""

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.joining import is_plain, rooted

BASES = ["https://news.example/a/b", "http://news.example:8080", "HTTPS://News.Example/x;y?q#f", "http://h.example/?"]
PIECES = st.sampled_from(["/", "//", ".", "..", "a", "B9", "?", "#", ";", ":", "@", "%2F", "é", "خبر", "&", "=", " "])


@pytest.mark.parametrize("base", BASES)
@given(pieces=st.lists(PIECES, max_size=12))
def test_the_short_way_gives_what_the_long_way_gives(base: str, pieces: list[str]) -> None:
    address = "/" + "".join(pieces)
    short = rooted(base, address)
    assert short in ("", urljoin(base, address))


def test_an_ordinary_link_goes_the_short_way() -> None:
    assert rooted("https://news.example/a/b?c", "/about/7?x=1&y=2#z") == "https://news.example/about/7?x=1&y=2#z"


@pytest.mark.parametrize("address", ["//other.example/", "/a/../b", "/.hidden", "/a;", "/a?", "/a b", "a", "", '/a"b'])
def test_an_odd_link_goes_the_long_way(address: str) -> None:
    assert rooted("https://news.example/a/b", address) == ""


@pytest.mark.parametrize(
    "base", ["", "mailto:omar@example.com", "//news.example/", "http://[broken/", "http://é.example/"]
)
def test_nothing_is_joined_the_short_way_to_an_odd_base(base: str) -> None:
    assert rooted(base, "/a") == ""


@given(st.lists(PIECES, max_size=8).map("".join))
def test_a_plain_address_has_a_host_and_a_port_that_can_be_read(rest: str) -> None:
    if is_plain("http://news.example" + rest):
        parts = urlsplit("http://news.example" + rest)
        assert parts.hostname
        assert parts.port is None
