"""The header: folded, encoded, isolated; nothing that a value could add to."""

from __future__ import annotations

from datetime import datetime
from email.header import decode_header, make_header

import mail_samples as samples
import pytest

from nashra.core.mail import MailError, Recipient, compose
from nashra.core.mail.bidi import isolate_runs
from nashra.core.mail.headers import mailbox, unstructured


@pytest.mark.parametrize("text", samples.load("subjects.json")["texts"], ids=lambda text: text[:20])
def test_a_subject_comes_back_from_its_words(text: str) -> None:
    value = unstructured("Subject", text)
    lines = f"Subject: {value}".split("\r\n")
    assert all(len(line) <= 78 for line in lines)
    assert all(len(word) <= 75 for word in value.split() if word.startswith("=?"))
    assert str(make_header(decode_header(value.replace("\r\n", "")))) == text
    assert samples.parsed(f"Subject: {value}\r\n\r\n".encode())["Subject"] == text


def test_every_encoded_word_decodes_by_itself_to_whole_letters() -> None:
    value = unstructured("Subject", "عَاجِلٌ " * 40)
    words = [decode_header(word)[0][0] for word in value.split("\r\n ")]
    assert len(words) > 5
    for word in words:
        assert isinstance(word, bytes)
        letters = word.decode("utf-8")
        assert letters[0] not in "\u064b\u064c\u064e\u0650"


@pytest.mark.parametrize("case", samples.load("subjects.json")["runs"], ids=lambda case: case["given"])
def test_foreign_runs_in_a_subject_are_isolated(case: dict[str, str]) -> None:
    assert isolate_runs(case["given"], case["base"]) == case["expected"]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Layla Haddad", "Layla Haddad <layla@example.com>"),
        ("Layla J. Haddad", '"Layla J. Haddad" <layla@example.com>'),
        ("", "layla@example.com"),
        ('"<@,;:', "layla@example.com"),
        ('x" <boss@bank.example>, "y', "x boss bank.example y"),
    ],
)
def test_a_display_name_cannot_hold_an_address(name: str, expected: str) -> None:
    value = mailbox("To", name, "layla@example.com")
    assert value == expected or value == f'"{expected}" <layla@example.com>'


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to": Recipient("", "layla@example.com\r\nBcc: v@example.com")}, "address"),
        ({"to": Recipient("", "layla@example.com, v@example.com")}, "address"),
        ({"from_address": "nobody"}, "address"),
        ({"reply_to": "x"}, "address"),
        ({"message_id": "<a@b>\r\nBcc: v@example.com"}, "message-id"),
        ({"message_id": "a@b"}, "message-id"),
        ({"list_id": "a>\r\nX: y"}, "list-id"),
        ({"list_unsubscribe_url": "javascript:alert(1)"}, "list-unsubscribe"),
        ({"list_unsubscribe_url": "https://news.example/" + "u" * 200}, "list-unsubscribe"),
        ({"list_unsubscribe_mailto": "a@b.example>\r\nX: y"}, "list-unsubscribe"),
        ({"date": datetime(2026, 11, 24)}, "date"),
    ],
)
def test_an_envelope_that_is_not_sane_is_refused(changes: dict[str, object], code: str) -> None:
    with pytest.raises(MailError) as caught:
        compose(samples.letter("english"), samples.envelope(**changes))
    assert caught.value.code == code


def test_an_internationalised_domain_goes_out_in_ascii() -> None:
    message = compose(samples.letter("arabic"), samples.envelope(to=Recipient("ليلى", "layla@مثال.إختبار")))
    assert b"<layla@xn--mgbh0fb.xn--kgbechtv>" in message
    message.decode("ascii")


def test_a_local_part_in_arabic_is_written_in_utf8_and_never_mangled() -> None:
    message = compose(samples.letter("arabic"), samples.envelope(to=Recipient("", "ليلى@example.com")))
    assert "To: ليلى@example.com\r\n".encode() in message
