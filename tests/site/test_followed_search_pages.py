"""Following a search from its page and from the profile: feed, mail, change, stop, and everything taken back."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client

from nashra.accounts.models import Reader
from nashra.front.models import Follow
from nashra.newsletters.models import Alert

SignIn = Callable[[Reader], Client]


@pytest.fixture
def her(sofia: Reader, sign_in: SignIn) -> Client:
    """Sofia's browser."""
    return sign_in(sofia)


def undo(page: str) -> tuple[str, dict[str, str]]:
    """Where the notice's button posts, and what it carries."""
    form = r'<button class="btn btn--quiet" form="act" formaction="([^"]+)" name="(\w+)" value="([^"]*)"'
    *_, (url, name, value) = re.findall(form, page)  # of the newest notice
    return url, {name: unescape(value)}


def followed(her: Client, text: str = "night train", **more: str) -> Follow:
    her.post("/following", {"q": text, **more})
    return Follow.objects.get()


def test_the_page_of_results_offers_to_follow_the_search(her: Client) -> None:
    page = her.get("/search?q=night+train").content.decode()
    assert "Follow this search" in page
    said = her.post("/following", {"q": "night train", "next": "/search?q=night+train"}, follow=True).content.decode()
    assert "You now follow the search “night train”." in said
    assert 'aria-pressed="true"' in said
    assert "Follow this search" not in said


def test_visitors_are_offered_nothing(paper: object) -> None:
    from nashra.accounts.models import Paper

    Paper.objects.update(public=True)
    page = Client().get("/search?q=night").content.decode()
    assert "Follow this search" not in page
    assert Client().post("/following", {"q": "night"}).headers["Location"].startswith("/accounts/login/")


def test_a_feed_in_one_press(her: Client) -> None:
    answer = her.post("/following", {"q": "night train", "do": "feed"})
    follow = Follow.objects.get()
    assert answer.headers["Location"] == f"/following/{follow.pk}#feed"
    page = her.get(f"/following/{follow.pk}").content.decode()
    assert f"http://localhost:8000/search/{follow.feed_key}.atom" in page
    assert f"http://localhost:8000/search/{follow.feed_key}.json" in page


def test_a_new_address_and_none(her: Client) -> None:
    follow = followed(her, do="feed")
    her.post(f"/following/{follow.pk}/feed", {"do": "new"})
    assert Follow.objects.get().feed_key not in (None, follow.feed_key)
    her.post(f"/following/{follow.pk}/feed", {"do": "close"})
    assert Follow.objects.get().feed_key is None
    assert "/search/" not in her.get(f"/following/{follow.pk}").content.decode().replace('"/search', "")


def test_mail_on_off_and_taken_back(her: Client) -> None:
    follow = followed(her, do="mail")
    told = Alert.objects.get().told_until
    her.post(f"/following/{follow.pk}/mail", {"on": "0"})
    assert Alert.objects.get().due_at is None
    her.post(f"/following/{follow.pk}/mail", {"on": "back"})
    again = Alert.objects.get()
    assert again.due_at is not None
    assert again.told_until == told, "nothing that came meanwhile is lost"


def test_to_an_unconfirmed_address_letters_are_promised_for_later(her: Client, sofia: Reader) -> None:
    sofia.emailaddress_set.update(verified=False)
    page = her.post("/following", {"q": "night", "do": "mail"}, follow=True).content.decode()
    assert "Letters begin when your address is confirmed." in page


def test_a_search_is_changed_and_the_change_taken_back(her: Client) -> None:
    follow = followed(her)
    page = her.post(f"/following/{follow.pk}", {"text": "day train"}, follow=True).content.decode()
    assert Follow.objects.get().label == "day train"
    url, data = undo(page)
    her.post(url, data)
    assert Follow.objects.get().label == "night train"


def test_a_change_that_cannot_be_is_said_and_keeps_what_was_typed(her: Client) -> None:
    follow = followed(her)
    page = her.post(f"/following/{follow.pk}", {"text": "-train"}).content.decode()
    assert "A search needs a word to find, beside those to leave out." in page
    assert 'value="-train"' in page
    assert Follow.objects.get().label == "night train"


def test_stopping_is_taken_back_whole_with_feed_and_letters(her: Client) -> None:
    before = followed(her, do="feed")
    her.post(f"/following/{before.pk}/mail", {"on": "1"})
    told = Alert.objects.get().told_until
    page = her.post(f"/following/{before.pk}/stop", {"next": f"/following/{before.pk}"}, follow=True).content.decode()
    assert not Follow.objects.exists()
    assert Client().get(f"/search/{before.feed_key}.atom").status_code == 404
    url, data = undo(page)
    her.post(url, data)
    assert Follow.objects.get().feed_key == before.feed_key
    assert Alert.objects.get().told_until == told


def test_another_readers_undo_button_takes_nothing_back(her: Client, karim: Reader, sign_in: SignIn) -> None:
    follow = followed(her)
    _url, data = undo(her.post(f"/following/{follow.pk}/stop", follow=True).content.decode())
    sign_in(karim).post("/following/back", data)
    sign_in(karim).post("/following/back", {"kept": "forged"})
    assert not Follow.objects.exists()


def test_another_readers_search_is_not_there(her: Client, karim: Reader, sign_in: SignIn) -> None:
    follow = followed(her, do="feed")
    his = sign_in(karim)
    assert his.get(f"/following/{follow.pk}").status_code == 404
    for what in ("feed", "mail", "stop"):
        assert his.post(f"/following/{follow.pk}/{what}", {"do": "close", "on": "0"}).status_code == 404
    assert Follow.objects.get().feed_key == follow.feed_key


def test_the_profile_lists_followed_searches_with_their_buttons(her: Client) -> None:
    follow = followed(her, do="mail")
    page = her.get("/profile").content.decode()
    assert f'href="/following/{follow.pk}"' in page
    assert f'formaction="/following/{follow.pk}/stop"' in page
    assert re.search(rf'formaction="/following/{follow.pk}/mail" name="on" value="0" aria-pressed="true"', page)


def test_a_search_that_is_too_long_is_refused_with_a_message(her: Client) -> None:
    page = her.post("/following", {"q": "x" * 501}, follow=True).content.decode()
    assert "500 characters are the most" in page
    assert not Follow.objects.exists()


def test_hostile_text_is_shown_as_text(her: Client) -> None:
    text = '"><script>alert(1)</script> \u202etrain'
    follow = followed(her, text)
    for address in (f"/following/{follow.pk}", "/profile", f"/search?q={quote(text)}"):
        assert "<script>alert" not in her.get(address).content.decode()
