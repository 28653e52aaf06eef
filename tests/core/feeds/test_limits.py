"""Hostile and huge input: bounded results, one kind of error, and a second opinion where the first is in doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from nashra.core.feeds import Feed, FeedError, parse
from nashra.core.feeds.model import MAX_CONTENT, MAX_ENTRIES, MAX_TITLE
from nashra.core.feeds.second import parse_with_feedparser

DATA = Path(__file__).parents[2] / "data" / "feeds"
HEAD = b'<rss version="2.0"><channel><title>t</title>'
END = b"</channel></rss>"


def _item(title: bytes, description: bytes = b"x") -> bytes:
    return b"<item><title>" + title + b"</title><description>" + description + b"</description></item>"


def test_of_very_many_entries_the_first_are_kept_and_the_cut_is_said() -> None:
    feed = parse(HEAD + b"".join(_item(b"n%d" % i) for i in range(MAX_ENTRIES + 1)) + END)
    assert len(feed.entries) == MAX_ENTRIES
    assert (feed.truncated_at, feed.damaged) == (MAX_ENTRIES, False)
    assert feed.entries[-1].title == f"n{MAX_ENTRIES - 1}"


def test_exactly_the_limit_of_entries_is_not_a_cut() -> None:
    assert parse(HEAD + b"".join(_item(b"n%d" % i) for i in range(MAX_ENTRIES)) + END).truncated_at is None


def test_of_very_many_json_items_the_first_are_kept() -> None:
    items = ",".join(f'{{"id":"{i}"}}' for i in range(MAX_ENTRIES + 1))
    feed = parse(f'{{"version":"1","items":[{items}]}}'.encode())
    assert (len(feed.entries), feed.truncated_at) == (MAX_ENTRIES, MAX_ENTRIES)


def test_of_a_sitemap_with_very_many_pages_the_first_are_looked_at() -> None:
    page = "<url><loc>https://paper.example/{0}</loc>{1}</url>"
    news = "<news:news><news:title>t{0}</news:title></news:news>"
    head = '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
    feed = parse(
        (head + "".join(page.format(i, news.format(i)) for i in range(MAX_ENTRIES + 1)) + "</urlset>").encode()
    )
    assert (len(feed.entries), feed.truncated_at) == (MAX_ENTRIES, MAX_ENTRIES)
    with pytest.raises(FeedError):
        parse((head + "".join(page.format(i, "") for i in range(50_000)) + "</urlset>").encode())


@pytest.mark.parametrize("wrap", [b"%s", b"<![CDATA[<p>%s</p>]]>"])
def test_one_huge_entry_is_shortened_and_its_neighbours_stay(wrap: bytes) -> None:
    feed = parse(HEAD + _item(b"before") + _item(b"huge", wrap % (b"word " * 2_200_000)) + _item(b"after") + END)
    assert [entry.title for entry in feed.entries] == ["before", "huge", "after"]
    assert MAX_CONTENT * 0.9 < len(feed.entries[1].summary or "") <= MAX_CONTENT


def test_a_long_title_is_cut() -> None:
    title = parse(HEAD + _item("طويل جداً ".encode() * 1000) + END).entries[0].title
    assert title is not None
    assert len(title) <= MAX_TITLE
    assert title.endswith("…")


@pytest.mark.parametrize("body", [HEAD + b"<item>" * 50_000, HEAD + _item(b"a", b"<b>" * 50_000) + END, b"<" * 300_000])
def test_nesting_never_breaks_the_reader(body: bytes) -> None:
    assert _outcome(body) in ("feed", "not-a-feed")


def _outcome(body: bytes) -> str:
    """ "feed", or the code of the error."""
    try:
        parse(body, url="https://paper.example/feed")
    except FeedError as error:
        return error.code
    return "feed"


def test_a_feed_without_titles_and_links_needs_a_second_opinion() -> None:
    assert not Feed("rss").is_sound
    assert not parse(HEAD + b"<item><description>x</description></item>" + END).is_sound
    assert parse(HEAD + _item(b"a") + END).is_sound


def test_the_second_opinion_comes_in_the_same_shape() -> None:
    body = (DATA / "rss" / "everything.feed").read_bytes()
    own, second = (
        parse(body, url="https://paper.example/feed"),
        parse_with_feedparser(body, "application/rss+xml", "https://paper.example/feed"),
    )
    assert (second.title, second.link, second.kind) == (own.title, own.link, "rss")
    assert [(entry.id, entry.title, entry.link, entry.published, entry.tags) for entry in second.entries] == [
        (entry.id, entry.title, entry.link, entry.published, entry.tags) for entry in own.entries
    ]


@pytest.mark.parametrize("body", [b"", b"<html><body>x</body></html>", b"<rss><title>&#1114112;"])
def test_the_second_opinion_too_raises_nothing_but_feed_errors(body: bytes) -> None:
    with pytest.raises(FeedError) as caught:
        parse_with_feedparser(body, None, None)
    assert caught.value.code == "not-a-feed"
