"""The page of newsletters, and the reader's own mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from digest_helpers import deliver_now, in_amman, part, send_at, turn_on
from django.test import Client
from django.utils import timezone
from lxml import html

from nashra.accounts.models import Reader
from nashra.base import outbox
from nashra.base.models import Message
from nashra.news.models import Article
from nashra.newsletters import services
from nashra.newsletters.models import Digest, Issue

SignIn = Callable[[Reader], Client]
Make = Callable[..., Article]
WISHES: dict[str, Any] = {
    "is_on": "on", "name": "", "time": "06:30", "days": ["0", "2"], "length": "4", "quiet": "on",
}  # fmt: skip


def page(client: Client, path: str, status: int = 200) -> html.HtmlElement:
    """A page, parsed."""
    answer = client.get(path)
    assert answer.status_code == status
    return html.document_fromstring(answer.content.decode())


@pytest.fixture
def fresh_news(make_article: Make) -> list[Article]:
    """Three articles of the last hours by the clock."""
    now = timezone.now()
    return [make_article(f"خبر {n}", published_at=now - timedelta(hours=n), summary="ملخص") for n in range(3)]


# ------------------------------------------------------------------------------------------------------ the form


def test_the_form_turns_the_digest_on_with_the_readers_wishes(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(in_amman(layla))
    answer = client.post("/newsletters/digest", WISHES)
    assert answer.headers["Location"] == "/newsletters"
    digest = Digest.objects.get(reader=layla)
    assert (digest.is_on, digest.hour, digest.minute, digest.days, digest.length) == (True, 6, 30, 0b101, 4)
    assert digest.due_at is not None
    assert digest.due_at > timezone.now()
    shown = page(client, "/newsletters")
    assert shown.xpath("//input[@name='days'][@checked]/@value") == ["0", "2"]
    assert shown.xpath("//select[@name='time']/option[@selected]/@value") == ["06:30"]
    assert shown.xpath("//input[@name='length'][@checked]/@value") == ["4"]


def test_the_days_begin_with_saturday(sofia: Reader, sign_in: SignIn) -> None:
    shown = page(sign_in(sofia), "/newsletters")
    days = [label.text_content() for label in shown.xpath("//div[@class='days']/label")]
    assert days == ["Sat", "Sun", "Mon", "Tue", "Wed", "Thu", "Fri"]


@pytest.mark.parametrize(
    "change", [{"days": []}, {"time": "25:00"}, {"length": "1000"}, {"days": ["9"]}, {"name": "س" * 61}]
)
def test_wishes_that_make_no_sense_are_shown_again_and_change_nothing(
    layla: Reader, sign_in: SignIn, change: dict[str, Any]
) -> None:
    client = sign_in(layla)
    answer = client.post("/newsletters/digest", {**WISHES, **change})
    assert answer.status_code == 200
    assert "field__error" in answer.content.decode()
    assert not Digest.objects.exists()


def test_the_switch_turns_the_digest_off_and_keeps_the_wishes(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    client.post("/newsletters/digest", WISHES)
    client.post("/newsletters/digest", {**WISHES, "is_on": ""})
    digest = Digest.objects.get()
    assert (digest.is_on, digest.due_at, digest.hour) == (False, None, 6)
    assert digest.stopped_at is not None


def test_beside_the_form_stands_the_next_issue_as_it_would_be(
    layla: Reader, sign_in: SignIn, fresh_news: list[Article]
) -> None:
    shown = page(sign_in(layla), "/newsletters")
    preview = shown.xpath("//*[@class='mailpreview']")[0]
    headlines = [h.text_content() for h in preview.xpath(".//h3")]
    assert sorted(headlines) == sorted(article.title for article in fresh_news)
    assert preview.xpath("string(.//b)") == headlines[0]
    assert not Issue.objects.exists()
    assert not Digest.objects.exists()


def test_the_preview_is_what_is_sent(layla: Reader, sign_in: SignIn, fresh_news: list[Article]) -> None:
    client = sign_in(layla)
    shown = page(client, "/newsletters").xpath("//*[@class='mailpreview']//h3")
    client.post("/newsletters/digest/now")
    text = part(Message.objects.get(), "plain")
    places = [text.index(headline.text_content()) for headline in shown]
    assert places == sorted(places)


def test_without_a_confirmed_address_the_page_says_so_and_offers_the_letter_again(
    layla: Reader, sign_in: SignIn
) -> None:
    layla.emailaddress_set.update(verified=False)
    client = sign_in(layla)
    shown = page(client, "/newsletters")
    (form,) = shown.xpath("//form[@action='/accounts/email/']")
    assert form.xpath(".//button[@name='again']")
    client.post("/newsletters/digest", WISHES)
    client.post("/newsletters/digest/now")
    assert not Message.objects.exists()
    assert Digest.objects.get().is_on


def test_the_page_says_when_nothing_was_sent_because_nothing_was_new(
    sofia: Reader, sign_in: SignIn, seven: datetime
) -> None:
    turn_on(in_amman(sofia), seven - timedelta(hours=1))
    send_at(seven)
    text = page(sign_in(sofia), "/newsletters").text_content()
    assert "Tuesday 24 November 2026: nothing was new, so no letter was sent." in text


def test_a_visitor_is_asked_to_sign_in(paper: object, client: Client) -> None:
    for path in ("/newsletters", "/mail", "/mail/1"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")
    assert client.post("/newsletters/digest", WISHES).status_code == 302
    assert not Digest.objects.exists()


def test_looking_changes_nothing(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    assert client.get("/newsletters/digest").status_code == 405
    assert client.get("/newsletters/digest/now").status_code == 405


def test_one_now_is_sent_at_most_three_times_a_day(layla: Reader, sign_in: SignIn, make_article: Make) -> None:
    client = sign_in(layla)
    for number in range(4):
        make_article(f"خبر {number}", published_at=timezone.now())
        client.post("/newsletters/digest/now")
    assert Message.objects.count() == 3


# ------------------------------------------------------------------------------------------------------ mail


@pytest.fixture
def letter(layla: Reader, make_article: Make, seven: datetime) -> Message:
    """Layla's digest of Tuesday, in the folder."""
    make_article("خبر الصباح <b>مهم</b>", hours=6, summary="ملخص الخبر")
    turn_on(in_amman(layla), seven - timedelta(hours=1))
    (message,) = send_at(seven)
    deliver_now()
    return message


def test_a_reader_finds_the_letter_under_my_mail(layla: Reader, sign_in: SignIn, letter: Message) -> None:
    client = sign_in(layla)
    shown = page(client, "/mail")
    (link,) = shown.xpath("//h3/a")
    assert link.get("href") == f"/mail/{letter.pk}"
    assert "خبر الصباح" in link.text_content()
    assert shown.xpath("//*[contains(@class, 'status--ok')]")


def test_a_letter_is_shown_as_it_was_sent_without_what_it_hides(
    layla: Reader, sign_in: SignIn, letter: Message
) -> None:
    shown = page(sign_in(layla), f"/mail/{letter.pk}")
    (article,) = shown.xpath("//article")
    text = article.text_content()
    assert "خبر الصباح <b>مهم</b>" in text
    assert "ملخص الخبر" in text
    assert not article.xpath(".//*/@style | .//*/@class | .//*/@id | .//img | .//style")
    assert "\u034f" not in text, "the blanks after the inbox's line are hidden in the letter"
    assert "ملخص الخبر" in shown.xpath("string(//pre)")
    stop = [href for href in article.xpath(".//a/@href") if "/unsubscribe/" in href]
    assert len(stop) == 1


def test_a_letter_leads_from_the_mailbox_to_itself(layla: Reader, sign_in: SignIn, letter: Message) -> None:
    text = part(letter, "plain")
    (path,) = [
        word.removeprefix("http://localhost:8000")
        for word in text.split()
        if word.startswith("http") and "/mail/view/" in word
    ]
    assert sign_in(layla).get(path).headers["Location"] == f"/mail/{letter.pk}"


def test_nobody_opens_anothers_letter_not_even_the_owner(
    karim: Reader, omar: Reader, sign_in: SignIn, letter: Message
) -> None:
    mark = letter.message_id[1:].partition("@")[0]
    for reader in (karim, omar):
        client = sign_in(reader)
        assert client.get(f"/mail/{letter.pk}").status_code == 404
        assert client.get(f"/mail/view/{mark}").status_code == 404
        assert "خبر الصباح" not in client.get("/mail").content.decode()


def test_a_letter_with_a_link_that_works_once_is_not_shown_in_a_session(layla: Reader, sign_in: SignIn) -> None:
    outbox.send_note(
        "account", to=layla.email, reader_id=layla.pk, subject="A new password", paragraphs=["Someone asked."],
        action=("Choose", "http://localhost:8000/secret-link"), language="en", paper_name="نشرة الساحل",
    )  # fmt: skip
    message = Message.objects.get()
    answer = sign_in(layla).get(f"/mail/{message.pk}").content.decode()
    assert "A new password" in answer
    assert "secret-link" not in answer
    assert "Someone asked" not in answer


def test_the_owner_sees_envelopes_and_never_what_is_inside(letter: Message) -> None:
    (row,), _page = services.mail_overview()
    assert (row.kind, row.to, row.state.shape) == ("digest", "layla@example.com", "ok")
    assert "خبر" not in str(row)
    assert "http" not in str(row)
    assert services.mail_counts() == {"sent": 1}
    assert services.mail_overview(["refused"])[0] == []


@pytest.mark.parametrize("state", Message.State.values)
def test_every_state_has_a_word_and_a_shape(state: str) -> None:
    found = services.state_of(state)
    assert found.text
    assert found.shape in ("ok", "warn", "bad")
