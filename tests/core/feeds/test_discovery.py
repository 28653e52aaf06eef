"""Feeds of a web page."""

from __future__ import annotations

import pytest

from nashra.core.feeds.discovery import (
    Candidate,
    announced,
    discover,
    guesses,
    robots_of,
    sitemap_guesses,
    sitemaps_of_robots,
)

PAGE = "https://paper.example/ar/"


def test_announced_feeds_come_first_and_comments_last() -> None:
    page = """<head><link rel=alternate type="application/rss+xml" href="/comments/feed" title="تعليقات">
    <LINK REL="alternate" TYPE="application/atom+xml; charset=utf-8" HREF="atom.xml?a=1&amp;b=2"
    TITLE="المرفأ &amp; البحر">
    </head><a href="/rss.xml">RSS</a><a href="/about">About</a>"""
    assert discover(page, url=PAGE) == [
        Candidate("https://paper.example/ar/atom.xml?a=1&b=2", "المرفأ & البحر", "atom"),
        Candidate("https://paper.example/rss.xml", "RSS", "rss"),
        Candidate("https://paper.example/comments/feed", "تعليقات", "rss"),
    ]


def test_only_http_addresses_are_candidates() -> None:
    page = '<link rel="alternate" type="application/rss+xml" href="javascript:x"><a href="file:///feed.xml">RSS</a>'
    assert discover(page, url=PAGE) == []


def test_the_base_element_counts_and_comments_and_scripts_do_not() -> None:
    page = b"""<base href="https://cdn.example/x/"><!-- <link rel=alternate type=application/rss+xml href=/no> -->
    <script>'<link rel="alternate" type="application/rss+xml" href="/no2">'</script>
    <link rel=alternate type=application/feed+json href=f.json>"""
    assert discover(page, url=PAGE) == [Candidate("https://cdn.example/x/f.json", None, "json")]


def test_the_api_of_a_blog_is_no_feed() -> None:
    page = '<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">'
    assert discover(page, url=PAGE) == []


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("https://www.youtube.com/channel/UC123", "https://www.youtube.com/feeds/videos.xml?channel_id=UC123"),
        ("https://www.youtube.com/playlist?list=PL1", "https://www.youtube.com/feeds/videos.xml?playlist_id=PL1"),
        ("https://reddit.com/r/arabs/", "https://www.reddit.com/r/arabs/.rss"),
        ("https://github.com/a/b", "https://github.com/a/b/releases.atom"),
        ("https://medium.com/@layla", "https://medium.com/feed/@layla"),
        ("https://social.example/@karim", "https://social.example/@karim.rss"),
        ("https://paper.example/news/x.html", "https://paper.example/feed"),
        ("https://paper.example/sport", "https://paper.example/sport/feed"),
    ],
)
def test_the_likeliest_place_is_guessed_first(page: str, feed: str) -> None:
    assert guesses(page)[0] == feed
    assert "https://" + page.split("/")[2] + "/rss.xml" in guesses(page)


def test_nothing_is_guessed_for_what_is_no_web_address() -> None:
    assert guesses("file:///etc/passwd") == []


def test_only_the_head_s_own_words_count_as_announced() -> None:
    page = """<link rel="alternate" type="application/rss+xml" href="/comments/feed"><a href="/rss.xml">RSS</a>"""
    assert announced(page, url=PAGE) == []
    assert len(announced(page.replace("/comments", ""), url=PAGE)) == 1


def test_a_robots_txt_names_sitemaps_and_those_of_news_come_first() -> None:
    text = (
        "User-agent: *\nDisallow: /\n# Sitemap: /no.xml\nSitemap: https://paper.example/pages.xml\r\n"
        "  sitemap : /google-news.xml\nSITEMAP:/akhbar.xml\nSitemap: javascript:x\nSitemap: /pages.xml\n"
    )
    assert sitemaps_of_robots(text, url="https://paper.example/robots.txt") == [
        "https://paper.example/google-news.xml", "https://paper.example/akhbar.xml", "https://paper.example/pages.xml",
    ]  # fmt: skip
    assert sitemaps_of_robots("<html>Sitemap</html>", url=PAGE) == []
    assert (
        len(sitemaps_of_robots("Sitemap: /{}\n" * 5 + "\n".join(f"Sitemap: /{i}" for i in range(999)), url=PAGE)) == 50
    )


def test_the_usual_places_of_sitemaps_are_at_the_root() -> None:
    assert robots_of(PAGE) == "https://paper.example/robots.txt"
    assert sitemap_guesses(PAGE)[0] == "https://paper.example/news-sitemap.xml"
    assert robots_of("file:///etc/passwd") == ""
    assert sitemap_guesses("file:///etc/passwd") == []
