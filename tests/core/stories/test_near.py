"""The same text in two places is found; what only follows the same pattern is told apart."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nashra.core.stories import near
from nashra.core.stories.sampling import Pair, Sample

DATA = Path(__file__).parents[2] / "data" / "stories"
COPIES = json.loads((DATA / "copies.json").read_text("utf-8"))
OTHER_IDS = json.loads((DATA / "under_another_id.json").read_text("utf-8"))
NOTHING = np.empty(0, np.uint64)


def named(rows: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(row, id=f"{row['language']}: {row['why']}") for row in rows]


@pytest.mark.parametrize("row", named(COPIES))
def test_copies_are_found_and_pieces_of_one_pattern_are_not_taken_for_copies(row: dict[str, Any]) -> None:
    original, other = near.fingerprint(**row["original"]), near.fingerprint(**row["other"])
    assert near.is_copy(other, original) is row["copy"]


@pytest.mark.parametrize("row", named([row for row in COPIES if row["copy"]]))
def test_the_sample_of_shingles_misses_no_copy(row: dict[str, Any]) -> None:
    sample = Sample()
    sample.meet([(7, near.shingles(row["original"]["text"]))], keep=[True])
    found = sample.meet([(9, near.shingles(row["other"]["text"]))], keep=[True])
    assert [(pair.new, pair.known) for pair in found] == [(9, 7)]


@pytest.mark.parametrize("row", named(OTHER_IDS))
def test_an_article_under_another_id_is_known_again_and_a_new_one_is_not_swallowed(row: dict[str, Any]) -> None:
    one, other = near.fingerprint(**row["one"]), near.fingerprint(**row["other"])
    assert near.is_same(one, other, usual=NOTHING) is row["same"]
    assert near.is_same(other, one, usual=NOTHING) is row["same"]


def test_a_longer_text_that_holds_another_is_no_copy_of_it() -> None:
    half = next(row for row in COPIES if row["why"] == "the agency's first half alone")
    whole, shortened = near.fingerprint(**half["original"]), near.fingerprint(**half["other"])
    assert near.is_copy(shortened, whole)
    assert not near.is_copy(whole, shortened)


def test_what_a_source_prints_every_time_does_not_make_two_pieces_one() -> None:
    frame = " ".join(f"word{n}" for n in range(200))
    pieces = [
        near.fingerprint("Storm: live", f"{frame} {line}") for line in ("The roof fell in.", "Power is back now.")
    ]
    assert near.is_same(*pieces, usual=NOTHING)
    assert not near.is_same(*pieces, usual=near.usual([*pieces, near.fingerprint("", frame)], least=3))


def test_texts_that_are_not_kept_are_looked_for_and_never_found() -> None:
    text = near.shingles(COPIES[0]["original"]["text"])
    sample = Sample()
    assert sample.meet([(1, text)], keep=[False]) == []
    assert sample.meet([(2, text), (3, text)], keep=[True, False]) == [Pair(3, 2, len_of(text))]
    assert [(pair.new, pair.known) for pair in sample.meet([(4, text)], keep=[True])] == [(4, 2)]


def len_of(text: near.Hashes) -> int:
    return int(np.count_nonzero((text & np.uint64(7)) == 0))


def test_a_text_without_words_is_like_no_other() -> None:
    empty = near.fingerprint("", "…")
    assert not near.is_copy(empty, empty)
    assert not near.is_same(empty, empty, usual=NOTHING)
    assert Sample().meet([(1, near.shingles("")), (2, near.shingles(""))], keep=[True, True]) == []


def test_hashes_of_words_are_the_same_in_every_process() -> None:
    for text in ("one two three four", "ONE, two: THREE four!"):
        assert near.shingles(text).tolist() == [6976000798049204612]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Council votes for a libary", "Council votes for a library", True),
        ("المجلس يوافق على المكتبة", "المجلس يوافق على المكتبه", True),
        ("Council votes for a library", "Council finally votes for a library", True),
        ("Road 7 closed after a landslide", "Road 9 closed after a landslide", False),
        ("Weather for Tuesday", "Weather for Thursday", False),
        ("Council votes", "Council votes again", False),
        ("Part one of the river", "Part two of the river", False),
        ("Road closed after a landslide", "Road 7 closed after a landslide", False),
    ],
)
def test_titles_may_differ_in_a_slip_of_the_pen_alone(one: str, other: str, alike: bool) -> None:
    assert near.titles_alike(near.words_of(one), near.words_of(other)) is alike
    assert near.titles_alike(near.words_of(other), near.words_of(one)) is alike
