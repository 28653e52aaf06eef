"""Entries in a page's classes: what the pairs cannot say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nashra.core.feeds import Feed, FeedError, parse
from nashra.core.feeds.hfeed import parse_page
from nashra.core.feeds.model import MAX_ENTRIES

DATA = Path(__file__).parents[2] / "data" / "feeds" / "hfeed"
ENTRY = '<p class="h-entry"><a class="p-name u-url" href="/{0}">عنوان {0}</a></p>'


def test_a_page_that_is_kept_as_such_is_read_even_when_it_announces_a_feed_later() -> None:
    body = (DATA / "hatom-with-a-real-feed.feed").read_bytes()
    assert [entry.title for entry in parse_page(body, url="https://layla.example/").entries] == ["أول", "ثان"]


def test_a_page_without_entries_has_none() -> None:
    with pytest.raises(FeedError) as caught:
        parse_page(b"<html><p>x</html>")
    assert caught.value.code == "no-items"


def test_of_very_many_entries_the_first_are_kept_and_the_cut_is_said() -> None:
    body = f'<html><div class="h-feed">{"".join(ENTRY.format(i) for i in range(MAX_ENTRIES + 1))}</div></html>'
    feed = parse(body.encode(), url="https://layla.example/")
    assert (len(feed.entries), feed.truncated_at) == (MAX_ENTRIES, MAX_ENTRIES)


@pytest.mark.parametrize(
    "piece", ["class=h-entry ", '<div class="h-feed">', '<div class="h-entry">', '<div class="p-author h-card">']
)
def test_nesting_never_breaks_the_reader(piece: str) -> None:
    body = f"<html>{piece * 20_000}{ENTRY.format(1)}</html>".encode()
    outcomes = {_outcome(read, body) for read in (parse, parse_page)}
    assert outcomes <= {"hfeed", "html-page", "no-items", "too-deep"}


def _outcome(read: Callable[..., Feed], body: bytes) -> str:
    try:
        return read(body, url="https://layla.example/").kind
    except FeedError as error:
        return error.code
