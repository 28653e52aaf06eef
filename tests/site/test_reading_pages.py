"""The pages on which one reads: what they show, to whom, and what they never change."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from nashra.accounts.models import Paper, Reader
from nashra.front import services
from nashra.front.models import Edition, Mark, Signal
from nashra.front.services.signals import SHORT
from nashra.library.models import SavedItem
from nashra.news.models import Article, Source, Topic, Visibility

Make = Callable[..., Article]
SignIn = Callable[[Reader], Client]


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch, now: object) -> None:
    """The clock of the pages stands at the articles' morning."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: now)


def text_of(answer: object) -> str:
    """A page, its text as a reader sees it: what a search marks in a title does not part it."""
    page: str = answer.content.decode()  # type: ignore[attr-defined]
    return page.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.usefixtures("today")
def test_the_front_page_shows_the_edition_with_reasons(layla: Reader, make_article: Make, sign_in: SignIn) -> None:
    for number in range(20):
        make_article(f"خبر رقم {number}", topics=("energy",))
    page = text_of(sign_in(layla).get("/"))
    assert page.count("خبر رقم") >= 12
    assert 'class="why"' in page


@pytest.mark.usefixtures("today")
def test_a_visitor_of_a_private_paper_is_asked_to_sign_in(paper: Paper, make_article: Make) -> None:
    make_article("خبر")
    for address in ("/", "/latest", "/search?q=خبر"):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert "/accounts/login" in answer["Location"]


@pytest.mark.usefixtures("today")
def test_a_visitor_of_a_public_paper_sees_headlines_that_lead_out(
    paper: Paper, make_article: Make, make_source: Callable[..., Source]
) -> None:
    Paper.objects.update(public=True)
    article = make_article("خبر الصحيفة", source=make_source(visibility=Visibility.PAPER))
    page = text_of(Client().get("/"))
    assert article.title in page
    assert f'href="{article.url}"' in page
    assert f"/article/{article.pk}" not in page
    assert "/accounts/signup" in page


@pytest.mark.usefixtures("today")
def test_a_visitor_reads_the_full_text_of_the_papers_own_articles_only(
    paper: Paper, make_article: Make, make_source: Callable[..., Source]
) -> None:
    Paper.objects.update(public=True)
    foreign = make_article("خبر وكالة", source=make_source(visibility=Visibility.PAPER))
    own = make_article("مقال الصحيفة", source=make_source(visibility=Visibility.PAPER, is_own=True), text="متن المقال")
    assert Client().get(f"/article/{foreign.pk}").status_code == 302
    assert "متن المقال" in text_of(Client().get(f"/article/{own.pk}"))


@pytest.mark.usefixtures("today")
def test_opening_an_article_marks_it_read_and_prefetching_does_not(
    layla: Reader, make_article: Make, sign_in: SignIn
) -> None:
    article, browser = make_article("خبر"), sign_in(layla)
    browser.get(f"/article/{article.pk}", headers={"sec-purpose": "prefetch"})
    assert not Mark.objects.exists()
    browser.get(f"/article/{article.pk}")
    assert Mark.objects.get(reader=layla).read_at is not None


@pytest.mark.usefixtures("today")
def test_asking_by_head_opens_nothing_makes_no_edition_and_is_no_visit(
    layla: Reader, make_article: Make, sign_in: SignIn
) -> None:
    article, browser = make_article("خبر"), sign_in(layla)
    saved = SavedItem.objects.create(reader=layla, url="https://saved.example/1", title="محفوظ", archive="kept")
    for address in ("/", f"/article/{article.pk}", f"/saved/{saved.pk}"):
        assert browser.head(address).status_code == 200, address
    layla.refresh_from_db()
    saved.refresh_from_db()
    assert (layla.visit_at, saved.read_at) == (None, None)
    assert not Mark.objects.exists()
    assert not Edition.objects.exists()


@pytest.mark.usefixtures("today")
def test_head_of_the_front_page_leaves_a_due_edition_due(
    layla: Reader, make_article: Make, sign_in: SignIn, now: datetime
) -> None:
    make_article("خبر")
    services.edition_for(layla, now=now)
    Edition.objects.update(stale=True)
    assert sign_in(layla).head("/").status_code == 200
    assert Edition.objects.get().stale


@pytest.mark.usefixtures("today")
def test_a_topic_counts_all_that_is_unread_not_only_the_first_page(
    sofia: Reader, make_article: Make, sign_in: SignIn, now: datetime
) -> None:
    made = [make_article(f"News {number}", topics=("sport",), hours=number) for number in range(33)]
    make_article("Elsewhere", topics=("energy",))
    for article in made[:30]:
        services.opened(sofia, article, now=now)
    services.hide(sofia, made[30], now=now)
    browser = sign_in(sofia)
    page = text_of(browser.get("/topic/sport"))
    assert ">2 unread<" in page
    assert "Mark all as read" in page
    browser.post("/read", {"what": "topic:sport"})
    page = text_of(browser.get("/topic/sport"))
    assert " unread<" not in page
    assert "Mark all as read" not in page


def test_another_readers_private_article_is_not_there(
    layla: Reader, karim: Reader, make_article: Make, make_source: Callable[..., Source], sign_in: SignIn
) -> None:
    source = make_source(visibility=Visibility.PRIVATE, owner=karim)
    article = make_article("سر كريم", source=source, topics=("secret",))
    Topic.objects.filter(key="secret").update(is_catalogue=False)
    browser = sign_in(layla)
    for address in (f"/article/{article.pk}", f"/source/{source.pk}", "/topic/secret"):
        assert browser.get(address).status_code == 404
    assert "سر كريم" not in text_of(browser.get("/search", {"q": "سر"}))
    assert sign_in(karim).get(f"/article/{article.pk}").status_code == 200


@pytest.mark.usefixtures("today")
def test_a_muted_word_is_gone_from_every_list_and_search_says_how_many(
    layla: Reader, make_article: Make, sign_in: SignIn, now: object
) -> None:
    muted = make_article("نتيجة المباراة الكبيرة", topics=("sport",))
    make_article("افتتاح الملعب الكبير", topics=("sport",))
    services.mute(layla, "word", "المباراة", now=now)  # type: ignore[arg-type]
    browser = sign_in(layla)
    for address in ("/", "/latest", f"/source/{muted.source_id}", "/topic/sport"):
        assert muted.title not in text_of(browser.get(address)), address
    found = text_of(browser.get("/search", {"q": "الكبيرة"}))
    assert muted.title not in found
    assert "muted=show" in found
    shown = text_of(browser.get("/search", {"q": "الكبيرة", "muted": "show"}))
    assert muted.title in shown
    assert "إخفاء المكتوم" in shown


@pytest.mark.usefixtures("today")
def test_marking_all_as_read_can_be_taken_back(layla: Reader, make_article: Make, sign_in: SignIn) -> None:
    ids = {make_article(f"خبر {number}").pk for number in range(5)}
    source = Source.objects.get()
    browser = sign_in(layla)
    browser.post("/read", {"what": f"source:{source.pk}"})
    assert services.unread_by_source(layla, [source.pk]) == {}
    browser.post("/read", {"undo": ",".join(map(str, ids))})
    assert services.unread_by_source(layla, [source.pk]) == {source.pk: 5}


@pytest.mark.parametrize(
    "query", ["", '"', '"" ""', "-", "OR AND NOT", "*", "%", "_", "\x00", "َ", "\u202e", "ا" * 10_000, "a:b", "'; --"]
)
def test_any_search_gives_an_answer(layla: Reader, make_article: Make, sign_in: SignIn, query: str) -> None:
    make_article("خبر")
    assert sign_in(layla).get("/search", {"q": query}).status_code == 200


@pytest.mark.parametrize("page", ["0", "-1", "999999", "x", "1e9", "٣"])
def test_any_page_number_gives_an_answer(layla: Reader, make_article: Make, sign_in: SignIn, page: str) -> None:
    make_article("خبر")
    assert sign_in(layla).get("/latest", {"page": page}).status_code == 200


@pytest.mark.usefixtures("today")
def test_hide_more_less_follow_and_mute_answer_a_script_quietly_and_a_form_with_a_way_back(
    layla: Reader, make_article: Make, sign_in: SignIn
) -> None:
    article, browser = make_article("خبر", topics=("energy",)), sign_in(layla)
    for address, data in (
        (f"/article/{article.pk}/more", {}),
        (f"/article/{article.pk}/less", {}),
        (f"/article/{article.pk}/hide", {"on": "1"}),
        (f"/article/{article.pk}/hide", {"on": "0"}),
        ("/follow", {"what": "topic:energy"}),
        ("/mute", {"what": "topic:energy"}),
        ("/mute", {"what": "topic:energy", "on": "0"}),
    ):
        assert browser.post(address, data, headers={"x-requested-with": "fetch"}).status_code == 204
        answer = browser.post(address, {**data, "next": "/latest"})
        assert (answer.status_code, answer["Location"]) == (302, "/latest")
        outside = browser.post(address, {**data, "next": "https://evil.example/"})
        assert outside["Location"].startswith("/")


def test_a_get_changes_nothing(layla: Reader, make_article: Make, sign_in: SignIn) -> None:
    article, browser = make_article("خبر"), sign_in(layla)
    for address in (
        f"/article/{article.pk}/hide",
        f"/article/{article.pk}/more",
        "/follow",
        "/mute",
        "/refresh",
        "/read",
    ):
        assert browser.get(address).status_code == 405


def test_every_answer_carries_the_strict_policy(layla: Reader, sign_in: SignIn) -> None:
    browser = sign_in(layla)
    for address in ("/", "/latest", "/nowhere", "/article/99999", "/static/nashra.css"):
        policy = browser.get(address)["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_the_browsers_language_decides_the_first_page(paper: Paper) -> None:
    assert 'lang="en" dir="ltr"' in text_of(Client(headers={"accept-language": "en-GB"}).get("/accounts/login/"))
    assert 'lang="ar" dir="rtl"' in text_of(Client(headers={"accept-language": "ar-JO"}).get("/accounts/login/"))
    assert 'lang="ar" dir="rtl"' in text_of(Client().get("/accounts/login/"))
    assert 'lang="ar" dir="rtl"' in text_of(Client(headers={"accept-language": "fi"}).get("/accounts/login/"))


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("route", ["hide", "more", "less"])
@pytest.mark.parametrize("where", ["front page", "article"])
def test_what_is_done_with_a_piece_is_noted_with_where_it_stood(
    layla: Reader, make_article: Make, sign_in: SignIn, route: str, where: str
) -> None:
    for number in range(8):
        make_article(f"خبر {number}", topics=("energy",), hours=number)
    browser = sign_in(layla)
    page = text_of(browser.get("/"))
    edition = Edition.objects.get()
    article_id, slot = edition.items[3][:2]
    place = f"?e={edition.pk}.{SHORT[slot]}.3"
    if where == "article":
        page = text_of(browser.get(f"/article/{article_id}{place}"))
    address = f"/article/{article_id}/{route}{place}"
    assert f'formaction="{address}"' in page
    browser.post(address, {"on": "1"})
    signal = Signal.objects.exclude(what="open").get()
    assert (signal.edition_id, signal.slot, signal.position) == (edition.pk, slot, 3)


NEEDED = "For an account you need an invitation link"
FOUNDED = "Its owner opens the link that the terminal printed."


@pytest.mark.usefixtures("today")
@pytest.mark.parametrize("address", ["/", "/latest", "/accounts/login/"])
@pytest.mark.parametrize(
    ("registration", "founded", "sentence"),
    [("open", True, ""), ("invited", True, NEEDED), ("closed", True, ""), ("invited", False, FOUNDED),
     ("open", False, FOUNDED), ("closed", False, FOUNDED)],
)  # fmt: skip
def test_a_visitor_is_invited_only_to_what_they_can_do(
    paper: Paper, make_article: Make, make_source: Callable[..., Source], address: str, registration: str,
    founded: bool, sentence: str,
) -> None:  # fmt: skip
    make_article("خبر", source=make_source(visibility=Visibility.PAPER))
    Paper.objects.update(public=True, registration=registration, set_up_at=paper.set_up_at if founded else None)
    page = text_of(Client(headers={"accept-language": "en"}).get(address))
    assert ("/accounts/signup" in page) == (registration == "open" and founded)
    assert [one for one in (NEEDED, FOUNDED) if one in page] == [one for one in (sentence,) if one]
    assert "/accounts/login" in page
