"""What a reader says of their taste: it is named in their language, and it holds at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from nashra.accounts.models import Reader
from nashra.front import services
from nashra.front.models import Edition
from nashra.front.muting import muting_of
from nashra.news.models import Article, Topic

Make = Callable[..., Article]
SignIn = Callable[[Reader], Client]


@pytest.fixture
def sport(make_article: Make) -> Topic:
    """A topic of the catalogue whose row still bears an Arabic feed's word for it."""
    make_article("نتيجة المباراة", topics=("sport",))
    Topic.objects.filter(key="sport").update(name="رياضة")
    return Topic.objects.get(key="sport")


@pytest.mark.parametrize(("route", "button"), [("mute", "Unmute"), ("follow", "Stop following")])
def test_an_english_reader_is_told_of_a_topic_by_its_english_name(
    sofia: Reader, sport: Topic, sign_in: SignIn, route: str, button: str
) -> None:
    page = sign_in(sofia).post(f"/{route}", {"what": "topic:sport"}, follow=True).content.decode()
    assert "“Sport”" in page
    assert f'{button}<span class="visually-hidden">: Sport</span>' in page
    assert "رياضة" not in page


def test_a_topic_followed_in_another_language_is_named_in_the_one_read_now(
    sofia: Reader, sport: Topic, sign_in: SignIn, now: datetime
) -> None:
    for verb in (services.follow, services.mute):
        sofia.language = "ar"
        said = verb(sofia, "topic", "sport", now=now)
        assert said.label == "الرياضة"
        page = sign_in(sofia).get("/profile").content.decode()
        assert '<span class="visually-hidden">: Sport</span>' in page
        assert "رياضة" not in page
        sofia.language = "en"
        assert verb(sofia, "topic", "sport", now=now).label == "Sport"


def test_muting_makes_the_next_edition_due_at_once(layla: Reader, make_article: Make, now: datetime) -> None:
    for number in range(60):
        make_article(f"خبر {number}", topics=("sport",) if number < 30 else ("energy",), hours=number / 10)
    first = services.edition_for(layla, now=now)
    services.mute(layla, "topic", "sport", now=now)
    again = services.edition_for(layla, now=now + timedelta(minutes=1))
    assert again.edition_id != first.edition_id
    sport = set(Article.objects.filter(topics__key="sport").values_list("pk", flat=True))
    left_over = [item for item in first.items if item.article_id not in sport]
    assert len(again.items) > len(left_over)
    assert sport.isdisjoint(item.article_id for item in again.items)


def test_what_is_muted_leaves_the_frozen_edition_itself(layla: Reader, make_article: Make, now: datetime) -> None:
    muted, other = make_article("نتيجة المباراة", topics=("sport",)), make_article("محطة التحلية", topics=("energy",))
    services.edition_for(layla, now=now)
    services.mute(layla, "topic", "sport", now=now)
    frozen = services.last_edition(layla, now=now, muting=muting_of(layla, now))
    assert [item.article_id for item in frozen.items] == [other.pk]
    assert muted.pk in {row[0] for row in Edition.objects.get().items}


def test_an_editor_is_told_that_others_see_the_names_they_follow(nadia: Reader, layla: Reader, sign_in: SignIn) -> None:
    told = "تُعرض تحت المقالات لكل القرّاء"
    assert told in sign_in(nadia).get("/profile").content.decode()
    assert told not in sign_in(layla).get("/profile").content.decode()
