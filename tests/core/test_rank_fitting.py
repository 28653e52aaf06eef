"""Weights from an installation's own lists, and whether they are adopted."""

from collections.abc import Sequence

import numpy as np
import pytest

from nashra.core.rank.fitting import FEWEST, REACH, Example, bounded, compare, fit, refit

KEYS = ("subject", "rate", "still")
PRIOR = {"subject": 1.0, "rate": 0.5, "still": 0.7}


def lists(
    count: int, weights: Sequence[float], *, seed: int = 1, size: int = 8, looked: Sequence[float] | None = None
) -> list[Example]:
    """Lists from which one piece was opened by these weights, and by how likely each place is looked at."""
    random = np.random.default_rng(seed)
    examined = np.array([1.0] * size if looked is None else looked, np.float32)
    found = []
    for number in range(count):
        features = random.standard_normal((size, 3)).astype(np.float32)
        features[:, 2] = 0.3  # the same for all of a list
        if looked is not None:
            features[:, 0] = np.sort(features[:, 0])[::-1]  # an earlier order by subject
        chance = examined * np.exp(features @ np.array(weights))
        clicked = np.zeros(size, bool)
        clicked[random.choice(size, p=chance / chance.sum())] = True
        found.append(Example(features, clicked, examined, float(number)))
    return found


def test_weights_are_found_again() -> None:
    found = fit(lists(3000, (0.3, 1.2, 0.0)), PRIOR, KEYS)
    assert found["subject"] == pytest.approx(0.3, abs=0.1)
    assert found["rate"] == pytest.approx(1.2, abs=0.1)


def test_a_signal_that_never_differs_keeps_its_weight() -> None:
    assert fit(lists(500, (0.3, 1.2, 0.0)), PRIOR, KEYS)["still"] == PRIOR["still"]


def test_without_evidence_nothing_moves() -> None:
    whole = lists(5, (0.3, 1.2, 0.0))
    nothing_opened = [Example(one.features, one.clicked & False, one.examined, one.at) for one in whole]
    assert fit([], PRIOR, KEYS) == fit(nothing_opened, PRIOR, KEYS) == PRIOR


def test_little_evidence_moves_little() -> None:
    few, many = (fit(lists(count, (0.0, 3.0, 0.0)), PRIOR, KEYS)["rate"] for count in (1, 3000))
    assert PRIOR["rate"] < few < PRIOR["rate"] + 0.5
    assert many > 2.5


def test_how_likely_a_place_is_looked_at_is_taken_out() -> None:
    shown = lists(3000, (0.0, 0.5, 0.0), looked=[1 / (1 + place) for place in range(8)])
    blind = [Example(one.features, one.clicked, np.ones(8, np.float32), one.at) for one in shown]
    assert fit(shown, PRIOR, KEYS)["subject"] == pytest.approx(0.0, abs=0.1)
    assert fit(blind, PRIOR, KEYS)["subject"] > 0.4


def test_the_same_weights_are_not_better_than_themselves() -> None:
    found = compare(lists(200, (1.0, 0.5, 0.0)), PRIOR, PRIOR, KEYS)
    assert (found.better, found.gain, found.lists) == (False, 0.0, 200)


def test_better_weights_are_told_from_worse_ones() -> None:
    log = lists(600, (1.0, 0.0, 0.0))
    good, bad = {"subject": 1.0, "rate": 0.0, "still": 0.0}, {"subject": 0.0, "rate": 1.0, "still": 0.0}
    found, other = compare(log, good, bad, KEYS), compare(log, bad, good, KEYS)
    assert found.better
    assert 0 < found.low < found.gain < found.high
    assert not other.better
    assert other.gain == pytest.approx(-found.gain)


def test_a_replay_of_nothing_proves_nothing() -> None:
    assert not compare([], PRIOR, PRIOR, KEYS).better


def test_few_lists_are_not_fitted() -> None:
    assert refit(lists(FEWEST - 1, (0.0, 2.0, 0.0)), PRIOR, PRIOR, KEYS) is None


def test_a_fit_that_helps_is_adopted_and_one_to_chance_is_not() -> None:
    helped = refit(lists(900, (0.3, 2.0, 0.0)), PRIOR, PRIOR, KEYS)
    chance = refit(lists(900, (1.0, 0.5, 0.0)), PRIOR, PRIOR, KEYS)
    assert helped
    assert helped.replay.better
    assert helped.lists == 900
    assert helped.weights["rate"] > helped.weights["subject"]
    assert chance
    assert not chance.replay.better


def test_only_the_latest_lists_decide() -> None:
    past, present = lists(800, (0.0, 3.0, 0.0)), lists(400, (3.0, 0.0, 0.0), seed=2)
    moved = [Example(one.features, one.clicked, one.examined, one.at + 1000) for one in present]
    found = refit([*moved, *past], PRIOR, PRIOR, KEYS)
    assert found
    assert found.replay.lists == 400
    assert not found.replay.better


def test_a_fitted_weight_stays_within_reach_of_the_shipped_one() -> None:
    found = bounded({"subject": 90.0, "rate": -3.0, "still": 0.8}, PRIOR)
    assert found == {"subject": REACH, "rate": PRIOR["rate"] / REACH, "still": 0.8}
    assert bounded({"a": -9.0, "b": 1.0, "c": 2.0}, {"a": -1.0, "b": -1.0, "c": 0.0}) == {
        "a": -4.0,
        "b": -0.25,
        "c": 2.0,
    }
