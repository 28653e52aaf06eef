"""The profile page: every line is shown with how it is known, and every change of it holds from the next page on."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core.rank.mix import Languages, Mix, mix_from
from nashra.front import services
from nashra.front.models import Edition, Interest, Kind, Lesson, Mark, Mute, Signal
from nashra.front.services import recording
from nashra.library import services as library
from nashra.news.models import Article

Make = Callable[..., Article]
SignIn = Callable[[Reader], Client]
What = Signal.What


@pytest.fixture
def read(sofia: Reader, make_article: Make) -> Article:
    """An article that Sofia has just opened."""
    article = make_article("Solar plant opens in Cairo", topics=("energy",), language="en", direction="ltr")
    services.opened(sofia, article, now=timezone.now() - timedelta(minutes=5))
    return article


def line(reader: Reader, kind: str = Kind.TOPIC) -> Interest:
    return Interest.objects.get(reader=reader, kind=kind)


def page_of(reader: Reader) -> list[tuple[int, str]]:
    """What stands on the reader's next page, and where."""
    Edition.objects.filter(reader=reader).delete()
    return [(item.article_id, item.slot) for item in services.edition_for(reader, now=timezone.now()).items]


def test_each_line_says_how_it_is_known(sofia: Reader, read: Article, sign_in: SignIn) -> None:
    services.follow(sofia, Kind.WORD, "Cairo", now=timezone.now())
    page = sign_in(sofia).get("/profile").content.decode()
    assert page.count("from 1 piece<") == len(Interest.objects.all())
    assert page.count("You follow it: you said so") == 1
    assert "What may matter to you" in page


def test_the_page_of_a_line_lists_the_articles_that_it_was_learned_from(
    sofia: Reader, read: Article, sign_in: SignIn
) -> None:
    client, url = sign_in(sofia), reverse("interest", args=[line(sofia).pk])
    page = client.get(url).content.decode()
    assert f'href="/article/{read.pk}"' in page
    assert "opened" in page
    read.delete()
    page = client.get(url).content.decode()
    assert read.title in page
    assert "the piece is gone" in page
    assert 'href="/article/' not in page


def test_an_article_that_was_forgotten_is_on_no_line_and_comes_back_with_undo(
    sofia: Reader, read: Article, sign_in: SignIn
) -> None:
    client = sign_in(sofia)
    columns = ("pk", "kind", "key", "label", "weight", "opened", "state")
    before = list(Interest.objects.order_by("pk").values_list(*columns))
    page = client.post(reverse("lesson_forget", args=[Lesson.objects.get().pk]), follow=True).content.decode()
    assert "nothing that was learned from" in page
    assert not Interest.objects.exists()
    assert Mark.objects.get().read_at
    client.post("/profile/restore")
    assert list(Interest.objects.order_by("pk").values_list(*columns)) == before
    assert Lesson.objects.get().article == read


def test_what_was_forgotten_long_ago_cannot_be_taken_back(
    sofia: Reader, read: Article, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sign_in(sofia)
    client.post("/profile/reset")
    monkeypatch.setattr("nashra.front.profile_pages._UNDONE_FOR", -1)
    page = client.post("/profile/restore", follow=True).content.decode()
    assert "cannot be taken back any more" in page
    assert not Interest.objects.exists()
    assert "profile_before" not in client.session


@pytest.mark.parametrize("page", ["/", "/profile"])
def test_what_was_forgotten_is_kept_for_no_longer_than_it_can_be_taken_back(
    sofia: Reader, read: Article, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    client = sign_in(sofia)
    client.post("/profile/reset")
    client.get(page)
    assert "profile_before" in client.session
    monkeypatch.setattr("nashra.front.profile_pages._UNDONE_FOR", -1)
    client.get(page)
    assert "profile_before" not in client.session


@pytest.mark.parametrize("state", ["more", "less", "pinned"])
def test_a_state_makes_the_next_edition_due_and_undo_gives_the_state_before(
    sofia: Reader, read: Article, sign_in: SignIn, state: str
) -> None:
    services.edition_for(sofia, now=timezone.now())
    client, url = sign_in(sofia), reverse("interest", args=[line(sofia).pk])
    page = client.post(url, {"state": state}, follow=True).content.decode()
    assert line(sofia).state == state
    assert Edition.objects.get().stale
    assert 'name="state" value="normal"' in page
    client.post(url, {"state": "normal"})
    assert line(sofia).state == "normal"


def test_a_forgotten_line_takes_lessons_along_that_fed_no_other(sofia: Reader, read: Article, sign_in: SignIn) -> None:
    client = sign_in(sofia)
    for one in Interest.objects.all():
        assert Lesson.objects.exists()
        client.post(reverse("interest", args=[one.pk]), {"state": "forget"})
    assert not Lesson.objects.exists()


def test_a_line_that_is_muted_says_so_and_the_mute_is_the_one_of_the_list(
    sofia: Reader, read: Article, sign_in: SignIn
) -> None:
    client = sign_in(sofia)
    for one in services.lines_of(sofia, now=timezone.now()):
        client.post("/mute", {"what": one.mute_key})
    lines = services.lines_of(sofia, now=timezone.now())
    assert {one.state for one in lines} == {"muted"}
    assert len({one.mute.pk for one in lines if one.mute}) == Mute.objects.count()
    services.unmute(sofia, Kind.TOPIC, "energy")
    states = {one.interest.key: one.state for one in services.lines_of(sofia, now=timezone.now())}
    assert states["energy"] == "normal"


@pytest.mark.parametrize(
    ("kind", "key", "stored", "label"),
    [
        ("topic", "science", "science", "Science"),
        ("word", "Cairo", "city-cairo", "Cairo"),
        ("word", "القاهرة", "city-cairo", "Cairo"),
        ("word", "Desalination", "word:desalination", "Desalination"),
    ],
)
def test_a_line_added_by_hand_always_counts_and_has_one_key_in_every_language(
    sofia: Reader, sign_in: SignIn, make_article: Make, kind: str, key: str, stored: str, label: str
) -> None:
    make_article("A probe", topics=("science",))
    page = sign_in(sofia).post("/profile/interest/add", {"kind": kind, "key": key}, follow=True).content.decode()
    assert (line(sofia, kind).key, line(sofia, kind).state) == (stored, "pinned")
    assert f"<bdi>{label}</bdi>" in page


def test_what_cannot_be_added_is_said(sofia: Reader, sign_in: SignIn) -> None:
    page = sign_in(sofia).post("/profile/interest/add", {"kind": "word", "key": "x"}, follow=True).content.decode()
    assert "at least two letters" in page
    assert not Interest.objects.exists()


def test_an_author_is_followed_and_no_line_of_the_profile(sofia: Reader, sign_in: SignIn) -> None:
    browser = sign_in(sofia)
    browser.post("/profile/interest/add", {"kind": "author", "key": "Sara Haddad"})
    assert not Interest.objects.exists()
    assert "Authors" not in browser.get("/profile").content.decode()


def test_an_edit_changes_the_next_page(sofia: Reader, make_article: Make, make_source: Any) -> None:
    sources = [make_source(f"Source {n}", language="en") for n in range(30)]
    for n, source in enumerate(sources):
        topics = ("energy",) if n % 3 == 0 else ("sport",)
        make_article(f"Piece {n}", topics=topics, source=source, language="en", direction="ltr", hours=n / 4)
    services.add_interest(sofia, Kind.TOPIC, "energy", now=timezone.now())
    with_it = page_of(sofia)
    services.forget(line(sofia))
    assert page_of(sofia) != with_it


def test_with_all_lines_deleted_the_page_is_a_new_readers(sofia: Reader, make_article: Make, make_source: Any) -> None:
    articles = [
        make_article(f"Piece {n}", topics=("energy", "sport")[n % 2 :][:1], source=make_source(f"Source {n}"),
                     language="en", direction="ltr", hours=n / 4)
        for n in range(30)
    ]  # fmt: skip
    new = page_of(sofia)
    now = timezone.now()
    for article in articles[:8:2]:
        services.more_like(sofia, article, now=now)
        library.save(sofia, article, now=now)
    services.not_interested(sofia, articles[1], now=now)
    for one in Interest.objects.filter(reader=sofia):
        services.forget(one)
    assert not Lesson.objects.exists()
    assert page_of(sofia) == new


def test_resetting_keeps_what_was_said_and_can_be_taken_back(sofia: Reader, read: Article, sign_in: SignIn) -> None:
    client = sign_in(sofia)
    services.set_interest(line(sofia), "less")
    client.post("/profile/reset")
    assert list(Interest.objects.values_list("key", "state", "weight", "opened")) == [("energy", "less", 0.0, 0)]
    assert not Signal.objects.exists()
    assert not Lesson.objects.exists()
    client.post("/profile/restore")
    assert line(sofia).opened == 1
    assert Lesson.objects.exists()


def test_the_last_hour_is_forgotten_alone(sofia: Reader, read: Article, make_article: Make, sign_in: SignIn) -> None:
    old = make_article("A dam", topics=("energy",))
    services.opened(sofia, old, now=timezone.now() - timedelta(hours=3))
    library.save(sofia, old, now=timezone.now() - timedelta(minutes=2))
    page = sign_in(sofia).post("/profile/reset", {"hour": "1"}, follow=True).content.decode()
    assert "The last hour is forgotten: 2 pieces." in page
    assert list(Lesson.objects.values_list("article", flat=True)) == [old.pk]
    assert set(Lesson.objects.get().acts) == {"open"}
    assert line(sofia).weight == pytest.approx(1.0, abs=0.01)
    assert list(Mark.objects.exclude(read_at=None).values_list("article", flat=True)) == [old.pk]
    assert set(Signal.objects.values_list("article", "what")) == {(old.pk, "open")}


def test_a_paused_profile_says_so_plainly(sofia: Reader, sign_in: SignIn, make_article: Make) -> None:
    Reader.objects.filter(pk=sofia.pk).update(learns=False)
    client = sign_in(sofia)
    assert "Learning is paused: what is here is used, and nothing is added." in client.get("/profile").content.decode()
    article = make_article("A dam", topics=("energy",))
    page = client.post(reverse("more_like", args=[article.pk]), follow=True).content.decode()
    assert "Learning is paused: this was not noted." in page
    answer = client.post(reverse("more_like", args=[article.pk]), headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 409


def test_wishes_for_the_mix_are_kept_and_hold_at_once(sofia: Reader, sign_in: SignIn, make_article: Make) -> None:
    make_article("A dam")
    services.edition_for(sofia, now=timezone.now())
    client = sign_in(sofia)
    client.post("/profile/mix", {"discover": "2", "important": "-1", "languages": "-2"})
    sofia.refresh_from_db()
    assert services.mix_of(sofia) == Mix(2, -1, Languages.OWN)
    assert Edition.objects.get().stale
    client.post("/profile/mix", {"discover": "3", "important": "0", "languages": "0"})
    sofia.refresh_from_db()
    assert services.mix_of(sofia).discover == 2


@pytest.mark.parametrize("said", [{}, {"discover": "2", "languages": 7}, {"important": None, "languages": []}])
def test_a_mix_that_is_not_understood_counts_as_not_said(said: dict[str, object]) -> None:
    assert mix_from(said) == Mix()


def test_what_is_recorded_is_the_readers_choice(sofia: Reader, read: Article, sign_in: SignIn) -> None:
    Signal.objects.update(at=timezone.now() - timedelta(days=8))
    form = {"learns": "on", "personalise": "on", "measures_reading": "on", "keeps_days": "30"}
    client = sign_in(sofia)
    client.post("/profile/privacy", form)
    sofia.refresh_from_db()
    assert (sofia.learns, sofia.measures_reading, sofia.counts_mail, sofia.keeps_days) == (True, True, False, 30)
    assert Signal.objects.count() == 1
    client.post("/profile/privacy", form | {"keeps_days": "7"})
    assert not Signal.objects.exists()
    assert Lesson.objects.exists()
    client.post("/profile/privacy", form | {"keeps_days": "5"})
    sofia.refresh_from_db()
    assert sofia.keeps_days == 7


def test_at_night_signals_leave_that_are_older_than_their_reader_wants(
    sofia: Reader, karim: Reader, make_article: Make
) -> None:
    now = timezone.now()
    article = make_article("A dam", topics=("energy",))
    for reader, days in ((sofia, 7), (karim, 90)):
        Reader.objects.filter(pk=reader.pk).update(keeps_days=days)
        services.opened(reader, article, now=now - timedelta(days=8))
    assert recording.forget_all_older(now=now) == 1
    assert list(Signal.objects.values_list("reader", flat=True)) == [karim.pk]
    assert Mark.objects.filter(reader=sofia, read_at__isnull=False).exists()


def test_the_profile_is_exported_whole_in_an_open_format(sofia: Reader, read: Article, sign_in: SignIn) -> None:
    services.mute(sofia, Kind.WORD, "football", now=timezone.now())
    services.follow(sofia, Kind.WORD, "Cairo", now=timezone.now())
    answer = sign_in(sofia).get("/profile/export")
    told = json.loads(answer.content)
    assert "attachment" in answer["Content-Disposition"]
    assert (told["format"], told["version"]) == ("nashra-profile", 1)
    assert [one["label"] for one in told["mutes"]] == ["football"]
    assert [one["title"] for one in told["articles"]] == [read.title]
    assert {(one["kind"], one["opened"]) for one in told["interests"]} == {
        (one.kind, 1) for one in Interest.objects.all()
    }
    assert all(one["learned_from"] == [0] for one in told["interests"])
    assert told["settings"]["learns"] is True


@pytest.mark.parametrize("route", ["interest", "lesson_forget"])
def test_the_lines_and_articles_of_others_are_not_there(
    sofia: Reader, karim: Reader, read: Article, sign_in: SignIn, route: str
) -> None:
    row = line(sofia) if route == "interest" else Lesson.objects.get()
    client = sign_in(karim)
    assert client.post(reverse(route, args=[row.pk]), {"state": "forget"}).status_code == 404
    assert Lesson.objects.exists()
    if route == "interest":
        assert client.get(reverse(route, args=[row.pk])).status_code == 404
