"""The second parser: asked when ours makes no sense of a feed, remembered by the source, and left again."""

from collections.abc import Callable
from typing import Any

import pytest
from multidict import CIMultiDict, CIMultiDictProxy

from nashra.base.net import Response
from nashra.core.feeds import FeedError
from nashra.news import services
from nashra.news.fetching import parsing, sandbox
from nashra.news.models import Article, Source

Make = Callable[..., Source]
# Items in an element that no format has: our parser finds none of them, the second one takes them wherever they are.
ODD = (
    '<rss version="2.0"><channel><title>The Harbour</title><stories>'
    "<item><title>One</title><guid>g1</guid></item></stories></channel></rss>"
)
PLAIN = ODD.replace("<stories>", "").replace("</stories>", "")
# What the second parser cannot open at all.
BEYOND = PLAIN.replace("<title>One</title>", "<title>One &#1114112;</title>")
UNKNOWN = "<news><item><title>One</title><guid>g1</guid></item></news>"


def answer(body: str) -> Response:
    """What a server sent."""
    headers = CIMultiDictProxy(CIMultiDict({"Content-Type": "application/xml"}))
    return Response("http://paper.example/feed", "http://paper.example/feed", 200, headers, body.encode())


def read(body: str, **options: Any) -> tuple[list[str | None], bool]:
    feed, second = parsing.read(answer(body), **options)
    return [entry.title for entry in feed.entries], second


def test_a_feed_that_ours_reads_never_goes_to_the_second_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "SECOND_SECONDS", None)  # the sandbox could not even begin
    assert read(PLAIN) == (["One"], False)


@pytest.mark.parametrize("body", [ODD, UNKNOWN], ids=["no entry found", "an unknown format"])
def test_what_ours_makes_no_sense_of_is_read_by_the_second_parser(body: str) -> None:
    assert read(body) == (["One"], True)


def test_a_feed_without_any_entry_needs_no_second_opinion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "SECOND_SECONDS", None)
    assert read('<rss version="2.0"><channel><title>The Harbour</title></channel></rss>') == ([], False)


def test_the_parser_that_understood_a_source_is_asked_first_the_next_time() -> None:
    assert read(PLAIN, second_first=True) == (["One"], True)


def test_when_the_second_parser_fails_and_ours_is_sound_ours_takes_over() -> None:
    assert read(BEYOND, second_first=True) == (["One \ufffd"], False)


def test_a_moment_without_entries_does_not_make_a_source_forget() -> None:
    assert read('<rss version="2.0"><channel><title>The Harbour</title></channel></rss>', second_first=True) == (
        [],
        True,
    )


def test_where_both_fail_ours_says_why() -> None:
    with pytest.raises(FeedError) as refused:
        parsing.read(answer("<html><body>Sorry</body></html>"), second_first=True)
    assert refused.value.code == "html-page"


def test_a_feed_above_two_megabytes_has_no_second_opinion() -> None:
    large = UNKNOWN.replace("One", "One " + "x" * parsing.SECOND_LARGEST)
    with pytest.raises(FeedError) as refused:
        parsing.read(answer(large))
    assert refused.value.code == "not-a-feed"


def test_a_second_parser_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "_START_SECONDS", 0.0)
    monkeypatch.setattr(parsing, "SECOND_SECONDS", 0.01)
    assert read(ODD.replace("One", "<" * 200_000))[1] is False


def test_ids_stay_though_the_feed_is_mended_and_a_source_says_who_reads_it(
    feeds: Any, source: Make, poll: Callable[[], int]
) -> None:
    made = source("/a")
    for body, second in ((ODD, True), (PLAIN, True), (BEYOND, False)):
        feeds.put("/a", body)
        poll()
        made.refresh_from_db()
        assert made.second_parser is second
        assert bool(services.health(made).sentence) is second
        assert Article.objects.count() == 1
