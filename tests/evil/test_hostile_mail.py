"""Cases mail-addresses and mail-headers: what is no address gets no letter, and no value becomes a header."""

from __future__ import annotations

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from evil_rules import faults

from nashra.accounts import services as accounts
from nashra.accounts.errors import BadAddress
from nashra.accounts.models import Paper, Reader
from nashra.base.models import Message
from nashra.news.models import Article
from nashra.newsletters import services as newsletters

DATA = Path(__file__).parent / "data"
ADDRESSES: list[dict[str, Any]] = json.loads((DATA / "mail-addresses.json").read_text("utf-8"))
REFUSED = [case["address"] for case in ADDRESSES if not case["allowed"]]
ALLOWED = [case["address"] for case in ADDRESSES if case["allowed"]]
CERTAIN = [case["address"] for case in ADDRESSES if case["allowed"] and not case["note"]]
VALUES: list[dict[str, str]] = json.loads((DATA / "mail-headers.json").read_text("utf-8"))
GOOD_PASSWORD = "seven-boats-at-dawn"


@pytest.fixture(autouse=True)
def _no_limits_from_the_test_before() -> None:
    cache.clear()


def sign_up(address: str) -> None:
    Client().post("/accounts/signup/", {"email": address, "password1": GOOD_PASSWORD, "name": ""})


def ask_for_a_reset(address: str) -> None:
    Client().post("/accounts/password/reset/", {"email": address})


def letters() -> list[EmailMessage]:
    """Every letter in the outbox, as a mail program reads it."""
    rows = Message.objects.order_by("pk")
    return [message_from_bytes(bytes(row.body), policy=policy.default) for row in rows]


def recipients(letter: EmailMessage) -> list[str]:
    return [one.addr_spec for name in ("To", "Cc", "Bcc") if letter[name] for one in letter[name].addresses]


def content(letter: EmailMessage, kind: str) -> str:
    """The letter's part of this kind."""
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("address", REFUSED, ids=ascii)
def test_a_wrong_address_opens_no_account_and_gets_no_letter(address: str, paper: Paper) -> None:
    sign_up(address)
    ask_for_a_reset(address)
    assert not Reader.objects.exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("address", REFUSED, ids=ascii)
def test_nobody_changes_to_a_wrong_address(address: str, layla: Reader) -> None:
    client = Client()
    client.force_login(layla)
    page = client.post("/accounts/email/", {"change": "1", "email": address}).content.decode()
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["layla@example.com"]
    assert not Message.objects.exists()
    assert "<script>top" not in page


@pytest.mark.parametrize("address", REFUSED, ids=ascii)
def test_the_command_line_and_the_set_up_refuse_it_with_a_sentence(address: str, paper: Paper) -> None:
    with pytest.raises(BadAddress) as refused:
        accounts.create_reader(address, password=GOOD_PASSWORD)
    assert str(refused.value).endswith(".")
    link = accounts.make_setup_link(timezone.now())
    form = {"email": address, "password": GOOD_PASSWORD, "name": "", "paper_name": "نشرة", "language": "ar"}
    Client().post(link, {**form, "registration": "open"})
    assert not Reader.objects.exists()


@pytest.mark.parametrize("address", ALLOWED, ids=ascii)
def test_a_sound_address_gets_one_letter_or_is_refused_with_a_reason(address: str, paper: Paper) -> None:
    sign_up(address)
    assert Reader.objects.count() == (1 if address in CERTAIN else Reader.objects.count())
    assert len(letters()) == Reader.objects.count()
    for letter in letters():
        assert recipients(letter) == [Reader.objects.get().email]
        assert letter.defects == []


# ---------------------------------------------------------------------------------------------------------- headers


def written(value: str, layla: Reader, article: Article) -> dict[str, EmailMessage]:
    """A digest and an account letter with this value as every name and title in them."""
    value = value.replace("\x00", "")  # no database of ours holds it
    Paper.objects.update(name=value[:120])
    Article.objects.update(title=value[:1000], author=value[:300], summary=value[:600])
    article.source.title = value[:300]
    article.source.save()
    layla.name = value[:120]
    layla.save()
    newsletters.change_digest(
        layla, is_on=True, hour=7, minute=0, days=127, length=8, quiet=True, now=timezone.now(), name=value
    )
    assert newsletters.send_now(layla, timezone.now())
    ask_for_a_reset(layla.email)
    return {row.kind: letter for row, letter in zip(Message.objects.order_by("pk"), letters(), strict=True)}


@pytest.fixture
def article(make_article: Any) -> Article:
    made: Article = make_article("خبر عاديّ")
    Article.objects.update(published_at=timezone.now())
    return made


@pytest.fixture
def usual(layla: Reader, article: Article) -> dict[str, list[str]]:
    """The header fields of letters with harmless names."""
    found = {kind: list(letter.keys()) for kind, letter in written("نشرة الساحل", layla, article).items()}
    for row in (*Message.objects.all(), *layla.digest.issues.all()):
        row.delete()
    cache.clear()
    return found


@pytest.mark.parametrize("value", [case["value"] for case in VALUES], ids=[case["field"] for case in VALUES])
def test_a_value_becomes_no_header_no_recipient_and_no_template(
    value: str, usual: dict[str, list[str]], layla: Reader, article: Article
) -> None:
    found = written(value, layla, article)
    assert set(found) == {"digest", "account"}
    for kind, letter in found.items():
        assert list(letter.keys()) == usual[kind]
        assert recipients(letter) == ["layla@example.com"]
        assert [one.addr_spec for one in letter["From"].addresses] == [settings.NASHRA_MAIL_FROM]
        for name in ("Subject", "From", "To"):
            assert not any(mark in str(letter[name]) for mark in "\r\n\u202d\u202e\u2066\u2067"), name
        plain, html = content(letter, "plain"), content(letter, "html")
        assert settings.SECRET_KEY not in letter.as_string() + plain + html
        assert faults(html, mail=True) == []


@pytest.mark.parametrize("value", [case["value"] for case in VALUES], ids=[case["field"] for case in VALUES])
def test_no_line_of_a_letter_is_longer_than_mail_allows(value: str, layla: Reader, article: Article) -> None:
    written(value, layla, article)
    for row in Message.objects.all():
        lines = bytes(row.body).split(b"\r\n")
        assert max(map(len, lines)) <= 998
        assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_what_looks_like_a_template_is_shown_as_it_was_typed(layla: Reader, article: Article) -> None:
    value = "{{ settings.SECRET_KEY }} {% debug %} ${7*7}"
    assert "{{ settings.SECRET_KEY }}" in content(written(value, layla, article)["digest"], "plain")
