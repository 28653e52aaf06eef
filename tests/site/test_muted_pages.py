"""A hundred and five readers with mutes drawn by lot look at pages, search, feeds, digests and alerts: what they
muted is nowhere, but in their library, where they asked to see it, and where its address was opened.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from muted_world import Person, World, build, muted, people

from nashra.accounts.models import Reader
from nashra.base.models import Message
from nashra.front import services as front
from nashra.front.models import Edition, Follow, Kind, Mark
from nashra.library import services as library
from nashra.news.models import Article, Source, Subscription
from nashra.newsletters import services as newsletters
from nashra.newsletters.delivery import alerting
from nashra.newsletters.models import Alert, Issue

READERS = 105
WORDS = "report OR تقرير"  # of many pieces
ASKED = f"/search?q={quote(WORDS)}"
SAVED = 12
_CODE = re.compile(r"zq\d{4}qz")
SignIn = Callable[[Reader], Client]


@dataclass
class Visit:
    """One reader with mutes, at a browser."""

    reader: Reader
    client: Client
    world: World
    dice: random.Random
    unwanted: set[int]  # ids
    search: Follow

    def page(self, address: str) -> set[str]:
        """The codes of the pieces that stand on a page."""
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        return set(_CODE.findall(answer.content.decode()))


@pytest.fixture
def world(sofia: Reader) -> World:
    """Sixty pieces of the last two days, in two languages that Sofia reads; she saved some of them."""
    made = build(45, 9, timezone.now(), hours=48)
    Subscription.objects.bulk_create(Subscription(reader=sofia, source_id=made.sources[n]) for n in range(2))
    for article in Article.objects.order_by("pk").select_related("source")[:SAVED]:
        library.save(sofia, article, now=timezone.now())
    return made


def front_page(visit: Visit) -> set[str]:
    Edition.objects.filter(reader=visit.reader).update(stale=True)
    return visit.page("/")


def standing_front_page(visit: Visit) -> set[str]:
    return visit.page("/")


def latest(visit: Visit) -> set[str]:
    return visit.page("/latest") | visit.page("/latest?page=2")


def a_topic(visit: Visit) -> set[str]:
    return visit.page(reverse("topic", args=[visit.dice.choice(visit.world.pieces).topic]))


def a_source(visit: Visit) -> set[str]:
    return visit.page(reverse("source", args=[visit.dice.choice(visit.world.sources)]))


def search_results(visit: Visit) -> set[str]:
    return visit.page(ASKED)


def suggestions(visit: Visit) -> set[str]:
    piece = visit.dice.choice(visit.world.pieces)
    return visit.page(f"/search/suggest?q={piece.code[:4]}") | visit.page(f"/search/suggest?q={quote(piece.title[:9])}")


def an_article(visit: Visit) -> set[str]:
    """Its story and copies; its own title was asked for."""
    piece = visit.dice.choice([piece for piece in visit.world.pieces if piece.story])
    Mark.objects.filter(reader=visit.reader).delete()
    return visit.page(reverse("article", args=[visit.world.ids[piece.number]])) - {piece.code}


def a_search_feed(visit: Visit) -> set[str]:
    return {
        code
        for name in ("search_atom", "search_json")
        for code in visit.page(reverse(name, args=[visit.search.feed_key]))
    }


def an_alert(visit: Visit) -> set[str]:
    now = timezone.now()
    Alert.objects.all().delete()
    newsletters.alert_on(visit.search, now, since=now - timedelta(days=3))
    Alert.objects.update(due_at=now - timedelta(minutes=10))
    message = alerting.tell(Alert.objects.select_related("follow__reader").get(), now + timedelta(minutes=5))
    return letter(message)


def a_digest(visit: Visit) -> set[str]:
    Issue.objects.all().delete()
    Message.objects.all().delete()
    newsletters.send_now(visit.reader, timezone.now())
    return letter(Message.objects.filter(reader=visit.reader, kind="digest").first())


def letter(message: Message | None) -> set[str]:
    """The codes in both parts of a letter."""
    if message is None:
        return set()
    parts = message_from_bytes(bytes(message.body), policy=policy.default).walk()
    return {
        code for part in parts if part.get_content_maintype() == "text" for code in _CODE.findall(part.get_content())
    }


def a_rule_tried_out(visit: Visit) -> set[str]:
    answer = visit.client.post(reverse("filter_new"), {"written": "when title:تقرير|report then read", "do": "look"})
    assert answer.status_code == 200
    return set(_CODE.findall(answer.content.decode()))


PLACES = (
    front_page, standing_front_page, latest, a_topic, a_source, search_results, suggestions, an_article,
    a_search_feed, an_alert, a_digest, a_rule_tried_out,
)  # fmt: skip


def test_what_a_hundred_and_five_readers_muted_stands_nowhere(sofia: Reader, world: World, sign_in: SignIn) -> None:
    client, dice = sign_in(sofia), random.Random(12)
    search = front.open_feed(front.follow(sofia, Kind.SEARCH, WORDS, now=timezone.now()))
    seen = dict.fromkeys(PLACES, 0)
    for number, person in enumerate(people(READERS, 13, sources=world.sources, stories=world.stories)):
        muted(sofia, person, timezone.now())
        visit = Visit(sofia, client, world, dice, world.muted_for(person.tags), search)
        codes = {world.by_id[pk].code for pk in visit.unwanted}
        place = PLACES[number % len(PLACES)]
        there = place(visit)
        seen[place] += len(there)
        assert not there & codes, (place.__name__, there & codes, person)
    assert all(seen.values()), "places that showed nothing at all"


def test_search_says_how_many_are_muted_and_shows_them_when_asked(sofia: Reader, world: World, sign_in: SignIn) -> None:
    client = sign_in(sofia)
    every = {world.by_id[pk].code: pk for pk in world.by_id}
    few = f"/search?q={quote('morning OR الصفحة')}"  # less than a page of results
    found = set(_CODE.findall(client.get(few).content.decode()))
    assert 10 < len(found) < 30
    for person in people(12, 14, sources=world.sources, stories=world.stories):
        muted(sofia, person, timezone.now())
        hidden = {code for code in found if every[code] in world.muted_for(person.tags)}
        page = client.get(few).content.decode()
        assert (f"{len(hidden)} muted, show" in page) == bool(hidden)
        assert set(_CODE.findall(page)) == found - hidden
        assert set(_CODE.findall(client.get(f"{few}&muted=show").content.decode())) == found


def test_what_was_saved_stays_in_the_library_whatever_is_muted(sofia: Reader, world: World, sign_in: SignIn) -> None:
    client = sign_in(sofia)
    saved = {world.by_id[pk].code for pk in Article.objects.order_by("pk").values_list("pk", flat=True)[:SAVED]}
    for person in people(8, 15, sources=world.sources, stories=world.stories):
        muted(sofia, person, timezone.now())
        assert set(_CODE.findall(client.get("/saved?shelf=all").content.decode())) == saved


def test_a_muted_article_opens_by_its_address_and_tells_what_mutes_it(
    sofia: Reader, world: World, sign_in: SignIn
) -> None:
    client = sign_in(sofia)
    piece = next(one for one in world.pieces if (Kind.WORD, "مصر") in one.tags)
    address = reverse("article", args=[world.ids[piece.number]])
    front.mute(sofia, Kind.WORD, "مصر", now=timezone.now())
    front.mute(sofia, Kind.SOURCE, str(piece.source), now=timezone.now())
    page = client.get(address).content.decode()
    assert "You muted the source" in page
    assert "You muted “" in page
    for what in ("word:مصر", f"source:{piece.source}"):
        client.post(reverse("mute"), {"what": what, "on": "0"})
    assert "You muted" not in client.get(address).content.decode()


@pytest.mark.parametrize("kind", ["topic", "source"])
def test_the_page_of_a_muted_topic_or_source_says_so_and_lets_it_be_unmuted(
    sofia: Reader, world: World, sign_in: SignIn, kind: str
) -> None:
    piece = world.pieces[0]
    key = piece.topic if kind == "topic" else str(piece.source)
    client, address = sign_in(sofia), reverse(kind, args=[key])
    front.mute(sofia, kind, key, now=timezone.now())
    page = client.get(address).content.decode()
    assert f"You muted the {kind}" in page
    assert not _CODE.search(page)
    client.post(reverse("mute"), {"what": f"{kind}:{key}", "on": "0"})
    assert _CODE.search(client.get(address).content.decode())


def test_marking_all_as_read_leaves_what_is_muted_unread(sofia: Reader, world: World, sign_in: SignIn) -> None:
    person = next(iter(people(1, 16, sources=world.sources, stories=world.stories)))
    muted(sofia, person, timezone.now())
    unwanted = world.muted_for(person.tags)
    for source in Source.objects.all():
        sign_in(sofia).post(reverse("mark_all_read"), {"what": f"source:{source.pk}"})
    read = set(Mark.objects.filter(reader=sofia, read_at__isnull=False).values_list("article_id", flat=True))
    assert unwanted
    assert read == set(world.by_id) - unwanted


def test_the_command_line_offers_nothing_that_is_muted(sofia: Reader, world: World) -> None:
    from nashra.site.cli import reading

    front.mute(sofia, Kind.TOPIC, "science", now=timezone.now())
    unwanted = {piece.code for piece in world.pieces if piece.topic == "science"}
    for command, arguments in ((reading.front, [sofia.email]), (reading.search, ["report", "--reader", sofia.email])):
        printed = CliRunner().invoke(command, arguments).output
        assert _CODE.search(printed), printed
        assert not set(_CODE.findall(printed)) & unwanted


def test_a_mute_that_ended_hides_nothing(sofia: Reader, world: World, now: datetime, sign_in: SignIn) -> None:
    front.mute(sofia, Kind.TOPIC, world.pieces[0].topic, now=timezone.now() - timedelta(days=2), days=1)
    assert world.pieces[0].code in set(_CODE.findall(sign_in(sofia).get("/latest").content.decode()))
    muted(sofia, Person(()), now)
