"""Figures for Prometheus: for whoever has the token, complete, and in its own format."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from nashra.accounts.models import Paper, Reader
from nashra.news import tallies
from nashra.news.fetching.verdict import Verdict
from nashra.news.models import Source
from nashra.site.health import exposition

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-24-letters-ok"


@pytest.fixture(autouse=True)
def _figures_are_made_anew(settings: Any) -> Iterator[None]:
    settings.NASHRA_METRICS_TOKEN = TOKEN
    exposition.forget()
    yield
    exposition.forget()


def scrape() -> dict[str, float]:
    """The figures as Prometheus reads them: `name{label}` and the value."""
    answer = Client().get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    found = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        for sample in family.samples:
            found[sample.name + "".join(f"{{{value}}}" for value in sample.labels.values())] = sample.value
    return found


def test_without_a_token_in_the_settings_there_is_no_such_page(settings: Any, paper: Paper) -> None:
    settings.NASHRA_METRICS_TOKEN = ""
    for given in ("", "Bearer ", f"Bearer {TOKEN}"):
        assert Client().get("/metrics", HTTP_AUTHORIZATION=given).status_code == 404


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", "Bearer رمز"]
)
def test_without_the_right_token_nothing_is_told(given: str, paper: Paper) -> None:
    answer = Client().get("/metrics", HTTP_AUTHORIZATION=given)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert b"nashra_" not in answer.content


def test_the_owner_needs_the_token_as_well(omar: Reader, sign_in: Callable[[Reader], Client]) -> None:
    assert sign_in(omar).get("/metrics").status_code == 401


def test_fetches_come_as_counters_and_a_histogram(make_source: Callable[..., Source]) -> None:
    source, now = make_source(), timezone.now()
    tallies.count(
        [
            Verdict(source, now, "new", status=200, took_ms=70, size=1000, added=3),
            Verdict(source, now, "unchanged", status=304, took_ms=30),
            Verdict(source, now, "failed", {"code": "timeout"}),
        ]
    )
    found = scrape()
    assert found["nashra_fetches_total{new}"] == found["nashra_fetches_total{failed}"] == 1
    assert found["nashra_fetch_failures_total{timeout}"] == 1
    assert found["nashra_received_bytes_total"] == 1000
    assert found["nashra_articles_total{added}"] == 3
    assert found["nashra_fetch_duration_seconds_bucket{0.05}"] == 1
    assert found["nashra_fetch_duration_seconds_bucket{0.1}"] == found["nashra_fetch_duration_seconds_count"] == 2
    assert found["nashra_fetch_duration_seconds_sum"] == pytest.approx(0.1)


def test_the_age_of_the_oldest_work_of_each_queue_is_told(make_source: Callable[..., Source]) -> None:
    make_source(due_at=timezone.now() - timedelta(minutes=10))
    make_source(due_at=timezone.now() + timedelta(minutes=10))
    found = scrape()
    assert 590 < found["nashra_queue_oldest_seconds{feeds}"] < 700
    assert (found["nashra_queue_waiting{feeds}"], found["nashra_queue_later{feeds}"]) == (1, 1)
    assert found["nashra_queue_oldest_seconds{mail}"] == 0


def test_no_address_and_no_name_is_among_the_figures(make_source: Callable[..., Source], layla: Reader) -> None:
    make_source(
        "سر", url="https://u:pw@bank.example/feed", owner=layla, visibility="private", failing_since=timezone.now()
    )
    answer = Client().get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").content.decode()
    assert 'nashra_sources{state="failing"} 1.0' in answer
    assert "bank.example" not in answer
    assert "سر" not in answer


def test_asking_again_at_once_costs_no_query(paper: Paper, django_assert_num_queries: Any) -> None:
    client = Client()
    first = client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").content
    with django_assert_num_queries(0):
        assert client.get("/metrics", HTTP_AUTHORIZATION=f"Bearer {TOKEN}").content == first
