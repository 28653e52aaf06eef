"""A followed search: the same however it is typed, changed and let go at will, and never too long."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from nashra.accounts.models import Reader
from nashra.core.rank import Reason
from nashra.front import reasons, services
from nashra.front.models import Edition, Follow, Kind
from nashra.front.services import searches
from nashra.news.models import Article, Source

Make = Callable[..., Article]


def titles(follow: Follow) -> list[str]:
    """What answers a search now."""
    return [article.title for article in services.answers(follow, now=timezone.now(), limit=50)[0]]


def searched(reader: Reader, text: str) -> Follow:
    return services.follow(reader, "search", text, now=timezone.now())


def test_a_search_typed_twice_is_followed_once_and_named_as_it_was_typed_last(layla: Reader) -> None:
    first = searched(layla, "تحلية  المياه")
    again = searched(layla, " تحلية المياه ")
    assert first.pk == again.pk
    assert again.label == "تحلية المياه"
    assert [one.kind for one in services.follows_of(layla)] == [Kind.SEARCH]


def test_a_search_can_be_let_go_however_it_is_typed(layla: Reader) -> None:
    searched(layla, "تحلية المياه")
    services.unfollow(layla, "search", "تحلية   المياه")
    assert services.searches_of(layla) == []


@pytest.mark.parametrize("text", ["", "   ", '""', "-", "-تحلية", "\x00\u202e", "ء" * 501])
def test_what_finds_nothing_or_is_too_long_is_refused_with_a_reason(layla: Reader, text: str) -> None:
    with pytest.raises(services.FollowError) as refused:
        searched(layla, text)
    assert str(refused.value)
    assert not Follow.objects.exists()


def test_five_hundred_characters_can_be_followed(layla: Reader) -> None:
    text = " ".join(["تحلية"] * 83)[:500]
    assert len(searched(layla, text).label) == len(text.strip())


def test_a_search_cannot_be_muted(layla: Reader) -> None:
    with pytest.raises(services.FollowError):
        services.mute(layla, "search", "تحلية", now=timezone.now())


def test_another_text_keeps_the_feed_s_address(layla: Reader, make_article: Make) -> None:
    make_article("سوق السمك")
    follow = services.open_feed(searched(layla, "تحلية"))
    services.change_search(follow, "السمك", now=timezone.now())
    changed = Follow.objects.get()
    assert (changed.label, changed.feed_key) == ("السمك", follow.feed_key)
    assert titles(changed) == ["سوق السمك"]


def test_one_search_cannot_be_changed_into_another_that_is_followed(layla: Reader) -> None:
    searched(layla, "السمك")
    with pytest.raises(services.FollowError):
        services.change_search(searched(layla, "تحلية"), "السمك", now=timezone.now())
    assert {one.label for one in services.searches_of(layla)} == {"السمك", "تحلية"}


def test_following_changing_and_letting_go_make_the_next_edition_due(layla: Reader) -> None:
    for step in (
        lambda: searched(layla, "تحلية"),
        lambda: services.change_search(Follow.objects.get(), "السمك", now=timezone.now()),
        lambda: services.unfollow(layla, "search", "السمك"),
    ):
        edition = Edition.objects.create(reader=layla, model="m")
        step()
        edition.refresh_from_db()
        assert edition.stale


def test_nothing_muted_hidden_or_of_others_answers(
    layla: Reader, karim: Reader, make_article: Make, make_source: Callable[..., Source]
) -> None:
    kept = make_article("تحلية تبدأ")
    make_article("تحلية ومباراة")
    hidden = make_article("تحلية مخفية")
    make_article("تحلية خاصة", source=make_source("بريد كريم", visibility="private", owner=karim))
    muted = make_article("تحلية من مصدر مكتوم", source=make_source("مكتوم"))
    services.mute(layla, "word", "مباراة", now=timezone.now())
    services.mute(layla, "source", str(muted.source_id), now=timezone.now())
    services.hide(layla, hidden, now=timezone.now())
    assert titles(searched(layla, "تحلية")) == [kept.title]


def test_one_text_answers_once_and_a_copy_answers_where_its_original_is_unwanted(
    layla: Reader, make_article: Make, make_source: Callable[..., Source]
) -> None:
    original = make_article("تحلية", source=make_source("وكالة"), hours=3)
    make_article("تحلية، نسخة", source=make_source("أول"), duplicate_of=original, hours=2)
    make_article("تحلية، نسخة أخرى", source=make_source("ثان"), duplicate_of=original, hours=1)
    follow = searched(layla, "تحلية")
    assert titles(follow) == ["تحلية"]
    services.mute(layla, "source", str(original.source_id), now=timezone.now())
    assert titles(follow) == ["تحلية، نسخة"]


def test_only_what_came_in_a_window_of_time_is_told(layla: Reader, make_article: Make) -> None:
    moment = timezone.now()
    for minutes in (0, 5, 10):
        make_article(f"تحلية {minutes}", first_seen_at=moment + timedelta(minutes=minutes))
    window = (moment, moment + timedelta(minutes=5))
    found, more = services.answers(searched(layla, "تحلية"), now=moment, limit=20, seen=window)
    assert ([article.title for article in found], more) == (["تحلية 5"], 0)


# ------------------------------------------------------------------------------------------------------ on the page


def reasons_on_the_page(reader: Reader) -> dict[int, list[Reason]]:
    """What stands on the reader's next page, and why."""
    shown = services.edition_for(reader, now=timezone.now())
    return {item.article_id: list(item.reasons) for item in shown.items}


def comes(make_article: Make, title: str, **more: object) -> Article:
    return make_article(title, published_at=timezone.now() - timedelta(hours=3), **more)


def test_what_answers_a_followed_search_stands_on_the_page_and_says_so(layla: Reader, make_article: Make) -> None:
    answers = comes(make_article, "شبكة جديدة في الميناء", text="تعمل التحلية بالشمس")
    other = comes(make_article, "سوق السمك")
    follow = searched(layla, "تحلية الشمس")
    why = reasons_on_the_page(layla)
    assert why[answers.pk][0] == Reason("follow_search", follow.key)
    assert "follow_search" not in {reason.key for reason in why[other.pk]}
    names = reasons.names_for(why[answers.pk], "ar", layla)
    with translation.override("en"):
        said = reasons.sentence(why[answers.pk][0], names)
    assert said == "You follow the search: \u2068تحلية الشمس\u2069"


def test_what_answers_is_not_drowned_by_what_is_newer(layla: Reader, make_article: Make) -> None:
    old = make_article("تحلية الماء", published_at=timezone.now() - timedelta(days=2))
    for number in range(200):
        comes(make_article, f"خبر {number}")
    assert old.pk not in reasons_on_the_page(layla)
    searched(layla, "تحلية")
    assert old.pk in reasons_on_the_page(layla)


def test_what_answers_in_another_language_is_offered_too(layla: Reader, make_article: Make) -> None:
    for number in range(20):
        comes(make_article, f"خبر {number}")
    english = comes(make_article, "Desalination begins", language="en", direction="ltr")
    assert english.pk not in reasons_on_the_page(layla)
    searched(layla, "desalination")
    assert english.pk in reasons_on_the_page(layla)


def test_nothing_muted_and_nothing_of_others_comes_by_a_search(
    layla: Reader, karim: Reader, make_article: Make, make_source: Callable[..., Source]
) -> None:
    comes(make_article, "تحلية ومباراة")
    comes(make_article, "تحلية خاصة", source=make_source("بريد كريم", visibility="private", owner=karim))
    services.mute(layla, "word", "مباراة", now=timezone.now())
    searched(layla, "تحلية")
    assert reasons_on_the_page(layla) == {}


def test_a_page_bears_ten_searches_the_newest_and_three_with_filters(
    layla: Reader, make_article: Make, make_source: Callable[..., Source]
) -> None:
    articles = [comes(make_article, f"Word{number}", language="en") for number in range(12)]
    for number in range(12):
        searched(layla, f"word{number}")
    found = searches.found(layla, [one.key for one in services.searches_of(layla)], now=timezone.now())
    assert set(found) == {article.pk for article in articles[2:]}
    filtered = [f"lang:en word{number}" for number in range(5)]
    assert len(searches.found(layla, filtered, now=timezone.now())) == 3
    odd = ["source:nobody word1", "-lang:en -lang:ar word2", "lang:en -word3"]
    assert {key for keys in searches.found(layla, odd, now=timezone.now()).values() for key in keys} == {odd[2]}


def test_an_article_may_answer_several_searches(layla: Reader, make_article: Make) -> None:
    article = comes(make_article, "تحلية السمك")
    assert searches.found(layla, ["تحلية", "السمك", "-تحلية", "", "غيرها"], now=timezone.now()) == {
        article.pk: ("تحلية", "السمك")
    }
