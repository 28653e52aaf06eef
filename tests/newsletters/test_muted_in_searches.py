"""Readers with mutes of every kind: neither what answers a search of theirs, nor its feed, nor its letters hold any of
what they muted, and all the rest is there.
"""

import re
from datetime import datetime, timedelta

import pytest
from digest_helpers import part
from django.test import Client
from django.utils import timezone
from muted_world import World, build, muted, people

from nashra.accounts.models import Reader
from nashra.front import services as front
from nashra.front.models import Follow
from nashra.newsletters import services
from nashra.newsletters.delivery import alerting
from nashra.newsletters.models import Alert

READERS = 40
EVERYTHING = "lang:ar OR lang:en"
CODE = re.compile(r"zq(\d{4})qz")


@pytest.fixture
def now() -> datetime:
    """The clock's time: feeds know no other."""
    return timezone.now()


@pytest.fixture
def world(now: datetime) -> World:
    """Sixty pieces of the last two and a half days."""
    return build(60, 7, now)


@pytest.fixture
def search(layla: Reader, now: datetime) -> Follow:
    """ليلى follows a search that everything answers, with its feed."""
    return front.open_feed(front.follow(layla, "search", EVERYTHING, now=now))


def said(world: World, text: str) -> set[int]:
    """The ids of the pieces whose codes stand in a text."""
    return {world.ids[int(number)] for number in CODE.findall(text)}


def test_what_answers_a_search_its_feed_and_its_letters_hold_nothing_muted(
    layla: Reader, search: Follow, world: World, now: datetime
) -> None:
    every = set(world.by_id)
    for number, person in enumerate(people(READERS, 8, sources=world.sources, stories=world.stories)):
        muted(layla, person, now)
        wanted = every - world.muted_for(person.tags)
        found, more = front.answers(search, now=now, limit=100)
        assert ({article.pk for article in found}, more) == (wanted, 0), person
        if number % 4 == 0:
            feed = Client().get(f"/search/{search.feed_key}.atom").content.decode()
            assert said(world, feed) <= wanted, person
            assert len(said(world, feed)) == min(50, len(wanted))
            _told(search, world, wanted, now)


def _told(search: Follow, world: World, wanted: set[int], now: datetime) -> None:
    """A letter of all that came; what is not shown is counted, and muted pieces are not."""
    services.alert_on(search, now - timedelta(hours=1))
    held = Alert.objects.select_related("follow__reader").get()
    letter = alerting.tell(held, now + timedelta(minutes=5))
    assert (letter is not None) == bool(wanted)
    if letter is not None:
        assert said(world, part(letter, "plain")) <= wanted
        assert said(world, part(letter, "html")) <= wanted
        assert len(said(world, part(letter, "plain"))) == min(20, len(wanted))
        letter.delete()
    Alert.objects.all().delete()


def test_a_search_brings_nothing_muted_to_the_page(layla: Reader, search: Follow, world: World, now: datetime) -> None:
    for person in people(10, 9, sources=world.sources, stories=world.stories):
        muted(layla, person, now)
        shown = {item.article_id for item in front.refresh(layla, now=now).items}
        assert shown
        assert shown.isdisjoint(world.muted_for(person.tags)), person
