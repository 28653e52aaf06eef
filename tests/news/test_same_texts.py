"""One text in several sources: which stands for the others, and who may see what."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.news.copies import portions
from nashra.news.models import Article, ArticleText, Source, Visibility
from nashra.news.services import set_visibility
from nashra.news.stories import Stories

PAIRS = json.loads((Path(__file__).parents[1] / "data" / "stories" / "copies.json").read_text("utf-8"))
SOME = [row for row in PAIRS if row["language"] == "ar" or "quotes" in row["why"]]
REPORT = next(row["original"] for row in PAIRS if row["language"] == "ar")
Print = Callable[..., Article]


@pytest.fixture
def published(db: None) -> Print:
    """Makes an article with the agency's report, each of another source unless one is named."""

    def make(
        minutes: int = 0, *, title: str = REPORT["title"], text: str = REPORT["text"], **source: object
    ) -> Article:
        number = Article.objects.count() + 1
        own = source.pop("of", None)
        made = own or Source.objects.create(url=f"http://site{number}.example/feed", **source)
        at = timezone.now() - timedelta(minutes=minutes)
        article = Article.objects.create(
            source=made, guid=str(number), title=title, language="ar", published_at=at, first_seen_at=at
        )
        ArticleText.objects.create(article=article, text=text)
        return article

    return make


def originals() -> dict[int, int | None]:
    return dict(Article.objects.order_by("pk").values_list("pk", "duplicate_of"))


@pytest.mark.django_db
@pytest.mark.parametrize("row", SOME, ids=[row["why"] for row in SOME])
def test_copies_in_rows_are_those_of_the_pairs(row: dict[str, object], published: Print) -> None:
    first = published(20, **row["original"])
    second = published(10, **row["other"])
    Stories().update(timezone.now())
    assert originals() == {first.pk: None, second.pk: first.pk if row["copy"] else None}


def test_the_first_published_stands_for_those_that_came_with_it(published: Print) -> None:
    late, early, between = published(1), published(9), published(5)
    Stories().update(timezone.now())
    assert originals() == {late.pk: early.pk, early.pk: None, between.pk: early.pk}
    assert set(Article.objects.exclude(duplicate_of=None).values_list("duplicate_why", flat=True)) == {"text"}


def test_what_came_a_moment_ago_gives_way_to_the_first_published_with_its_copies(published: Print) -> None:
    stories, second, copy = Stories(), published(5), published(3)
    stories.update(timezone.now())
    first = published(10)
    stories.update(timezone.now())
    assert originals() == {second.pk: first.pk, copy.pk: first.pk, first.pk: None}


def test_what_was_shown_for_long_is_not_turned_round(published: Print) -> None:
    stories, shown = Stories(), published(60)
    stories.update(timezone.now())
    earlier = published(90)
    stories.update(timezone.now())
    assert originals() == {shown.pk: None, earlier.pk: shown.pk}


def test_the_papers_own_article_stands_for_all_others_and_is_never_a_copy(published: Print) -> None:
    stories, agency = Stories(), published(60, visibility=Visibility.PAPER)
    stories.update(timezone.now())
    own = published(1, visibility=Visibility.PAPER, is_own=True)
    stories.update(timezone.now())
    assert originals() == {agency.pk: own.pk, own.pk: None}


def test_one_source_that_prints_a_text_twice_has_two_articles(published: Print) -> None:
    first = published(9)
    second = published(3, of=first.source)
    Stories().update(timezone.now())
    assert originals() == {first.pk: None, second.pk: None}


def test_many_alike_of_the_same_source_hide_no_copy_of_another(published: Print) -> None:
    agency = published(90)
    paper = published(80, text=f"{REPORT['text']} مندوبنا في الميناء.")
    for minutes in range(70, 60, -1):
        published(minutes, title=f"تحديث {minutes}: العبّارة تعود", text=f"{REPORT['text']} {minutes}.", of=paper.source)
    last = published(1, text=f"{REPORT['text']} مندوبنا في الميناء.", of=paper.source)
    Stories().update(timezone.now())
    assert originals()[last.pk] == agency.pk


def test_no_text_points_at_a_private_article_and_a_private_one_points_at_a_shared(
    published: Print, layla: Reader
) -> None:
    private = published(20, visibility=Visibility.PRIVATE, owner=layla)
    shared = published(10)
    Stories().update(timezone.now())
    assert originals() == {private.pk: None, shared.pk: None}
    later = published(5, visibility=Visibility.PRIVATE, owner=layla)
    Stories().update(timezone.now())
    assert originals()[later.pk] == shared.pk


def test_a_text_that_visitors_may_see_is_not_hidden_behind_a_listed_one(published: Print) -> None:
    listed, paper = published(9), published(3, visibility=Visibility.PAPER)
    Stories().update(timezone.now())
    assert originals() == {listed.pk: paper.pk, paper.pk: None}


def test_an_old_listed_text_and_a_later_one_of_the_paper_are_both_shown(published: Print) -> None:
    stories, listed = Stories(), published(60)
    stories.update(timezone.now())
    paper = published(3, visibility=Visibility.PAPER)
    stories.update(timezone.now())
    assert originals() == {listed.pk: None, paper.pk: None}


def test_copies_of_a_source_that_leaves_the_paper_are_one_text_again(published: Print) -> None:
    first, second, third = (published(9 - n, visibility=Visibility.PAPER) for n in range(3))
    listed = published(1)
    Stories().update(timezone.now())
    set_visibility(first.source, Visibility.LISTED)
    assert originals() == {first.pk: None, second.pk: None, third.pk: second.pk, listed.pk: first.pk}


def test_looking_again_or_in_another_process_changes_nothing(published: Print) -> None:
    for minutes in (9, 5, 1):
        published(minutes)
    stories = Stories()
    stories.update(timezone.now())
    before = originals()
    stories.update(timezone.now())
    Stories().update(timezone.now())
    assert originals() == before


def test_what_is_deleted_meanwhile_is_no_original(published: Print, now: datetime) -> None:
    stories, first = Stories(), published(60)
    stories.update(timezone.now())
    first.source.delete()
    left = published(3)
    stories.update(timezone.now())
    assert originals() == {left.pk: None}


@pytest.mark.parametrize("count", [0, 1, 2, 3, 200, 256, 257, 1_000])
def test_ids_are_asked_for_in_portions_of_few_different_lengths(count: int) -> None:
    ids = [7 * n + 1 for n in range(count)]
    found = list(portions(ids))
    assert [pk for some in found for pk in some if pk > 0] == ids
    assert {len(some) for some in found} <= {2**n for n in range(9)}
    assert all(len(set(some)) == len(some) for some in found)
