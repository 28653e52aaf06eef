"""Nearness in meaning, by the vectors of an embedding model."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from nashra.core.rank import Candidate, Lessons, Profile, pool_of, score
from nashra.core.rank.signals.meaning import similar_meaning
from nashra.core.rank.vectors import centre_of, cosines, directions, nearest, stacked

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
WATER, GOAL, BANK = np.eye(3, 6, dtype=np.float32)


def piece(number: int, vector: Any = None) -> Candidate:
    return Candidate(number, 1, NOW - timedelta(hours=5), vector=vector)


def reader(*vectors: Any, weights: tuple[float, ...] = ()) -> Profile:
    counts = np.array(weights or (1.0,) * len(vectors), np.float32)
    return Profile(lessons=Lessons(tuple(range(11, 11 + len(vectors))), weights=counts, vectors=stacked(vectors)))


def values(candidates: list[Candidate], profile: Profile) -> list[float]:
    return similar_meaning(pool_of(candidates), profile, NOW.timestamp()).tolist()


def test_a_piece_that_means_what_was_read_stands_above_others_and_says_so() -> None:
    half = (WATER + np.eye(6, dtype=np.float32)[5]) / np.sqrt(np.float32(2))

    made = score([piece(1, GOAL), piece(2, WATER), piece(3, BANK)], reader(half, WATER, GOAL * 0), NOW)

    assert made[0].item.id == 2
    (said,) = [one for one in made[0].reasons if one.key == "similar_meaning"]
    assert (said.about, said.count) == ("12", 2)  # the lesson that is nearest, and how many are near
    assert not [one for one in made[1].reasons + made[2].reasons if one.key == "similar_meaning"]


def test_one_lesson_alone_counts_a_third_of_three() -> None:
    once, thrice = values([piece(1, WATER)], reader(WATER)), values([piece(1, WATER)], reader(WATER, WATER, WATER))

    assert once[0] * 3 == pytest.approx(thrice[0]) == pytest.approx(1)


def test_less_like_this_takes_away_and_is_no_reason() -> None:
    profile = reader(WATER, GOAL, weights=(1.0, -1.0))

    found = values([piece(1, WATER), piece(2, GOAL), piece(3, BANK)], profile)

    assert found[0] > 0 == found[2] > found[1]
    made = score([piece(2, GOAL)], profile, NOW)
    assert "similar_meaning" not in {one.key for one in made[0].reasons}


@pytest.mark.parametrize(
    ("vector", "profile"),
    [
        (None, reader(WATER)),
        (WATER, Profile()),
        (WATER, Profile(lessons=Lessons((1,), weights=np.ones(1, np.float32)))),
        (WATER, reader(np.ones(3, np.float32))),  # of another model
        (WATER * 0, reader(WATER)),
    ],
)
def test_without_vectors_of_both_it_is_silent(vector: Any, profile: Profile) -> None:
    assert values([piece(1, vector)], profile) == [0.0]


def test_what_all_vectors_have_in_common_counts_for_nothing() -> None:
    common = np.full(6, 2, np.float32)
    rows = np.array([WATER + common, WATER * 0.9 + common, GOAL + common, BANK + common, 0 * BANK])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    assert (cosines(rows[:4], rows[:1]) > 0.9).all()

    seen = directions(rows, centre_of(rows))
    found = cosines(seen, seen[:1])[:, 0]

    assert found[:2].min() > 0.9
    assert found[2:4].max() < 0.3
    assert found[4] == 0


def test_values_do_not_depend_on_the_company() -> None:
    random = np.random.default_rng(3)
    rows = random.normal(size=(40, 6)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    profile = reader(*rows[:8])
    pool = pool_of([piece(number, row) for number, row in enumerate(rows)])
    places = np.array([30, 7, 12], np.intp)

    whole, some = (similar_meaning(one, profile, 0.0) for one in (pool, pool.take(places)))

    assert whole.any()
    assert whole[places] == pytest.approx(some, abs=1e-6)


@pytest.mark.parametrize("few", [True, False])
def test_articles_find_their_rows_in_a_table_that_many_pools_share(few: bool) -> None:
    random = np.random.default_rng(5)
    table = directions(random.normal(size=(60, 6)), np.zeros(6, np.float32))
    places = [7, -1, 50] if few else [*range(59, -1, -1), -1]
    pool = replace(
        pool_of([piece(number) for number in range(len(places))]), vectors=table, vector_rows=np.array(places, np.int32)
    )
    profile = reader(*table[40:55])

    found = similar_meaning(pool, profile, 0.0)

    rows = [piece(number, table[place] if place >= 0 else None) for number, place in enumerate(places)]
    assert found == pytest.approx(np.array(values(rows, profile)), abs=1e-6)
    assert found[places.index(-1)] == 0
    taken = pool.take(np.array([2, 0], np.intp))
    assert taken.vectors is table
    assert similar_meaning(taken, profile, 0.0) == pytest.approx(found[[2, 0]], abs=1e-6)
    made = score(pool, profile, NOW)
    assert {one.item.id for one in made if "similar_meaning" in {why.key for why in one.reasons}} == set(
        np.flatnonzero(found > 1e-5).tolist()
    )


def test_half_precision_is_enough() -> None:
    random = np.random.default_rng(4)
    rows = random.normal(size=(5000, 6)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)

    assert np.abs(cosines(rows.astype(np.float16), rows[:9]) - rows @ rows[:9].T).max() < 2e-3


def test_the_nearest_are_filled_up_with_zeros() -> None:
    found = np.array([[0.1, 0.9, 0.5, 0.7]], np.float32)

    assert sorted(nearest(found, 3)[0].tolist()) == pytest.approx([0.5, 0.7, 0.9])
    assert sorted(nearest(found[:, :1], 3)[0].tolist()) == pytest.approx([0, 0, 0.1])
    assert nearest(found[:, :0], 1).tolist() == [[0.0]]
