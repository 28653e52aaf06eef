"""The pages around an edition: kept ones, the account of a piece, answers with undo, picks, and the end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from lxml import html

from nashra.accounts.models import Reader
from nashra.front import services
from nashra.front.models import Edition, Pick
from nashra.front.services.signals import SHORT
from nashra.news.models import Article, Source, Story, Visibility

Make = Callable[..., Article]
SignIn = Callable[[Reader], Client]


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock of the pages stands at the articles' morning."""
    _at(monkeypatch, now)


def _at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def news(make_article: Make) -> list[Article]:
    """Thirty pieces of a morning, all of one topic."""
    return [make_article(f"Piece {number}", topics=("energy",), hours=number / 4) for number in range(30)]


def page(browser: Client, address: str) -> Any:
    """A page that is there, parsed."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return html.document_fromstring(answer.content)


@pytest.mark.usefixtures("news")
def test_the_page_ends_with_what_was_read_and_where_to_go(sofia: Reader, sign_in: SignIn, now: datetime) -> None:
    (end,) = page(sign_in(sofia), "/").xpath("//section[@class='end']")
    assert "You are caught up" in end.text_content()
    assert "06:30" in end.text_content()
    assert {"/editions", "/saved", "/latest", "/sources"} <= set(end.xpath(".//a/@href"))


@pytest.mark.usefixtures("news")
def test_the_evening_leads_to_the_mornings_edition(
    sofia: Reader, sign_in: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in(sofia)
    browser.get("/")
    _at(monkeypatch, now + timedelta(hours=9))
    assert "/edition/2026-11-24/morning" in page(browser, "/").xpath("//section[@class='end']//a/@href")
    listed = page(browser, "/editions")
    assert listed.xpath("//ul[@class='followlist']//a/@href") == [
        "/edition/2026-11-24/evening", "/edition/2026-11-24/morning",
    ]  # fmt: skip
    kept = page(browser, "/edition/2026-11-24/morning")
    assert "Morning edition" in kept.xpath("string(//h1)")
    assert "Made at" in kept.text_content()


@pytest.mark.parametrize(
    "address",
    [
        "2026-11-24/evening",
        "2026-11-24/noon",
        "2026-11-17/morning",
        "today/morning",
        "2026-13-40/morning",
        "20261124/x",
    ],
)
@pytest.mark.usefixtures("news")
def test_an_edition_that_is_not_kept_is_not_found(sofia: Reader, sign_in: SignIn, address: str) -> None:
    browser = sign_in(sofia)
    browser.get("/")
    assert browser.get(f"/edition/{address}").status_code == 404


@pytest.mark.usefixtures("news")
def test_a_kept_edition_is_its_readers_alone(sofia: Reader, karim: Reader, sign_in: SignIn) -> None:
    sign_in(sofia).get("/")
    assert sign_in(karim).get("/edition/2026-11-24/morning").status_code == 404
    assert Client().get("/edition/2026-11-24/morning").status_code == 302


@pytest.mark.usefixtures("news")
def test_a_page_on_which_nothing_is_personal_says_so_and_how_to_make_it_theirs(
    sofia: Reader, sign_in: SignIn, now: datetime
) -> None:
    browser = sign_in(sofia)
    (notice,) = page(browser, "/").xpath("//div[contains(@class, 'notice--row')]")
    assert "the same for everybody" in notice.text_content()
    assert "/welcome" in notice.xpath(".//a/@href")
    services.follow(sofia, "topic", "energy", now=now)
    assert not page(browser, "/").xpath("//div[contains(@class, 'notice--row')]")


@pytest.mark.usefixtures("news")
def test_a_page_without_personalisation_says_that_it_is_off(sofia: Reader, sign_in: SignIn, now: datetime) -> None:
    services.follow(sofia, "topic", "energy", now=now)
    Reader.objects.filter(pk=sofia.pk).update(personalise=False)
    off = page(sign_in(sofia), "/")
    assert "that is switched off" in off.xpath("string(//div[contains(@class, 'notice--row')])")
    assert "Chosen for you" not in off.text_content()


@pytest.mark.usefixtures("news")
def test_every_item_can_be_answered_and_leads_to_its_account(sofia: Reader, sign_in: SignIn) -> None:
    browser = sign_in(sofia)
    shown = page(browser, "/")
    edition = Edition.objects.get()
    for position, (article_id, slot, *_) in enumerate(edition.items):
        place = f"?e={edition.pk}.{SHORT[slot]}.{position}"
        if slot != "latest":
            actions = set(shown.xpath("//button/@formaction"))
            assert {
                f"/article/{article_id}/{what}{place}" for what in ("more", "less", "uninteresting", "hide")
            } <= actions
        assert f"/article/{article_id}/why{place}" in shown.xpath("//a/@href")
    account = page(browser, f"/article/{article_id}/why{place}")
    answers = {address.partition("?")[0] for address in account.xpath("//main//button/@formaction")}
    assert answers >= {f"/article/{article_id}/{what}" for what in ("more", "less", "uninteresting", "hide")}


@pytest.mark.parametrize("what", ["more", "less", "uninteresting"])
def test_an_answer_is_shown_as_pressed_and_can_be_undone(
    news: list[Article], sofia: Reader, sign_in: SignIn, what: str
) -> None:
    browser, address = sign_in(sofia), f"/article/{news[3].pk}/{what}"
    answered = browser.post(address, {"next": f"/article/{news[3].pk}"}, follow=True)
    shown: Any = html.document_fromstring(answered.content)
    (undo,) = shown.xpath("//li[contains(@class, 'message')]//button")
    assert (undo.get("formaction"), undo.get("name"), undo.get("value")) == (address, "on", "0")
    pressed = shown.xpath("//div[@class='why__acts']/button[@aria-pressed='true']/@formaction")
    assert pressed == [address]
    browser.post(address, {"on": "0"})
    assert not page(browser, f"/article/{news[3].pk}").xpath("//div[@class='why__acts']/button[@aria-pressed]")


def test_the_account_tells_every_number_in_a_table(
    sofia: Reader, make_article: Make, sign_in: SignIn, now: datetime
) -> None:
    article, browser = make_article("Solar desalination", topics=("energy",)), sign_in(sofia)
    services.follow(sofia, "topic", "energy", now=now)
    browser.get("/")
    account = page(browser, f"/article/{article.pk}/why")
    rows = [[cell.text_content() for cell in row] for row in account.xpath("//table//tbody/tr")]
    assert ["Topics you follow", "1 × 1", "1"] in rows
    assert all(table.xpath(".//th[@scope]") for table in account.xpath("//table"))
    assert "Place 1 of 1" in account.text_content()
    assert "not drawn by lot" in account.text_content()
    fragment = browser.get(f"/article/{article.pk}/why", headers={"X-Requested-With": "fetch"})
    assert b"<html" not in fragment.content
    assert b"Topics you follow" in fragment.content


def test_an_account_gives_no_reason_of_which_its_table_says_that_it_added_nothing(
    sofia: Reader, make_article: Make, sign_in: SignIn
) -> None:
    article, browser = make_article("Piece"), sign_in(sofia)
    browser.get("/")
    edition = Edition.objects.get()
    edition.items[0][4] = [["picked", "", 0, "", "", 1.5], ["fresh", "", 0, "", "", 0.004]]
    edition.save()
    account = page(browser, f"/article/{article.pk}/why").text_content()
    assert "Picked by the editors" in account
    assert "Among the newest" not in account


def test_a_piece_that_was_drawn_says_its_chance(sofia: Reader, make_article: Make, sign_in: SignIn) -> None:
    article, browser = make_article("Piece"), sign_in(sofia)
    browser.get("/")
    edition = Edition.objects.get()
    edition.items = [[article.pk, "outside", 0.5, 1 / 14, [["outside", "", 0]]]]
    edition.save()
    assert "about 1 in 14" in page(browser, f"/article/{article.pk}/why").text_content()


def test_an_account_that_is_no_longer_known_says_so(sofia: Reader, make_article: Make, sign_in: SignIn) -> None:
    article = make_article("Piece")
    assert "not known any more" in page(sign_in(sofia), f"/article/{article.pk}/why").text_content()


def test_nobody_sees_an_account_of_what_is_private_to_another(
    sofia: Reader, karim: Reader, make_article: Make, make_source: Callable[..., Source], sign_in: SignIn
) -> None:
    secret = make_article("رسالة", source=make_source(visibility=Visibility.PRIVATE, owner=karim))
    assert sign_in(sofia).get(f"/article/{secret.pk}/why").status_code == 404


def test_a_story_that_moved_on_is_marked_with_the_time_of_reading(
    sofia: Reader, make_story: Callable[..., Story], sign_in: SignIn, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = make_story("Night train", sources=2, hours=5)
    browser = sign_in(sofia)
    services.opened(sofia, story.articles.order_by("pk")[0], now=now - timedelta(hours=3))
    late = story.articles.order_by("pk")[1]
    Article.objects.filter(pk=late.pk).update(published_at=now - timedelta(hours=1))
    assert "New in a story that you read of (3 hours ago)" in page(browser, "/").text_content()
    Article.objects.filter(pk=late.pk).update(published_at=now - timedelta(hours=4))
    assert "New in a story" not in page(browser, "/").text_content()


def test_editors_set_pieces_on_the_front_page_and_take_them_down(
    nadia: Reader, sofia: Reader, make_article: Make, make_source: Callable[..., Source], sign_in: SignIn
) -> None:
    Reader.objects.filter(pk=nadia.pk).update(language="en")
    article = make_article("Investigation", source=make_source(visibility=Visibility.PAPER))
    browser, address = sign_in(nadia), f"/article/{article.pk}/pick"
    offered = page(browser, f"/article/{article.pk}").xpath(f"//button[@formaction='{address}']/@value")
    assert offered == ["6", "24", "72"]
    browser.post(address, {"hours": "24"})
    listed = page(browser, "/picks")
    assert "Investigation" in listed.text_content()
    assert "Picked by the editors" in page(sign_in(sofia), "/").text_content()
    browser.post(address, {"hours": "0"})
    assert not Pick.objects.exists()


def test_readers_neither_pick_nor_see_the_list(
    sofia: Reader, make_article: Make, make_source: Callable[..., Source], sign_in: SignIn
) -> None:
    article = make_article("Piece", source=make_source(visibility=Visibility.PAPER))
    browser = sign_in(sofia)
    assert browser.post(f"/article/{article.pk}/pick", {"hours": "24"}).status_code == 404
    assert browser.get("/picks").status_code == 404
    assert "pick" not in " ".join(page(browser, f"/article/{article.pk}").xpath("//button/@formaction"))


@pytest.mark.parametrize("hours", ["", "5", "-1", "a", "9" * 20, "9" * 5000])
def test_a_wrong_length_of_a_pick_is_told_in_a_sentence(
    nadia: Reader, make_article: Make, make_source: Callable[..., Source], sign_in: SignIn, hours: str
) -> None:
    Reader.objects.filter(pk=nadia.pk).update(language="en")
    article = make_article("Piece", source=make_source(visibility=Visibility.PAPER))
    answer = sign_in(nadia).post(f"/article/{article.pk}/pick", {"hours": hours}, follow=True)
    assert "Choose six hours, one day or three days." in answer.content.decode()
    assert not Pick.objects.exists()
