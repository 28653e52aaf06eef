"""The address that a page gives itself: the same article elsewhere is found by it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from nashra.news import pages
from nashra.news.keys import address_key
from nashra.news.models import Article, Host, Source, Visibility

Make = Callable[..., Source]
Poll = Callable[[], int]
SENTENCES = [
    f"الفقرة رقم {n}: اجتمع المجلس البلدي في مرسى النخيل لبحث خطة جديدة للمياه بعد أشهر من الجفاف." for n in range(1, 9)
]


def page(canonical: str) -> str:
    body = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    head = f'<title>خطة المياه</title><link rel="canonical" href="{canonical}">'
    text = f"<article><h1>خطة المياه</h1>{body}</article>"
    return f'<!doctype html><html lang="ar"><head>{head}</head><body>{text}</body></html>'


def entry(link: str, title: str = "خطة المياه", text: str = "<p>اجتمع المجلس…</p>") -> dict[str, str]:
    return {"title": title, "guid": link, "link": link, "text": text}


def fetch_all() -> None:
    for _ in range(4):
        Host.objects.update(next_at=timezone.now())
        Article.objects.exclude(page_due_at=None).update(page_due_at=timezone.now())
        pages.fetch_pages()


@pytest.fixture
def two(feeds: Any, source: Make, poll: Poll) -> tuple[Article, Article]:
    """The first source links to the article's page itself, the second to another way to it."""
    feeds.put("/a", feeds.rss(entry(feeds.url("/water"))))
    feeds.put("/b", feeds.rss(entry(feeds.url("/go/77"))))
    for path in ("/a", "/b"):
        source(path)
        poll()
    for path in ("/water", "/go/77"):
        feeds.put(path, page("/water"), Content_Type="text/html; charset=utf-8")
    first, second = Article.objects.order_by("pk")
    return first, second


def test_an_article_whose_page_names_another_address_is_linked_with_the_one_at_that_address(
    feeds: Any, two: tuple[Article, Article]
) -> None:
    fetch_all()
    second = Article.objects.get(pk=two[1].pk)
    assert second.canonical_key == address_key(feeds.url("/water"))
    assert (second.duplicate_of, second.duplicate_why) == (two[0], "address")


def test_what_visitors_see_is_not_hidden_by_a_page_s_address(two: tuple[Article, Article]) -> None:
    Source.objects.filter(pk=two[1].source_id).update(visibility=Visibility.PAPER)
    fetch_all()
    assert [row.duplicate_of for row in Article.objects.all()] == [None, None]


def test_an_address_that_all_pages_of_a_source_give_says_nothing(feeds: Any, source: Make, poll: Poll) -> None:
    links = [feeds.url(f"/{n}") for n in range(2)]
    feeds.put("/feed", feeds.rss(*(entry(link, f"خبر {n}") for n, link in enumerate(links))))
    source()
    poll()
    for n in range(2):
        feeds.put(f"/{n}", page("/news"), Content_Type="text/html; charset=utf-8")
    fetch_all()
    keys = [row.canonical_key for row in Article.objects.all()]
    assert keys.count(address_key(feeds.url("/news"))) == 1


def test_a_correction_in_the_feed_leaves_the_address_that_the_page_gave(
    feeds: Any, two: tuple[Article, Article], poll: Poll
) -> None:
    fetch_all()
    feeds.put("/b", feeds.rss(entry(feeds.url("/go/77"), text="<p>اجتمع المجلس أمس…</p>")))
    poll()
    found = Article.objects.get(pk=two[1].pk)
    assert found.corrected_at is not None
    assert found.canonical_key == address_key(feeds.url("/water"))
