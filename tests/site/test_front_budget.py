"""What the front page may cost: database queries and bytes, however much news there is. Time is `bench/page.py`'s."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.front import services as front
from nashra.front import shelf
from nashra.front.models import Edition, Follow, Interest, Kind, Mark, Mute
from nashra.news import terms
from nashra.news.models import Article, Source, Story, Subscription, Topic, Visibility

SignIn = Callable[[Reader], Client]
ARTICLES, SOURCES, QUERIES, BYTES = 300, 12, 30, 60_000
SENTENCE = "أعلنت البلدية أن محطة التحلية الجديدة في مرسى النخيل تبدأ العمل قبل نهاية الشهر وفق ما قاله المهندس المشرف"
WORDS = SENTENCE.split()


@pytest.fixture
def news(layla: Reader) -> None:
    """Three hundred articles of two days by twelve sources; what Layla follows, mutes, read and is thought to like."""
    topics = Topic.objects.bulk_create(
        [Topic(key=f"topic {n}", name=f"موضوع {n}", is_catalogue=True) for n in range(8)]
    )
    sources = Source.objects.bulk_create(
        Source(
            url=f"https://paper-{n}.example.org/feed", title=f"صحيفة المدينة {n}", language="ar",
            visibility=Visibility.PAPER if n % 3 else Visibility.LISTED, fetched_at=timezone.now(),
        )
        for n in range(SOURCES)
    )  # fmt: skip
    articles = _articles(sources)
    through = Article.topics.through
    through.objects.bulk_create(
        through(article_id=article.pk, topic_id=topics[(n + step) % 8].pk)
        for n, article in enumerate(articles)
        for step in (0, 3)
    )
    terms.store([article.pk for article in articles])
    _history(layla, topics, sources, articles)


def _articles(sources: list[Source]) -> list[Article]:
    now = timezone.now()
    stories = Story.objects.bulk_create([Story(started_at=now, moved_at=now) for _ in range(10)])
    return Article.objects.bulk_create(
        Article(
            source=sources[n % SOURCES], guid=f"{n:064x}", canonical_key=f"{n:064x}", language="ar",
            url=f"https://paper.example.org/{n}", image_url=f"https://paper.example.org/{n}.jpg",
            title=" ".join(WORDS[n % 9 : n % 9 + 9]) + f" {n}", summary=" ".join(WORDS * 2), author="سليم العرّادي",
            minutes=1 + n % 9, published_at=now - timedelta(minutes=9 * n), first_seen_at=now,
            story=stories[n // 6] if n < 60 else None,
        )
        for n in range(ARTICLES)
    )  # fmt: skip


def _history(reader: Reader, topics: list[Topic], sources: list[Source], articles: list[Article]) -> None:
    now = timezone.now()
    Subscription.objects.bulk_create(Subscription(reader=reader, source=source) for source in sources[:6])
    for topic in topics[:3]:
        Follow.objects.create(reader=reader, kind=Kind.TOPIC, key=topic.key, label=topic.name)
        Interest.objects.create(reader=reader, kind=Kind.TOPIC, key=topic.key, label=topic.name, weight=3, opened=9)
    Follow.objects.create(reader=reader, kind=Kind.WORD, key="التحلية", label="التحلية")
    Interest.objects.create(reader=reader, kind=Kind.SOURCE, key=str(sources[0].pk), label="صحيفة", weight=2, opened=5)
    for text in ("التحلية", "البلدية -مباراة", "محطة OR المهندس", "lang:ar الشهر", "title:المشرف since:2026"):
        front.follow(reader, "search", text, now=now)
    Mute.objects.create(reader=reader, kind=Kind.TOPIC, key=topics[7].key, label=topics[7].name)
    Mute.objects.create(reader=reader, kind=Kind.WORD, key="مباراة", label="مباراة")
    Mark.objects.bulk_create(Mark(reader=reader, article=article, read_at=now) for article in articles[4:40:4])


@pytest.mark.usefixtures("news")
def test_a_new_front_page_takes_at_most_thirty_queries(layla: Reader, sign_in: SignIn, settings: LazySettings) -> None:
    """With the shelf of live articles as a worker keeps it, in a process that has served a page before."""
    settings.SHELF_LATE = 180
    shelf.refresh(timezone.now())
    browser = sign_in(layla)
    browser.get("/")
    Edition.objects.all().delete()
    Reader.objects.update(seen_at=None, visit_at=None)
    with _counted() as queries:
        answer = browser.get("/")
    assert answer.status_code == 200
    assert len(Edition.objects.get(reader=layla).items) >= 20
    assert len(queries) <= QUERIES, "\n".join(query["sql"][:150] for query in queries)


@pytest.mark.usefixtures("news")
def test_the_same_front_page_again_takes_fewer_queries(layla: Reader, sign_in: SignIn) -> None:
    browser = sign_in(layla)
    browser.get("/")
    with _counted() as queries:
        browser.get("/")
    assert len(queries) <= QUERIES - 8, "\n".join(query["sql"][:150] for query in queries)


@pytest.mark.usefixtures("news")
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_front_page_weighs_less_than_sixty_kilobytes(language: str, layla: Reader, sign_in: SignIn) -> None:
    Reader.objects.filter(pk=layla.pk).update(language=language)
    page = sign_in(layla).get("/").content
    assert page.count(b'class="why"') >= 15
    assert len(page) < BYTES


@pytest.mark.usefixtures("news")
def test_a_page_has_one_stylesheet_and_no_other_script_than_ours(layla: Reader, sign_in: SignIn) -> None:
    page = sign_in(layla).get("/").content.decode()
    assert len(re.findall(r'<link[^>]+rel="stylesheet"', page)) == 1
    assert re.findall(r"<script\b([^>]*)>", page) == [' src="/static/nashra.js" defer']
    assert "<style" not in page


def _counted() -> CaptureQueriesContext:
    from django.db import connection

    return CaptureQueriesContext(connection)
