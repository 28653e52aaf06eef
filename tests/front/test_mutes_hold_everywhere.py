"""Ten thousand readers mute names, authors, topics, sources and stories: nothing of that is offered to them, and all
the rest is. What is muted is known from how the pieces were written (`muted_world`), not from the matcher.
"""

import random
from datetime import datetime

import pytest
from django.utils import timezone
from muted_world import Person, Piece, World, build, muted, people, pieces

from nashra.accounts.models import Reader
from nashra.core.rank import Profile
from nashra.core.text.authors import author_key
from nashra.front import candidates, services
from nashra.front.models import Kind
from nashra.front.muting import Muting, muting_of
from nashra.front.words import named
from nashra.news.models import Source, Subscription
from nashra.newsletters.delivery.choosing import Sent, choose

READERS = 10_000
EACH = 6  # pieces that each of them is held against
IN_DATABASE = 60
SOURCES, STORIES = range(1, 7), range(1, 6)
BY_TEXT = (Kind.WORD, Kind.AUTHOR)


def muting_by_text(person: Person) -> Muting:
    """The person's muted words and authors, without a database."""
    holding = [wish for wish in person.wishes if wish.holds]
    words = tuple(
        named(wish.key, wish.label, sense=wish.sense, language="", aliases=(), broad=True)
        for wish in holding
        if wish.kind == Kind.WORD
    )
    return Muting(words=words, authors=frozenset(wish.key for wish in holding if wish.kind == Kind.AUTHOR))


def hides(muting: Muting, piece: Piece) -> bool:
    return muting.hides(piece.title, piece.summary, piece.language, piece.author)


def test_no_form_of_a_muted_name_and_no_muted_author_reaches_one_of_ten_thousand_readers() -> None:
    dice, written = random.Random(3), pieces(600, 1, sources=SOURCES, stories=STORIES)
    leaks, lost, kept_away = [], [], 0
    for person in people(READERS, 2, sources=SOURCES, stories=STORIES):
        muting = muting_by_text(person)
        tags = {tag for tag in person.tags if tag[0] in BY_TEXT}
        for piece in dice.sample(written, EACH):
            unwanted = bool(piece.tags & tags)
            kept_away += unwanted
            if hides(muting, piece) != unwanted:
                (leaks if unwanted else lost).append((piece.title, piece.summary, piece.author, tags))
    assert not leaks, f"{len(leaks)} leaks, such as {leaks[0]}"
    assert not lost, f"{len(lost)} hidden for nothing, such as {lost[0]}"
    assert kept_away > READERS * EACH // 20


@pytest.fixture
def now() -> datetime:
    """The clock's time: unread pieces are counted as of now."""
    return timezone.now()


@pytest.fixture
def world(layla: Reader, now: datetime) -> World:
    """Ninety pieces of the last two and a half days, in two languages that Layla reads."""
    made = build(90, 4, now)
    Subscription.objects.create(reader=layla, source=Source.objects.filter(language="en")[0])
    return made


def test_lists_editions_digests_and_counts_hold_nothing_that_a_reader_muted(
    layla: Reader, world: World, now: datetime
) -> None:
    every, wishes = set(world.by_id), candidates.Wishes(Profile(), languages=frozenset({"en"}))
    for number, person in enumerate(people(IN_DATABASE, 5, sources=world.sources, stories=world.stories)):
        muted(layla, person, now)
        unwanted = world.muted_for(person.tags)
        muting = muting_of(layla, now)
        offered = candidates.for_reader(layla, wishes, muting, now)
        assert set(offered.ids.tolist()) == every - unwanted, person
        assert muting.offered(candidates.access.visible_articles(layla)) == every - unwanted, person
        _counts(layla, world, muting, every - unwanted)
        if number % 3 == 0:
            shown = services.refresh(layla, now=now)
            assert shown.items
            assert unwanted.isdisjoint(item.article_id for item in shown.items), person
            chosen = choose(layla, 8, Sent(frozenset(), frozenset()), now)
            assert unwanted.isdisjoint(article.pk for article in chosen.articles), person


def _counts(reader: Reader, world: World, muting: Muting, offered: set[int]) -> None:
    """How many sources tell a story, and how many pieces of a source are unread, without what is muted."""
    told = {
        story: {world.by_id[pk].source for pk in offered if world.by_id[pk].story == story} for story in world.stories
    }
    wanted = {story: len(sources) for story, sources in told.items() if sources}
    assert candidates.story_sources(set(world.stories), reader, muting) == wanted
    unread = {source: sum(world.by_id[pk].source == source for pk in offered) for source in world.sources}
    assert services.unread_by_source(reader, world.sources) == {pk: count for pk, count in unread.items() if count}


def test_an_edition_that_stands_loses_what_is_muted_later_at_once(layla: Reader, world: World, now: datetime) -> None:
    for person in people(25, 6, sources=world.sources, stories=world.stories):
        muted(layla, Person(()), now)
        before = {item.article_id for item in services.refresh(layla, now=now).items}
        muted(layla, person, now)
        left = services.last_edition(layla, now=now, muting=muting_of(layla, now))
        assert {item.article_id for item in left.items} == before - world.muted_for(person.tags)


def test_an_author_is_known_by_any_way_of_naming_two() -> None:
    muting = Muting(authors=frozenset({author_key("سليم العرّادي")}))
    fields = ("سليم العرادي", "بقلم سليم العرادي", "هدى منصور وسليم العرادي", "هدى منصور، سليم العرادي")
    assert all(muting.hides("خبر", "", "ar", field) for field in fields)
    assert not any(muting.hides("خبر", "", "ar", field) for field in ("سليم", "سليم العرادي الصغير", "هدى منصور"))
