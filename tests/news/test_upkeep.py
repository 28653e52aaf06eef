"""Old articles leave, saved ones stay; histories are cut; the database counts its rows."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.news import registry, upkeep
from nashra.news.models import Article, Fetch, Source, Story, Tombstone, Topic, Visibility
from nashra.news.services import subscribe, unsubscribe


@pytest.fixture
def source(db: None) -> Source:
    """A source with an article of every hundred days."""
    made = Source.objects.create(url="http://site.example/feed")
    for number in range(3):
        at = timezone.now() - timedelta(days=100 * number)
        Article.objects.create(source=made, guid=str(number), title=f"{number}", published_at=at, first_seen_at=at)
    return made


@pytest.fixture
def keep() -> Iterator[set[int]]:
    """Ids that somebody saved."""
    kept: set[int] = set()

    def keeper(ids: list[int]) -> set[int]:
        return kept & set(ids)

    registry.keepers.append(keeper)
    yield kept
    registry.keepers.remove(keeper)


def titles() -> list[str]:
    return list(Article.objects.order_by("pk").values_list("title", flat=True))


def test_unsaved_articles_leave_after_the_retention_time_and_do_not_come_back(source: Source, settings: Any) -> None:
    settings.NASHRA_RETENTION_DAYS = 90
    assert upkeep.let_go(timezone.now()) == 2
    assert titles() == ["0"]
    assert set(Tombstone.objects.values_list("source", "guid")) == {(source.pk, "1"), (source.pk, "2")}


def test_what_somebody_saved_stays(source: Source, keep: set[int]) -> None:
    keep.add(Article.objects.get(title="2").pk)
    upkeep.let_go(timezone.now())
    assert titles() == ["0", "2"]


def test_the_paper_s_own_articles_stay(source: Source) -> None:
    Source.objects.update(is_own=True)
    assert upkeep.let_go(timezone.now()) == 0


def test_an_old_article_of_a_source_added_today_stays(source: Source) -> None:
    Article.objects.update(first_seen_at=timezone.now())
    assert upkeep.let_go(timezone.now()) == 0


def test_a_keeper_that_fails_keeps_everything(source: Source) -> None:
    def fails(ids: list[int]) -> set[int]:
        raise RuntimeError("a fault of another app")

    registry.keepers.append(fails)
    try:
        assert upkeep.let_go(timezone.now()) == 0
    finally:
        registry.keepers.remove(fails)


def test_of_each_source_the_last_fifty_fetches_are_kept(source: Source) -> None:
    other = Source.objects.create(url="http://other.example/feed")
    now = timezone.now()
    Fetch.objects.bulk_create(
        Fetch(source=one, at=now - timedelta(minutes=n), outcome="new", added=n)
        for one, count in ((source, 70), (other, 10))
        for n in range(count)
    )
    assert upkeep.trim_histories() == 20
    assert sorted(source.fetches.values_list("added", flat=True)) == list(range(50))
    assert other.fetches.count() == 10


def test_stories_and_topics_without_articles_go(source: Source) -> None:
    now = timezone.now()
    told, empty = (Story.objects.create(started_at=now, moved_at=now) for _ in range(2))
    Article.objects.filter(title="0").update(story=told)
    used, unused = Topic.objects.create(key="ميناء", name="ميناء"), Topic.objects.create(key="x", name="x")
    Article.objects.get(title="0").topics.add(used)
    upkeep.sweep_up(now)
    assert list(Story.objects.all()) == [told]
    assert list(Topic.objects.all()) == [used]
    assert empty != told
    assert unused != used


def test_a_private_source_goes_some_time_after_its_reader_left_it(layla: Reader) -> None:
    made = Source.objects.create(url="http://x.example/?token=1", owner=layla, visibility=Visibility.PRIVATE)
    subscribe(layla, made)
    unsubscribe(layla, made)
    upkeep.sweep_up(timezone.now())
    assert Source.objects.count() == 1  # there is time to change one's mind
    upkeep.sweep_up(timezone.now() + timedelta(days=2))
    assert Source.objects.count() == 0


def test_the_nightly_round_runs(source: Source) -> None:
    upkeep.nightly()
    assert titles() == ["0"]
