"""Adding a source: a feed, a site, a known address, one with a secret; and what is said when it cannot be."""

from collections.abc import Callable
from typing import Any

import pytest

from nashra.accounts.models import Reader
from nashra.news import catalogue
from nashra.news.access import visible_articles, visible_sources
from nashra.news.fetching.sweep import fetch_due
from nashra.news.models import Article, Source, Visibility
from nashra.news.services import SourceError, add_catalogue, add_source, subscribe

ONE = {"title": "افتتاح الجسر", "guid": "1", "text": "<p>فُتح الجسر صباح اليوم.</p>"}
PAGE = '<!doctype html><html lang="ar"><head>{}</head><body><p>موقع</p></body></html>'
LINK = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
Make = Callable[..., Source]


def refused(reader: Reader, address: str) -> SourceError:
    with pytest.raises(SourceError) as caught:
        add_source(reader, address)
    assert caught.value.message.endswith((".", "org"))
    return caught.value


def test_a_feed_is_followed_and_its_articles_are_there_at_once_with_one_request(feeds: Any, layla: Reader) -> None:
    url = feeds.put("/feed", feeds.rss(ONE), ETag='"a"')
    result = add_source(layla, url, folder="  الميناء ")
    assert result.source is not None
    assert (result.source.title, result.source.etag, result.source.visibility) == ("صحيفة الميناء", '"a"', "listed")
    assert result.subscription is not None
    assert result.subscription.folder == "الميناء"
    assert [row.title for row in result.source.articles.all()] == [ONE["title"]]
    assert fetch_due() == 0
    assert feeds.paths() == ["/feed"]


def test_the_one_feed_that_a_site_names_is_followed(feeds: Any, layla: Reader) -> None:
    feeds.put("/rss", feeds.rss(ONE))
    comments = LINK.format("Comments", "/comments/feed")
    site = feeds.put("/", PAGE.format(LINK.format("الأخبار", "/rss") + comments), Content_Type="text/html")
    result = add_source(layla, site)
    assert result.source is not None
    assert result.source.url == feeds.url("/rss")
    assert fetch_due() == 1


def test_a_site_with_several_feeds_asks_which(feeds: Any, layla: Reader) -> None:
    links = LINK.format("الأخبار", "/a") + LINK.format("الرياضة", "/b")
    result = add_source(layla, feeds.put("/", PAGE.format(links), Content_Type="text/html"))
    assert result.source is None
    assert [one.title for one in result.found] == ["الأخبار", "الرياضة"]
    assert Source.objects.count() == 0


def test_a_feed_at_the_usual_place_of_a_silent_site_is_found(feeds: Any, layla: Reader) -> None:
    feeds.put("/feed", feeds.rss(ONE))
    result = add_source(layla, feeds.put("/", PAGE.format(""), Content_Type="text/html"))
    assert result.source is not None
    assert result.source.url == feeds.url("/feed")


def test_a_known_source_is_followed_without_a_request(feeds: Any, source: Make, layla: Reader) -> None:
    made = source()
    assert add_source(layla, feeds.url("/feed")).source == made
    assert feeds.asked == []


@pytest.mark.parametrize(
    ("path", "status", "body", "code"),
    [
        ("/none", 404, "nothing", "status"),
        ("/wrong", 500, "broken", "status"),
        ("/text", 200, "just some words", "not-a-feed"),
        ("/page", 200, "<html><body>no feed here</body></html>", "no-feed"),
    ],
)
def test_what_is_wrong_with_an_address_is_said(
    feeds: Any, layla: Reader, path: str, status: int, body: str, code: str
) -> None:
    url = feeds.put(path, body, status, Content_Type="text/html" if "html" in body else "text/plain")
    assert refused(layla, url).code == code
    assert Source.objects.count() == 0


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "address"),
        ("ftp://site.example/feed", "address"),
        ("javascript:alert(1)", "address"),
        ("http://127.0.0.1:1/feed", "blocked"),
        ("http://169.254.169.254/latest", "blocked"),
        ("http://localhost/feed", "blocked"),
        ("http://[::1]/feed", "blocked"),
        ("http://site.example:22/feed", "blocked"),
    ],
)
def test_what_is_no_public_address_is_refused_before_any_request(
    feeds: Any, layla: Reader, address: str, code: str
) -> None:
    assert refused(layla, address).code == code


def test_a_redirect_inside_is_refused(feeds: Any, layla: Reader) -> None:
    url = feeds.put("/feed", "", 302, Location="http://127.0.0.1:1/admin")
    assert refused(layla, url).code == "blocked"


def test_a_server_that_asks_a_person_to_wait_is_left_alone_by_the_worker_too(
    feeds: Any, source: Make, layla: Reader
) -> None:
    source("/other")
    url = feeds.put("/feed", "slow down", 429, Retry_After="3600")
    assert refused(layla, url).code == "status"
    assert refused(layla, url).code == "waiting"
    fetch_due()
    assert feeds.paths() == ["/feed"]


@pytest.mark.parametrize("address", ["/feed?token=5ecret", "/private-9f8a7b6c5d4e3f2a1b0c/feed"])
def test_a_feed_with_a_secret_is_its_reader_s_alone(feeds: Any, layla: Reader, karim: Reader, address: str) -> None:
    result = add_source(layla, feeds.put(address, feeds.rss(ONE)))
    assert result.source is not None
    assert (result.source.visibility, result.source.owner) == (Visibility.PRIVATE, layla)
    assert visible_articles(layla).count() == 1
    assert visible_articles(karim).count() == visible_sources(karim).count() == visible_articles(None).count() == 0


def test_two_readers_of_one_secret_feed_have_a_source_each(feeds: Any, layla: Reader, karim: Reader) -> None:
    url = feeds.put("/feed?token=5ecret", feeds.rss(ONE))
    first, second = add_source(layla, url).source, add_source(karim, url).source
    assert first != second
    assert Article.objects.count() == 2


def test_a_source_can_be_made_one_s_own_by_hand(feeds: Any, layla: Reader, karim: Reader) -> None:
    url = feeds.put("/feed", feeds.rss(ONE))
    result = add_source(layla, url, visibility="private")
    assert result.source is not None
    assert (result.source.visibility, result.source.owner) == (Visibility.PRIVATE, layla)
    assert visible_articles(layla).count() == 1
    assert visible_articles(karim).count() == visible_sources(karim).count() == visible_articles(None).count() == 0


def test_a_source_of_one_s_own_takes_the_place_of_the_open_one(feeds: Any, layla: Reader, karim: Reader) -> None:
    url = feeds.put("/feed", feeds.rss(ONE))
    shared = add_source(karim, url).source
    assert add_source(layla, url).source == shared
    own = add_source(layla, url, visibility="private").source
    assert own is not None
    assert own != shared
    assert [row.source for row in layla.subscriptions.all()] == [own]
    assert [row.source for row in karim.subscriptions.all()] == [shared]
    assert add_source(layla, url).source == own


def test_a_permanent_redirect_is_followed_to_the_address_that_lasts(feeds: Any, layla: Reader) -> None:
    feeds.put("/new", feeds.rss(ONE))
    url = feeds.put("/old", "", 301, Location="/new")
    result = add_source(layla, url)
    assert result.source is not None
    assert result.source.url == feeds.url("/new")


def test_the_limit_of_a_reader_holds_and_is_said(feeds: Any, source: Make, layla: Reader, settings: Any) -> None:
    settings.NASHRA_SOURCES_PER_READER = 1
    subscribe(layla, source("/a"))
    assert refused(layla, feeds.put("/b", feeds.rss(ONE))).code == "limit"
    with pytest.raises(SourceError):
        subscribe(layla, source("/c"))
    assert feeds.asked == []


def test_an_editor_may_make_it_the_paper_s_own_choice_and_a_reader_may_not(
    feeds: Any, layla: Reader, nadia: Reader
) -> None:
    first = add_source(layla, feeds.put("/a", feeds.rss(ONE)), visibility="paper").source
    second = add_source(nadia, feeds.put("/b", feeds.rss(ONE)), visibility="paper").source
    assert first is not None
    assert second is not None
    assert (first.visibility, second.visibility) == (Visibility.LISTED, Visibility.PAPER)


def test_feeds_of_the_catalogue_are_followed_with_their_topic_and_language(layla: Reader) -> None:
    chosen = catalogue.load()[:3]
    made = add_catalogue(layla, chosen)
    assert [row.title for row in made] == [entry.title for entry in chosen]
    assert all(row.topic is not None and row.topic.is_catalogue for row in made)
    assert layla.subscriptions.count() == 3
    assert add_catalogue(layla, chosen) == made
    assert Source.objects.count() == 3
