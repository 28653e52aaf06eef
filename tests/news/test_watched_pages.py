"""Sites without a feed: their news sitemap, their marked entries, or a list of their page that somebody chose."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nashra.accounts.models import Reader
from nashra.core.feeds.watching import Selectors
from nashra.news import sentences, services
from nashra.news.access import visible_sources
from nashra.news.models import Article, Source, Visibility
from nashra.news.services import SourceError, add_source, watch_page
from nashra.news.watching import pages

ROWS = [
    ("/n/1", "افتتاح الجسر الجديد في المدينة"),
    ("/n/2", "محطة التحلية تعود إلى العمل"),
    ("/n/3", "الصيادون يعودون من البحر"),
]


def page(rows: list[tuple[str, str]] = ROWS, *, head: str = "", name: str = "news", after: str = "") -> str:
    items = "".join(f'<li><a href="{link}">{title}</a> <i>20 نوفمبر 2026</i></li>' for link, title in rows)
    body = f'<ul class="{name}">{items}</ul>{after}'
    return f'<html lang="ar"><head><title>المرفأ</title>{head}</head><body>{body}</body></html>'


def sitemap(*titles: str, name: str = "المرفأ") -> str:
    entries = "".join(
        f"<url><loc>/s/{n}</loc><news:news><news:publication><news:name>{name}</news:name></news:publication>"
        f"<news:title>{title}</news:title></news:news></url>"
        for n, title in enumerate(titles)
    )
    return f'<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{entries}</urlset>'


@pytest.fixture
def site(feeds: Any) -> str:
    """The front page of a site without a feed."""
    return str(feeds.put("/", page(), Content_Type="text/html; charset=utf-8"))


@pytest.fixture
def browser(sofia: Reader, sign_in: Callable[[Reader], Client]) -> Client:
    """Sofia's browser; its pages are English."""
    return sign_in(sofia)


def test_a_news_sitemap_is_a_source_like_any_other(feeds: Any, layla: Reader, poll: Callable[[], int]) -> None:
    made = add_source(layla, feeds.put("/sitemap-news.xml", sitemap("أول", "ثان"))).source
    assert made is not None
    assert (made.kind, made.title, made.articles.count()) == (Source.Kind.SITEMAP, "المرفأ", 2)
    feeds.put("/sitemap-news.xml", sitemap("أول", "ثان", "ثالث"))
    assert poll() == 1


def test_a_site_without_a_feed_is_followed_by_the_news_sitemap_that_robots_txt_names(
    feeds: Any, site: str, layla: Reader
) -> None:
    feeds.put("/robots.txt", "User-agent: *\nSitemap: /pages.xml\nsitemap: /maps/news-ar.xml\n")
    feeds.put("/maps/news-ar.xml", sitemap("خبر"))
    made = add_source(layla, site).source
    assert made is not None
    assert (made.url, made.kind) == (feeds.url("/maps/news-ar.xml"), Source.Kind.SITEMAP)
    assert "/pages.xml" not in feeds.paths()


def test_the_news_sitemaps_of_an_index_are_offered_by_name(feeds: Any, site: str, layla: Reader) -> None:
    names = ("news-ar", "news-en", "pages")
    entries = "".join(f"<sitemap><loc>/{name}.xml</loc></sitemap>" for name in names)
    feeds.put("/robots.txt", "Sitemap: /index.xml")
    feeds.put("/index.xml", f"<sitemapindex>{entries}</sitemapindex>")
    for name in names:
        feeds.put(f"/{name}.xml", sitemap("خبر", name=name))
    found = add_source(layla, site).found
    assert [(one.title, one.kind) for one in found] == [("news-ar", "sitemap"), ("news-en", "sitemap")]
    assert add_source(layla, feeds.url("/index.xml")).found == found
    chosen = add_source(layla, found[1].url).source
    assert chosen is not None
    assert chosen.kind == Source.Kind.SITEMAP


def test_only_so_many_requests_are_made_for_a_site_that_has_nothing(feeds: Any, site: str, layla: Reader) -> None:
    feeds.put("/robots.txt", "\n".join(f"Sitemap: /news-{n}.xml" for n in range(40)))
    with pytest.raises(SourceError) as caught:
        add_source(layla, site)
    assert caught.value.code == "no-feed"
    assert len(feeds.asked) <= 11


def test_an_announced_feed_comes_before_a_sitemap_and_marked_entries(feeds: Any, layla: Reader) -> None:
    feeds.put("/rss", feeds.rss({"title": "خبر", "guid": "1"}))
    feeds.put("/robots.txt", "Sitemap: /sitemap-news.xml")
    feeds.put("/sitemap-news.xml", sitemap("خبر"))
    marked = '<div class="h-feed"><p class="h-entry"><a class="p-name u-url" href="/1">عنوان</a></p></div>'
    head = '<link rel="alternate" type="application/rss+xml" href="/rss">'
    made = add_source(layla, feeds.put("/", page(head=head, after=marked), Content_Type="text/html")).source
    assert made is not None
    assert made.url == feeds.url("/rss")
    assert feeds.paths() == ["/"]


def test_a_page_with_marked_entries_is_followed_and_goes_on_when_it_announces_a_feed(
    feeds: Any, layla: Reader, poll: Callable[[], int]
) -> None:
    body = '<html><head>{}</head><body><div class="h-feed">{}</div></body></html>'
    entry = '<p class="h-entry"><a class="p-name u-url" href="/{0}">عنوان {0}</a></p>'
    url = feeds.put("/", body.format("", entry.format(1)), Content_Type="text/html")
    made = add_source(layla, url).source
    assert made is not None
    assert (made.kind, made.selectors, made.visibility) == (Source.Kind.PAGE, {}, Visibility.LISTED)
    head = '<link rel="alternate" type="application/rss+xml" href="/later">'
    feeds.put("/", body.format(head, entry.format(2) + entry.format(1)), Content_Type="text/html")
    assert poll() == 1
    assert made.articles.count() == 2


def test_a_page_without_a_feed_offers_its_lists_only_to_who_can_show_them(site: str, layla: Reader) -> None:
    with pytest.raises(SourceError) as caught:
        add_source(layla, site)
    assert caught.value.code == "no-feed"
    offered = add_source(layla, site, offer_watch=True)
    assert (offered.source, offered.watch) == (None, site)
    assert [one.selectors.item for one in offered.lists] == ["ul.news > li"]
    assert Source.objects.count() == 0


def test_what_a_reader_watches_is_theirs_alone_and_what_an_editor_watches_is_everybody_s(
    site: str, feeds: Any, layla: Reader, karim: Reader, nadia: Reader
) -> None:
    chosen = Selectors(item="ul.news > li")
    own, shared = (watch_page(reader, site, chosen).source for reader in (layla, nadia))
    assert own is not None
    assert shared is not None
    assert (own.owner, own.visibility, own.kind) == (layla, Visibility.PRIVATE, Source.Kind.PAGE)
    assert (shared.owner, shared.visibility) == (None, Visibility.LISTED)
    assert list(visible_sources(karim)) == [shared]
    alone = watch_page(nadia, feeds.put("/b", page(), Content_Type="text/html"), chosen, visibility="private").source
    assert alone is not None
    assert alone.owner == nadia


def test_a_watched_page_gives_its_articles_at_once_and_only_new_ones_later(
    feeds: Any, site: str, layla: Reader, poll: Callable[[], int]
) -> None:
    made = watch_page(layla, site, Selectors(item="ul.news > li")).source
    assert made is not None
    assert made.title == "المرفأ"
    assert {row.title for row in made.articles.all()} == {title for _, title in ROWS}
    assert {f"{row.published_at:%F}" for row in made.articles.all()} == {"2026-11-20"}
    assert feeds.paths() == ["/"]
    assert poll() == 0
    feeds.put("/", page([("/n/4", "عاصفة رملية تؤخر الرحلات"), *ROWS[:2]]), Content_Type="text/html")
    assert poll() == 1
    assert made.articles.count() == 4
    assert feeds.asked[-1][1]["Accept"].startswith("text/html")


def test_an_unchanged_page_is_not_read_again(feeds: Any, layla: Reader, poll: Callable[[], int]) -> None:
    url = feeds.put("/", page(), Content_Type="text/html", ETag='"a"')
    made = watch_page(layla, url, Selectors(item="li")).source
    assert made is not None
    poll()
    assert [fetch.status for fetch in made.fetches.order_by("pk")] == [200, 304]
    feeds.put("/", page(), Content_Type="text/html")
    poll()
    made.refresh_from_db()
    assert made.outcome == "unchanged"


def test_a_page_that_gives_no_items_any_more_says_so_and_what_was_there_stays(
    feeds: Any, site: str, layla: Reader, poll: Callable[[], int]
) -> None:
    made = watch_page(layla, site, Selectors(item="ul.news > li")).source
    assert made is not None
    feeds.put("/", page(name="fresh"), Content_Type="text/html")
    assert poll() == 0
    made.refresh_from_db()
    assert (made.outcome, made.articles.count()) == ("refused", 3)
    said = services.explain(made)
    assert said.health.kind == "warn"
    assert said.fetches[0].sentence == said.health.sentence == sentences.fetch({"code": "no-items"})
    services.watch_page(layla, site, Selectors(item="ul.fresh > li"))
    assert poll() == 0
    made.refresh_from_db()
    assert (made.selectors, made.failing_since, made.articles.count()) == ({"item": "ul.fresh > li"}, None, 3)


@pytest.mark.parametrize(
    ("selectors", "code"),
    [({"item": "table.none"}, "no-items"), ({"item": "a["}, "selectors"), ({"item": "li", "date": "::x"}, "selectors")],
)
def test_selectors_that_give_nothing_make_no_source(
    site: str, layla: Reader, selectors: dict[str, str], code: str
) -> None:
    with pytest.raises(SourceError) as caught:
        watch_page(layla, site, Selectors(**selectors))
    assert caught.value.code == code
    assert Source.objects.count() == 0


def test_a_page_with_a_password_in_its_address_is_private_for_an_editor_too(feeds: Any, nadia: Reader) -> None:
    url = feeds.put("/?token=5ecret", page(), Content_Type="text/html")
    made = watch_page(nadia, url, Selectors(item="li")).source
    assert made is not None
    assert made.owner == nadia


def test_a_kept_page_is_the_reader_s_who_asked_and_is_forgotten(
    feeds: Any, site: str, layla: Reader, karim: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = pages.page_of(layla, site)
    assert pages.page_of(layla, site).answer.body == first.answer.body
    assert (len(feeds.asked), pages.page_of(layla, site).answer.content_type) == (1, "text/html; charset=utf-8")
    pages.page_of(karim, site)
    assert len(feeds.asked) == 2
    monkeypatch.setattr(pages, "KEPT", -1)
    pages.page_of(layla, site)
    assert len(feeds.asked) == 3
    assert pages.tidy() == 2


def test_the_page_shows_the_lists_then_what_a_choice_gives_and_follows_it(
    feeds: Any, site: str, browser: Client, sofia: Reader
) -> None:
    shown = browser.post(reverse("source_add"), {"address": site, "folder": "Local"}).content.decode()
    assert "Which of these is the news?" in shown
    assert "Only you see what you watch." in shown
    assert ROWS[0][1] in shown
    assert json.dumps({"item": "ul.news > li"}).replace('"', "&quot;").replace(">", "&gt;") in shown
    choice = {"address": site, "folder": "Local", "chosen": json.dumps({"item": "ul.news > li"})}
    shown = browser.post(reverse("source_watch"), {**choice, "do": "preview"}).content.decode()
    assert "3 items" in shown
    assert 'value="ul.news &gt; li"' in shown
    assert len(feeds.paths()) == len(set(feeds.paths()))
    shown = browser.post(reverse("source_watch"), {**choice, "do": "follow"}, follow=True).content.decode()
    assert "You follow المرفأ now." in shown
    assert sofia.subscriptions.get().folder == "Local"


def test_typed_selectors_are_previewed_with_what_they_lack_and_errors_stand_beside_their_field(
    site: str, browser: Client
) -> None:
    def said(**fields: str) -> str:
        return browser.post(reverse("source_watch"), {"address": site, "do": "preview", **fields}).content.decode()

    shown = said(item="li", title="b", link="b")
    assert "What was found has no titles." in shown
    shown = said(item="li", link="b")
    assert "3 items have no link." in shown
    shown = said(item="li a")
    assert "No dates were found" in shown
    assert "These selectors give nothing on this page." in said(item="table")
    shown = said(item="li", date="a[")
    assert "This is no CSS selector that can be read." in shown
    assert "Follow this page" not in shown
    assert "The selector has too many parts." in said(item=",".join(["a"] * 140))
    assert Source.objects.count() == 0


def test_a_page_that_cannot_be_reached_leads_back_to_the_sources_with_a_reason(feeds: Any, browser: Client) -> None:
    shown = browser.post(reverse("source_watch"), {"address": feeds.url("/none"), "item": "li", "do": "follow"})
    assert "There is nothing at this address any more (404)." in shown.content.decode()
    shown = browser.post(reverse("source_watch"), {"address": "http://127.0.0.1:1/", "item": "li"})
    assert shown.status_code == 200
    assert browser.get(reverse("source_watch"))["Location"] == reverse("sources")


def test_who_may_change_selectors_sees_them_and_nobody_else(
    feeds: Any, site: str, layla: Reader, karim: Reader, nadia: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    own, shared = (watch_page(reader, site, Selectors(item="li")).source for reader in (layla, nadia))
    assert own is not None
    assert shared is not None
    services.subscribe(karim, shared)
    allowed = {(layla, own): 200, (nadia, own): 404, (karim, own): 404}
    allowed |= {(layla, shared): 404, (karim, shared): 404, (nadia, shared): 200}
    for (reader, source), status in allowed.items():
        browser = sign_in(reader)
        url = reverse("source_selectors", args=[source.pk])
        assert browser.get(url).status_code == status
        if status == 404:
            assert browser.post(url, {"item": "p", "do": "save"}).status_code == 404
    edit = reverse("source_edit", args=[shared.pk])
    assert reverse("source_selectors", args=[shared.pk]) not in sign_in(karim).get(edit).content.decode()
    assert reverse("source_selectors", args=[shared.pk]) in sign_in(nadia).get(edit).content.decode()


def test_a_page_that_marks_its_entries_says_that_it_needs_no_selectors(
    feeds: Any, sofia: Reader, browser: Client
) -> None:
    entry = '<div class="h-feed"><p class="h-entry"><a class="p-name u-url" href="/1">Bridge opens</a></p></div>'
    made = add_source(
        sofia, feeds.put("/", f"<html>{entry}</html>", Content_Type="text/html"), visibility="private"
    ).source
    assert made is not None
    shown = browser.get(reverse("source_selectors", args=[made.pk])).content.decode()
    assert "This page marks its entries itself" in shown


def test_changed_selectors_read_the_page_anew(
    feeds: Any, layla: Reader, sign_in: Callable[[Reader], Client], poll: Callable[[], int]
) -> None:
    url = feeds.put("/", page(after=page([("/x", "قائمة أخرى من الأخبار")], name="other")), Content_Type="text/html")
    made = watch_page(layla, url, Selectors(item="ul.news > li")).source
    assert made is not None
    browser, where = sign_in(layla), reverse("source_selectors", args=[made.pk])
    assert "قائمة أخرى" in browser.post(where, {"item": "ul.other > li", "do": "preview"}).content.decode()
    assert browser.post(where, {"item": "..", "do": "save"}).status_code == 200
    assert browser.post(where, {"item": "ul.other > li", "do": "save"})["Location"] == where
    assert poll() == 1
    assert Article.objects.filter(source=made).count() == 4


@pytest.mark.parametrize(
    "chosen", ["", "[", "[]", "3", '{"item": 3}', '{"item": "li", "evil": "x"}', "[" * 50_000, "null"]
)
def test_a_forged_choice_is_at_most_a_wrong_selector(site: str, browser: Client, chosen: str) -> None:
    answer = browser.post(reverse("source_watch"), {"address": site, "chosen": chosen, "do": "preview"})
    assert answer.status_code == 200


def test_hostile_pages_are_offered_nothing_and_harm_nothing(feeds: Any, layla: Reader) -> None:
    hostile = ["<html><div>" * 20_000, "<html><ul>" + "<li><a href='javascript:x'>عنوان طويل جدا</a>" * 500, "<html>"]
    for number, body in enumerate(hostile):
        url = feeds.put(f"/p{number}", body, Content_Type="text/html")
        with pytest.raises(SourceError) as caught:
            add_source(layla, url, offer_watch=True)
        assert caught.value.code == "no-feed"


@pytest.mark.parametrize("name", ["cards", "table", "ministry", "bare", "link-cards"])
def test_each_sample_page_is_offered_its_news_first(feeds: Any, layla: Reader, name: str) -> None:
    folder = Path(__file__).parents[1] / "data" / "watching"
    want = json.loads((folder / f"{name}.expect.json").read_text("utf-8"))
    url = feeds.put("/", (folder / f"{name}.html").read_bytes(), Content_Type="text/html")
    offered = add_source(layla, url, offer_watch=True)
    assert offered.lists[0].selectors.item == want["item"]
    made = watch_page(layla, offered.watch, offered.lists[0].selectors).source
    assert made is not None
    assert {row.title for row in made.articles.all()} == set(want["titles"])
