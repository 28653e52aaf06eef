"""From entries to articles: new, corrected, the same under another id, the same at another source."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core.feeds import parse
from nashra.news import registry
from nashra.news.ingest import plan, write
from nashra.news.models import Article, ArticleText, Revision, Source, Tombstone, Topic, Visibility
from nashra.news.services import catalogue_topic

Make = Callable[..., Source]
Poll = Callable[[], int]
LONG = "<p>" + "اجتمع المجلس البلدي لبحث خطة جديدة للمياه بعد أشهر من الجفاف. " * 20 + "</p>"


def entry(number: int, **changes: str) -> dict[str, str]:
    """A plain entry with its own title, text and link."""
    plain = {
        "title": f"خبر رقم {number}",
        "guid": f"id-{number}",
        "link": f"http://site.example/news/{number}",
        "text": f"<p>نص الخبر رقم {number}.</p>",
    }
    return plain | changes


@pytest.fixture
def heard() -> Iterator[list[int]]:
    """Ids that the app announced."""
    ids: list[int] = []
    registry.after_ingest.append(ids.extend)
    yield ids
    registry.after_ingest.remove(ids.extend)


def test_an_article_has_its_language_direction_summary_picture_and_reading_time(
    feeds: Any, source: Make, poll: Poll
) -> None:
    text = LONG + '<img src="/p.jpg" width="800" height="450" alt="">'
    feeds.put("/feed", feeds.rss(entry(1, text=text)))
    source()
    poll()
    found = Article.objects.get()
    assert (found.language, found.direction) == ("ar", "rtl")
    assert 100 < len(found.summary) <= 300
    assert (found.image_url, found.image_width, found.image_height) == (feeds.url("/p.jpg"), 800, 450)
    assert found.minutes >= 1
    assert found.published_at == found.first_seen_at


def test_each_article_of_a_mixed_feed_has_its_own_language(feeds: Any, source: Make, poll: Poll) -> None:
    english = {"title": "Harbour bridge opens", "text": "<p>The bridge was opened by the council this morning.</p>"}
    feeds.put("/feed", feeds.rss(entry(1), entry(2, **english)))
    source()
    poll()
    assert sorted(Article.objects.values_list("language", "direction")) == [("ar", "rtl"), ("en", "ltr")]


def test_html_is_sanitised_and_its_links_are_absolute(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put(
        "/feed", feeds.rss(entry(1, text='<p onclick="x()">نص <a href="/more">هنا</a></p><script>bad()</script>'))
    )
    source()
    poll()
    html = ArticleText.objects.get().html
    assert "script" not in html
    assert "onclick" not in html
    assert 'href="http' in html


def test_of_a_first_fetch_the_newest_200_are_kept_and_the_rest_is_not_new_later(
    feeds: Any, source: Make, poll: Poll
) -> None:
    entries = [entry(n, date=f"Mon, 05 Jan 2026 {n // 60:02d}:{n % 60:02d}:00 GMT") for n in range(250)]
    feeds.put("/feed", feeds.rss(*entries))
    source()
    assert poll() == 200
    assert not Article.objects.filter(title="خبر رقم 49").exists()
    feeds.put("/feed", feeds.rss(entry(900), *entries))
    assert poll() == 1


def test_an_unchanged_article_is_not_written_again(feeds: Any, source: Make, poll: Poll, heard: list[int]) -> None:
    feeds.put("/feed", feeds.rss(entry(1)))
    source()
    poll()
    Article.objects.update(title="كما هو في القاعدة")
    heard.clear()
    feeds.put("/feed", feeds.rss(entry(1), extra="<ttl>60</ttl>"))
    poll()
    assert Article.objects.get().title == "كما هو في القاعدة"
    assert heard == []
    assert Source.objects.get().outcome == "unchanged"


@pytest.mark.parametrize(
    "text",
    ["<div>  نص الخبر\n رقم 1. </div>", "<p>نص الخبر رقم 1.</p><p></p>"],
    ids=["other spaces", "an empty paragraph"],
)
def test_other_spaces_and_tags_make_no_revision(feeds: Any, source: Make, poll: Poll, text: str) -> None:
    feeds.put("/feed", feeds.rss(entry(1)))
    source()
    poll()
    feeds.put("/feed", feeds.rss(entry(1, text=text)))
    poll()
    assert Revision.objects.count() == 0
    assert Article.objects.get().corrected_at is None


def test_counters_make_no_revision(feeds: Any, source: Make, poll: Poll) -> None:
    for number in (3, 41):
        feeds.put("/feed", feeds.rss(entry(1, text=f"<p>النص. {number} تعليق. Posted {number} minutes ago.</p>")))
        if number == 3:
            source()
        poll()
    assert Revision.objects.count() == 0


@pytest.mark.parametrize("changes", [{"title": "خبر مصحح"}, {"text": "<p>ارتفع العدد إلى 12.</p>"}])
def test_a_correction_keeps_what_was_said_before(
    feeds: Any, source: Make, poll: Poll, heard: list[int], changes: dict[str, str]
) -> None:
    feeds.put("/feed", feeds.rss(entry(1)))
    source()
    poll()
    before = Article.objects.get()
    heard.clear()
    feeds.put("/feed", feeds.rss(entry(1, **changes)))
    assert poll() == 0
    found = Article.objects.get()
    assert found.pk == before.pk
    assert found.corrected_at is not None
    revision = Revision.objects.get(article=found)
    assert (revision.title, revision.html) == ("خبر رقم 1", "<p>نص الخبر رقم 1.</p>")
    assert Source.objects.get().fetches.latest("pk").updated == 1
    assert heard == [found.pk]


def test_a_number_in_a_headline_is_no_counter(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(entry(1, title="5 قتلى في انهيار مبنى")))
    source()
    poll()
    feeds.put("/feed", feeds.rss(entry(1, title="7 قتلى في انهيار مبنى")))
    poll()
    assert Revision.objects.get().title == "5 قتلى في انهيار مبنى"


def test_an_entry_under_a_new_id_with_its_old_address_is_the_same_article(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(entry(1)))
    source()
    poll()
    feeds.put("/feed", feeds.rss(entry(1, guid="other", link="http://www.site.example/news/1?utm_source=rss")))
    assert poll() == 0
    assert Article.objects.count() == 1


def test_new_entries_that_all_link_to_the_front_page_are_new(feeds: Any, source: Make, poll: Poll) -> None:
    front = "http://site.example/"
    feeds.put("/feed", feeds.rss(entry(1, link=front)))
    source()
    poll()
    feeds.put("/feed", feeds.rss(entry(2, link=front)))
    assert poll() == 1
    assert Article.objects.count() == 2


def test_a_regular_piece_with_the_same_words_and_another_address_is_new(feeds: Any, source: Make, poll: Poll) -> None:
    daily = {"title": "مواقيت الصلاة", "text": "<p>المواقيت لهذا اليوم.</p>"}
    feeds.put("/feed", feeds.rss(entry(1, **daily)))
    source()
    poll()
    feeds.put("/feed", feeds.rss(entry(2, **daily)))
    assert poll() == 1


def test_an_article_that_was_let_go_does_not_come_back(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(entry(1)))
    made = source()
    poll()
    Tombstone.objects.create(source=made, guid=Article.objects.get().guid)
    Article.objects.all().delete()
    feeds.put("/feed", feeds.rss(entry(1), entry(2)))
    assert poll() == 1
    assert Article.objects.get().title == "خبر رقم 2"


def test_a_source_that_goes_on_and_a_date_from_the_future(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(entry(1, date="Fri, 01 Jan 2099 00:00:00 GMT"), entry(2)))
    source()
    poll()
    first, second = Article.objects.order_by("-published_at", "-pk")
    assert first.published_at <= timezone.now()
    assert (first.title, second.title) == ("خبر رقم 1", "خبر رقم 2")


def test_topics_come_from_the_source_the_catalogue_and_the_feed_s_own_words(
    feeds: Any, source: Make, poll: Poll
) -> None:
    feeds.put("/feed", feeds.rss(entry(1, tags="رياضة,Sports,كأس الميناء,7")))
    source(topic=catalogue_topic("society"))
    poll()
    assert set(Article.objects.get().topics.values_list("key", flat=True)) == {"society", "sport", "كاس الميناء"}
    assert Topic.objects.get(key="sport").is_catalogue
    assert not Topic.objects.get(key="كاس الميناء").is_catalogue


def test_an_article_has_at_most_six_topics(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/feed", feeds.rss(entry(1, tags=",".join(f"وسم{n}أ" for n in range(30)))))
    source()
    poll()
    assert Article.objects.get().topics.count() == 6


def test_the_same_article_of_two_sources_is_shown_once(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/a", feeds.rss(entry(1)))
    feeds.put("/b", feeds.rss(entry(1, guid="x", link="https://www.site.example/news/1/?utm_medium=feed")))
    source("/a")
    poll()
    second = source("/b")
    poll()
    first = Article.objects.get(source__url=feeds.url("/a"))
    assert second.articles.get().duplicate_of == first
    assert first.duplicate_of is None


def test_the_same_article_in_one_batch_is_shown_once(feeds: Any, source: Make) -> None:
    feed, sources = parse(feeds.rss(entry(1)).encode()), [source("/a"), source("/b")]
    write(plan([(one, feed, timezone.now()) for one in sources]), {one.pk for one in sources})
    assert Article.objects.count() == 2
    assert Article.objects.filter(duplicate_of=None).count() == 1


def test_nothing_points_at_an_article_of_a_private_source(feeds: Any, source: Make, poll: Poll, layla: Reader) -> None:
    feeds.put("/private", feeds.rss(entry(1)))
    feeds.put("/shared", feeds.rss(entry(1)))
    source("/private", visibility=Visibility.PRIVATE, owner=layla)
    poll()
    shared = source("/shared")
    poll()
    assert shared.articles.get().duplicate_of is None


def test_a_private_copy_points_at_the_shared_article(feeds: Any, source: Make, poll: Poll, layla: Reader) -> None:
    feeds.put("/shared", feeds.rss(entry(1)))
    feeds.put("/private", feeds.rss(entry(1)))
    shared = source("/shared")
    poll()
    private = source("/private", visibility=Visibility.PRIVATE, owner=layla)
    poll()
    assert private.articles.get().duplicate_of == shared.articles.get()


def test_what_visitors_may_see_is_not_hidden_behind_what_they_may_not(feeds: Any, source: Make, poll: Poll) -> None:
    feeds.put("/listed", feeds.rss(entry(1)))
    feeds.put("/paper", feeds.rss(entry(1)))
    source("/listed")
    poll()
    paper = source("/paper", visibility=Visibility.PAPER)
    poll()
    assert paper.articles.get().duplicate_of is None


def test_a_hook_that_fails_hinders_neither_the_fetch_nor_other_hooks(
    feeds: Any, source: Make, poll: Poll, heard: list[int]
) -> None:
    def fails(ids: list[int]) -> None:
        raise RuntimeError("a fault of another app")

    registry.after_ingest.insert(0, fails)
    try:
        feeds.put("/feed", feeds.rss(entry(1)))
        source()
        assert poll() == 1
    finally:
        registry.after_ingest.remove(fails)
    assert heard == [Article.objects.get().pk]


def test_a_short_recent_entry_asks_for_its_page_and_a_long_or_old_one_does_not(
    feeds: Any, source: Make, poll: Poll
) -> None:
    old = (timezone.now() - timedelta(days=30)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    feeds.put("/feed", feeds.rss(entry(1), entry(2, text=LONG), entry(3, date=old)))
    source()
    poll()
    assert [row.title for row in Article.objects.exclude(page_due_at=None)] == ["خبر رقم 1"]


@pytest.mark.parametrize(("full_text", "wanted"), [(True, 2), (False, 0)])
def test_a_source_may_want_every_page_or_none(
    feeds: Any, source: Make, poll: Poll, full_text: bool, wanted: int
) -> None:
    feeds.put("/feed", feeds.rss(entry(1), entry(2, text=LONG)))
    source(full_text=full_text)
    poll()
    assert Article.objects.exclude(page_due_at=None).count() == wanted
