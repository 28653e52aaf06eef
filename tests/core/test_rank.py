"""Ranking: true reasons, each story once, no source floods the page, and a page for a reader without a history."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.rank import Candidate, Context, Mention, Profile, Ranked, Reason, Sizes, Taste, pool_of, rank, score
from nashra.core.rank.signals import REGISTRY

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)


def piece(number: int, *, source: int = 1, hours: float = 1, **more: object) -> Candidate:
    return Candidate(number, source, NOW - timedelta(hours=hours), **more)  # type: ignore[arg-type]


def page(candidates: list[Candidate], profile: Profile = Profile()) -> list[Ranked]:  # noqa: B008 (frozen)
    return rank(candidates, profile, Context(), now=NOW)


def slots(ranked: list[Ranked], slot: str) -> list[int]:
    return [one.item.id for one in ranked if one.slot == slot]


def test_a_reader_without_a_history_gets_a_full_page() -> None:
    made = page([piece(n, source=n % 9, hours=n / 3) for n in range(1, 60)])
    assert len(slots(made, "lead")) == 1
    assert len(slots(made, "for_you")) == 6
    assert len(slots(made, "latest")) == Sizes().latest


def test_a_followed_topic_stands_above_what_is_a_little_newer() -> None:
    followed = piece(1, hours=6, topics=("science",))
    newer = piece(2, source=2, hours=4)
    made = score([newer, followed], Profile(topics=frozenset({"science"})), NOW)
    assert [one.item.id for one in made] == [1, 2]
    assert made[0].reasons[0].key == "follow_topic"
    assert made[0].reasons[0].about == "science"


def test_a_followed_word_is_the_first_reason() -> None:
    made = score(
        [piece(1, topics=("science",), words=(Mention("نخيل", "النخيل", "exact"),))],
        Profile(topics=frozenset({"science"}), words=frozenset({"نخيل"})),
        NOW,
    )
    assert made[0].reasons[0] == Reason("follow_word", "نخيل", 0, "النخيل", "exact")


def test_a_followed_author_is_the_first_reason() -> None:
    made = score([piece(1, authors=("سليم",))], Profile(authors=frozenset({"سليم"})), NOW)
    assert made[0].reasons[0] == Reason("follow_author", "سليم")


def test_a_source_that_is_opened_often_weighs_more_than_one_opened_once() -> None:
    taste = {1: Taste(0.8, 20), 2: Taste(0.2, 1)}
    made = score([piece(1, source=1), piece(2, source=2)], Profile(source_taste=taste), NOW)
    assert [one.item.id for one in made] == [1, 2]


def test_less_of_a_source_lowers_its_score_and_more_raises_it() -> None:
    def value(factor: float) -> float:
        return score([piece(1)], Profile(source_taste={1: Taste(0.4, 10, factor)}), NOW)[0].score

    assert value(0.25) < value(1.0) < value(1.6)


def test_a_story_appears_once_among_all_parts() -> None:
    made = page(
        [piece(n, source=n, story=7, story_sources=4) for n in range(1, 5)] + [piece(n, source=n) for n in range(5, 30)]
    )
    assert sum(1 for one in made if one.item.story == 7) == 1


def test_no_source_takes_more_than_two_of_the_first_ten_chosen_places() -> None:
    made = page([piece(n, source=1 if n < 40 else n, hours=n / 10) for n in range(1, 80)])
    chosen = [one for one in made if one.slot != "latest"][:10]
    assert sum(1 for one in chosen if one.item.source == 1) <= 2


def test_a_reader_with_one_source_gets_a_full_page_all_the_same() -> None:
    made = page([piece(n, source=1, hours=n / 3) for n in range(1, 60)])
    assert len(slots(made, "for_you")) == 6


def test_the_short_line_says_what_the_part_of_the_page_is_about() -> None:
    followed = [piece(n, source=n % 4, hours=0.1) for n in range(1, 40)]
    made = page(followed, Profile(subscriptions=frozenset({0, 1, 2, 3})))
    assert {one.reasons[0].key for one in made if one.slot == "followed"} == {"subscribed"}
    told = page([piece(n, source=n, story=n, story_sources=2) for n in range(1, 9)])
    assert {one.reasons[0].key for one in told if one.slot == "story"} == {"story_sources"}


def test_a_busy_source_does_not_drown_a_rare_one_among_the_followed() -> None:
    busy = [piece(n, source=1, hours=n / 10) for n in range(1, 40)]
    made = page([*busy, piece(99, source=2, hours=60)], Profile(subscriptions=frozenset({1, 2})))
    assert 99 in [one.item.id for one in made if one.slot in ("lead", "for_you", "followed")]


def test_the_outside_piece_has_nothing_of_the_profile_and_says_with_what_chance_it_came() -> None:
    profile = Profile(topics=frozenset({"science"}))
    pieces = [piece(n, source=n, topics=("sport",) if n % 2 else ("science",)) for n in range(1, 40)]
    outside = [one for one in page(pieces, profile) if one.slot == "outside"]
    assert len(outside) == 1
    assert outside[0].reasons[0].key == "outside"
    assert 0 < outside[0].propensity <= 0.5


def test_with_personalisation_off_the_profile_counts_for_nothing() -> None:
    profile = Profile(topics=frozenset({"science"}), subscriptions=frozenset({1}), personalise=False)
    made = page([piece(n, source=n, topics=("science",)) for n in range(1, 20)], profile)
    assert made
    assert {reason.key for one in made for reason in one.reasons} <= {"fresh", "story_sources"}
    assert not slots(made, "outside")


candidates = st.lists(
    st.builds(
        piece,
        st.integers(1, 10_000),
        source=st.integers(1, 12),
        hours=st.floats(0, 300, allow_nan=False),
        topics=st.lists(st.sampled_from(["science", "sport", "energy"]), unique=True, max_size=2).map(tuple),
        words=st.lists(st.builds(Mention, st.sampled_from(["نخيل", "قطار"])), max_size=1).map(tuple),
        story=st.one_of(st.none(), st.integers(1, 20)),
        story_sources=st.integers(1, 8),
        has_image=st.booleans(),
    ),
    max_size=60,
    unique_by=lambda item: item.id,
)
profiles = st.builds(
    Profile,
    subscriptions=st.frozensets(st.integers(1, 12), max_size=4),
    topics=st.frozensets(st.sampled_from(["science", "sport"])),
    words=st.frozensets(st.sampled_from(["نخيل"])),
    source_taste=st.dictionaries(
        st.integers(1, 12), st.builds(Taste, st.floats(0.01, 1), st.integers(1, 50)), max_size=4
    ),
    topic_taste=st.dictionaries(st.sampled_from(["energy"]), st.builds(Taste, st.floats(0.01, 1), st.integers(1, 50))),
)


@given(candidates, profiles)
def test_every_item_has_a_reason_and_every_reason_raised_the_score(pieces: list[Candidate], profile: Profile) -> None:
    for one in page(pieces, profile):
        assert one.reasons
        for reason in one.reasons:
            if reason.key != "outside":
                assert _without(reason.key, one, profile) < one.score


def _without(key: str, one: Ranked, profile: Profile) -> float:
    """The score when this signal is silent."""
    pool = pool_of([one.item])
    kept = [signal for signal in REGISTRY if signal.key != key]
    return sum(signal.weight * float(signal.values(pool, profile, NOW.timestamp())[0]) for signal in kept)


@given(candidates, profiles)
def test_nothing_stands_twice_on_a_page(pieces: list[Candidate], profile: Profile) -> None:
    ids = [one.item.id for one in page(pieces, profile)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("seed", range(5))
def test_the_same_seed_gives_the_same_page(seed: int) -> None:
    pieces = [piece(n, source=n, topics=("sport",)) for n in range(1, 40)]
    profile = Profile(topics=frozenset({"science"}))
    once = rank(pieces, profile, replace(Context(), seed=seed), now=NOW)
    assert once == rank(pieces, profile, replace(Context(), seed=seed), now=NOW)
