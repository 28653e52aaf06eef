"""Addresses: what people type, which two mean the same article, which hold a secret. Pairs in tests/data/feeds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashra.core.feeds.address import AddressError, comparable, has_secret, normalise

DATA = Path(__file__).parents[2] / "data" / "feeds"


def _lines(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (DATA / name).read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("typed", "meant"), _lines("addresses.tsv"))
def test_what_a_person_types_becomes_one_address(typed: str, meant: str) -> None:
    if meant.startswith("!"):
        with pytest.raises(AddressError) as caught:
            normalise(typed)
        assert caught.value.code == meant[1:]
    else:
        assert normalise(typed) == meant
        assert normalise(meant) == meant


@pytest.mark.parametrize(("one", "other", "verdict"), _lines("comparable.tsv"))
def test_addresses_of_the_same_article_compare_equal(one: str, other: str, verdict: str) -> None:
    assert (comparable(one) == comparable(other)) == (verdict == "same")


@pytest.mark.parametrize(("url", "verdict"), _lines("secrets.tsv"))
def test_an_address_that_lets_in_whoever_knows_it_is_secret(url: str, verdict: str) -> None:
    assert has_secret(url) == (verdict == "secret")


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60) | st.text(alphabet="htps:/.@[]?#%أب-1", max_size=40))
def test_any_text_is_an_http_address_or_an_address_error(text: str) -> None:
    comparable(text)
    has_secret(text)
    try:
        url = normalise(text)
    except AddressError:
        return
    assert url.startswith(("http://", "https://"))
    assert url.isascii()
    assert normalise(url) == url
