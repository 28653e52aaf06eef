"""What texts are about: terms, directions, tastes, and what readers of an article have in common."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from nashra.core.rank import texts
from nashra.core.rank.ragged import Ragged, ragged
from nashra.core.text.words import WORD

SUBJECTS: dict[str, list[str]] = json.loads(
    (Path(__file__).parent.parent / "data/evaluation/subjects.json").read_text("utf-8")
)


def weighed(titles: list[str]) -> Ragged:
    counts = ragged([texts.counted(title, "", "ar") for title in titles])
    return texts.weighed(counts, texts.frequencies(counts), len(counts))


@pytest.fixture(scope="module")
def titles() -> list[tuple[str, str]]:
    lot = random.Random(1)
    drawn = [lot.choice(sorted(SUBJECTS)) for _ in range(120)]
    return [(subject, " ".join(lot.sample(SUBJECTS[subject], 3))) for subject in drawn]


@pytest.fixture(scope="module")
def gists(titles: list[tuple[str, str]]) -> np.ndarray:
    rows = weighed([title for _, title in titles])
    return texts.basis_of(rows).encode(rows)


def test_a_word_of_the_title_says_more_than_one_of_the_summary() -> None:
    found = texts.counted("مباراة", "النفط", "ar")
    assert sorted(found.values(), reverse=True) == pytest.approx([np.log(2), np.log(1.5)])


@pytest.mark.parametrize("other", ["أمْطارٌ غَزيرة", "امطار غزيرة", "أمـطار غزيره"])
def test_spelling_variants_have_the_same_terms(other: str) -> None:
    assert texts.counted(other, "", "ar") == texts.counted("أمطار غزيرة", "", "ar")


def test_terms_come_back_from_bytes() -> None:
    found = texts.counted("فيضان يغمر المدينة", "مئات البيوت", "ar")
    assert texts.unpacked(texts.packed(found)) == pytest.approx(found, abs=1e-3)


@pytest.mark.parametrize("data", [b"", b"\x01\x02", b"\xff" + b"\0" * 6])
def test_bytes_of_another_kind_are_no_terms(data: bytes) -> None:
    assert texts.unpacked(data) == {}


def test_rows_have_length_one_and_rare_terms_say_more() -> None:
    rows = weighed(["النفط بورصة", "النفط هدف", "النفط جفاف"])
    lengths = np.sqrt(np.bincount(rows.owners(), rows.weights**2))
    assert lengths == pytest.approx(1.0)
    common = texts.counted("النفط", "", "ar").keys()
    assert all(
        weight > 0.9 for term, weight in zip(rows.columns.tolist(), rows.weights, strict=True) if term not in common
    )


@pytest.mark.parametrize("language", ["ar", "en", "", "zh"])
def test_terms_counted_all_at_once_are_those_of_each_text_by_itself(language: str) -> None:
    lot = random.Random(language)
    words = [*(word for some in SUBJECTS.values() for word in some), "the", "في", "½", "ﷺ", "新聞", "Cities", "cities"]
    pairs = [(" ".join(lot.choices(words, k=n % 9)), " ".join(lot.choices(words, k=3 * (n % 7)))) for n in range(60)]
    rows = [tuple(texts.terms_of(WORD.findall(text), language) for text in pair) for pair in pairs]
    found = texts.counted_rows([(title, summary) for title, summary in rows])
    for place, (title, summary) in enumerate(pairs):
        expected = sorted(texts.counted(title, summary, language).items())
        assert found.row(place).tolist() == [term for term, _ in expected]
        assert found.row_weights(place) == pytest.approx([weight for _, weight in expected])
    assert len(texts.counted_rows([])) == 0


def test_rows_weighed_anew_are_as_if_they_had_been_counted_again(titles: list[tuple[str, str]]) -> None:
    counts = ragged([texts.counted(f"خبر {title}", "", "ar") for _, title in titles])  # one word stands in all
    few = counts.take(np.arange(20))
    last, now = (texts.frequencies(few), len(few)), (texts.frequencies(counts), len(counts))
    found = texts.reweighed(texts.weighed(counts, *last), last, now)
    assert found.weights == pytest.approx(texts.weighed(counts, *now).weights, abs=1e-5)


def test_directions_are_at_right_angles_the_widest_first() -> None:
    wide = np.random.default_rng(2).standard_normal((400, 10)).astype(np.float32) * np.arange(10, 0, -1, np.float32)
    found = texts._apart(np.concatenate((wide, wide[:, :1]), axis=1))  # one says nothing new
    expected = np.linalg.svd(wide.astype(np.float64), full_matrices=False)[0]
    assert found[:, :10].T @ found[:, :10] == pytest.approx(np.eye(10), abs=1e-4)
    assert found[:, :10] @ found[:, :10].T == pytest.approx(expected @ expected.T, abs=1e-3)
    assert not found[:, 10].any()


def test_texts_on_one_subject_are_near_even_without_a_common_word() -> None:
    lot = random.Random(2)
    subjects = [lot.choice("abcd") for _ in range(500)]
    words = [{f"{subject}{lot.randrange(60)}" for _ in range(6)} for subject in subjects]
    rows = weighed([" ".join(sorted(one)) for one in words])
    found = texts.basis_of(rows).encode(rows)
    near = found @ found.T
    apart = [(i, j) for i in range(500) for j in range(i) if not words[i] & words[j]]
    same = [near[i, j] for i, j in apart if subjects[i] == subjects[j]]
    other = [near[i, j] for i, j in apart if subjects[i] != subjects[j]]
    assert np.mean(same) > np.mean(other) + 0.05


def test_the_same_rows_give_the_same_directions(titles: list[tuple[str, str]], gists: np.ndarray) -> None:
    rows = weighed([title for _, title in titles])
    assert np.array_equal(texts.basis_of(rows).encode(rows), gists)


def test_a_text_of_unknown_words_has_no_direction(titles: list[tuple[str, str]]) -> None:
    basis = texts.basis_of(weighed([title for _, title in titles]))
    assert not basis.encode(weighed(["كلمات غريبة تماماً", ""])).any()


def test_a_handful_of_texts_has_no_directions() -> None:
    rows = weighed(["مباراة اليوم", "أسعار النفط"])
    assert texts.basis_of(rows).encode(rows).shape == (2, texts.DIMS)
    assert not texts.basis_of(rows).encode(rows).any()


def test_a_taste_is_where_the_lessons_point_and_away_from_what_was_to_be_less() -> None:
    one, other = np.eye(2, texts.DIMS, dtype=np.float32)
    found = texts.taste(np.stack((one, other)), np.array([1, -1], np.float32))
    assert found @ one == pytest.approx(np.sqrt(0.5))
    assert found @ other == pytest.approx(-np.sqrt(0.5))
    assert not texts.taste(np.zeros((2, texts.DIMS), np.float32), np.ones(2, np.float32)).any()


def test_what_draws_readers_is_what_they_have_in_common_that_others_have_not() -> None:
    water, goals = np.eye(2, texts.DIMS, dtype=np.float32)
    crowd = texts.Crowd.empty(3)
    crowd.add(np.array([0] * 10 + [1] * 10), np.stack([water] * 10 + [goals] * 10))
    drawn = crowd.drawn(np.arange(3))
    assert drawn[0] @ water > 0.2 > -0.2 > drawn[0] @ goals
    assert not drawn[2].any()


def test_one_reader_moves_an_article_by_a_sixth_at_most() -> None:
    water, goals = np.eye(2, texts.DIMS, dtype=np.float32)
    crowd = texts.Crowd.empty(2)
    crowd.add(np.array([1] * 50), np.stack([goals] * 50))
    before = crowd.drawn(np.array([0]))
    crowd.add(np.array([0]), water[None, :])
    crowd.add(np.array([0]), np.zeros((1, texts.DIMS), np.float32))  # of whom nothing is known
    moved = crowd.drawn(np.array([0])) - before
    assert 0 < moved[0] @ water <= 1 / 6
