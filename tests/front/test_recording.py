"""How far and how long is noted only where the reader allows it, in coarse steps; sharing, following, letters."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.front import services
from nashra.front.models import Edition, Interest, Lesson, Mark, Signal
from nashra.news.models import Article
from nashra.newsletters import services as newsletters
from nashra.newsletters.delivery import links

Make = Callable[..., Article]
SignIn = Callable[[Reader], Client]
What = Signal.What


@pytest.fixture
def article(make_article: Make) -> Article:
    return make_article("Solar plant opens", topics=("energy",), language="en", direction="ltr")


@pytest.fixture
def measured(sofia: Reader) -> Reader:
    """Sofia, who allows that her reading is noted."""
    Reader.objects.filter(pk=sofia.pk).update(measures_reading=True)
    sofia.refresh_from_db()
    return sofia


def tell(client: Client, article: Article, step: str, finished: str = "0") -> int:
    return client.post(reverse("note_reading", args=[article.pk]), {"step": step, "finished": finished}).status_code


def noted() -> dict[str, int]:
    return dict(Signal.objects.exclude(what=What.OPEN).values_list("what", "value"))


def test_a_stay_and_an_end_are_noted_once_and_only_raised(measured: Reader, article: Article, sign_in: SignIn) -> None:
    client = sign_in(measured)
    client.get(f"/article/{article.pk}")
    for step, finished in (("1", "0"), ("1", "0"), ("3", "1"), ("2", "1"), ("0", "0")):
        assert tell(client, article, step, finished) == 204
    assert noted() == {What.DWELL: 3, What.FINISH: 0}
    assert Signal.objects.count() == 3
    assert Lesson.objects.get().weight == pytest.approx(1.0 + 0.5 + 0.5, abs=1e-3)


@pytest.mark.parametrize("step", ["4", "-1", "17", "", "x", "1.5", "٢"])
def test_nothing_finer_than_a_step_is_taken(measured: Reader, article: Article, sign_in: SignIn, step: str) -> None:
    client = sign_in(measured)
    client.get(f"/article/{article.pk}")
    assert tell(client, article, step) == 204
    assert noted() == {}


@pytest.mark.parametrize("switch", ["measures_reading", "learns", "personalise"])
def test_nothing_is_noted_and_nothing_loaded_while_it_is_off(
    measured: Reader, article: Article, sign_in: SignIn, switch: str
) -> None:
    client = sign_in(measured)
    page = client.get(f"/article/{article.pk}").content.decode()
    assert "reading.js" in page
    assert f'data-reading="/article/{article.pk}/reading"' in page
    Reader.objects.filter(pk=measured.pk).update(**{switch: False})
    page = client.get(f"/article/{article.pk}").content.decode()
    assert "reading.js" not in page
    assert "data-reading" not in page
    tell(client, article, "3", "1")
    assert noted() == {}


def test_only_an_article_that_was_opened_lately_is_read(measured: Reader, article: Article, sign_in: SignIn) -> None:
    client = sign_in(measured)
    tell(client, article, "2")
    services.opened(measured, article, now=timezone.now() - timedelta(days=1))
    tell(client, article, "2")
    assert noted() == {}


def test_of_a_forgotten_article_nothing_more_is_noted(measured: Reader, article: Article, sign_in: SignIn) -> None:
    client = sign_in(measured)
    client.get(f"/article/{article.pk}")
    services.forget_article(Lesson.objects.get(), now=timezone.now())
    tell(client, article, "3", "1")
    assert not Signal.objects.exists()
    assert not Lesson.objects.exists()


def test_saving_from_a_page_bears_the_place_of_the_piece(sofia: Reader, article: Article, sign_in: SignIn) -> None:
    edition = Edition.objects.create(reader=sofia, model="m", items=[[article.pk, "lead", 1.0, 1.0, []]])
    client, query = sign_in(sofia), f"?e={edition.pk}.l.0"
    page = client.get(f"/article/{article.pk}{query}").content.decode()
    assert page.count(f'formaction="/article/{article.pk}/save{query}"') == 2
    client.post(f"/article/{article.pk}/save{query}", {"on": "1"})
    assert Signal.objects.filter(what=What.SAVE).values_list("edition", "slot", "position").get() == (
        edition.pk, "lead", 0
    )  # fmt: skip


def test_a_day_has_a_limit(
    measured: Reader, article: Article, make_article: Make, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nashra.front.services.recording.MOST_A_DAY", 1)
    client = sign_in(measured)
    for one in (article, make_article("Another")):
        client.get(f"/article/{one.pk}")
        tell(client, one, "1")
    assert Signal.objects.filter(what=What.DWELL).count() == 1


def test_a_stranger_notes_nothing(article: Article, measured: Reader) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(measured)
    assert tell(client, article, "1") == 403
    assert noted() == {}


def test_what_follows_an_opening_bears_its_place(measured: Reader, article: Article, sign_in: SignIn) -> None:
    edition = Edition.objects.create(reader=measured, model="m", items=[[article.pk, "lead", 1.0, 1.0, []]])
    client = sign_in(measured)
    client.get(f"/article/{article.pk}?e={edition.pk}.l.0")
    tell(client, article, "2", "1")
    client.post(reverse("note_share", args=[article.pk]))
    client.post("/follow", {"what": "topic:energy", "from": str(article.pk)})
    places = set(Signal.objects.values_list("edition", "slot", "position"))
    assert places == {(edition.pk, "lead", 0)}
    assert Signal.objects.count() == 5


@pytest.mark.parametrize("how", ["share", "follow"])
def test_sharing_and_following_from_the_page_count_once(
    sofia: Reader, article: Article, sign_in: SignIn, how: str
) -> None:
    client = sign_in(sofia)
    for _ in range(2):
        if how == "share":
            assert client.post(reverse("note_share", args=[article.pk])).status_code == 204
        else:
            client.post(f"/follow?what=word:Solar&from={article.pk}")
    assert list(Signal.objects.values_list("what", flat=True)) == [how]
    assert Interest.objects.get(kind="topic").weight == 1.0


def test_the_page_of_an_article_offers_to_share_its_own_address(
    sofia: Reader, article: Article, sign_in: SignIn
) -> None:
    page = sign_in(sofia).get(f"/article/{article.pk}").content.decode()
    assert page.count(f'data-address="{article.url}"') == 2
    assert "from=" in page


def test_all_script_of_a_page_is_small() -> None:
    sizes = [Path(str(finders.find(name))).stat().st_size for name in ("nashra.js", "reading.js")]
    assert sum(sizes) <= 20_000


@pytest.mark.parametrize(
    ("counts", "has_edition", "what", "slot"),
    [(True, False, What.MAIL, "mail"), (True, True, What.MAIL, "lead"), (False, True, What.OPEN, "")],
)
def test_a_click_in_a_letter_is_noted_only_where_the_reader_allows_it(
    sofia: Reader, article: Article, sign_in: SignIn, counts: bool, has_edition: bool, what: str, slot: str
) -> None:
    edition = Edition.objects.create(reader=sofia, model="m", items=[[article.pk, "lead", 1.0, 1.0, []]])
    of_letter = f"&e={edition.pk}.l.0" if has_edition else ""
    Reader.objects.filter(pk=sofia.pk).update(counts_mail=counts)
    sign_in(sofia).get(f"/article/{article.pk}?m=2{of_letter}")
    assert Signal.objects.values_list("what", "slot").get() == (what, slot)
    assert Mark.objects.get().read_at
    assert Interest.objects.get(kind="topic").weight == 1.0


@pytest.mark.parametrize("counts", [True, False])
def test_links_in_a_letter_bear_a_mark_only_where_the_reader_allows_it(
    sofia: Reader, article: Article, counts: bool
) -> None:
    sofia.counts_mail = counts
    sofia.save()
    now = timezone.now()
    digest = newsletters.change_digest(sofia, is_on=True, hour=7, minute=0, days=127, length=8, quiet=False, now=now)
    letter = newsletters.preview(digest, now).letter
    urls = [piece.url for section in letter.sections for piece in section.pieces]
    assert urls == [links.page("article", article.pk) + ("?m=1" if counts else "")]
