"""What editors set on the front page: for how long, of which sources, and who does not see it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from nashra.accounts.models import Reader
from nashra.front import services
from nashra.front.models import Pick
from nashra.front.services.picks import HOURS, MOST, PickError, forget_ended, picked_now, picks_now
from nashra.news.models import Article, Source, Visibility

Make = Callable[..., Article]


@pytest.fixture
def chosen(make_article: Make, make_source: Callable[..., Source]) -> Article:
    """An old piece of the paper's own choice, among twenty newer ones of other sources."""
    for number in range(20):
        make_article(f"خبر {number}", source=make_source(f"مصدر {number}", visibility=Visibility.PAPER), hours=1)
    return make_article("تحقيق", source=make_source("نشرة الساحل", visibility=Visibility.PAPER), hours=60)


@pytest.mark.parametrize("hours", HOURS)
def test_a_pick_comes_down_by_itself(nadia: Reader, chosen: Article, now: datetime, hours: int) -> None:
    services.pick(nadia, chosen, hours=hours, now=now)
    last = now + timedelta(hours=hours)
    assert picked_now(now=last - timedelta(seconds=1)) == {chosen.pk: last}
    assert picked_now(now=last) == {}
    assert picks_now(now=last) == []


def test_picking_again_moves_the_end_and_taking_down_ends_it(nadia: Reader, chosen: Article, now: datetime) -> None:
    services.pick(nadia, chosen, hours=6, now=now)
    services.pick(nadia, chosen, hours=72, now=now)
    assert Pick.objects.get().until == now + timedelta(hours=72)
    services.take_down(chosen)
    assert picked_now(now=now) == {}


@pytest.mark.parametrize("visibility", [Visibility.LISTED, Visibility.PRIVATE])
def test_only_the_papers_own_choice_of_sources_can_be_picked(
    nadia: Reader, make_article: Make, make_source: Callable[..., Source], now: datetime, visibility: str
) -> None:
    article = make_article("خبر", source=make_source(visibility=visibility))
    with pytest.raises(PickError):
        services.pick(nadia, article, hours=24, now=now)
    assert not Pick.objects.exists()


@pytest.mark.parametrize("hours", [0, -6, 7, 10**9])
def test_a_pick_has_one_of_three_lengths(nadia: Reader, chosen: Article, now: datetime, hours: int) -> None:
    with pytest.raises(PickError):
        services.pick(nadia, chosen, hours=hours, now=now)


def test_a_page_is_not_made_of_picks(nadia: Reader, chosen: Article, now: datetime) -> None:
    others = Article.objects.exclude(pk=chosen.pk)[:MOST]
    for article in others:
        services.pick(nadia, article, hours=24, now=now)
    with pytest.raises(PickError):
        services.pick(nadia, chosen, hours=24, now=now)
    services.pick(nadia, others[0], hours=72, now=now)  # one that is there already
    services.pick(nadia, chosen, hours=24, now=now + timedelta(hours=25))


def test_a_source_that_is_private_from_now_on_has_no_picks(nadia: Reader, chosen: Article, now: datetime) -> None:
    services.pick(nadia, chosen, hours=24, now=now)
    Source.objects.filter(pk=chosen.source_id).update(visibility=Visibility.PRIVATE)
    assert picked_now(now=now) == {}


def test_a_picked_piece_stands_on_the_pages_of_all_and_says_so(
    nadia: Reader, layla: Reader, chosen: Article, now: datetime
) -> None:
    services.pick(nadia, chosen, hours=24, now=now)
    for shown in (services.edition_for(layla, now=now), services.general_edition(now=now)):
        (item,) = (item for item in shown.items if item.article_id == chosen.pk)
        assert "picked" in {reason.key for reason in item.reasons}


def test_who_muted_its_source_does_not_see_a_picked_piece(
    nadia: Reader, layla: Reader, chosen: Article, now: datetime
) -> None:
    services.pick(nadia, chosen, hours=24, now=now)
    services.mute(layla, "source", str(chosen.source_id), now=now)
    assert chosen.pk not in [item.article_id for item in services.edition_for(layla, now=now).items]


def test_picks_of_long_ago_leave_at_night(nadia: Reader, chosen: Article, now: datetime) -> None:
    services.pick(nadia, chosen, hours=24, now=now)
    assert forget_ended(now=now + timedelta(days=7)) == 0
    assert forget_ended(now=now + timedelta(days=9)) == 1
