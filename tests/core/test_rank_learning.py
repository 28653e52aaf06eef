"""The arithmetic of a profile: what fades, what grows, and what chance of being opened follows from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashra.core.rank.learning import (
    HALF_LIFE,
    MOST,
    Line,
    decayed,
    faded,
    learned,
    passed_by,
    posterior,
    taste,
    tastes,
)

DAY = 86400.0
happenings = st.lists(st.tuples(st.booleans(), st.floats(-4, 4), st.floats(0, 90 * DAY)), max_size=30)


def chance(line: Line) -> float:
    won, lost = posterior(taste(line, 1))
    return won / (won + lost)


def test_what_was_learned_halves_in_thirty_days() -> None:
    assert decayed(8, 30 * DAY) == pytest.approx(4)
    assert decayed(8, 60 * DAY) == pytest.approx(2)
    assert faded(Line(8, 3, 6), 30 * DAY) == Line(4, 3, 3)


def test_a_clock_that_runs_back_changes_nothing() -> None:
    assert decayed(8, -5) == 8


def test_opening_raises_the_chance_and_passing_by_lowers_it() -> None:
    before = Line(2, 2, 3)
    assert chance(passed_by(before, 1, 0)) < chance(before) < chance(learned(before, 1, 0, opened=1))


def test_without_any_news_of_it_the_chance_goes_back_to_that_of_anything() -> None:
    assert chance(faded(Line(10, 10, 2), 40 * HALF_LIFE)) == pytest.approx(chance(Line()))
    assert chance(faded(Line(0, 0, 40), 40 * HALF_LIFE)) == pytest.approx(chance(Line()))


def test_a_line_at_its_limit_still_notices_that_less_of_it_is_opened() -> None:
    full = Line(MOST, 40, 2)
    opened = learned(full, 1, 0, opened=1)
    assert opened.weight == MOST
    assert opened.passed < full.passed
    assert chance(passed_by(opened, 10, 0)) < chance(opened)


def test_what_speaks_against_a_line_lowers_its_chance_below_that_of_anything() -> None:
    assert chance(learned(Line(), -3, 0)) < chance(Line())


def test_shares_of_a_profile_sum_to_one_and_what_is_disliked_has_none() -> None:
    made = tastes({"science": Line(3, 3), "sport": Line(1, 1), "weather": Line(-2)})
    assert [made[key].share for key in ("science", "sport", "weather")] == [0.75, 0.25, 0.0]
    assert made["weather"].weight == -2


def test_a_profile_of_nothing_but_dislikes_has_no_shares() -> None:
    assert tastes({"sport": Line(-1)})["sport"].share == 0


@given(happenings)
def test_a_line_stays_within_its_limits_whatever_happens(what: list[tuple[bool, float, float]]) -> None:
    line = Line()
    for passed, amount, seconds in what:
        line = passed_by(line, abs(amount), seconds) if passed else learned(line, amount, seconds)
        assert abs(line.weight) <= MOST
        assert line.passed >= 0
        assert all(number > 0 for number in posterior(taste(line, 1)))


def test_what_is_hardly_ever_opened_fades_from_a_profile_but_is_not_disliked() -> None:
    line = Line(2, 20, 3)
    for _ in range(200):
        line = passed_by(line, 1, 0)
    assert line.weight == 0
    assert passed_by(Line(-2), 1, 0).weight == -2
