"""Whether anybody reads a source: visits, letters and what readers do count; nobody's sources are asked less often."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from nashra.accounts.models import Paper, Reader
from nashra.front.models import Signal
from nashra.news import services
from nashra.news.fetching import circumstances
from nashra.news.fetching.sweep import fetch_due
from nashra.news.models import Hub, Source, Visibility
from nashra.newsletters import services as newsletters

ONE = {"title": "افتتاح الجسر", "guid": "1", "text": "<p>فُتح الجسر صباح اليوم.</p>"}
Make = Callable[..., Source]


def is_unread(source: Source) -> bool:
    return circumstances.of([source], timezone.now())[source.pk].unread


@pytest.fixture
def away(layla: Reader) -> Reader:
    """Layla, who was not here for a month."""
    layla.date_joined = layla.visit_at = timezone.now() - timedelta(days=30)
    layla.save()
    return layla


def test_a_source_is_read_while_one_of_its_followers_comes(source: Make, away: Reader, karim: Reader) -> None:
    made = source()
    services.subscribe(away, made)
    assert is_unread(made)
    services.subscribe(karim, made)  # new here
    assert not is_unread(made)


@pytest.mark.parametrize("how", ["visit", "letter", "signal"])
def test_a_visit_a_letter_or_an_opened_article_is_reading(
    how: str, source: Make, away: Reader, make_article: Callable[..., Any]
) -> None:
    made = source()
    services.subscribe(away, made)
    if how == "visit":
        Reader.objects.update(visit_at=timezone.now() - timedelta(days=13))
    elif how == "letter":
        newsletters.change_digest(
            away, is_on=True, hour=7, minute=0, days=127, length=8, quiet=True, now=timezone.now(), name=""
        )
    else:
        Signal.objects.create(reader=away, article=make_article("x", source=made), what=Signal.What.OPEN)
    assert not is_unread(made)


def test_a_closed_account_reads_nothing(source: Make, karim: Reader) -> None:
    made = source()
    services.subscribe(karim, made)
    Reader.objects.update(is_active=False)
    assert is_unread(made)


def test_the_paper_s_own_choice_is_read_by_every_reader_and_by_visitors(
    source: Make, away: Reader, paper: Paper
) -> None:
    made = source(visibility=Visibility.PAPER)
    assert is_unread(made)
    Paper.objects.update(public=True)
    assert not is_unread(made)
    Paper.objects.update(public=False)
    Reader.objects.update(visit_at=timezone.now())
    assert not is_unread(made)


def test_only_a_hub_with_a_lease_pushes(source: Make, paper: Paper) -> None:
    made = source()
    hub = Hub.objects.create(source=made, url="https://hub.example/", topic=made.url, token="t", secret="s")
    now = timezone.now()
    for state, lease, pushed in (
        (Hub.State.ASKED, None, False),
        (Hub.State.ACTIVE, now + timedelta(hours=1), True),
        (Hub.State.ACTIVE, now - timedelta(hours=1), False),
        (Hub.State.FAILED, now + timedelta(hours=1), False),
    ):
        hub.state, hub.lease_until = state, lease
        hub.save()
        assert circumstances.of([made], now)[made.pk].pushed is pushed


def test_what_nobody_reads_is_asked_less_and_at_once_when_a_reader_comes_back(
    feeds: Any, source: Make, away: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    feeds.put("/feed", feeds.rss(ONE))
    made = source()
    services.subscribe(away, made)
    fetch_due()
    made.refresh_from_db()
    assert made.due_reason == {"code": "unread", "minutes": 240}
    sign_in(away).get(reverse("front"))
    made.refresh_from_db()
    assert made.due_at <= timezone.now()
    assert made.due_reason == {"code": "returned"}
