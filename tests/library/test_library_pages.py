"""The library in a browser: saving, reading, changing, and nobody else's things."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from library_site import LONG, Site, png

from nashra.accounts import registry
from nashra.accounts.models import Reader
from nashra.front.models import Mark, Signal
from nashra.library import services
from nashra.library.models import SavedItem, Tag
from nashra.news.models import Article

MakeArticle = Callable[..., Article]
SignIn = Callable[[Reader], Client]
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture
def item(layla: Reader, make_article: MakeArticle, now: datetime) -> SavedItem:
    """A piece that Layla saved."""
    return services.save(layla, make_article("المدرسة من ثلاث غرف"), now=now)


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_saving_by_the_script_says_nothing_and_by_a_form_goes_back_with_an_undo(
    layla: Reader, sign_in: SignIn, make_article: MakeArticle
) -> None:
    browser, article = sign_in(layla), make_article()
    url = reverse("save", args=[article.pk])
    assert browser.post(url, {"on": "1"}, headers=FETCH).status_code == 204
    assert SavedItem.objects.count() == 1
    answer = browser.post(url, {"on": "0", "next": "/saved"}, follow=True)
    assert SavedItem.objects.count() == 0
    assert f'formaction="{url}" name="on" value="1"' in text_of(answer)
    browser.post(url, {"on": "1"})
    assert SavedItem.objects.count() == 1


def test_what_is_saved_can_be_removed_by_its_article_even_when_that_is_no_longer_visible(
    item: SavedItem, layla: Reader, karim: Reader, sign_in: SignIn
) -> None:
    source = item.article.source
    source.visibility, source.owner = "private", karim
    source.save()
    answer = sign_in(layla).post(reverse("save", args=[item.article_id]), {"on": "0"}, headers=FETCH)
    assert (answer.status_code, SavedItem.objects.count()) == (204, 0)


def test_an_article_out_of_sight_cannot_be_saved(
    layla: Reader, karim: Reader, sign_in: SignIn, make_article: MakeArticle
) -> None:
    article = make_article()
    article.source.visibility, article.source.owner = "private", karim
    article.source.save()
    assert sign_in(layla).post(reverse("save", args=[article.pk]), {"on": "1"}).status_code == 404


def test_the_library_shows_shelves_pieces_and_tags(item: SavedItem, layla: Reader, sign_in: SignIn) -> None:
    services.set_tags(item, ["تعليم"])
    page = text_of(sign_in(layla).get("/saved"))
    assert item.title in page
    assert "shelf=favourites" in page
    assert 'href="/saved?shelf=unread&amp;tag=' in page
    assert "تعليم" in page


def test_an_empty_library_says_what_to_do(sofia: Reader, sign_in: SignIn) -> None:
    page = text_of(sign_in(sofia).get("/saved"))
    assert "Nothing saved yet" in page


def test_a_search_shows_what_it_found_where_and_marks_it(item: SavedItem, layla: Reader, sign_in: SignIn) -> None:
    page = text_of(sign_in(layla).get("/saved", {"q": "الخَزّان"}))
    assert item.title in page
    assert "<mark>خزان</mark>" in page
    assert item.title not in text_of(sign_in(layla).get("/saved", {"q": "لا وجود له"}))


@pytest.mark.parametrize(
    "query", ["'", '"', "<script>alert(1)</script>", "%", "\\", "أ" * 2000, "-", "a OR b", "\x00x"]
)
def test_any_search_gets_an_answer_and_is_shown_back_as_text(layla: Reader, sign_in: SignIn, query: str) -> None:
    answer = sign_in(layla).get("/saved", {"q": query, "tag": query, "shelf": query, "page": query})
    assert answer.status_code == 200
    assert "<script>alert" not in text_of(answer)


def test_opening_a_piece_marks_it_and_its_article_as_read(item: SavedItem, layla: Reader, sign_in: SignIn) -> None:
    page = text_of(sign_in(layla).get(reverse("saved_item", args=[item.pk])))
    assert "مرسى النخيل" in page
    assert f'href="{item.url}"' in page
    item.refresh_from_db()
    assert item.read_at is not None
    assert Mark.objects.get(reader=layla, article=item.article).read_at is not None
    assert Signal.objects.filter(what=Signal.What.OPEN).count() == 1


def test_a_browser_that_fetches_ahead_reads_nothing(item: SavedItem, layla: Reader, sign_in: SignIn) -> None:
    sign_in(layla).get(reverse("saved_item", args=[item.pk]), headers={"Sec-Purpose": "prefetch"})
    item.refresh_from_db()
    assert item.read_at is None


def test_a_piece_whose_article_is_gone_is_read_from_its_copy(item: SavedItem, layla: Reader, sign_in: SignIn) -> None:
    item.article.source.delete()
    answer = sign_in(layla).get(reverse("saved_item", args=[item.pk]))
    assert "مرسى النخيل" in text_of(answer)


def test_states_are_set_and_removal_leads_away_with_an_undo(item: SavedItem, layla: Reader, sign_in: SignIn) -> None:
    browser, url = sign_in(layla), reverse("saved_edit", args=[item.pk])
    for name, value in {"favourite": "1", "archived": "1", "read": "1"}.items():
        assert browser.post(url, {name: value}, headers=FETCH).status_code == 204
    item.refresh_from_db()
    assert (item.is_favourite, item.is_archived, item.read_at is not None) == (True, True, True)
    answer = browser.post(url, {"on": "0", "next": reverse("saved_item", args=[item.pk])}, follow=True)
    assert answer.redirect_chain[-1][0] == "/saved"
    assert f'formaction="{url}" name="on" value="1"' in text_of(answer)
    assert not SavedItem.objects.exists()
    browser.post(url, {"on": "1"})
    assert SavedItem.objects.get().is_favourite


def test_tags_are_set_by_a_form_and_a_bad_one_is_shown_again(item: SavedItem, layla: Reader, sign_in: SignIn) -> None:
    browser, url = sign_in(layla), reverse("saved_tags", args=[item.pk])
    browser.post(url, {"tags": "ماء، بحر"})
    assert {tag.name for tag in item.tags.all()} == {"ماء", "بحر"}
    answer = browser.post(url, {"tags": "ط" * 300})
    assert answer.status_code == 400
    assert "ط" * 300 in text_of(answer)
    assert item.tags.count() == 2


def test_an_address_is_saved_by_the_form(sofia: Reader, sign_in: SignIn) -> None:
    answer = sign_in(sofia).post("/saved/add", {"url": "example.com/a", "tags": "water, sea"}, follow=True)
    item = SavedItem.objects.get()
    assert (item.reader, item.url) == (sofia, "https://example.com/a")
    assert {tag.name for tag in item.tags.all()} == {"water", "sea"}
    assert "Being copied" in text_of(answer)


def test_a_shared_address_asks_first_and_a_get_changes_nothing(layla: Reader, sign_in: SignIn) -> None:
    browser = sign_in(layla)
    for name in ("url", "text"):
        page = text_of(browser.get("/saved/add", {name: "https://example.com/a?b=1&c=2"}))
        assert 'value="https://example.com/a?b=1&amp;c=2"' in page
    assert not SavedItem.every.exists()


def test_a_refused_address_is_shown_again_with_the_reason(sofia: Reader, sign_in: SignIn) -> None:
    answer = sign_in(sofia).post("/saved/add", {"url": "http://127.0.0.1/secret", "tags": "x"})
    assert answer.status_code == 400
    assert 'value="http://127.0.0.1/secret"' in text_of(answer)
    assert "private network" in text_of(answer)
    assert not SavedItem.every.exists()


def test_several_pieces_are_removed_and_come_back(
    item: SavedItem, layla: Reader, sign_in: SignIn, make_article: MakeArticle, now: datetime
) -> None:
    other = services.save(layla, make_article("ثان"), now=now)
    browser = sign_in(layla)
    page = text_of(browser.get("/saved?edit=1"))
    assert f'form="bulk" name="item" value="{item.pk}"' in page
    answer = browser.post("/saved/bulk", {"do": "remove", "item": [item.pk, other.pk, "x"]}, follow=True)
    assert not SavedItem.objects.exists()
    assert f'name="restore" value="{item.pk},{other.pk}"' in text_of(answer)
    browser.post("/saved/bulk", {"restore": f"{item.pk},{other.pk}"})
    assert SavedItem.objects.count() == 2
    browser.post("/saved/bulk", {"do": "tag", "item": [item.pk], "tags": "سفر"})
    assert [tag.name for tag in item.tags.all()] == ["سفر"]
    assert browser.post("/saved/bulk", {"do": "explode", "item": [item.pk]}).status_code == 404


def test_a_failed_copy_says_why_and_offers_to_try_again(sofia: Reader, site: Site, sign_in: SignIn) -> None:
    browser = sign_in(sofia)
    item = services.save_url(sofia, f"{site.base}/gone", now=timezone.now())
    state = reverse("saved_state", args=[item.pk])
    assert "data-poll" in text_of(browser.get(state))
    services.archive_next(now=timezone.now())
    assert browser.get(state).status_code == 204
    page = text_of(browser.get(reverse("saved_item", args=[item.pk])))
    assert "There is no page at this address any more. The address is kept." in page
    assert reverse("saved_retry", args=[item.pk]) in page
    browser.post(reverse("saved_retry", args=[item.pk]))
    item.refresh_from_db()
    assert (item.archive, item.attempts) == ("waiting", 0)


def test_kept_pictures_are_served_to_their_reader_alone_and_cannot_run(
    layla: Reader, karim: Reader, site: Site, make_article: MakeArticle, sign_in: SignIn, now: datetime
) -> None:
    item = services.save(layla, make_article(image_url=site.serve("/1.png", png(), "image/png")), now=now)
    services.archive_next(now=now)
    item.refresh_from_db()
    url = reverse("media", args=[item.image])
    answer = sign_in(layla).get(url)
    assert answer["Content-Type"].startswith("image/")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert sign_in(karim).get(url).status_code == 404
    assert Client().get(url).status_code in (302, 401)
    assert sign_in(layla).get("/media/" + "0" * 64).status_code == 404
    for key in ("..%2f..%2fsecret", "%00", item.image[:-1], f"{item.image}%0a"):
        assert sign_in(layla).get(f"/media/{key}").status_code == 404


ROUTES = [
    ("get", "saved_item", {}), ("get", "saved_state", {}), ("post", "saved_edit", {"read": "1"}),
    ("post", "saved_edit", {"on": "0"}), ("post", "saved_edit", {"on": "1"}), ("post", "saved_tags", {"tags": "x"}),
    ("post", "saved_retry", {}),
]  # fmt: skip


@pytest.mark.parametrize(("method", "route", "data"), ROUTES)
def test_others_do_not_even_learn_that_a_piece_exists(
    item: SavedItem, karim: Reader, sign_in: SignIn, method: str, route: str, data: dict[str, str]
) -> None:
    answer = getattr(sign_in(karim), method)(reverse(route, args=[item.pk]), data)
    assert answer.status_code == 404
    item.refresh_from_db()
    assert (item.read_at, item.removed_at, item.tags.count()) == (None, None, 0)


@pytest.mark.parametrize("route", ["save", "saved_edit", "saved_tags", "saved_retry", "saved_bulk"])
def test_what_changes_something_is_a_post(item: SavedItem, layla: Reader, sign_in: SignIn, route: str) -> None:
    args = [] if route == "saved_bulk" else [item.article_id if route == "save" else item.pk]
    assert sign_in(layla).get(reverse(route, args=args), {"on": "0", "do": "remove"}).status_code == 405
    assert SavedItem.objects.count() == 1


def test_visitors_are_asked_to_sign_in(item: SavedItem) -> None:
    for url in ("/saved", "/saved/add?url=https://example.com/", reverse("saved_item", args=[item.pk])):
        assert Client().get(url).status_code == 302


def test_a_reader_exports_the_library_with_tags_pictures_and_pages(layla: Reader, site: Site, now: datetime) -> None:
    url = site.article("/a", "القطار", extra='<img src="/1.png">')
    site.serve("/1.png", png(), "image/png")
    services.save_url(layla, url, tags=["سفر"], now=now)
    services.archive_next(now=now)
    (row,) = registry.exporters["library.SavedItem"](layla)
    assert (row.values["title"], row.values["tags"]) == ("القطار", ["سفر"])
    assert [row.values["name"] for row in registry.exporters["library.Tag"](layla)] == ["سفر"]
    assert len(list(registry.exporters["library.SavedPicture"](layla))) == 1
    names = {file.name.split("/")[1]: b"".join(file.parts) for make in registry.file_exporters for file in make(layla)
             if file.name.startswith("library/")}  # fmt: skip
    assert set(names) == {"pictures", "pages"}
    assert all(names.values())


def test_deleting_a_reader_deletes_the_library(item: SavedItem, layla: Reader) -> None:
    services.set_tags(item, ["سفر"])
    layla.delete()
    assert (SavedItem.every.count(), Tag.objects.count()) == (0, 0)


def test_a_page_of_the_library_takes_few_queries(
    layla: Reader, make_article: MakeArticle, sign_in: SignIn, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        services.set_tags(services.save(layla, make_article(f"خبر {number}", text=LONG), now=now), [f"وسم {number}"])
    browser = sign_in(layla)
    with django_assert_max_num_queries(16):
        page = text_of(browser.get("/saved"))
    assert page.count('class="libitem item') == 25
