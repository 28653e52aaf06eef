"""Articles to save, and a small site on the loopback that can die."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from library_site import LONG, Site

from nashra.news import terms
from nashra.news.keys import address_key
from nashra.news.models import Article, ArticleText, Source

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    """Tuesday morning."""
    return NOW


@pytest.fixture
def source(db: None) -> Source:
    """صحيفة المرفأ, which any reader may follow."""
    return Source.objects.create(url="http://feeds.example/1.xml", title="صحيفة المرفأ", language="ar", fetched_at=NOW)


@pytest.fixture
def make_article(source: Source) -> Callable[..., Article]:
    """An article with a whole text, so that its page is not wanted."""

    def make(title: str = "شبكة تحلية تعمل بالشمس", *, text: str = LONG, html: str = "", **more: Any) -> Article:
        number = Article.objects.count() + 1
        url = more.pop("url", f"http://news.example/{number}")
        values = {"source": source, "language": "ar", "direction": "rtl", "author": "ريم الحدّاد", "guid": f"g{number}"}
        times = {"published_at": NOW - timedelta(hours=number), "first_seen_at": NOW}
        made = Article.objects.create(
            title=title, url=url, canonical_key=address_key(url), summary=text[:100], **{**values, **times, **more}
        )
        ArticleText.objects.create(article=made, html=html or f"<p>{text}</p>", text=text)
        terms.store([made.pk])
        return made

    return make


@pytest.fixture
def site(settings: Any) -> Iterator[Site]:
    """A site on the loopback that may be fetched."""
    made = Site()
    made.run()
    settings.NASHRA_ALLOW_HOSTS = (made.base.removeprefix("http://"),)
    yield made
    made.close()
