"""Links in letters: scanners open them all, strangers change them, mail programs post them twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.base.models import Message
from nashra.front.models import Signal
from nashra.library.models import SavedItem
from nashra.news.models import Article
from nashra.newsletters import services
from nashra.newsletters.delivery import links
from nashra.newsletters.models import Digest

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "links.json").read_text("utf-8"))
Make = Callable[..., Article]
SignIn = Callable[[Reader], Client]
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def program() -> Client:
    """A mail program: no cookies, and CSRF checked as in earnest."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def digest(layla: Reader) -> Digest:
    """Layla's digest, on."""
    return services.change_digest(
        layla, is_on=True, hour=7, minute=0, days=127, length=8, quiet=True, now=timezone.now()
    )


@pytest.fixture
def stop(digest: Digest) -> str:
    """The path that stops it."""
    return links.unsubscribe(digest.pk).removeprefix("http://localhost:8000")


def is_on(digest: Digest) -> bool:
    return Digest.objects.get(pk=digest.pk).is_on


def test_every_kind_of_link_in_the_data_has_its_test_here() -> None:
    assert {case["link"] for case in CASES} == {
        "unsubscribe", "confirm subscription", "reset password", "change of e-mail",
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------------ unsubscribe


@pytest.mark.parametrize("method", ["head", "get"])
def test_looking_at_an_unsubscribe_link_changes_nothing(
    program: Client, digest: Digest, stop: str, method: str
) -> None:
    for _ in range(50):
        assert getattr(program, method)(stop).status_code == 200
    assert is_on(digest)
    assert program.get(stop).content.decode().count('value="One-Click"') == 1


def test_looking_with_anothers_cookie_changes_neither_digest(
    karim: Reader, sign_in: SignIn, digest: Digest, stop: str
) -> None:
    own = services.change_digest(
        karim, is_on=True, hour=7, minute=0, days=127, length=8, quiet=True, now=timezone.now()
    )
    assert sign_in(karim).get(stop).status_code == 200
    assert is_on(digest)
    assert is_on(own)


@pytest.mark.parametrize("encoding", ["urlencoded", "multipart"])
def test_one_post_unsubscribes_at_once_without_cookie_token_or_second_page(
    program: Client, digest: Digest, stop: str, encoding: str
) -> None:
    if encoding == "urlencoded":
        answer = program.post(stop, b"List-Unsubscribe=One-Click", content_type=FORM)
    else:
        answer = program.post(stop, ONE_CLICK)
    assert answer.status_code == 200
    assert not is_on(digest)


def test_unsubscribing_twice_is_as_once(program: Client, digest: Digest, stop: str) -> None:
    for _ in range(2):
        assert program.post(stop, ONE_CLICK).status_code == 200
        assert not is_on(digest)


@pytest.mark.parametrize(
    "body",
    [b"", b"List-Unsubscribe=one-click", b"list-unsubscribe=One-Click", b"x=1", b"List-Unsubscribe", b"\xff\x00%%%"],
)
def test_any_other_post_changes_nothing(program: Client, digest: Digest, stop: str, body: bytes) -> None:
    assert program.post(stop, body, content_type=FORM).status_code == 400
    assert is_on(digest)


def test_a_changed_link_is_not_found_and_does_not_tell_whether_it_was_near(
    program: Client, digest: Digest, karim: Reader, stop: str
) -> None:
    other = services.change_digest(
        karim, is_on=True, hour=7, minute=0, days=127, length=8, quiet=True, now=timezone.now()
    )
    number, _, signature = stop.removeprefix("/unsubscribe/").partition(":")
    changed = [
        f"{number}:{signature[:-1]}{'A' if signature[-1] != 'A' else 'B'}",
        f"{other.pk}:{signature}",
        f"999999:{signature}",
        number,
        f"{number}:",
        "x",
        signing.Signer(salt="nashra.mail.save").sign(number),
        signing.Signer(salt="nashra.mail.unsubscribe").sign("999999"),
    ]
    answers = {
        (
            answer.status_code,
            re.sub(r"/unsubscribe/[^\"]*|name=\"csrfmiddlewaretoken\"[^>]*", "", answer.content.decode()),
        )
        for token in changed
        for answer in (program.get(f"/unsubscribe/{token}"), program.post(f"/unsubscribe/{token}", ONE_CLICK))
    }
    assert len(answers) == 1
    assert answers.pop()[0] == 404
    assert is_on(digest)
    assert is_on(other)


def test_the_page_after_it_takes_it_back(program: Client, digest: Digest, stop: str) -> None:
    page = program.post(stop, ONE_CLICK).content.decode()
    assert 'name="again" value="1"' in page
    assert program.post(stop, {"again": "1"}).status_code == 200
    again = Digest.objects.get()
    assert again.is_on
    assert again.stopped_at is None
    assert again.due_at is not None
    assert again.due_at > timezone.now()


def test_the_page_speaks_the_readers_language_whoever_opens_it(
    program: Client, sofia: Reader, karim: Reader, stop: str
) -> None:
    english = services.change_digest(
        sofia, is_on=True, hour=7, minute=0, days=127, length=8, quiet=True, now=timezone.now()
    )
    path = links.unsubscribe(english.pk).removeprefix("http://localhost:8000")
    assert '<html lang="en" dir="ltr"' in program.get(path, headers={"Accept-Language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl"' in program.get(stop, headers={"Accept-Language": "en"}).content.decode()


def test_the_link_of_a_reader_who_is_gone_is_not_found(program: Client, digest: Digest, stop: str) -> None:
    from nashra.accounts import services as accounts

    accounts.delete(digest.reader)
    assert program.get(stop).status_code == 404
    assert program.post(stop, ONE_CLICK).status_code == 404


def test_links_have_256_bits_and_are_different_for_each_reader_and_purpose(digest: Digest) -> None:
    found = [
        links.unsubscribe(1), links.unsubscribe(2),
        links.about_article(links.SAVE, 1, 2), links.about_article(links.LESS, 1, 2),
        links.about_article(links.SAVE, 2, 1),
    ]  # fmt: skip
    signatures = [link.rpartition(":")[2] for link in found]
    assert len(set(signatures)) == len(found)
    assert {len(signature) for signature in signatures} == {43}
    assert all(len(link) <= 200 for link in found)


# ------------------------------------------------------------------------------------------------------ save and less


@pytest.fixture
def article(make_article: Make) -> Article:
    return make_article("القطار الليلي يعود", topics=("travel",), text="عاد القطار " * 200)


def path_to(purpose: str, reader: Reader, article: Article) -> str:
    return links.about_article(purpose, reader.pk, article.pk).removeprefix("http://localhost:8000")


@pytest.mark.parametrize("purpose", [links.SAVE, links.LESS])
def test_looking_at_a_save_or_less_link_changes_nothing(
    client: Client, layla: Reader, article: Article, purpose: str
) -> None:
    for method in (client.get, client.head):
        assert method(path_to(purpose, layla, article)).status_code == 200
    assert not SavedItem.objects.exists()
    assert not Signal.objects.exists()


def test_a_save_link_saves_for_its_reader_after_the_button(
    karim: Reader, sign_in: SignIn, layla: Reader, article: Article
) -> None:
    path = path_to(links.SAVE, layla, article)
    for _ in range(2):
        assert sign_in(karim).post(path).status_code == 200
    item = SavedItem.objects.get()
    assert (item.reader, item.article) == (layla, article)


def test_a_less_link_counts_once_however_often_it_is_pressed(client: Client, layla: Reader, article: Article) -> None:
    path = path_to(links.LESS, layla, article)
    for _ in range(3):
        assert client.post(path).status_code == 200
    assert Signal.objects.filter(reader=layla, what=Signal.What.LESS).count() == 1


def test_a_link_for_one_thing_does_another_for_nobody(
    client: Client, layla: Reader, karim: Reader, article: Article, make_article: Make
) -> None:
    token = path_to(links.SAVE, layla, article).rpartition("/")[2]
    signature = token.rpartition(":")[2]
    other = make_article("خبر آخر")
    tokens = [
        f"/mail/less/{token}", f"/unsubscribe/{token}", f"/mail/save/{karim.pk}.{article.pk}:{signature}",
        f"/mail/save/{layla.pk}.{other.pk}:{signature}", "/mail/save/1.2", "/mail/save/x:y",
    ]  # fmt: skip
    for path in tokens:
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert not SavedItem.objects.exists()
    assert not Signal.objects.exists()


def test_a_save_link_opens_nothing_that_its_reader_may_not_see(
    client: Client, layla: Reader, karim: Reader, make_article: Make, make_source: Callable[..., Any]
) -> None:
    secret = make_article("رسالة خاصة", source=make_source("بريد كريم", visibility="private", owner=karim))
    assert client.get(path_to(links.SAVE, layla, secret)).status_code == 404
    assert client.get(path_to(links.SAVE, karim, secret)).status_code == 200
    Reader.objects.filter(pk=karim.pk).update(is_active=False)
    assert client.get(path_to(links.SAVE, karim, secret)).status_code == 404


# ------------------------------------------------------------------------------------------------------ account letters


def link_in(message: Message) -> str:
    """The path of the one link of an account letter."""
    from email import message_from_bytes, policy

    body = message_from_bytes(bytes(message.body), policy=policy.default).get_body(("plain",))
    assert body is not None
    found = re.search(r"http://localhost:8000(/\S+)", body.get_content())
    assert found is not None
    return found.group(1)


@pytest.mark.parametrize("method", ["head", "get"])
def test_looking_at_a_confirming_link_confirms_nothing_and_its_button_does(
    layla: Reader, sign_in: SignIn, method: str
) -> None:
    layla.emailaddress_set.update(verified=False)
    sign_in(layla).post("/accounts/email/", {"again": "1"})
    path = link_in(Message.objects.get(to=layla.email))
    scanner = Client()
    for _ in range(3):
        assert getattr(scanner, method)(path).status_code == 200
    assert not layla.emailaddress_set.get().verified
    scanner.post(path)
    assert layla.emailaddress_set.get().verified


def test_looking_at_a_link_to_another_address_changes_nothing_and_the_old_address_is_told(
    layla: Reader, sign_in: SignIn
) -> None:
    sign_in(layla).post("/accounts/email/", {"change": "1", "email": "new@example.com"})
    path = link_in(Message.objects.get(to="new@example.com"))
    Client().get(path)
    assert Reader.objects.get(pk=layla.pk).email == "layla@example.com"
    assert not Message.objects.filter(to="layla@example.com").exists()
    Client().post(path)
    assert Reader.objects.get(pk=layla.pk).email == "new@example.com"
    assert Message.objects.filter(to="layla@example.com").exists()


def asked_for_a_password(reader: Reader) -> str:
    Message.objects.all().delete()
    Client().post("/accounts/password/reset/", {"email": reader.email})
    return link_in(Message.objects.get(to=reader.email))


def new_password(path: str, password: str) -> int:
    """Opens the link in a browser and gives a new password; the status of the last answer."""
    browser = Client()
    opened = browser.get(path, follow=True)
    where = opened.redirect_chain[-1][0] if opened.redirect_chain else path
    return browser.post(where, {"password1": password, "password2": password}).status_code


def test_a_reset_link_is_not_used_up_by_looking_and_works_once(layla: Reader, sign_in: SignIn) -> None:
    session = sign_in(layla)
    path = asked_for_a_password(layla)
    for address in ("127.0.0.1", "192.0.2.9"):
        assert Client(REMOTE_ADDR=address).get(path, follow=True).status_code == 200
    assert Reader.objects.get(pk=layla.pk).check_password("palm-harbour-42")
    new_password(path, "a lighthouse at dusk")
    assert Reader.objects.get(pk=layla.pk).check_password("a lighthouse at dusk")
    assert session.get("/settings").status_code == 302, "other sessions end"
    new_password(path, "a second try at it")
    assert Reader.objects.get(pk=layla.pk).check_password("a lighthouse at dusk")


def test_a_reset_link_dies_after_an_hour(layla: Reader, settings: Any) -> None:
    path = asked_for_a_password(layla)
    settings.PASSWORD_RESET_TIMEOUT = timedelta(seconds=-1).total_seconds()
    new_password(path, "a lighthouse at dusk")
    assert Reader.objects.get(pk=layla.pk).check_password("palm-harbour-42")
