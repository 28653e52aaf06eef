"""NASHRA_MAIL_URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from nashra.base.smtp import MailTarget, parse_mail_url


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("smtp://localhost", MailTarget("smtp", "localhost", 25)),
        ("smtp://relay.example:2525/", MailTarget("smtp", "relay.example", 2525)),
        ("smtp://u:p@relay.example:587", MailTarget("smtp", "relay.example", 587, "starttls", "u", "p")),
        ("smtp://u:p@localhost:1025", MailTarget("smtp", "localhost", 1025, "none", "u", "p")),
        ("smtp+tls://u%40x:p%3A%2F@relay.example", MailTarget("smtp", "relay.example", 587, "starttls", "u@x", "p:/")),
        ("smtps://u:p@[::1]", MailTarget("smtp", "::1", 465, "tls", "u", "p")),
        ("file:mail", MailTarget("file", folder=Path("mail"))),
        ("file:///var/lib/nashra/my%20mail", MailTarget("file", folder=Path("/var/lib/nashra/my mail"))),
    ],
)
def test_a_mail_url_is_read(url: str, target: MailTarget) -> None:
    assert parse_mail_url(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "relay.example",
        "http://relay.example",
        "smtp://",
        "smtp://u:hush@h:99999",
        "smtp://u:hush@h/x",
        "file:",
        "smtp://u:hush@h?x=1",
    ],
)
def test_a_wrong_mail_url_is_refused_without_repeating_the_password(url: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_mail_url(url)
    assert "hush" not in str(caught.value)


def test_a_password_does_not_show_in_a_repr() -> None:
    assert "hush" not in repr(parse_mail_url("smtps://u:hush@relay.example"))
