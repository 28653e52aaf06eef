"""Every code that is stored has a sentence of its own."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.utils import translation

from nashra.base.net import CODES
from nashra.news import sentences

FETCHES = [
    *CODES,
    *("unchanged", "nothing-new", "part-damaged", "part-too-large", "part-too-many", "moved", "gone", "empty"),
    *("html-page", "not-a-feed", "too-deep", "entity-bomb", "too-hard", "endless", "internal", "pushed"),
]
ADDRESS = "\u2066https://x.example/feed\u2069"  # isolated: it stands in lines of both directions


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def test_no_two_codes_of_fetches_share_a_sentence() -> None:
    said = [sentences.fetch({"code": code}) for code in FETCHES]
    assert len(set(said)) == len(FETCHES)
    assert all(sentence.endswith(".") for sentence in said)


@pytest.mark.parametrize(
    ("detail", "counts", "sentence"),
    [
        ({"code": "read"}, (1, 0), "1 new article."),
        ({"code": "read"}, (12, 3), "12 new articles."),
        ({"code": "read"}, (0, 2), "2 articles were corrected."),
        ({"code": "status", "status": 404}, (0, 0), "There is nothing at this address any more (404)."),
        ({"code": "status", "status": 418}, (0, 0), "The server answered with the error 418."),
        ({"code": "status", "status": 502}, (0, 0), "The server has a fault of its own (502)."),
        (
            {"code": "blocked-address", "reason": "inside"},
            (0, 0),
            "This address leads into a private network. The owner can permit it with NASHRA_ALLOW_HOSTS.",
        ),
        ({"code": "pushed"}, (1, 1), "Its hub sent 2 new or corrected articles."),
        (
            {"code": "html-page", "feeds": ["https://x.example/feed"]},
            (0, 0),
            f"The server sent a web page, not a feed; this feed was found on it: {ADDRESS}.",
        ),
        (
            {"code": "html-page", "feeds": ["https://x.example/feed", "https://x.example/feed"]},
            (0, 0),
            f"The server sent a web page, not a feed; these feeds were found on it: {ADDRESS} {ADDRESS}.",
        ),
        ({"code": "html-page"}, (0, 0), "The address gives a web page, not a feed. What was there before stays."),
        ({"code": "asked-to-wait", "until": "nonsense"}, (0, 0), "The server asked to wait."),
        ({}, (0, 0), "Something went wrong here while the feed was stored. It is tried again later."),
    ],
)
def test_a_fetch_is_told_in_a_sentence(detail: dict[str, object], counts: tuple[int, int], sentence: str) -> None:
    assert sentences.fetch(detail, added=counts[0], updated=counts[1]) == sentence


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ({"code": "rhythm", "minutes": 30}, "As often as this feed brings something new: every 30 minutes."),
        ({"code": "server", "minutes": 180}, "As often as its server allows: every 3 hours."),
        ({"code": "back-off", "tries": 1}, "It failed 1 time, so it is asked less often."),
        ({"code": "back-off", "tries": 4}, "It failed 4 times in a row, so it is asked less often."),
        ({"code": "nobody"}, "Nobody follows it any more, so it rests."),
        (
            {"code": "silent", "minutes": 300},
            "It has brought nothing for long, so it is asked less often: every 5 hours.",
        ),
        (
            {"code": "quiet", "minutes": 90},
            "At this hour it seldom brings anything, so it is asked less often: every 90 minutes.",
        ),
        ({"code": "unread", "minutes": 120}, "Nobody has read it lately, so it is asked less often: every 2 hours."),
        (
            {"code": "hub", "minutes": 360},
            "Its hub sends what is new; to be safe it is asked as well: every 6 hours.",
        ),
        ({"code": "pushed"}, "Its hub says that there is something new."),
        ({"code": "new"}, "It was added and waits for its first turn."),
        ({}, ""),
    ],
)
def test_why_a_source_is_due_is_told_in_a_sentence(reason: dict[str, object], sentence: str) -> None:
    assert sentences.due(reason) == sentence


CODES_OF_SCHEDULE = (
    *("rhythm", "server", "silent", "quiet", "unread", "hub", "back-off", "skip-hours", "skip-days"),
    *("asked-to-wait", "asked", "new", "nobody", "pushed", "hub-lost", "returned"),
)


def test_no_two_reasons_for_a_time_share_a_sentence() -> None:
    said = [sentences.due({"code": code, "minutes": 30}) for code in CODES_OF_SCHEDULE]
    assert len(set(said)) == len(CODES_OF_SCHEDULE)
    assert all(sentence.endswith(".") for sentence in said)


HUB_CODES = ("asked", "unconfirmed", "denied", "refused", "unreachable", "leaving", "too-large", "bad-signature")


def test_no_two_states_of_a_hub_share_a_sentence() -> None:
    assert len({sentences.hub({"code": code}) for code in HUB_CODES}) == len(HUB_CODES)
    until = datetime(2026, 11, 30, 12, tzinfo=UTC)
    active = sentences.hub({"code": "active"}, until=until)
    assert active.startswith("Its hub sends what is new until ")
    assert sentences.hub({"code": "asked"}, until=until) == active  # it is being renewed
    assert sentences.hub({"code": "bad-signature"}, until=until).startswith(active)
    assert "Last time: " in sentences.hub({"code": "active"}, until=until, pushed=until)
