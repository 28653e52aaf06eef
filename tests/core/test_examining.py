"""How likely places of a page are looked at."""

import numpy as np

from nashra.core.rank.examining import HALFWAY, all_looked, looked


def test_the_first_place_is_looked_at_and_each_further_one_less() -> None:
    chances = all_looked(30)
    assert chances[0] == 1
    assert (np.diff(chances) < 0).all()
    assert (chances > 0.2).all()


def test_half_of_the_readers_come_halfway() -> None:
    assert looked(int(HALFWAY)) == 0.5


def test_one_place_is_worth_the_same_alone_and_among_others() -> None:
    assert all_looked(26).tolist() == [np.float32(looked(place)) for place in range(26)]


def test_an_unknown_or_impossible_place_still_has_a_chance() -> None:
    assert looked(None) == 0.5
    assert looked(-3) == 1
