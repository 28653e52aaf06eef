"""Our own feeds: what is written is read back the same by our parser, by feedparser and by json."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import feedparser
import pytest

from nashra.core.feeds import parse
from nashra.core.feeds.writing import Channel, Item, atom, json_feed

AT = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
ITEM = Item(
    id="https://news.example.org/article/7",
    link="https://harbour.example/7?a=1&b=2",
    title="مرفأ مرسى النخيل <يفتتح> & يتوسّع",
    summary="بدأ العمل في المرفأ «الجديد».",
    author="سلمى الحسن",
    language="ar",
    published=AT,
    updated=AT + timedelta(hours=1),
    origin="صحيفة المرفأ",
    origin_url="https://harbour.example/",
    tags=("economy", "سياسة"),
)
CHANNEL = Channel(
    url="https://news.example.org/feed.atom",
    home="https://news.example.org/",
    title="نشرة الساحل",
    subtitle="أخبار مختارة",
    language="ar",
    updated=AT,
    items=(ITEM, replace(ITEM, id="https://news.example.org/article/6", title="Second", language="en")),
    hub="https://hub.example.org/",
)


@pytest.mark.parametrize("write", [atom, json_feed])
def test_what_is_written_is_read_back_the_same(write: object) -> None:
    feed = parse(write(CHANNEL))  # type: ignore[operator]
    assert (feed.title, feed.subtitle, feed.link) == (CHANNEL.title, CHANNEL.subtitle, CHANNEL.home)
    assert (feed.self_link, feed.hub, feed.language) == (CHANNEL.url, CHANNEL.hub, "ar")
    first, second = feed.entries
    assert (first.id, first.link, first.title) == (ITEM.id, ITEM.link, ITEM.title)
    assert (first.published, first.updated) == (ITEM.published, ITEM.updated)
    assert (first.author or "").startswith(ITEM.author)
    assert first.tags == list(ITEM.tags)
    assert ITEM.summary in (first.summary or first.content or "")
    assert (second.title, second.language) == ("Second", "en")


def test_another_reader_finds_no_fault_in_the_atom_feed() -> None:
    feed = feedparser.parse(atom(CHANNEL))
    assert not feed.bozo
    assert feed.version == "atom10"
    assert feed.entries[0].source.title == ITEM.origin
    assert {link.rel for link in feed.feed.links} == {"self", "alternate", "hub"}


def test_the_json_feed_has_what_its_version_asks_for() -> None:
    value = json.loads(json_feed(CHANNEL))
    assert value["version"] == "https://jsonfeed.org/version/1.1"
    assert value["hubs"] == [{"type": "WebSub", "url": CHANNEL.hub}]
    assert all(item["id"] and item["content_text"] for item in value["items"])
    assert value["items"][0]["authors"] == [
        {"name": ITEM.author}, {"name": ITEM.origin, "url": ITEM.origin_url},
    ]  # fmt: skip


@pytest.mark.parametrize("write", [atom, json_feed])
def test_a_bare_item_and_an_empty_feed_can_be_written(write: object) -> None:
    bare = Item("https://x.example/1", "https://x.example/1", "T", AT, AT)
    assert parse(write(replace(CHANNEL, items=(bare,), hub="", subtitle=""))).entries[0].title == "T"  # type: ignore[operator]
    assert parse(write(replace(CHANNEL, items=()))).entries == []  # type: ignore[operator]


@pytest.mark.parametrize("write", [atom, json_feed])
def test_letters_that_no_file_can_hold_are_left_out(write: object) -> None:
    dirty = replace(ITEM, title="a\x00b\x0bc\ud800d\ufffe", author="\x1f", tags=("x\x00",))
    body = write(replace(CHANNEL, title="\x00" + CHANNEL.title, items=(dirty,)))  # type: ignore[operator]
    assert parse(body).entries[0].title == "abcd"


def test_times_are_written_in_utc() -> None:
    moved = replace(CHANNEL, updated=AT.astimezone(timezone(timedelta(hours=3))))
    assert b"<updated>2026-11-24T06:30:00Z</updated>" in atom(moved)
