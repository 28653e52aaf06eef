"""What a page is chosen from, what it tries out and with what chance, and how pieces that are alike stand apart."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from nashra.core.rank import (
    Candidate,
    Context,
    Mention,
    Pool,
    Profile,
    Ranked,
    Sizes,
    Taste,
    pool_of,
    rank,
    shortlist,
    shortlisted,
)
from nashra.core.rank.diversity import reordered
from nashra.core.rank.exploring import chances, outside
from nashra.core.rank.scoring import best_first, scores
from nashra.core.rank.shortlisting import _places_of

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
TOPICS = tuple(f"topic{number:02}" for number in range(12))
SUBSCRIBED = frozenset(range(900, 920))


def many(seed: int, count: int = 3000) -> list[Candidate]:
    """More articles than become more than numbers; twenty sources write seldom and long ago."""
    lot = np.random.default_rng(seed)

    def one(number: int) -> Candidate:
        rare = number % 150 == 7
        return Candidate(
            number,
            900 + number // 150 if rare else int(lot.integers(1, 80)),
            NOW - timedelta(hours=150 if rare else float(lot.random() * 140)),
            topics=tuple(lot.choice(TOPICS, 1).tolist()),
            words=(Mention("نخيل"),) if number % 700 == 3 else (),
            story=number // 5 if number % 3 == 0 else None,
            story_sources=1 + number % 3,
            has_image=bool(number % 2),
        )

    return [one(number) for number in range(1, count + 1)]


LAYLA = Profile(subscriptions=SUBSCRIBED, topics=frozenset({TOPICS[3]}), words=frozenset({"نخيل"}))
POOL = pool_of(many(1))


def ids(pool: Pool, places: object) -> set[int]:
    return set(pool.ids[places].tolist())  # type: ignore[index]


def page(pool: Pool, profile: Profile = LAYLA, **more: object) -> list[Ranked]:
    return rank(pool, profile, Context(**more), now=NOW)  # type: ignore[arg-type]


# -- the shortlist


def test_a_shortlist_holds_what_each_follow_has_and_the_newest_of_all() -> None:
    kept = ids(POOL, shortlist(POOL, LAYLA, Context(), now=NOW))
    assert len(kept) <= 300
    by_source = {source: set(POOL.ids[POOL.sources == source].tolist()) for source in SUBSCRIBED}
    assert all(articles & kept for articles in by_source.values() if articles)
    assert {POOL.ids[place] for place in POOL.words} <= kept
    assert int(POOL.ids[np.argmax(POOL.published)]) in kept


def test_a_shortlist_is_the_same_in_whatever_order_articles_come() -> None:
    turned = POOL.take(np.random.default_rng(4).permutation(len(POOL)))
    once = ids(POOL, shortlist(POOL, LAYLA, Context(), now=NOW))
    assert once == ids(turned, shortlist(turned, LAYLA, Context(), now=NOW))


def test_a_busy_source_does_not_fill_a_shortlist() -> None:
    busy = replace(POOL, sources=np.where(POOL.published > np.median(POOL.published), 5, POOL.sources))
    kept = shortlist(busy, Profile(), Context(), now=NOW)
    assert len(set(busy.sources[kept].tolist())) > 50


def test_a_small_pool_is_its_own_shortlist() -> None:
    few = POOL.take(np.arange(40))
    assert shortlist(few, LAYLA, Context(), now=NOW).tolist() == list(range(40))
    assert len(shortlist(few.take(np.arange(0)), LAYLA, Context(), now=NOW)) == 0


def test_the_page_of_a_shortlist_is_as_full_as_that_of_all() -> None:
    places, floor = shortlisted(POOL, LAYLA, Context(), now=NOW)
    half = places[np.random.default_rng(2).random(len(places)) < 0.6]  # the others are muted
    counts = Counter(one.slot for one in page(POOL.take(half), floor=floor))
    sizes = Sizes()
    assert counts["lead"] == 1
    assert counts["story"] == sizes.stories
    assert counts["for_you"] >= sizes.for_you
    assert counts["followed"] == sizes.followed
    assert page(POOL)[0].item.id == page(POOL.take(places), floor=floor)[0].item.id


# -- what is tried out


def explored(made: list[Ranked]) -> list[Ranked]:
    return [one for one in made if one.reasons[0].key == "outside"]


@pytest.mark.parametrize(("wish", "share"), [(-2, 0.05), (0, 0.1), (2, 0.2)])
def test_the_wished_share_of_all_places_tries_something_out(wish: int, share: float) -> None:
    tried = places = 0
    few = POOL.take(shortlist(POOL, LAYLA, Context(), now=NOW, most=150))
    for seed in range(40):
        sizes = Sizes(for_you=3 + seed % 5, followed=seed % 9, latest=seed % 8)
        made = page(few, seed=seed, discover=wish, sizes=sizes)
        tried, places = tried + len(explored(made)), places + len(made)
    assert tried / places == pytest.approx(share, abs=0.02)


def test_what_is_tried_out_is_good_is_not_followed_and_says_with_what_chance_it_came() -> None:
    found = scores(POOL, LAYLA, Context(), NOW)
    middle = float(np.median(found.quality))
    quality = dict(zip(POOL.ids.tolist(), found.quality.tolist(), strict=True))
    for seed in range(20):
        for one in page(POOL, seed=seed):
            if one in explored([one]):
                assert 0 < one.propensity < 1
                assert one.slot in ("outside", "for_you")
                assert quality[one.item.id] >= middle
                assert one.item.source not in SUBSCRIBED
                assert TOPICS[3] not in one.item.topics
            else:
                assert one.propensity == 1


def test_a_piece_is_drawn_as_often_as_its_chance_says() -> None:
    few = POOL.take(np.arange(60))
    found = scores(few, LAYLA, Context(), NOW)
    possible = np.flatnonzero(outside(found, LAYLA))
    chance = dict(zip(few.ids[possible].tolist(), chances(found, LAYLA, possible).tolist(), strict=True))
    assert sum(chance.values()) == pytest.approx(1)
    sizes = Sizes(lead=0, stories=0, for_you=0, followed=0, outside=1, latest=9)
    made = [one for seed in range(250) for one in page(few, seed=seed, sizes=sizes) if one.slot == "outside"]
    assert len(made) == 250
    drawn = Counter((one.item.id, one.propensity) for one in made)
    for (key, propensity), count in drawn.items():
        assert propensity == pytest.approx(chance[key])
        assert count / len(made) == pytest.approx(propensity, abs=0.12)


def test_a_topic_that_was_often_passed_by_is_tried_less_than_an_unknown_one() -> None:
    passed = {TOPICS[0]: Taste(passed=20), TOPICS[1]: Taste(factor=0.25)}
    profile = replace(LAYLA, topic_taste=passed)
    pieces = [Candidate(n + 1, n + 1, NOW - timedelta(hours=1), topics=(topic,)) for n, topic in enumerate(TOPICS)]
    found = scores(pool_of(pieces), profile, Context(), NOW)
    chance = chances(found, profile, np.arange(len(pieces)))
    others = np.delete(chance, [0, 1, 3])
    assert chance[0] < others.min()
    assert chance[1] < others.min()
    assert (chance > 0).all()


def test_for_a_reader_of_whom_nothing_is_known_nothing_is_outside_their_habits() -> None:
    for profile in (Profile(), replace(LAYLA, personalise=False)):
        assert not explored(page(POOL, profile))


# -- diversity


def test_pieces_that_say_the_same_stand_apart() -> None:
    pieces = [
        Candidate(1, 1, NOW, terms={1: 1.0}),
        Candidate(2, 2, NOW, terms={1: 1.0}),
        Candidate(3, 3, NOW, terms={2: 1.0}),
    ]
    totals = np.array([1.0, 0.99, 0.9], np.float32)
    assert reordered(pool_of(pieces), totals, 3) == [0, 2, 1]
    assert reordered(pool_of(pieces), totals, 3, 1, 0) == [0, 1, 2]


def test_between_pieces_that_are_as_good_another_topic_comes_first() -> None:
    pieces = [Candidate(n, n, NOW, topics=(topic,)) for n, topic in enumerate(("sport", "sport", "science"), 1)]
    totals = np.array([1.0, 0.99, 0.99], np.float32)
    assert reordered(pool_of(pieces), totals, 3) == [0, 2, 1]


def test_the_best_comes_first_and_of_equals_the_newer() -> None:
    pieces = [Candidate(n, n, NOW - timedelta(days=20, hours=n % 3)) for n in range(1, 9)]
    found = scores(pool_of(pieces), replace(LAYLA, personalise=False), Context(weights={"fresh": 0.0}), NOW)
    assert found.pool.ids[best_first(found)].tolist() == [6, 3, 7, 4, 1, 8, 5, 2]


@pytest.mark.parametrize("highest", [9, 400, 10**12])
def test_places_among_ids_are_the_same_by_table_and_by_search(highest: int) -> None:
    dice = np.random.default_rng(3)
    ids, values = np.unique(dice.integers(1, highest, 300)), dice.integers(0, highest, 2_000)
    values[:50] = dice.choice(ids, 50)
    at = {pk: place for place, pk in enumerate(ids.tolist())}
    assert _places_of(ids, values).tolist() == [at.get(value, -1) for value in values.tolist()]
    assert _places_of(ids, values[:0]).tolist() == []
