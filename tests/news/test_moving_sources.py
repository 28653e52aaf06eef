"""A source gets another address by hand: its followers and articles stay, and only who decides about it may do it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nashra.accounts.models import Reader
from nashra.news import services
from nashra.news.fetching.sweep import fetch_due
from nashra.news.models import Article, Source, Visibility

ONE = {"title": "افتتاح الجسر", "guid": "1", "text": "<p>فُتح الجسر صباح اليوم.</p>"}
Make = Callable[..., Source]


@pytest.fixture
def page(feeds: Any, source: Make) -> Source:
    """A source whose address gives a web page that names two feeds."""
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in ("new", "sport"))
    feeds.put("/feed", f"<html><head>{links}</head><body>x</body></html>", Content_Type="text/html")
    feeds.put("/new", feeds.rss(ONE))
    made = source(etag='"old"', title="الميناء")
    fetch_due()
    made.refresh_from_db()
    return made


def test_a_page_in_the_place_of_a_feed_is_told_with_the_feeds_that_it_names(feeds: Any, page: Source) -> None:
    explained = services.explain(page)
    assert explained.feeds == (feeds.url("/new"), feeds.url("/sport"))
    assert all(url in explained.fetches[0].sentence for url in explained.feeds)


def test_the_owner_gives_a_shared_source_the_address_that_its_page_names(
    feeds: Any, page: Source, layla: Reader, omar: Reader, sign_in: Callable[[Reader], Client], poll: Callable[[], int]
) -> None:
    services.subscribe(layla, page)
    browser = sign_in(omar)
    shown = browser.get(reverse("operation_source", args=[page.pk])).content.decode()
    assert feeds.url("/new") in shown
    assert reverse("source_address", args=[page.pk]) in shown
    browser.post(reverse("source_address", args=[page.pk]), {"address": feeds.url("/new")})
    page.refresh_from_db()
    assert (page.url, page.etag, page.failing_since, page.title) == (feeds.url("/new"), "", None, "الميناء")
    assert poll() == 1
    assert layla.subscriptions.get().source == page


def test_a_follower_is_offered_the_feed_for_themselves_and_cannot_change_the_source(
    feeds: Any, page: Source, sofia: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    services.subscribe(sofia, page)
    browser = sign_in(sofia)
    shown = browser.get(reverse("source_edit", args=[page.pk])).content.decode()
    assert "Use this address" not in shown
    assert reverse("source_add") in shown
    answer = browser.post(reverse("source_address", args=[page.pk]), {"address": feeds.url("/new")})
    assert answer.status_code == 404
    page.refresh_from_db()
    assert page.url == feeds.url("/feed")


def test_a_reader_changes_the_address_of_their_private_source(
    feeds: Any, source: Make, sofia: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    made = source(owner=sofia, visibility=Visibility.PRIVATE)
    services.subscribe(sofia, made)
    browser = sign_in(sofia)
    browser.post(reverse("source_address", args=[made.pk]), {"address": feeds.url("/new")})
    made.refresh_from_db()
    assert made.url == feeds.url("/new")


def test_followers_go_to_a_source_that_is_at_the_new_address_already(
    feeds: Any, page: Source, source: Make, layla: Reader, karim: Reader
) -> None:
    other = source("/new")
    Source.objects.filter(pk=page.pk).update(visibility=Visibility.PAPER)
    page.refresh_from_db()
    for reader in (layla, karim):
        services.subscribe(reader, page)
    services.subscribe(karim, other)
    assert services.change_address(page, feeds.url("/new")) == other
    assert {row.reader for row in other.subscriptions.all()} == {layla, karim}
    other.refresh_from_db()
    page.refresh_from_db()
    assert (other.visibility, page.state) == (Visibility.PAPER, Source.State.GONE)
    assert not page.subscriptions.exists()


@pytest.mark.parametrize(
    ("address", "code"),
    [("", "address"), ("ftp://x.example/", "address"), ("http://10.0.0.1/", "blocked"),
     ("https://news.example/feed?token=d41d8cd98f00b204e9800998ecf8427e", "private")],
    ids=["nothing", "no web address", "a private network", "a secret in a shared source"],
)  # fmt: skip
def test_an_address_that_cannot_be_used_changes_nothing(page: Source, address: str, code: str) -> None:
    with pytest.raises(services.SourceError) as caught:
        services.change_address(page, address)
    assert caught.value.code == code
    assert Source.objects.get().url == page.url


def test_articles_stay_with_a_source_that_got_another_address(feeds: Any, page: Source) -> None:
    kept = Article.objects.create(source=page, guid="x", title="قديم", published_at=page.added_at)
    services.change_address(page, feeds.url("/new"))
    assert Article.objects.get().pk == kept.pk
