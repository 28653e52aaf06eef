"""A round of fetching: turns, politeness, what is remembered of an answer, what is written."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nashra.base.net import fetch_one
from nashra.news.fetching import turns
from nashra.news.fetching.record import record
from nashra.news.fetching.sweep import fetch_due, request_for
from nashra.news.models import Article, Fetch, Host, Source
from nashra.news.services import explain
from nashra.site.start import free_claims

ONE = {"title": "افتتاح الجسر", "guid": "1", "text": "<p>فُتح الجسر صباح اليوم.</p>"}
TWO = {"title": "أمطار على الساحل", "guid": "2", "text": "<p>هطلت الأمطار ليلاً.</p>"}
Make = Callable[..., Source]


def test_a_due_feed_becomes_articles_and_is_due_again_later(feeds: Any, source: Make) -> None:
    feeds.put("/feed", feeds.rss(ONE, TWO, language="ar"))
    made = source()
    assert fetch_due() == 2
    made.refresh_from_db()
    assert {row.title for row in made.articles.all()} == {ONE["title"], TWO["title"]}
    assert (made.title, made.language, made.outcome) == ("صحيفة الميناء", "ar", "new")
    assert made.due_at > timezone.now()
    assert made.claimed_until is None
    assert Fetch.objects.get(source=made).added == 2


def test_what_is_not_due_or_paused_is_not_fetched(feeds: Any, source: Make) -> None:
    source("/later", due_at=timezone.now() + timedelta(hours=1))
    source("/paused", state=Source.State.PAUSED)
    assert fetch_due() == 0
    assert feeds.asked == []


def test_a_claimed_source_is_left_alone_until_its_lease_is_over(source: Make) -> None:
    made, now = source(), timezone.now()
    assert turns.claim_sources(5, now) == [made]
    assert turns.claim_sources(5, now) == []
    assert turns.claim_sources(5, now + turns.LEASE) == [made]


def test_of_one_host_only_one_source_is_claimed_at_a_time(source: Make) -> None:
    source("/a")
    source("/b")
    elsewhere, now = Source.objects.create(url="http://elsewhere.example/feed"), timezone.now()
    claimed = turns.claim_sources(5, now)
    assert len(claimed) == 2
    assert elsewhere in claimed
    assert turns.claim_sources(5, now) == []


def test_between_two_requests_to_a_host_lies_a_pause(source: Make) -> None:
    source("/a")
    waiting, now = source("/b"), timezone.now()
    turns.claim_sources(5, now)
    turns.release([turns.Ended("127.0.0.1", now)])
    assert turns.claim_sources(5, now + timedelta(milliseconds=900)) == []
    assert turns.claim_sources(5, now + timedelta(milliseconds=1300)) == [waiting]
    waiting.refresh_from_db()
    assert waiting.attempts == 1  # waiting for its host cost it none


def test_a_round_goes_on_until_every_source_of_a_host_had_its_turn(feeds: Any, source: Make) -> None:
    Host.objects.create(name="127.0.0.1", gap_ms=100)
    for number in range(3):
        feeds.put(f"/{number}", feeds.rss(ONE))
        source(f"/{number}")
    assert fetch_due() == 3


def test_a_host_that_was_busy_when_the_process_died_is_free_after_the_lease(source: Make) -> None:
    made, now = source(), timezone.now()
    turns.claim_sources(5, now)
    assert Host.objects.get().next_at == now + turns.LEASE
    assert turns.claim_sources(5, now + turns.LEASE + timedelta(seconds=1)) == [made]


def test_what_another_worker_took_over_is_not_written_twice(feeds: Any, source: Make) -> None:
    feeds.put("/feed", feeds.rss(ONE))
    source()
    (mine,) = turns.claim_sources(5, timezone.now())
    (theirs,) = turns.claim_sources(5, timezone.now() + turns.LEASE)
    answer = fetch_one(request_for(mine))
    assert record([(mine, answer)], timezone.now()) == 0
    assert record([(theirs, answer)], timezone.now()) == 1
    assert Article.objects.count() == Fetch.objects.count() == 1


def test_a_source_that_was_removed_meanwhile_stays_removed(feeds: Any, source: Make) -> None:
    feeds.put("/feed", feeds.rss(ONE))
    source()
    (claimed,) = turns.claim_sources(5, timezone.now())
    answer = fetch_one(request_for(claimed))
    Source.objects.all().delete()
    assert record([(claimed, answer)], timezone.now()) == 0
    assert Article.objects.count() == 0


def test_both_validators_are_kept_from_200_and_from_304_and_go_back_unchanged(
    feeds: Any, source: Make, poll: Callable[[], int]
) -> None:
    feeds.put("/feed", feeds.rss(ONE), ETag='W/"a"', Last_Modified="Mon, 23 Nov 2026 10:00:00 GMT")
    made = source()
    poll()
    feeds.answers["/feed"].headers["Last-Modified"] = "Tue, 24 Nov 2026 10:00:00 GMT"
    poll()
    made.refresh_from_db()
    assert made.outcome == "unchanged"
    assert (made.etag, made.last_modified) == ('W/"a"', "Tue, 24 Nov 2026 10:00:00 GMT")
    asked = feeds.asked[1][1]
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == ('W/"a"', "Mon, 23 Nov 2026 10:00:00 GMT")


def test_the_same_body_under_a_new_validator_updates_the_validator(
    feeds: Any, source: Make, poll: Callable[[], int]
) -> None:
    feeds.put("/feed", feeds.rss(ONE), ETag='"a"')
    made = source()
    poll()
    feeds.answers["/feed"].headers["ETag"] = '"b"'
    assert poll() == 0
    made.refresh_from_db()
    assert (made.outcome, made.etag) == ("unchanged", '"b"')


def test_a_name_that_somebody_gave_stays(feeds: Any, source: Make) -> None:
    feeds.put("/feed", feeds.rss(ONE, title="أحدث الأخبار | الميناء | الصفحة الرئيسية"))
    made = source(title="الميناء")
    fetch_due()
    made.refresh_from_db()
    assert made.title == "الميناء"


def test_a_failure_is_remembered_since_when_and_forgotten_when_it_works_again(
    feeds: Any, source: Make, poll: Callable[[], int]
) -> None:
    made = source()
    poll()
    made.refresh_from_db()
    since = made.failing_since
    assert since is not None
    poll()
    made.refresh_from_db()
    assert (made.failing_since, made.attempts) == (since, 2)
    assert "404" in explain(made).fetches[0].sentence
    feeds.put("/feed", feeds.rss(ONE))
    poll()
    made.refresh_from_db()
    assert (made.failing_since, made.attempts, made.outcome) == (None, 0, "new")


def test_503_with_retry_after_is_a_request_to_wait_and_503_alone_a_failure(
    feeds: Any, source: Make, poll: Callable[[], int]
) -> None:
    feeds.put("/feed", "", 503)
    made = source()
    poll()
    made.refresh_from_db()
    assert made.outcome == "failed"
    feeds.put("/feed", "", 503, Retry_After="7200")
    poll()
    made.refresh_from_db()
    assert made.outcome == "waiting"
    assert made.attempts == 1  # the failure before it
    assert Host.objects.get().asked_to_wait


def test_a_host_that_had_enough_is_asked_half_as_often_and_slowly_recovers(db: None) -> None:
    now = timezone.now()
    turns.hush("slow.example", {"Retry-After": "60"}, now)
    host = Host.objects.get()
    assert (host.gap_ms, host.asked_to_wait) == (2000, True)
    turns.release([turns.Ended("slow.example", now)])
    host.refresh_from_db()
    assert (host.gap_ms, host.asked_to_wait) == (1800, False)


def test_where_a_temporary_redirect_leads_is_not_remembered(feeds: Any, source: Make, poll: Callable[[], int]) -> None:
    feeds.put("/new", feeds.rss(ONE))
    feeds.put("/feed", "", 302, Location="/new")
    made = source()
    poll()
    poll()
    poll()
    made.refresh_from_db()
    assert made.url == feeds.url("/feed")


def test_a_shared_source_does_not_move_to_an_address_with_a_secret(
    feeds: Any, source: Make, poll: Callable[[], int]
) -> None:
    feeds.put("/new?token=abc", feeds.rss(ONE))
    feeds.put("/feed", "", 301, Location="/new?token=abc")
    made = source()
    poll()
    poll()
    made.refresh_from_db()
    assert made.url == feeds.url("/feed")
    assert made.articles.count() == 1


@pytest.mark.parametrize("title", ["\x00نص", "\ud800", "‮مقلوب", "x" * 5000])
def test_a_title_from_outside_is_storable_and_of_one_line(feeds: Any, source: Make, title: str) -> None:
    body = feeds.rss({**ONE, "title": "TITLE"}).replace("TITLE", title)
    feeds.put("/feed", body.encode("utf-8", "surrogatepass"))
    source()
    assert fetch_due() == 1
    stored = Article.objects.get().title
    assert stored
    assert len(stored) <= 1000
    assert not set(stored) & set("\x00\n‮")


def test_work_that_was_broken_off_is_given_back(source: Make) -> None:
    made, now = source(), timezone.now()
    turns.give_back(turns.claim_sources(5, now))
    assert turns.claim_sources(5, timezone.now()) == [made]
    made.refresh_from_db()
    assert made.attempts == 1


def test_what_another_worker_holds_is_not_given_back(source: Make) -> None:
    source()
    mine = turns.claim_sources(5, timezone.now())
    later = timezone.now() + turns.LEASE
    theirs = turns.claim_sources(5, later)
    turns.give_back(mine)
    assert Source.objects.get().claimed_until == theirs[0].claimed_until


def test_a_start_frees_what_a_dead_process_had_claimed(source: Make) -> None:
    made = source()
    turns.claim_sources(5, timezone.now())
    free_claims()
    assert turns.claim_sources(5, timezone.now()) == [made]


def test_a_start_does_not_free_a_host_that_asked_to_wait(source: Make) -> None:
    source()
    turns.hush("127.0.0.1", {"Retry-After": "600"}, timezone.now())
    free_claims()
    assert turns.claim_sources(5, timezone.now()) == []
