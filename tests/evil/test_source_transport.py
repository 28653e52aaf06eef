"""Every hostile transport at the level of a source: what is remembered, said, and asked for the next time."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from nashra.news import services
from nashra.news.fetching.sweep import fetch_due
from nashra.news.models import Fetch, Host, Source
from nashra.news.services import SourceError, explain

BLOCKED = [f"net-redirect-{where}" for where in ("inside", "localhost", "file", "v6", "mapped")]
REJECTED = [
    f"net-{how}" for how in ("gzip-bomb", "brotli-bomb", "endless", "redirect-loop", "tls-untrusted", "tls-plain")
]


def poll(source: Source) -> Source:
    """Makes everything due, and every host ready, fetches, and looks at the source again."""
    Source.objects.update(due_at=timezone.now(), claimed_until=None)
    Host.objects.update(next_at=timezone.now())
    fetch_due()
    return Source.objects.get(pk=source.pk)


@pytest.fixture
def at(evil: Any, db: None) -> Any:
    """Makes the source of a case."""

    def make(case_id: str) -> Source:
        return Source.objects.create(url=evil.get(case_id))

    return make


@pytest.mark.parametrize("case_id", [*BLOCKED, *REJECTED])
def test_an_answer_that_harms_is_refused_with_a_sentence_and_nothing_is_stored(case_id: str, at: Any) -> None:
    source = poll(at(case_id))
    assert source.outcome in ("failed", "refused")
    assert source.articles.count() == 0
    assert source.state == Source.State.ACTIVE
    assert source.failing_since is not None
    explanation = explain(source)
    assert explanation.fetches[0].sentence.endswith(".")
    assert explanation.health.sentence == explanation.fetches[0].sentence


@pytest.mark.parametrize("case_id", BLOCKED)
def test_a_redirect_inside_is_told_from_a_broken_server(case_id: str, at: Any) -> None:
    source = poll(at(case_id))
    assert Fetch.objects.get(source=source).detail["code"] == "blocked-address"


def test_a_server_that_asks_to_wait_is_not_asked_again_by_any_path(at: Any, evil: Any) -> None:
    source = poll(at("net-429"))
    assert source.outcome == "waiting"
    assert source.failing_since is None
    assert source.attempts == 0
    assert source.due_at >= timezone.now() + timedelta(seconds=3590)
    with pytest.raises(SourceError) as refused:
        services.fetch_now(source)
    assert refused.value.code == "waiting"
    services.pause(source)
    services.resume(source)
    Source.objects.update(due_at=timezone.now())  # even so the host's row holds it back
    fetch_due()
    assert len(evil.log("net-429")) == 1


def test_the_whole_host_waits_when_one_of_its_feeds_was_asked_to(at: Any, evil: Any, layla: Any) -> None:
    poll(at("net-429"))
    other = at("net-wrong-type")
    fetch_due()
    assert evil.log("net-wrong-type") == []
    assert explain(other).due_at == Host.objects.get(name="127.0.0.1").next_at
    with pytest.raises(SourceError) as refused:
        services.add_source(layla, evil.get("net-etag"))
    assert refused.value.code == "waiting"
    assert evil.log("net-etag") == []


def test_a_feed_that_is_gone_is_not_asked_again_and_its_articles_stay(at: Any, evil: Any) -> None:
    source = poll(poll(at("net-410")))
    assert source.state == Source.State.GONE
    assert source.articles.count() == 2
    poll(source)
    assert len(evil.log("net-410")) == 2
    assert explain(source).health.kind == "gone"


def test_a_feed_that_moved_for_good_changes_its_address_once(at: Any, evil: Any) -> None:
    source = poll(at("net-301"))
    assert source.url == evil.get("net-301")
    source = poll(source)
    assert source.url == evil.get("net-301") + "/new"
    assert source.outcome == "moved"
    assert source.articles.count() == 3
    source = poll(source)
    assert source.url == evil.get("net-301") + "/new"
    assert source.articles.count() == 3


def test_subscribers_of_a_moved_feed_follow_the_source_that_is_there_already(at: Any, evil: Any, layla: Any) -> None:
    old, new = at("net-301"), Source.objects.create(url=evil.get("net-301") + "/new")
    services.subscribe(layla, old)
    poll(old)
    old = poll(old)
    assert old.state == Source.State.GONE
    assert [row.source for row in layla.subscriptions.all()] == [new]


def test_of_a_short_body_whole_entries_are_kept_and_its_validator_is_not(at: Any) -> None:
    source = poll(at("net-short-body"))
    assert source.outcome == "part"
    assert source.articles.count() == 3
    assert (source.etag, source.body_hash) == ("", "")
    assert source.damaged


def test_a_validator_goes_back_byte_for_byte(at: Any, evil: Any) -> None:
    source = at("net-etag")
    for _ in range(3):
        source = poll(source)
    assert [entry["status"] for entry in evil.ended("net-etag", 3)] == [200, 304, 304]
    assert source.outcome == "unchanged"
    assert source.articles.count() == 2


def test_a_feed_is_known_by_its_content_whatever_its_type(at: Any) -> None:
    assert poll(at("net-wrong-type")).articles.count() == 2


def test_a_certificate_that_nobody_signed_is_never_tried_over_http(at: Any, evil: Any) -> None:
    poll(at("net-tls-untrusted"))
    assert evil.log("net-wrong-type") == []


def test_failures_in_a_row_are_tried_less_and_less_often(at: Any) -> None:
    source, waits = at("net-redirect-loop"), []
    for _ in range(10):
        source = poll(source)
        waits.append((source.due_at - source.fetched_at).total_seconds())
    assert 500 < waits[0] < 700
    assert waits[3] > 3 * waits[0]
    assert all(wait <= 24 * 3600 * 1.1 for wait in waits)
    assert waits[-1] > 20 * 3600
