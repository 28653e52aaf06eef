"""What a rule hides is offered nowhere: pages, lists, searches, counts and letters; what was kept or read stays."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from nashra.accounts.models import Reader
from nashra.front import candidates, services
from nashra.front.muting import muting_of
from nashra.library import services as library
from nashra.news.filters.applying import apply
from nashra.news.filters.services import add_rule
from nashra.news.models import Article, Source, Story
from nashra.newsletters.delivery import choosing

Make = Callable[..., Article]
SignIn = Callable[[Reader], Client]
TITLE = "نهائي الكأس في الملعب"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    """The clock of the pages stands at the articles' morning."""
    from django.utils import timezone

    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def hidden(layla: Reader, karim: Reader, make_article: Make, now: datetime) -> Article:
    """An article that Layla's rule has hidden; it has a topic, and there is other news."""
    add_rule(layla, "title:كأس then hide", now=now - timedelta(days=1))
    others = [make_article(f"خبر رقم {n}", hours=n / 2, topics=("sport",), first_seen_at=now) for n in range(20)]
    article = make_article(TITLE, topics=("sport",), first_seen_at=now)
    apply([article.pk, *(other.pk for other in others)], now=now)
    return article


def seen(client: Client, address: str) -> bool:
    """Whether the article stands on a page that is there."""
    answer = client.get(address)
    assert answer.status_code == 200
    return TITLE in answer.content.decode().replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize("address", ["/", "/latest", "/topic/sport", "/source/{source}"])
def test_no_list_offers_it_but_to_others(
    address: str, hidden: Article, layla: Reader, karim: Reader, sign_in: SignIn
) -> None:
    path = address.format(source=hidden.source_id)
    assert not seen(sign_in(layla), path)
    assert seen(sign_in(karim), path)


def test_a_page_that_was_made_before_loses_it_at_once(
    layla: Reader, make_article: Make, now: datetime, sign_in: SignIn
) -> None:
    article = make_article(TITLE, hours=0, first_seen_at=now)
    for n in range(15):
        make_article(f"خبر رقم {n}")
    client = sign_in(layla)
    assert seen(client, "/")
    add_rule(layla, "title:كأس then hide", now=now)
    apply([article.pk], now=now)
    assert not seen(client, "/")


def test_a_search_counts_it_apart_and_shows_it_when_asked(hidden: Article, layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    assert not seen(client, "/search?q=الملعب")
    assert seen(client, "/search?q=الملعب&muted=show")


def test_no_digest_brings_it(hidden: Article, layla: Reader, karim: Reader, now: datetime) -> None:
    for reader, expected in ((layla, False), (karim, True)):
        chosen = choosing.choose(reader, 30, choosing.Sent(), now)
        assert (hidden.pk in [article.pk for article in chosen.articles]) is expected


def test_it_is_not_counted_as_unread(hidden: Article, layla: Reader, karim: Reader) -> None:
    source = hidden.source_id
    assert services.unread_by_source(karim, [source])[source] == 1 + services.unread_by_source(layla, [source])[source]


def test_a_story_is_told_by_one_source_less(
    layla: Reader, karim: Reader, make_story: Callable[..., Story], make_source: Callable[..., Source],
    make_article: Make, now: datetime, sign_in: SignIn,
) -> None:  # fmt: skip
    story = make_story("القطار الليلي", sources=3)
    article = make_article(TITLE, source=make_source("ملاعب"), story=story, first_seen_at=now)
    add_rule(layla, "title:كأس then hide", now=now)
    apply([article.pk], now=now)
    counts = {}
    for reader in (layla, karim):
        wishes = candidates.wishes_of(reader, now)
        offered = candidates.for_reader(reader, wishes, muting_of(reader, now), now)
        counts[reader] = set(offered.story_sources[offered.stories == story.pk].tolist())
    assert counts == {layla: {3}, karim: {4}}
    other = Article.objects.filter(story=story).exclude(pk=article.pk).earliest("pk")
    assert not seen(sign_in(layla), f"/article/{other.pk}")
    assert seen(sign_in(karim), f"/article/{other.pk}")


def test_what_was_read_or_saved_stays_where_the_reader_left_it(
    layla: Reader, make_article: Make, now: datetime, sign_in: SignIn
) -> None:
    article = make_article(TITLE, first_seen_at=now)
    services.opened(layla, article, now=now)
    library.save(layla, article, now=now)
    add_rule(layla, "title:كأس then hide", now=now)
    apply([article.pk], now=now)
    client = sign_in(layla)
    assert seen(client, "/history")
    assert seen(client, "/saved?shelf=all")
    assert seen(client, f"/article/{article.pk}")
