"""The pages of a reader's sources, and pictures under our own address."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from nashra.accounts.models import Reader
from nashra.front.models import Mark
from nashra.news import services
from nashra.news.fetching import turns
from nashra.news.models import Article, Source, Visibility
from nashra.news.pictures import picture_url, proxied

ONE = {"title": "Bridge opens", "guid": "1", "text": "<p>The bridge was opened this morning.</p>"}
Make = Callable[..., Source]


@pytest.fixture
def browser(sofia: Reader, sign_in: Callable[[Reader], Client]) -> Client:
    """Sofia's browser; its pages are English."""
    return sign_in(sofia)


def text_of(browser: Client, name: str, *args: Any) -> str:
    response = browser.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_a_visitor_is_asked_to_sign_in(paper: Any) -> None:
    for name in ("sources", "opml_export"):
        assert Client().get(reverse(name)).status_code == 302
    assert Client().post(reverse("source_add"), {"address": "a.example"}).status_code == 302


def test_an_empty_page_says_what_to_do(browser: Client) -> None:
    assert "No sources yet" in text_of(browser, "sources")


def test_an_address_typed_is_followed_and_shown(feeds: Any, browser: Client) -> None:
    url = feeds.put("/feed", feeds.rss(ONE, title="Harbour Post"))
    response = browser.post(reverse("source_add"), {"address": url, "folder": "Local"}, follow=True)
    page = response.content.decode()
    assert "You follow Harbour Post now." in page
    assert "Local" in page
    assert "1 unread" in page


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(feeds: Any, browser: Client) -> None:
    response = browser.post(reverse("source_add"), {"address": "ftp://x.example/<b>"})
    page = response.content.decode()
    assert "Only addresses that begin with http" in page
    assert "ftp://x.example/&lt;b&gt;" in page


def test_a_site_with_several_feeds_offers_them(feeds: Any, browser: Client) -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    head = link.format("Food &amp; sea", "/a") + link.format("Sport", "/b")
    site = feeds.put("/", f"<html><head>{head}</head></html>", Content_Type="text/html")
    page = browser.post(reverse("source_add"), {"address": site}).content.decode()
    assert feeds.url("/b") in page
    assert "Food &amp; sea" in page


def test_a_tick_makes_a_source_one_s_own_also_where_a_site_has_several(feeds: Any, browser: Client) -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{0}" href="/{0}">'
    site = feeds.put("/", f"<html><head>{link.format('a')}{link.format('b')}</head></html>", Content_Type="text/html")
    offered = browser.post(reverse("source_add"), {"address": site, "private": "on"}).content.decode()
    assert '<input type="hidden" name="private" value="on">' in offered
    browser.post(reverse("source_add"), {"address": feeds.put("/a", feeds.rss(ONE)), "private": "on"})
    assert Source.objects.get().visibility == Visibility.PRIVATE
    assert "Only you see it" in text_of(browser, "sources")


def test_a_tick_makes_a_whole_list_one_s_own(browser: Client, source: Make, sofia: Reader, layla: Reader) -> None:
    services.subscribe(layla, source())
    file = SimpleUploadedFile("a.opml", services.export_opml(layla))
    browser.post(reverse("opml_import"), {"file": file, "private": "on"})
    browser.post(reverse("opml_follow"))
    assert sofia.subscriptions.get().source.owner == sofia


def test_the_two_ticks_on_the_page_have_names_of_their_own(browser: Client) -> None:
    page = text_of(browser, "sources")
    assert page.count("Only for me") == 2
    assert page.count('id="id_private"') == page.count('id="opml_private"') == 1


def test_unread_articles_are_counted(browser: Client, source: Make, sofia: Reader) -> None:
    made = source(title="Harbour Post")
    services.subscribe(sofia, made)
    rows = [Article(source=made, guid=str(n), title="a", published_at=timezone.now()) for n in range(3)]
    Article.objects.bulk_create(rows)
    Mark.objects.create(reader=sofia, article=rows[0], read_at=timezone.now())
    assert "2 unread" in text_of(browser, "sources")


def test_leaving_a_source_can_be_undone(browser: Client, source: Make, sofia: Reader) -> None:
    made = source(title="Harbour Post")
    services.subscribe(sofia, made)
    page = browser.post(reverse("source_unsubscribe", args=[made.pk]), follow=True).content.decode()
    assert "You follow Harbour Post no more." in page
    assert reverse("source_subscribe", args=[made.pk]) in page
    browser.post(reverse("source_subscribe", args=[made.pk]), {"on": "1"})
    assert sofia.subscriptions.count() == 1
    browser.post(reverse("source_subscribe", args=[made.pk]), {"on": "0"})
    assert sofia.subscriptions.count() == 0


def test_folder_and_name_are_changed_on_a_page_that_also_says_how_it_fares(
    feeds: Any, browser: Client, source: Make, sofia: Reader, poll: Callable[[], int]
) -> None:
    made = source(title="Harbour Post")
    services.subscribe(sofia, made)
    poll()
    assert "There is nothing at this address any more (404)." in text_of(browser, "source_edit", made.pk)
    browser.post(reverse("source_edit", args=[made.pk]), {"title": "Post", "folder": "Local"})
    subscription = sofia.subscriptions.get()
    assert (subscription.title, subscription.folder) == ("Post", "Local")


def test_the_feed_that_a_page_names_can_be_followed_instead(
    feeds: Any, browser: Client, source: Make, sofia: Reader, poll: Callable[[], int]
) -> None:
    services.subscribe(sofia, source())
    link = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    feeds.put("/feed", f"<html><head>{link}</head></html>", Content_Type="text/html")
    feeds.put("/rss", feeds.rss(ONE))
    poll()
    assert feeds.url("/rss") in text_of(browser, "source_edit", Source.objects.get().pk)
    browser.post(reverse("source_add"), {"address": feeds.url("/rss")})
    assert sofia.subscriptions.filter(source__url=feeds.url("/rss")).count() == 1


def test_another_s_private_source_does_not_exist(browser: Client, source: Make, layla: Reader) -> None:
    made = source(owner=layla, visibility=Visibility.PRIVATE)
    for name in ("source_subscribe", "source_unsubscribe", "source_edit"):
        assert browser.post(reverse(name, args=[made.pk])).status_code == 404


def test_nothing_changes_by_get(browser: Client, source: Make) -> None:
    made = source()
    assert browser.get(reverse("source_subscribe", args=[made.pk])).status_code == 405
    for name in ("source_add", "opml_import"):  # where a page that answered a form may lead back to
        response = browser.get(reverse(name), {"address": "http://site.example/"})
        assert response["Location"] == reverse("sources")
    assert Source.objects.count() == 1


def test_a_list_is_taken_in_with_a_report_and_given_out_as_a_file(browser: Client, sofia: Reader) -> None:
    body = (
        '<opml version="2.0"><body><outline text="News"><outline text="Post" xmlUrl="http://post.example/feed"/>'
        '</outline>\n<outline text="x" xmlUrl="javascript:alert(1)"/></body></opml>'
    )
    page = browser.post(reverse("opml_import"), {"file": SimpleUploadedFile("a.opml", body.encode())}, follow=True)
    assert "Follow 1 source<" in page.content.decode()
    assert "This is a script, not an address." in page.content.decode()
    assert "You follow 1 more source." in browser.post(reverse("opml_follow"), follow=True).content.decode()
    export = browser.get(reverse("opml_export"))
    assert export["Content-Disposition"].startswith("attachment")
    assert b"http://post.example/feed" in export.content
    assert b"News" in export.content


def test_a_file_that_is_no_list_is_refused_in_a_sentence(browser: Client) -> None:
    for body, words in ((b"hello", "This is not an OPML file."), (b"", "file")):
        page = browser.post(reverse("opml_import"), {"file": SimpleUploadedFile("a.opml", body)})
        assert page.status_code == 200
        assert words in page.content.decode()


def png() -> bytes:
    data = io.BytesIO()
    Image.new("RGB", (20, 10), "navy").save(data, "PNG")
    return data.getvalue()


def test_a_picture_comes_from_our_own_address_and_can_do_nothing(feeds: Any, paper: Any) -> None:
    response = Client().get(picture_url(feeds.put("/p.png", png(), Content_Type="image/png")))
    assert response.status_code == 200
    assert response["Content-Type"] in ("image/png", "image/jpeg")
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "max-age=31536000" in response["Cache-Control"]


def test_an_address_that_we_did_not_sign_is_not_fetched(feeds: Any, paper: Any) -> None:
    url = picture_url(feeds.put("/p.png", png()))
    token = url.removeprefix("/i/")
    for wrong in ("x", "b" + token, token + "A", token[:-2], "aHR0cDovL2E.x"):
        response = Client().get(reverse("picture", args=[wrong]))
        assert response.status_code == 404
        assert response["Content-Type"].startswith("text/plain")
    assert feeds.asked == []


def test_what_is_no_picture_is_404(feeds: Any, paper: Any) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    url = picture_url(feeds.put("/p.svg", svg, Content_Type="image/svg+xml"))
    response = Client().get(url)
    assert response.status_code == 404
    assert b"svg" not in response.content


def test_a_server_that_asked_for_silence_is_not_asked_for_pictures(feeds: Any, paper: Any) -> None:
    url = picture_url(feeds.put("/p.png", png(), Content_Type="image/png"))
    turns.hush("127.0.0.1", {"Retry-After": "600"}, timezone.now())
    assert Client().get(url).status_code == 503
    assert feeds.asked == []


def test_every_picture_of_an_article_points_at_us() -> None:
    html = '<p>a<img src="http://site.example/a.png" alt="A"> <img src="ftp://x/y" alt="B"></p>'
    shown = proxied(html)
    assert "site.example" not in shown
    assert 'src="/i/' in shown
    assert "ftp:" not in shown
    assert "B" in shown
