"""A story of very many pieces: what a front page says of it is the same, however few of them it looks at."""

import random
from collections.abc import Callable, Sequence
from datetime import datetime

import pytest
from django.db import connection

from nashra.accounts.models import Reader
from nashra.front.models import Kind, Mute
from nashra.front.muting import Muting, muting_of
from nashra.news import access
from nashra.news.models import Article, Source, Story, Visibility
from nashra.site.pages import cards

Make = Callable[..., Article]
MakeSource = Callable[..., Source]


@pytest.fixture
def sources(make_source: MakeSource, layla: Reader, karim: Reader) -> list[Source]:
    """Nine of them, two of which are private, Layla's and Karim's."""
    made = [make_source(f"صحيفة {number}") for number in range(9)]
    for source, owner in zip(made[:2], (layla, karim), strict=True):
        source.visibility, source.owner = Visibility.PRIVATE, owner
        source.save()
    return made


@pytest.fixture
def articles(sources: list[Source], make_article: Make, now: datetime) -> list[Article]:
    """One of each of four stories, which have from a few to forty-eight pieces, mostly of the same sources."""
    dice, found = random.Random(11), []
    for length in (3, 11, 24, 48):
        story = Story.objects.create(started_at=now, moved_at=now)
        told = [
            make_article(
                f"سوق النخيل {'مباراة' if dice.random() < 0.2 else 'خبر'} {at}",
                source=sources[min(8, int(dice.expovariate(0.5)))], story=story, hours=at + dice.random(),
            )
            for at in range(length)
        ]  # fmt: skip
        found.append(dice.choice(told))
    return found


def _plainly(reader: Reader, articles: Sequence[Article], muting: Muting) -> dict[int, list[int]]:
    """The newest three of other sources, from all pieces of each story."""
    found: dict[int, list[int]] = {}
    for article in articles:
        told = muting.limit(muting.firsts(access.visible_articles(reader).filter(story=article.story_id), reader))
        known: dict[int, int] = {}
        for one in muting.keep(told.exclude(pk__in=[a.pk for a in articles]).order_by("-published_at", "-pk")):
            if one.source_id != article.source_id:
                known.setdefault(one.source_id, one.pk)
        found[article.pk] = list(known.values())[:3]
    return found


@pytest.mark.parametrize("looked_at", [1, 4, 12, 100])
def test_other_sources_are_the_same_however_many_pieces_are_looked_at(
    looked_at: int, layla: Reader, sources: list[Source], articles: list[Article], now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    Mute.objects.create(reader=layla, kind=Kind.WORD, key="مباراة", label="مباراة")
    Mute.objects.create(reader=layla, kind=Kind.SOURCE, key=str(sources[3].pk), label="صحيفة 3")
    monkeypatch.setattr(cards, "LOOKED_AT", looked_at)
    muting = muting_of(layla, now)
    shown = cards._others(layla, articles, muting)
    assert {pk: [one.pk for one in others] for pk, others in shown.items()} == _plainly(layla, articles, muting)
    assert {one.source_id for others in shown.values() for one in others}.isdisjoint({sources[1].pk, sources[3].pk})


def test_some_rows_are_found_by_the_index_that_holds_them_alone(articles: list[Article], now: datetime) -> None:
    """SQLite goes through all rows where the condition of an index is not written as it wants it."""
    told = Article.objects.filter(story=articles[0].story_id).order_by("-published_at")
    assert "TEMP" not in told.explain() or connection.vendor != "sqlite"
    originals = Article.objects.filter(duplicate_of=None, pk__in=[one.pk for one in articles])
    assert "article_copies" not in originals.explain()
    if connection.vendor == "sqlite":
        assert "article_told" in told.explain()
        assert "article_copies" in Article.objects.filter(duplicate_of=articles[0]).explain()
        assert "page_awaited" in Article.objects.filter(page_due_at__lte=now).explain()
