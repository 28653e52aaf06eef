"""The full text from an article's page, when the feed gives only its beginning."""

from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone

from nashra.core.text.asking import Phrase
from nashra.news import pages, registry
from nashra.news.models import Article, Host, Revision, Source
from nashra.news.terms import ARTICLES

Make = Callable[..., Source]
Poll = Callable[[], int]
SENTENCES = [
    f"الفقرة رقم {n}: اجتمع المجلس البلدي في مرسى النخيل لبحث خطة جديدة للمياه بعد أشهر من الجفاف، "
    "وقال رئيسه إنها تبدأ قريباً."
    for n in range(1, 9)
]
PAGE = (
    '<!doctype html><html lang="ar"><head><title>خطة المياه</title>'
    '<meta property="og:image" content="/lead.jpg"></head>'
    "<body><nav><a href='/'>الرئيسية</a></nav><article><h1>خطة المياه</h1>"
    + "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    + "</article><footer>جميع الحقوق محفوظة</footer></body></html>"
)


@pytest.fixture
def article(feeds: Any, source: Make, poll: Poll) -> Article:
    """A short article whose page is due, and whose host is ready."""
    item = {"title": "خطة المياه", "guid": "1", "link": feeds.url("/page"), "text": "<p>اجتمع المجلس…</p>"}
    feeds.put("/feed", feeds.rss(item, language="ar"))
    source()
    poll()
    return Article.objects.get()


def fetch() -> Article:
    Host.objects.update(next_at=timezone.now())
    Article.objects.exclude(page_due_at=None).update(page_due_at=timezone.now())
    pages.fetch_pages()
    return Article.objects.select_related("body").get()


def test_a_short_article_gets_the_text_and_the_picture_of_its_page(feeds: Any, article: Article) -> None:
    heard: list[int] = []
    registry.after_ingest.append(heard.extend)
    feeds.put("/page", PAGE, Content_Type="text/html; charset=utf-8")
    found = fetch()
    registry.after_ingest.remove(heard.extend)
    assert found.page_outcome == "full"
    assert all(sentence in found.body.text for sentence in SENTENCES)
    assert "الحقوق" not in found.body.text
    assert found.image_url == feeds.url("/lead.jpg")
    wanted = ARTICLES.condition(Phrase(("لبحث", "خطة", "جديدة")), languages=["ar"])
    assert list(Article.objects.filter(wanted)) == [found]
    assert found.minutes >= 1
    assert heard == [found.pk]
    assert found.page_due_at is None


def test_a_page_with_no_more_than_the_feed_changes_nothing(feeds: Any, article: Article) -> None:
    feeds.put("/page", "<html><body><article><p>اجتمع المجلس.</p></article></body></html>", Content_Type="text/html")
    found = fetch()
    assert (found.page_outcome, found.body.text) == ("short", "اجتمع المجلس…")


def test_a_page_that_is_not_there_is_not_asked_for_again(feeds: Any, article: Article) -> None:
    assert fetch().page_outcome == "failed"
    fetch()
    assert feeds.paths().count("/page") == 1


def test_a_server_with_a_fault_is_tried_three_times(feeds: Any, article: Article) -> None:
    feeds.put("/page", "broken", 500)
    states = [(fetch().page_outcome, Article.objects.get().page_attempts) for _ in range(3)]
    assert states == [("", 1), ("", 2), ("failed", 3)]
    fetch()
    assert feeds.paths().count("/page") == 3


def test_a_server_that_asks_to_wait_costs_no_try(feeds: Any, article: Article) -> None:
    feeds.put("/page", "slow down", 429, Retry_After="3600")
    found = fetch()
    assert (found.page_outcome, found.page_attempts) == ("", 0)
    assert found.page_due_at is not None
    assert (found.page_due_at - timezone.now()).total_seconds() > 3500
    assert Host.objects.get().asked_to_wait


def test_pages_of_one_host_are_fetched_one_after_the_other(feeds: Any, source: Make, poll: Poll) -> None:
    items = [{"title": f"خبر {n}", "guid": str(n), "link": feeds.url(f"/page{n}"), "text": "نص"} for n in range(3)]
    feeds.put("/feed", feeds.rss(*items))
    source()
    poll()
    Host.objects.update(next_at=timezone.now())
    pages.fetch_pages()
    assert sum(path.startswith("/page") for path in feeds.paths()) == 1
    waiting = Article.objects.exclude(page_due_at=None).order_by("page_due_at")
    assert len({row.page_due_at for row in waiting}) == 2
    assert all(row.page_attempts == 0 for row in waiting)


def test_a_corrected_entry_fetches_its_page_again_and_keeps_the_full_text_meanwhile(
    feeds: Any, article: Article, poll: Poll
) -> None:
    feeds.put("/page", PAGE, Content_Type="text/html; charset=utf-8")
    before = fetch().body.text
    item = {"title": "خطة المياه الجديدة", "guid": "1", "link": feeds.url("/page"), "text": "<p>اجتمع المجلس…</p>"}
    feeds.put("/feed", feeds.rss(item, language="ar"))
    poll()
    found = Article.objects.select_related("body").get()
    assert (found.title, found.body.text) == ("خطة المياه الجديدة", before)
    assert SENTENCES[0] in Revision.objects.get().html
    assert found.page_due_at is not None


def test_the_page_of_an_older_article_is_fetched_when_somebody_wants_it(feeds: Any, article: Article) -> None:
    Article.objects.update(page_due_at=None)
    feeds.put("/page", PAGE, Content_Type="text/html; charset=utf-8")
    pages.want(article)
    assert fetch().page_outcome == "full"
    pages.want(article)
    assert Article.objects.get().page_due_at is None
