"""Addresses: which are accepted, in which form, and with which reason the others are refused."""

from __future__ import annotations

import mail_samples as samples
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.mail import AddressError, check_address


@pytest.mark.parametrize("case", samples.load("addresses.json")["accepted"], ids=lambda case: repr(case["given"]))
def test_an_accepted_address_is_stored_in_one_form(case: dict[str, str]) -> None:
    assert check_address(case["given"]) == case["stored"]
    assert check_address(case["stored"]) == case["stored"]


@pytest.mark.parametrize("case", samples.load("addresses.json")["refused"], ids=lambda case: repr(case["given"])[:40])
def test_a_refused_address_says_why(case: dict[str, str]) -> None:
    with pytest.raises(AddressError) as caught:
        check_address(case["given"])
    assert caught.value.code == case["code"]


@given(
    st.text(max_size=80)
    | st.from_regex(r"[a-z\u0621-\u064a.\"<>,@ \r\n]{1,20}@[a-z\u0621-\u064a.\-]{1,20}", fullmatch=True)
)
def test_whatever_is_accepted_is_one_bare_address(text: str) -> None:
    try:
        address = check_address(text)
    except AddressError:
        return
    assert address.count("@") == 1
    assert not set(address) & set('\r\n\0\t ",;<>()[]\\:')
    assert address.rpartition("@")[2].isascii()
    assert check_address(address) == address
