"""Sources and articles of the coast, made in one line each."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from nashra.news.models import Article, ArticleText, Source, Story, Topic

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
MakeSource = Callable[..., Source]
MakeArticle = Callable[..., Article]


@pytest.fixture
def now() -> datetime:
    """Tuesday morning."""
    return NOW


@pytest.fixture
def make_source(db: None) -> MakeSource:
    """A source; listed, in Arabic, already fetched."""

    def make(title: str = "صحيفة المرفأ", **more: object) -> Source:
        number = Source.objects.count() + 1
        values = {"url": f"http://feeds.example/{number}.xml", "language": "ar", "fetched_at": NOW}
        return Source.objects.create(title=title, **{**values, **more})

    return make


@pytest.fixture
def make_article(make_source: MakeSource) -> MakeArticle:
    """An article with its text; of the paper's first source unless told otherwise."""

    def make(title: str, *, hours: float = 1, topics: tuple[str, ...] = (), text: str = "", **more: object) -> Article:
        number = Article.objects.count() + 1
        source = more.pop("source", None) or Source.objects.first() or make_source()
        values = {
            "guid": f"g{number}", "url": f"http://news.example/{number}", "canonical_key": f"k{number}",
            "published_at": NOW - timedelta(hours=hours), "language": "ar", "direction": "rtl",
        }  # fmt: skip
        made = Article.objects.create(source=source, title=title, **{**values, **more})
        ArticleText.objects.create(article=made, html=f"<p>{text or title}</p>", text=text or title)
        for key in topics:
            made.topics.add(Topic.objects.get_or_create(key=key, defaults={"name": key, "is_catalogue": True})[0])
        return made

    return make


@pytest.fixture
def make_story(make_source: MakeSource, make_article: MakeArticle) -> Callable[..., Story]:
    """One event told by several sources."""

    def make(title: str, *, sources: int, hours: float = 2) -> Story:
        story = Story.objects.create(started_at=NOW - timedelta(hours=hours), moved_at=NOW)
        for number in range(sources):
            make_article(f"{title} {number}", source=make_source(f"مصدر {number}"), story=story, hours=hours)
        return story

    return make
