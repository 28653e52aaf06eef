"""The names on an article's page: places in the reader's language, what the reader follows, and nothing private."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from nashra.accounts.models import Paper, Reader
from nashra.core.text.asking import parse
from nashra.front import services
from nashra.front.models import Follow, Kind
from nashra.front.muting import muting_of
from nashra.front.services import Mentioned
from nashra.news.models import Article, Visibility

Make = Callable[..., Any]
ENGLISH = {"language": "en", "direction": "ltr"}


def follows(reader: Reader, name: str, **more: Any) -> Follow:
    """The reader follows these words."""
    found = services.follow(reader, "word", name, now=timezone.now())
    Follow.objects.filter(pk=found.pk).update(**more)
    services.forget_shared_names()
    return found


def names(article: Article, reader: Reader | None = None, language: str = "") -> list[Mentioned]:
    now = timezone.now()
    return services.mentioned(
        article,
        article.body.text,
        follows=services.follows_of(reader) if reader else [],
        muting=muting_of(reader, now),
        language=language or (reader.language if reader else "ar"),
        now=now,
    )


def labels(article: Article, reader: Reader | None = None, language: str = "") -> list[str]:
    return [one.label for one in names(article, reader, language)]


@pytest.fixture
def stranger(paper: Paper) -> Reader:
    """زياد: another reader, who follows nothing."""
    return Reader.objects.create_user("ziad@example.com", "palm-harbour-42", name="زياد", language="ar")


@pytest.fixture
def treaty(make_article: Make) -> Article:
    """An English article about Kazakhstan."""
    made: Article = make_article(
        "Kazakhstan signs a treaty", text="Officials from South Africa and Kazakhstan met. Africa followed.", **ENGLISH
    )
    return made


# ------------------------------------------------------------------------------------------------------ places


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", ["كازاخستان", "أفريقيا", "جنوب أفريقيا"]),
        ("en", ["Kazakhstan", "Africa", "South Africa"]),
    ],
)
def test_places_are_named_in_the_readers_language_the_title_s_first(
    treaty: Article, language: str, expected: list[str]
) -> None:
    assert labels(treaty, language=language) == expected


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("الرئيس الكازاخستاني في زيارة", "ar"), ("وصل الوفد إلى كازاخستان", "ar"), ("Kazakhstan wins", "en"),
        ("Казахстан победил", "ru"), ("Kazakistan kazandı", "tr"),
    ],
)  # fmt: skip
def test_one_place_is_one_name_in_every_language(title: str, language: str, make_article: Make) -> None:
    assert labels(make_article(title, language=language)) == ["كازاخستان"]


def test_more_than_eight_names_are_too_many_and_the_most_mentioned_stay(make_article: Make) -> None:
    many = "Egypt Jordan Qatar Oman Tunisia Morocco Algeria Libya Sudan Yemen. Yemen and Yemen. Sudan".replace(
        " ", ", "
    )
    found = labels(make_article("A list", text=many, **ENGLISH), language="en")
    assert len(found) == 8
    assert found[:2] == ["Yemen", "Sudan"]


def test_what_a_long_text_names_once_is_in_passing_unless_the_reader_follows_it(
    make_article: Make, layla: Reader
) -> None:
    article = make_article("دائرة في الحديقة", text="بنى الدائرة على قطر خمس نقط. " + "ثم مشى إلى البيت. " * 80)
    assert labels(article, layla) == []
    follows(layla, "قطر", sense="place")
    assert labels(article, layla) == ["قطر"]
    assert labels(make_article("دائرة", text="على قطر خمس نقط"), layla) == ["قطر"]


def test_what_stands_far_behind_the_beginning_is_not_looked_for(make_article: Make) -> None:
    assert labels(make_article("A long piece", text="word " * 2500 + "Kazakhstan", **ENGLISH)) == []


def test_an_article_of_a_language_without_names_has_none(make_article: Make) -> None:
    assert labels(make_article("哈萨克斯坦", language="zh")) == []


# ------------------------------------------------------------------------------------------------------ follows


def test_a_place_that_the_reader_follows_is_known_as_followed_in_any_language(treaty: Article, layla: Reader) -> None:
    followed = follows(layla, "كازاخستان", sense="place")
    first = names(treaty, layla)[0]
    assert (first.label, first.followed, first.words) == ("كازاخستان", True, followed.key)


def test_a_place_followed_from_a_foreign_article_is_kept_in_the_readers_language(
    treaty: Article, layla: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    browser = sign_in(layla)
    page = browser.get(f"/article/{treaty.pk}").content.decode()
    assert "what=word%3A%D9%83%D8%A7%D8%B2%D8%A7%D8%AE%D8%B3%D8%AA%D8%A7%D9%86" in page
    browser.post("/follow", {"what": f"word:{names(treaty, layla)[0].words}", "on": "1"})
    assert Follow.objects.get().label == "كازاخستان"
    assert names(treaty, layla)[0].followed
    Article.objects.update(published_at=timezone.now())
    layla.marks.all().delete()  # it was read
    (item,) = services.edition_for(layla, now=timezone.now()).items
    assert "follow_word" in {reason.key for reason in item.reasons}


def test_what_the_reader_follows_alone_stands_on_their_page_alone(
    make_article: Make, layla: Reader, karim: Reader
) -> None:
    article = make_article("مرسى النخيل تستقبل البحارة")
    follows(layla, "مرسى النخيل")
    assert labels(article, layla) == ["مرسى النخيل"]
    assert labels(article, karim) == []
    assert labels(article) == []


@pytest.mark.parametrize(("readers", "seen"), [(1, False), (2, False), (3, True)])
def test_a_name_is_seen_by_others_only_when_three_readers_follow_it(
    readers: int, seen: bool, make_article: Make, layla: Reader, karim: Reader, sofia: Reader, stranger: Reader
) -> None:
    article = make_article("مرسى النخيل تستقبل البحارة")
    for reader in (layla, karim, sofia)[:readers]:
        follows(reader, "مرسى النخيل")
    assert (labels(article, stranger) == ["مرسى النخيل"]) is seen
    assert (labels(article) == ["مرسى النخيل"]) is seen


def test_a_closed_account_does_not_count_among_the_three(
    make_article: Make, layla: Reader, karim: Reader, sofia: Reader, stranger: Reader
) -> None:
    article = make_article("مرسى النخيل تستقبل البحارة")
    for reader in (layla, karim, sofia):
        follows(reader, "مرسى النخيل")
    Reader.objects.filter(pk=sofia.pk).update(is_active=False)
    services.forget_shared_names()
    assert labels(article, stranger) == []


@pytest.mark.parametrize("who", ["nadia", "omar"])
def test_what_an_editor_or_the_owner_follows_is_seen_by_all(
    who: str, request: pytest.FixtureRequest, make_article: Make, stranger: Reader
) -> None:
    follows(request.getfixturevalue(who), "مرسى النخيل")
    (found,) = names(make_article("مرسى النخيل تستقبل البحارة"), stranger)
    assert (found.label, found.followed) == ("مرسى النخيل", False)


def test_another_spelling_that_one_reader_gave_shows_a_shared_name_to_nobody_else(
    make_article: Make, layla: Reader, karim: Reader, sofia: Reader, stranger: Reader
) -> None:
    article = make_article("ميناء التمر يستقبل البحارة")
    for reader in (layla, karim, sofia):
        follows(reader, "مرسى النخيل", aliases=["ميناء التمر"] if reader == layla else [])
    assert labels(article, stranger) == []
    assert labels(article, layla) == ["مرسى النخيل"]
    for reader in (karim, sofia):
        Follow.objects.filter(reader=reader).update(aliases=["ميناء التمر"])
    services.forget_shared_names()
    assert labels(article, stranger) == ["مرسى النخيل"]


def test_a_name_linked_by_another_spelling_is_one_name_in_two_languages(make_article: Make, layla: Reader) -> None:
    follows(layla, "مرسى النخيل", sense="place", aliases=["Palm Harbour"])
    (found,) = names(make_article("Palm Harbour greets sailors", **ENGLISH), layla)
    assert (found.label, found.followed) == ("مرسى النخيل", True)


def test_topics_authors_and_searches_are_no_names(make_article: Make, layla: Reader) -> None:
    article = make_article("تحلية الماء في الميناء", topics=("water",))
    for kind, key in (("topic", "water"), ("search", "تحلية"), ("author", "سليم العرادي")):
        services.follow(layla, kind, key, now=timezone.now())
    assert {one.kind for one in services.follows_of(layla)} == {Kind.TOPIC, Kind.SEARCH, Kind.AUTHOR}
    assert labels(article, layla) == []


# ------------------------------------------------------------------------------------------------------ mutes, pages


@pytest.mark.parametrize("word", ["كازاخستان", "Kazakhstan"])
def test_a_muted_name_is_not_offered(treaty: Article, layla: Reader, word: str) -> None:
    services.mute(layla, "word", word, now=timezone.now())
    assert "كازاخستان" not in labels(treaty, layla)


def test_a_corrected_article_is_read_anew(treaty: Article) -> None:
    assert "كازاخستان" in labels(treaty)
    treaty.title, treaty.body.text = "Peru signs a treaty", "Officials met."
    assert labels(treaty) == ["بيرو"]


def test_a_name_s_search_asks_for_it_in_several_languages(treaty: Article) -> None:
    asked = names(treaty)[0].search
    assert asked.split(" OR ") == ["كازاخستان", "Kazakhstan"]
    assert parse(names(treaty)[2].search).error is None


def leads(page: str) -> Sequence[str]:
    return [part for part in page.split('class="namelist')[1].split("</ul>")[0].split("<li>") if "href" in part]


def test_visitors_of_a_public_paper_see_names_without_buttons(
    make_article: Make, make_source: Make, paper: Paper
) -> None:
    Paper.objects.update(public=True)
    source = make_source("نشرة", visibility=Visibility.PAPER, is_own=True)
    article = make_article("كازاخستان توقع", source=source)
    page = Client().get(f"/article/{article.pk}").content.decode()
    (name,) = leads(page)
    assert "كازاخستان" in name
    assert "<button" not in name


def test_a_piece_without_names_has_no_such_part(
    make_article: Make, layla: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    page = sign_in(layla).get(f"/article/{make_article('سوق السمك').pk}").content.decode()
    assert "namelist" not in page


def test_hostile_labels_are_shown_as_text(make_article: Make, nadia: Reader, layla: Reader, sign_in: Make) -> None:
    follows(nadia, 'harbour "x" <script>')
    Follow.objects.update(aliases=['harbour "x"'])
    services.forget_shared_names()
    article = make_article('The harbour "x" opens', text="It does.", **ENGLISH)
    page = sign_in(layla).get(f"/article/{article.pk}").content.decode()
    (name,) = leads(page)
    assert "harbour &quot;x&quot; &lt;script&gt;" in name
    assert "<script>" not in page
