"""What every page keeps to, whoever reads it: true reasons, many sources, what was followed, pinned and picked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.rank import (
    Candidate,
    Context,
    Lessons,
    Mention,
    Pool,
    Profile,
    Ranked,
    Sizes,
    Taste,
    pool_of,
    rank,
    score,
)
from nashra.core.rank.ragged import ragged
from nashra.core.rank.signals import REGISTRY
from nashra.core.rank.texts import basis_of

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
TOPICS = ("science", "sport", "energy", "culture", "health", "money")
ORDER = ["lead", "story", "for_you", "followed", "outside", "latest"]


def item(number: int, *, source: int | None = None, hours: float = 1, **more: object) -> Candidate:
    at = NOW - timedelta(hours=hours)
    return Candidate(number, number if source is None else source, at, **more)  # type: ignore[arg-type]


def drawn(seed: int, count: int = 120, sources: int = 40) -> list[Candidate]:
    """Articles of all kinds."""
    lot = np.random.default_rng(seed)

    def one(number: int) -> Candidate:
        terms = {int(term): float(weight) for term, weight in zip(lot.integers(0, 60, 8), lot.random(8), strict=True)}
        length = sum(weight**2 for weight in terms.values()) ** 0.5
        readers = int(lot.integers(0, 9)) * int(lot.random() < 0.4)
        topics = lot.choice(TOPICS, int(lot.integers(0, 3)), replace=False).tolist()
        told = lot.random() < 0.4
        return item(
            number,
            source=int(lot.integers(1, sources + 1)),
            hours=float(lot.random() * 150),
            topics=tuple(sorted(topics)),
            words=(Mention("نخيل"),) if lot.random() < 0.1 else (),
            names=("amina",) if lot.random() < 0.2 else (),
            story=int(lot.integers(1, 25)) if told else None,
            story_sources=int(lot.integers(2, 9)) if told else 1,
            has_image=bool(lot.random() < 0.5),
            terms={term: weight / length for term, weight in terms.items()},
            shown=(readers * 2.0, readers * 4.0),
            opened=(float(readers) / 2, float(readers)),
            readers=readers,
            passed=float(lot.random() < 0.1),
        )

    return [one(number) for number in range(1, count + 1)]


def reader(seed: int) -> Profile:
    """Layla, on one of her days: each part of her profile may be empty."""
    lot = np.random.default_rng(seed)

    def some(full: object, empty: object) -> object:
        return full if lot.random() < 0.6 else empty

    def taste() -> Taste:
        return Taste(float(lot.random()), int(lot.integers(1, 30)), passed=float(lot.random() * 9), weight=3.0)

    texts = [one.terms for one in drawn(seed + 1, 6)]
    lessons = Lessons(tuple(range(1, 7)), ragged(texts), np.array([1, 2, 1, 3, -1, 1], np.float32))
    return Profile(
        subscriptions=some(frozenset({3, 7, 11}), frozenset()),  # type: ignore[arg-type]
        topics=some(frozenset({"science"}), frozenset()),  # type: ignore[arg-type]
        words=some(frozenset({"نخيل"}), frozenset()),  # type: ignore[arg-type]
        source_taste=some({number: taste() for number in (1, 5, 9)}, {}),  # type: ignore[arg-type]
        topic_taste=some({"sport": taste(), "energy": taste()}, {}),  # type: ignore[arg-type]
        name_taste=some({"amina": taste()}, {}),  # type: ignore[arg-type]
        lessons=some(lessons, Lessons()),  # type: ignore[arg-type]
    )


def pool_with_subjects(pieces: list[Candidate]) -> Pool:
    """With the directions of their texts, so that all signals of likeness speak."""
    basis = basis_of(pool_of(pieces).terms)
    pool = pool_of(pieces, basis=basis)
    return replace(pool, drawn=pool.gists)


# -- reasons


@pytest.mark.parametrize("seed", range(12))
def test_every_item_has_a_reason_and_without_each_of_them_its_score_is_lower(seed: int) -> None:
    pieces, profile = drawn(seed), reader(seed)
    pool = pool_with_subjects(pieces)
    made = rank(pool, profile, Context(seed=seed), now=NOW)
    assert made
    said = {reason.key for one in made for reason in one.reasons} - {"outside"}
    without = {key: _scores(pool, profile, {key: 0.0}) for key in said}
    whole = _scores(pool, profile, {})
    for one in made:
        assert one.reasons
        for reason in one.reasons:
            if reason.key != "outside":
                assert without[reason.key][one.item.id] < whole[one.item.id]
                assert whole[one.item.id] - without[reason.key][one.item.id] == pytest.approx(reason.part, abs=1e-4)


def _scores(pool: Pool, profile: Profile, given: dict[str, float]) -> dict[int, float]:
    return {one.item.id: one.score for one in score(pool, profile, NOW, given)}


@pytest.mark.parametrize("readers", [0, 1, 4, 5, 9])
def test_that_many_read_it_is_said_only_of_five_readers_or_more(readers: int) -> None:
    read = item(1, shown=(readers, readers * 2.0), opened=(readers, readers), readers=readers)
    keys = {reason.key for reason in score([read, item(2)], Profile(), NOW)[0].reasons}
    popular = {one.key for one in REGISTRY if one.key.startswith("opened_")}
    assert popular
    assert bool(keys & popular) == (readers >= 5)


def test_one_more_reader_never_moves_a_score_by_more_than_the_first_one_did() -> None:
    def at(readers: int) -> float:
        return score([item(1, shown=(50, 50), opened=(readers, readers), readers=readers)], Profile(), NOW)[0].score

    scores = [at(readers) for readers in range(40)]
    steps = [after - before for before, after in pairwise(scores)]
    assert all(0 <= step <= steps[0] + 1e-6 for step in steps)


# -- room for many


@pytest.mark.parametrize("seed", range(20))
def test_among_ten_beside_each_other_no_source_has_more_than_two(seed: int) -> None:
    lot = np.random.default_rng(seed)
    pieces = [replace(one, source=1 if lot.random() < 0.4 else one.source) for one in drawn(seed, 150)]
    profile = replace(reader(seed), subscriptions=frozenset({1, 3, 4, 5, 6}))
    made = [one.item.source for one in rank(pieces, profile, Context(seed=seed), now=NOW) if one.slot != "latest"]
    for at in range(len(made)):
        window = made[at : at + 10]
        assert max(window.count(source) for source in window) <= 2


@pytest.mark.parametrize("seed", range(10))
def test_of_each_story_there_is_one_piece(seed: int) -> None:
    stories = [one.item.story for one in rank(drawn(seed), reader(seed), Context(), now=NOW) if one.item.story]
    assert len(stories) == len(set(stories))


def test_pieces_that_are_nearly_the_same_do_not_stand_beside_each_other() -> None:
    same = [item(n, hours=1 + n / 100, terms={1: 0.8, 2: 0.6}) for n in range(1, 9)]
    others = [item(n, hours=1.2 + n / 100, terms={n: 1.0}) for n in range(20, 40)]
    made = rank([*same, *others], Profile(), Context(), now=NOW)
    assert sum(one.item.id < 9 for one in made if one.slot != "latest") <= 2


# -- what the reader and the editors said


@pytest.mark.parametrize("seed", range(12))
def test_a_new_reader_with_three_follows_finds_them_in_seven_of_the_first_ten(seed: int) -> None:
    profile = Profile(topics=frozenset({"science", "sport"}), words=frozenset({"نخيل"}))
    pieces = drawn(seed, 200)
    pieces[5] = replace(pieces[5], picked=True)
    made = rank(pieces, profile, Context(seed=seed), now=NOW)
    matches = [bool(set(one.item.topics) & profile.topics or one.item.words) for one in made]
    assert sum(matches[:10]) >= 7


@pytest.mark.parametrize(
    "pinned",
    [
        {"topic_taste": {"chess": Taste(pinned=True)}},
        {"source_taste": {99: Taste(pinned=True)}},
        {"name_taste": {"zahra": Taste(pinned=True)}},
        {"term_taste": {777: Taste(pinned=True)}},
    ],
    ids=["topic", "source", "name", "word"],
)
def test_what_is_pinned_is_on_every_page_where_there_is_any(pinned: dict[str, dict[object, Taste]]) -> None:
    rare = item(500, source=99, hours=140, topics=("chess",), names=("zahra",), terms={777: 1.0})
    profile = replace(reader(3), **pinned)  # type: ignore[arg-type]
    assert 500 in [one.item.id for one in rank([*drawn(3), rare], profile, Context(), now=NOW)]
    off = replace(profile, personalise=False)
    assert 500 not in [one.item.id for one in rank([*drawn(3), rare], off, Context(), now=NOW)]


@pytest.mark.parametrize("seed", range(6))
def test_what_the_editors_picked_stands_near_the_top_and_says_so(seed: int) -> None:
    picked = item(500, hours=130, picked=True)
    made = rank([*drawn(seed), picked], reader(seed), Context(), now=NOW)
    place = next(one for one in made if one.item.id == 500)
    assert place.slot in ("lead", "story", "for_you")
    assert "picked" in [reason.key for reason in place.reasons]


def test_who_wants_the_newest_gets_newer_pieces_than_who_wants_the_most_told() -> None:
    fresh = [item(n, hours=n / 20) for n in range(1, 40)]
    told = [item(n, hours=20, story=n, story_sources=5) for n in range(100, 120)]

    def newer(wish: int) -> float:
        by = {one.item.id: one.score for one in rank([*fresh, *told], Profile(), Context(newest=wish), now=NOW)}
        return by[1] - max(value for key, value in by.items() if key >= 100)

    assert newer(-2) < newer(0) < newer(2)


# -- whatever comes in

odd = st.lists(
    st.builds(
        Candidate,
        st.integers(1, 10_000),
        st.integers(1, 5),
        st.datetimes(datetime(2, 1, 1), datetime(9990, 1, 1), timezones=st.sampled_from([UTC, None])),  # type: ignore[arg-type]
        topics=st.lists(st.sampled_from(TOPICS), unique=True, max_size=2).map(tuple),
        story=st.one_of(st.none(), st.integers(1, 9)),
        story_sources=st.integers(1, 8),
        readers=st.integers(0, 9),
        passed=st.floats(0, 9),
        picked=st.booleans(),
    ),
    max_size=40,
    unique_by=lambda one: one.id,
)


@given(odd, st.integers(0, 30), st.randoms(use_true_random=False))
def test_a_page_depends_neither_on_the_order_nor_on_the_form_of_what_comes_in(
    pieces: list[Candidate], seed: int, lot: object
) -> None:
    profile, context = reader(seed), Context(seed=seed)
    once = rank(pieces, profile, context, now=NOW)
    turned = list(pieces)
    lot.shuffle(turned)  # type: ignore[attr-defined]
    assert _page(rank(turned, profile, context, now=NOW)) == _page(once)
    assert _page(rank(replace(pool_of(pieces), candidates=()), profile, context, now=NOW)) == _page(once)


def _page(made: list[Ranked]) -> list[tuple[object, ...]]:
    return [(one.item.id, one.slot, one.score, one.propensity, one.reasons) for one in made]


@given(odd, st.integers(0, 30))
def test_a_page_holds_nothing_twice_and_only_numbers_and_reads_in_order(pieces: list[Candidate], seed: int) -> None:
    made = rank(pieces, reader(seed), Context(seed=seed), now=NOW)
    ids = [one.item.id for one in made]
    assert len(ids) == len(set(ids))
    assert all(np.isfinite(one.score) and one.reasons and 0 < one.propensity <= 1 for one in made)
    assert [one.slot for one in made] == sorted((one.slot for one in made), key=ORDER.index)


def test_nothing_makes_an_empty_page_and_one_piece_a_page_of_one() -> None:
    assert rank([], reader(1), Context(), now=NOW) == []
    assert [one.item.id for one in rank([item(1)], reader(1), Context(), now=NOW)] == [1]


def test_a_time_without_a_zone_is_taken_as_utc() -> None:
    aware, naive = item(1, hours=2), replace(item(1, hours=2), published=datetime(2026, 11, 24, 4))
    assert score([aware], Profile(), NOW)[0].score == score([naive], Profile(), NOW.replace(tzinfo=None))[0].score


def test_many_pieces_of_one_story_make_a_page_of_one() -> None:
    pieces = [item(n, story=4, story_sources=9) for n in range(1, 30)]
    assert len(rank(pieces, Profile(), Context(), now=NOW)) == 1


def test_one_source_fills_what_is_for_the_reader_and_the_latest() -> None:
    made = rank([item(n, source=1, hours=n) for n in range(1, 40)], Profile(), Context(), now=NOW)
    assert sum(one.slot == "for_you" for one in made) == Sizes().for_you
    assert sum(one.slot == "latest" for one in made) == Sizes().latest
