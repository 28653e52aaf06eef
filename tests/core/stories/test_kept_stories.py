"""What is kept of thousands of articles in few bytes says the same as if it were kept whole."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.stories import sampling
from nashra.core.stories.lexicon import Vector
from nashra.core.stories.memory import MISSED, Memory
from nashra.core.stories.near import Hashes
from nashra.core.stories.packing import Rows, packed, unpacked
from nashra.core.stories.postings import Postings
from nashra.core.stories.sampling import Sample

Plain = dict[int, float]


def vector(weights: Plain) -> Vector:
    terms = np.array(sorted(weights), np.int32)
    values = np.array([weights[term] for term in terms.tolist()])
    title = tuple(terms[:3].tolist())
    return Vector(terms, values, title, 1.0, [str(term) for term in terms], np.arange(terms.size))


def some(dice: random.Random, vocabulary: int) -> Plain:
    """A vector of length 1 of up to eighty terms, low ones more often."""
    terms = {int(vocabulary * dice.random() ** 2) for _ in range(dice.randint(1, 80))}
    weights = {term: dice.random() + 0.1 for term in terms}
    length = sum(weight**2 for weight in weights.values()) ** 0.5
    return {term: weight / length for term, weight in weights.items()}


def product(one: Plain, other: Plain) -> float:
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())


def added(one: Plain, other: Plain) -> Plain:
    return {term: one.get(term, 0.0) + other.get(term, 0.0) for term in {*one, *other}}


VECTORS = st.dictionaries(st.integers(0, 3_000_000), st.floats(0.0001, 50), max_size=90)
NEAR_VECTORS = st.dictionaries(st.integers(0, 2_000), st.floats(0.0001, 50), max_size=90)


@given(VECTORS | NEAR_VECTORS, st.booleans())
def test_a_packed_vector_has_its_terms_and_its_weights_to_a_small_part_of_the_heaviest(
    weights: Plain, fine: bool
) -> None:
    given = vector(weights)
    row = packed(given.terms, given.weights, fine=fine)
    terms, found = unpacked(row)
    assert terms.tolist() == sorted(weights)
    part = 65_535 if fine or len(weights) <= 40 else 255
    assert np.abs(found - given.weights).max(initial=0.0) <= given.weights.max(initial=0.0) * 1.01 / part
    assert (found > 0).all()


def test_an_article_of_a_hundred_near_words_takes_about_two_bytes_for_each() -> None:
    weights = {term * 20: 0.1 for term in range(100)}
    given = vector(weights)
    assert len(packed(given.terms, given.weights, fine=False)) < 210


def test_rows_that_are_kept_follow_one_another() -> None:
    rows = Rows()
    given = [tuple(range(size)) for size in (3, 0, 70_000, 2)]
    for row in given:
        rows.append(row)
    rows.keep([1, 2])
    rows.append((7, 2**32 - 1))
    assert [rows[place] for place in range(3)] == [(), given[2], (7, 2**32 - 1)]


class Whole:
    """Stories as plain sums, for comparison."""

    def __init__(self) -> None:
        self.sums: dict[int, Plain] = {}

    def like(self, article: Plain, least: float) -> set[int]:
        similar = {story: product(article, sum_) / product(sum_, sum_) ** 0.5 for story, sum_ in self.sums.items()}
        return {story for story, likeness in similar.items() if likeness >= least}


@pytest.mark.parametrize("most", [None, 1_000])
def test_stories_like_an_article_are_found_as_by_comparing_with_each(most: int | None) -> None:
    dice, kept, whole = random.Random(5), Memory(most), Whole()
    for number in range(600):
        article = some(dice, 300)
        wanted, (found, similar) = whole.like(article, 0.5), kept.like(vector(article), 0.5)
        assert wanted <= set(found.tolist())
        assert set(found.tolist()) <= whole.like(article, 0.5 - 2 * MISSED)
        assert (similar >= 0.5 - MISSED).all()
        story = dice.choice(sorted(whole.sums)) if whole.sums and dice.random() < 0.4 else kept.start(float(number))
        kept.join(story, vector(article), id=number, source="A", time=float(number))
        whole.sums[story] = added(whole.sums.get(story, {}), article)
        if number % 10 == 9:
            keeper, gone = dice.sample(sorted(whole.sums), 2)
            kept.absorb(keeper, gone)
            whole.sums[keeper] = added(whole.sums[keeper], whole.sums.pop(gone))
        if number % 50 == 49:
            ended = dice.sample(sorted(whole.sums), 15)
            kept.forget(ended)
            for story in ended:
                del whole.sums[story]
    assert set(kept.stories().tolist()) == set(whole.sums)
    for story, sum_ in whole.sums.items():
        terms = np.array(sorted(sum_), np.int32)
        assert kept.held(story, terms) == pytest.approx([sum_[term] for term in terms.tolist()], abs=0.02)
        assert kept.square[story] == pytest.approx(product(sum_, sum_), rel=0.01)


def test_articles_of_stories_that_ended_take_no_room() -> None:
    dice, kept = random.Random(6), Memory(1_000)
    for number in range(400):
        kept.join(kept.start(0.0), vector(some(dice, 300)), id=number, source="A", time=0.0)
    living = kept.stories()[300:].tolist()
    names = [kept.name(story) for story in living]
    kept.forget(kept.stories()[:300].tolist())
    assert [kept.name(story) for story in living] == names
    assert [kept.members(story) for story in living] == [[(number, 0.0)] for number in range(300, 400)]
    found, _ = kept.like(vector(some(dice, 300)), 0.0)
    assert set(found.tolist()) <= set(living)


def test_of_a_word_that_everybody_uses_the_newest_articles_are_compared() -> None:
    postings, one = Postings(short=True), vector({4: 1.0})
    for article in range(5_000):
        postings.add(article, one.terms, one.weights)
    postings.trim()
    products = postings.products(one.terms, one.weights, 5_000)
    assert products.nonzero()[0].tolist() == list(range(3_000, 5_000))


def test_what_one_source_told_within_a_time_is_found_by_its_first_title() -> None:
    kept = Memory(None)
    story = kept.start(0.0)
    for number, (source, time) in enumerate([("A", 0.0), ("B", 100.0), ("B", 130.0), ("A", 900.0)]):
        kept.join(story, vector({number: 1.0}), id=number, source=source, time=time)
    assert kept.told_by(story, "B", 400.0, 300.0) == (1,)
    assert kept.told_by(story, "B", 410.0, 300.0) == (2,)
    assert kept.told_by(story, "A", 400.0, 300.0) is None
    assert kept.titles(story, 2) == [(2,), (3,)]


def test_a_merged_story_keeps_its_name_and_has_the_members_of_both() -> None:
    kept = Memory(None)
    first, second = kept.start(0.0), kept.start(0.0, "row:7")
    for number, story in enumerate((first, second, second)):
        kept.join(story, vector({number: 1.0}), id=number, source="A", time=float(number))
    kept.absorb(second, first)
    assert kept.find("row:7") == second
    assert kept.name(second) == "row:7"
    assert kept.find("story:0") is None
    assert kept.members(second) == [(0, 0.0), (1, 1.0), (2, 2.0)]


def test_a_sample_in_many_runs_finds_the_pairs_that_one_sorted_array_would(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "_LONGEST_RUN", 60)
    dice, sample = np.random.default_rng(7), Sample()
    pool = dice.integers(0, 2**63, 900, np.uint64)
    known: list[tuple[int, bool, set[int]]] = []
    sizes: dict[int, int] = {}
    for batch in range(20):
        texts = [(100 * batch + n, np.unique(dice.choice(pool, dice.integers(0, 120)))) for n in range(12)]
        keep = [bool(dice.random() < 0.7) for _ in texts]
        found = {(pair.new, pair.known): pair.shared for pair in sample.meet(texts, keep=keep)}
        wanted = {}
        for (key, hashes), keeps in zip(texts, keep, strict=True):
            taken = {one & 0xFFFFFFFF for one in map(_placed, _taken(hashes))}
            for other, kept, theirs in known:
                if kept and len(taken & theirs) >= max(2, 0.4 * min(_eighth(hashes), sizes[other])):
                    wanted[key, other] = len(taken & theirs)
            sizes[key] = _eighth(hashes)
            known.append((key, keeps, taken))
        owners = max(sum(one in theirs for _, kept, theirs in known if kept) for one in {*map(_placed, pool.tolist())})
        assert owners <= sampling._OWNERS
        assert found == wanted
    assert len(sample._runs) > 5


def _taken(hashes: Hashes) -> list[int]:
    mask = 1 if hashes.size < 64 else 7
    return [one for one in hashes.tolist() if one & mask == 0]


def _eighth(hashes: Hashes) -> int:
    return sum(one & 7 == 0 for one in hashes.tolist())


def _placed(one: int) -> int:
    return one >> 3 & 0xFFFFFFFF
