"""Signals one by one: what they say, and when they may be a reason."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from nashra.core.rank import Candidate, Lessons, Profile, Taste, pool_of, texts
from nashra.core.rank.pool import Pool
from nashra.core.rank.ragged import ragged
from nashra.core.rank.signals import REGISTRY

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
SIGNALS = {one.key: one for one in REGISTRY}
LOVED, FEW, DISLIKED = Taste(share=0.5, opened=12, weight=6), Taste(share=0.5, opened=1, weight=1), Taste(weight=-6)


def piece(number: int = 1, **given: Any) -> Candidate:
    return Candidate(number, 1, NOW - timedelta(hours=5), **given)


def value(key: str, candidates: list[Candidate] | Pool, profile: Profile | None = None) -> list[float]:
    pool = candidates if isinstance(candidates, Pool) else pool_of(candidates, base_rate=0.1)
    return SIGNALS[key].values(pool, profile or Profile(), NOW.timestamp()).tolist()


def said(key: str, pool: Pool, profile: Profile | None = None) -> tuple[str, int] | None:
    about = SIGNALS[key].about
    assert about
    evidence = about(pool, 0, profile or Profile())
    return (evidence.about, evidence.count) if evidence else None


@pytest.mark.parametrize(("key", "column"), [("opened_lately", 0), ("opened_today", 1)])
def test_a_piece_that_is_opened_as_often_as_others_gains_nothing(key: str, column: int) -> None:
    shown, opened = [(0.0, 0.0), (0.0, 0.0)], [0.0, 0.0]
    numbers = {"none": (0, 0), "usual": (50, 5), "often": (50, 15), "never": (50, 0)}
    candidates = []
    for looks, opens in numbers.values():
        shown, opened = [0.0, 0.0], [0.0, 0.0]
        shown[column], opened[column] = looks, opens
        candidates.append(piece(shown=tuple(shown), opened=tuple(opened)))
    found = dict(zip(numbers, value(key, candidates), strict=True))
    assert found["none"] == found["usual"] == pytest.approx(0)
    assert found["often"] == pytest.approx(np.log(16 / 6))
    assert found["never"] < 0


def test_one_reader_cannot_make_a_piece_popular() -> None:
    assert value("opened_lately", [piece(shown=(1, 1), opened=(1, 1))])[0] <= np.log(2)


@pytest.mark.parametrize("key", ["opened_lately", "opened_today", "kindred"])
def test_that_readers_opened_it_is_said_only_of_five(key: str) -> None:
    assert said(key, pool_of([piece(readers=4)])) is None
    assert said(key, pool_of([piece(readers=5)])) == ("", 5)


def test_what_was_passed_by_counts_against_a_piece_up_to_a_limit() -> None:
    assert value("passed", [piece(passed=0), piece(passed=1.5), piece(passed=9)]) == [0, 1.5, 3]
    assert SIGNALS["passed"].weight < 0
    assert SIGNALS["passed"].about is None


@pytest.mark.parametrize(
    ("key", "lines", "where"),
    [("topic_opened", "topic_taste", "topics"), ("name_opened", "name_taste", "names")],
)
def test_lines_of_the_profile_count_by_what_was_opened(key: str, lines: str, where: str) -> None:
    profile = Profile(**{lines: {"loved": LOVED, "few": FEW, "disliked": DISLIKED}})
    candidates = [
        piece(**{where: keys}) for keys in [("loved",), ("few",), ("disliked",), ("other",), ("few", "loved")]
    ]
    loved, few, disliked, other, both = value(key, candidates, profile)
    assert loved == both > few > other == 0 > disliked
    assert said(key, pool_of(candidates[4:]), profile) == ("loved", 12)


@pytest.mark.parametrize(
    ("taste", "low", "high"),
    [
        (Taste(share=0.5, opened=12, factor=1.6), 0.76, 2.0),
        (Taste(share=0.01, opened=1, factor=0.25), -1.0, -0.1),
        (Taste(pinned=True), 1.0, 1.0),
    ],
    ids=["more", "less", "pinned"],
)
def test_what_the_reader_says_of_a_line_changes_its_worth(taste: Taste, low: float, high: float) -> None:
    found = value("topic_opened", [piece(topics=("water",))], Profile(topic_taste={"water": taste}))[0]
    assert low <= found <= high


def test_words_of_the_profile_are_found_in_a_piece() -> None:
    (term,) = texts.counted("فيضان", "", "ar")
    candidates = [piece(terms=texts.counted(title, "", "ar")) for title in ("فيضان في المدينة", "مباراة اليوم")]
    assert value("word_opened", candidates, Profile(term_taste={term: LOVED}))[0] > 0
    assert value("word_opened", candidates, Profile(term_taste={term: LOVED}))[1] == 0
    assert value("word_opened", candidates, Profile(term_taste={term: DISLIKED}))[0] < 0


@pytest.fixture(scope="module")
def subjects() -> tuple[texts.Basis, list[dict[int, float]]]:
    titles = [
        "water rain dam",
        "rain dam river",
        "river water flood",
        "goal match cup",
        "match cup player",
        "cup goal win",
    ]
    terms = [texts.counted(title, "", "en") for title in titles * 4]
    return texts.basis_of(ragged(terms)), terms[:6]


def reader(terms: list[dict[int, float]], *weights: float) -> Profile:
    count = len(weights)
    return Profile(lessons=Lessons(tuple(range(7, 7 + count)), ragged(terms[:count]), np.array(weights, np.float32)))


def test_pieces_on_what_was_read_stand_before_others(subjects: tuple[texts.Basis, list[dict[int, float]]]) -> None:
    basis, terms = subjects
    pool = pool_of([piece(number, terms=one) for number, one in enumerate(terms)], basis=basis)
    read = reader(terms, 1, 1)
    found = value("similar", pool, read)
    assert min(found[:3]) > max(found[3:])
    assert said("similar", pool, read) == ("7", 2)


def test_what_was_to_be_less_stands_behind(subjects: tuple[texts.Basis, list[dict[int, float]]]) -> None:
    basis, terms = subjects
    pool = pool_of([piece(number, terms=one) for number, one in enumerate(terms)], basis=basis)
    found = value("similar", pool, reader(terms, -1, -1))
    assert max(found[:2]) < 0
    assert max(found[:2]) < min(found[3:])


def test_a_piece_without_text_counts_as_the_middle(subjects: tuple[texts.Basis, list[dict[int, float]]]) -> None:
    basis, terms = subjects
    pool = pool_of([*(piece(number, terms=one) for number, one in enumerate(terms)), piece(9)], basis=basis)
    found = value("similar", pool, reader(terms, 1, 1))
    assert found[6] == pytest.approx(np.mean(found[:6]), abs=1e-6)


def test_a_reader_of_whom_nothing_is_known_has_no_subjects(
    subjects: tuple[texts.Basis, list[dict[int, float]]],
) -> None:
    basis, terms = subjects
    pool = pool_of([piece(terms=terms[0])], basis=basis)
    assert value("similar", pool) == value("kindred", pool) == [0]
    assert value("similar", [piece(terms=terms[0])], reader(terms, 1, 1)) == [0]
