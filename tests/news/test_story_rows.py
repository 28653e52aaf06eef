"""Stories in rows: told by several sources, the same after a restart, nothing of private sources."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core.stories import grouping
from nashra.news import stories
from nashra.news.models import Article, ArticleText, Source, Story, Visibility
from nashra.news.stories import Stories, sources_of

BRIDGE = [
    ("افتتاح جسر مرسى النخيل بعد عامين من العمل", "افتتح وزير النقل جسر مرسى النخيل صباح الثلاثاء بعد عامين من العمل."),
    ("وزير النقل يفتتح جسر مرسى النخيل الجديد", "افتتح الوزير جسر مرسى النخيل الذي استغرق العمل فيه عامين."),
    ("جسر مرسى النخيل يفتح أمام السيارات", "بدأ عبور السيارات على جسر مرسى النخيل بعد افتتاح وزير النقل له الثلاثاء."),
]
OTHER = ("الفريق الأزرق يفوز بكأس الشاطئ", "فاز الفريق الأزرق بكأس الشاطئ بهدفين دون رد في المباراة النهائية.")
Tell = Callable[..., Article]


@pytest.fixture
def tell(db: None) -> Tell:
    """Makes an article, each of another source unless one is named."""
    number = 0

    def make(words: tuple[str, str], at: datetime, **source: object) -> Article:
        nonlocal number
        number += 1
        made = Source.objects.create(url=f"http://site{number}.example/feed", **source)
        article = Article.objects.create(
            source=made, guid=str(number), title=words[0], language="ar", published_at=at, first_seen_at=at
        )
        ArticleText.objects.create(article=article, text=words[1])
        return article

    return make


def test_one_event_told_by_several_sources_is_one_story(tell: Tell) -> None:
    now = timezone.now()
    told = [tell(words, now - timedelta(minutes=50 - 20 * n)) for n, words in enumerate(BRIDGE)]
    alone = tell(OTHER, now)
    Stories().update(now)
    story = Story.objects.get()
    assert set(story.articles.all()) == set(told)
    assert (story.started_at, story.moved_at) == (told[0].published_at, told[2].published_at)
    alone.refresh_from_db()
    assert alone.story is None


def test_a_story_grows_as_articles_come_in_and_survives_a_restart(tell: Tell) -> None:
    now = timezone.now()
    tell(BRIDGE[0], now - timedelta(minutes=40))
    tell(BRIDGE[1], now - timedelta(minutes=20))
    running = Stories()
    running.update(now)
    first = Story.objects.get()
    tell(BRIDGE[2], now)
    Stories().update(now)  # another process, which has to make its memory anew
    assert Story.objects.get() == first
    assert first.articles.count() == 3
    running.update(now)  # the first one finds that another has gone on, and agrees
    assert Story.objects.get() == first
    assert first.articles.count() == 3


def test_grouping_again_what_is_grouped_changes_nothing(tell: Tell) -> None:
    now = timezone.now()
    for words in BRIDGE:
        tell(words, now)
    stories = Stories()
    assert stories.update(now) == 3
    before = list(Article.objects.order_by("pk").values_list("pk", "story_id"))
    assert stories.update(now) == 0
    Stories().update(now)
    assert list(Article.objects.order_by("pk").values_list("pk", "story_id")) == before


def test_articles_of_private_sources_are_in_no_story(tell: Tell, layla: Reader) -> None:
    now = timezone.now()
    shared = [tell(words, now) for words in BRIDGE[:2]]
    private = tell(BRIDGE[2], now, visibility=Visibility.PRIVATE, owner=layla)
    Stories().update(now)
    private.refresh_from_db()
    assert private.story is None
    assert set(Story.objects.get().articles.all()) == set(shared)


def test_a_reader_and_a_visitor_see_the_part_of_a_story_that_is_theirs(tell: Tell, layla: Reader) -> None:
    now = timezone.now()
    paper = tell(BRIDGE[0], now - timedelta(minutes=9), visibility=Visibility.PAPER)
    listed = tell(BRIDGE[1], now)
    Stories().update(now)
    story = Story.objects.get()
    assert list(sources_of(story, layla)) == [paper, listed]
    assert list(sources_of(story, None)) == [paper]


def test_what_is_older_than_three_days_starts_no_story(tell: Tell) -> None:
    now = timezone.now()
    for words in BRIDGE:
        tell(words, now - timedelta(days=4))
    assert Stories().update(now) == 0
    assert Story.objects.count() == 0


def test_a_story_that_is_forgotten_while_others_come_in_stops_nobody(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories, "_REMEMBERED", 3)
    monkeypatch.setattr(grouping, "_SWEEP", 5)
    now, run = timezone.now(), Stories()
    for words in BRIDGE[:2]:
        tell(words, now - timedelta(hours=60))
    for words in ("بركان يثور في الشمال", "البرلمان يقر الموازنة", "العاصفة توقف العبارات", "بطل الشطرنج يفوز باللقب",
                  "البنك يخفض الفائدة", "اكتشاف كوكب جديد", "افتتاح معرض الكتاب", "وصول الشعلة إلى باريس"):  # fmt: skip
        tell((words, words), now)
    assert run.update(now) == 10
    assert run.update(now) == 0
