"""People are told of sources that fail: once for each spell, a day's sources in one letter, to each what is theirs."""

import email
import email.policy
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from nashra.accounts.models import Reader, Role
from nashra.base.models import Message
from nashra.news import services
from nashra.news.models import Fetch, Source, Visibility
from nashra.news.services.telling import KIND, NAMED, long_failing, tell_failing

ONE = {"title": "افتتاح الجسر", "guid": "1", "text": "<p>فُتح الجسر صباح اليوم.</p>"}
Make = Callable[..., Source]
NOW = datetime(2026, 11, 24, 9, tzinfo=timezone.get_fixed_timezone(0))


@pytest.fixture
def failing(db: None) -> Make:
    """Makes a source that has failed for so many days."""

    def make(title: str, days: float = 4, **more: Any) -> Source:
        number = Source.objects.count()
        values = {"url": f"https://feeds.example/{number}", "failing_since": NOW - timedelta(days=days)}
        made = Source.objects.create(title=title, **{"outcome": "failed", "attempts": 9, **values, **more})
        Fetch.objects.create(source=made, at=NOW, outcome="failed", detail={"code": "status", "status": 404})
        return made

    return make


def letters(reader: Reader) -> list[str]:
    """The text of every letter about sources that is promised to a reader."""
    rows = Message.objects.filter(kind=KIND, to=reader.email).order_by("pk")
    found = []
    for row in rows:
        message = email.message_from_bytes(bytes(row.body), policy=email.policy.default)
        part = message.get_body(("plain",))
        assert part is not None
        found.append(part.get_content())
    return found


@pytest.fixture
def owner(omar: Reader) -> Reader:
    """The owner, who reads English here."""
    omar.language = "en"
    omar.save()
    return omar


def test_owner_and_editors_hear_of_a_shared_source_after_three_days(
    failing: Make, owner: Reader, nadia: Reader, layla: Reader
) -> None:
    made = failing("Harbour Post", days=2.9)
    services.subscribe(layla, made)
    assert tell_failing(NOW) == 0
    assert tell_failing(NOW + timedelta(hours=3)) == 2
    assert "Harbour Post" in letters(owner)[0]
    assert "There is nothing at this address any more (404)." in letters(owner)[0]
    assert len(letters(nadia)) == 1
    assert letters(layla) == []


def test_all_sources_of_a_day_are_one_letter(failing: Make, owner: Reader) -> None:
    failing("Harbour Post")
    failing("Coast Daily")
    assert tell_failing(NOW) == 1
    failing("Island News")
    assert tell_failing(NOW + timedelta(hours=1)) == 0
    assert tell_failing(NOW + timedelta(hours=21)) == 1
    first, second = letters(owner)
    assert "Harbour Post" in first
    assert "Coast Daily" in first
    assert "Island News" in second
    assert "Harbour Post" not in second


def test_a_spell_is_told_once_and_the_next_spell_again(
    feeds: Any, source: Make, owner: Reader, poll: Callable[[], int]
) -> None:
    made = source(title="Harbour Post", failing_since=NOW - timedelta(days=9), attempts=8)
    assert tell_failing(NOW) == 1
    for day in (1, 2, 30):
        assert tell_failing(NOW + timedelta(days=day)) == 0
    feeds.put("/feed", feeds.rss(ONE))
    poll()
    made.refresh_from_db()
    assert (made.told_at, made.failing_since) == (None, None)
    Source.objects.update(failing_since=NOW + timedelta(days=40))
    assert tell_failing(NOW + timedelta(days=44)) == 1


def test_a_private_source_is_told_to_its_reader_alone_and_its_secret_to_nobody(
    failing: Make, owner: Reader, sofia: Reader
) -> None:
    secret = "https://sofia:hunter2@feeds.example/mine?token=abcdef0123456789"
    failing("", url=secret, owner=sofia, visibility=Visibility.PRIVATE)
    assert tell_failing(NOW) == 1
    assert letters(owner) == []
    (text,) = letters(sofia)
    assert "feeds.example/mine" in text
    assert "hunter2" not in text
    assert "abcdef0123456789" not in text


def test_a_closed_feed_is_told_at_once(failing: Make, owner: Reader) -> None:
    made = failing("Harbour Post", days=0.1, state=Source.State.GONE)
    assert tell_failing(NOW) == 0  # its followers went to another source: nothing is wrong
    Source.objects.filter(pk=made.pk).update(outcome="gone")
    assert tell_failing(NOW) == 1


def test_a_source_that_only_waits_or_rests_is_no_failure(failing: Make, owner: Reader) -> None:
    failing("Harbour Post", failing_since=None, outcome="waiting")
    failing("Coast Daily", state=Source.State.PAUSED)
    assert tell_failing(NOW) == 0
    assert long_failing(NOW) == 0


def test_who_has_left_or_never_confirmed_their_address_gets_no_letter(
    failing: Make, owner: Reader, nadia: Reader
) -> None:
    failing("Harbour Post")
    Reader.objects.filter(pk=nadia.pk).update(is_active=False)
    Reader.objects.create_user("new@example.com", role=Role.EDITOR)
    assert tell_failing(NOW) == 1


def test_a_letter_names_twenty_sources_and_counts_the_others(failing: Make, owner: Reader) -> None:
    for number in range(NAMED + 3):
        failing(f"Paper {number}.")
    tell_failing(NOW)
    (text,) = letters(owner)
    assert text.count("Paper ") == NAMED
    assert "… and 3 more." in text


def test_the_source_s_page_says_since_when_it_fails_and_that_a_letter_went_out(failing: Make, owner: Reader) -> None:
    made = failing("Harbour Post")
    with translation.override("en"):
        before = services.explain(made).told
        tell_failing(NOW)
        made.refresh_from_db()
        after = services.explain(made).told
    assert before.startswith("It has failed since")
    assert "letter" not in before
    assert after.startswith(before)
    assert "letter" in after
