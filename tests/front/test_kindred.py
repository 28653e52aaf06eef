"""What the readers of an article have in common, on the shelf."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core.rank import texts
from nashra.front.models import Lesson, Signal
from nashra.front.shelf import building
from nashra.front.shelf.kindred import Drawn, Kindred
from nashra.front.shelf.popularity import Tallied
from nashra.news.models import Article, Source

pytestmark = pytest.mark.django_db
WATER = ("الأمطار تملأ السدود", "السدود والري", "الآبار والأمطار والسدود", "الري من الآبار")
GOALS = ("هدف في المباراة", "مباراة الدوري", "الدوري والمباراة والهدف", "هدف في الدوري")


@pytest.fixture
def articles() -> list[Article]:
    source = Source.objects.create(url="https://example.org/feed", title="الصحيفة")
    now = timezone.now()
    return [
        Article.objects.create(
            source=source, guid=f"{number}", url=f"https://example.org/{number}", title=f"{title} {number}",
            language="ar", published_at=now - timedelta(hours=number + 1), content_hash=f"{number}",
        )
        for number, title in enumerate(WATER * 3 + GOALS * 3)
    ]  # fmt: skip


@pytest.fixture
def readers(articles: list[Article]) -> list[Reader]:
    """Six who read of water, six who read of goals."""
    found = [Reader.objects.create(email=f"r{number}@example.org") for number in range(12)]
    for number, reader in enumerate(found):
        for title in WATER if number < 6 else GOALS:
            Lesson.objects.create(
                reader=reader, title=title, weight=1, terms=texts.packed(texts.counted(title, "", "ar"))
            )
    return found


def opened(reader: Reader, article: Article, what: str = "open") -> None:
    Signal.objects.create(reader=reader, article=article, what=what)


def drawn(now: datetime) -> tuple[building.Shelf, np.ndarray, np.ndarray]:
    shelf = building.built(building.empty(), Tallied(), now)
    found = Kindred().drawn(shelf.statistics, now - timedelta(days=7), now)
    return shelf, found.ids, found.rows


def test_readers_of_a_piece_draw_it_to_what_they_read(articles: list[Article], readers: list[Reader]) -> None:
    for number, reader in enumerate(readers):
        opened(reader, articles[0 if number < 6 else 20])
        opened(reader, articles[0 if number < 6 else 20])  # once more changes nothing
    shelf, ids, rows = drawn(timezone.now())
    assert ids.tolist() == sorted([articles[0].pk, articles[20].pk])
    water = shelf.large.gists[shelf.large.segment.ids == articles[1].pk][0]
    assert rows[0] @ water > 0.05 > -0.05 > rows[1] @ water


def test_who_does_not_let_themselves_be_known_is_not_counted(articles: list[Article], readers: list[Reader]) -> None:
    for reader in readers:
        opened(reader, articles[0])
    Reader.objects.update(personalise=False)
    assert not len(drawn(timezone.now())[1])


def test_only_opens_of_the_last_days_count(articles: list[Article], readers: list[Reader]) -> None:
    opened(readers[0], articles[0])
    opened(readers[0], articles[1], "hide")
    Signal.objects.filter(article=articles[0]).update(at=timezone.now() - timedelta(days=9))
    assert not len(drawn(timezone.now())[1])


def test_the_pools_of_a_shelf_know_what_draws_readers(articles: list[Article], readers: list[Reader]) -> None:
    now = timezone.now()
    for number, reader in enumerate(readers):
        opened(reader, articles[0 if number < 6 else 20])
    shelf, ids, rows = drawn(now)
    pool = replace(shelf, drawn=Drawn(ids, rows)).pools(now)[0]
    assert pool.drawn_rows is not None
    known = {int(pk): int(row) for pk, row in zip(pool.ids, pool.drawn_rows, strict=True) if row >= 0}
    assert known == {int(pk): row for row, pk in enumerate(ids)}
    assert pool.take(np.arange(len(pool))[::-1]).drawn_rows.tolist() == pool.drawn_rows[::-1].tolist()
