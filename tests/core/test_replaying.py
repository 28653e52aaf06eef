"""How logged pages would have done in another order."""

from collections.abc import Sequence

import numpy as np
import pytest

from nashra.core.rank.examining import all_looked
from nashra.core.rank.fitting import Example
from nashra.core.rank.replaying import Logged, by_lot, by_weights, replay

KEYS = ["good", "noise"]


def page(features: Sequence[Sequence[float]], clicked: Sequence[int], propensity: float = 1.0) -> Logged:
    n = len(features)
    opened = np.isin(np.arange(n), clicked)
    example = Example(np.array(features, np.float32), opened, all_looked(n), 0.0)
    return Logged(example, np.full(n, propensity, np.float32))


def world(pages: int, seed: int = 0) -> list[Logged]:
    """Readers look as the curve says and open what is good with the chance of its first signal, whatever the order."""
    lot = np.random.default_rng(seed)
    made = []
    for _ in range(pages):
        features = lot.random((20, 2))
        opened = (lot.random(20) < all_looked(20)) & (lot.random(20) < 0.4 * features[:, 0])
        made.append(Logged(Example(features.astype(np.float32), opened, all_looked(20), 0.0), np.ones(20, np.float32)))
    return made


POLICIES = {"good": by_weights({"good": 1}, KEYS), "bad": by_weights({"good": -1}, KEYS), "lot": by_lot(1)}


def test_an_order_that_puts_the_opened_first_is_perfect_and_its_reverse_is_nothing() -> None:
    log = [page([[3, 0], [2, 0], [1, 0]], [0])]
    found = replay(log, POLICIES)
    assert found["good"].auc.value == found["good"].mrr.value == found["good"].ndcg5.value == 1
    assert found["bad"].auc.value == 0
    assert found["bad"].mrr.value == pytest.approx(1 / 3)


def test_a_lot_knows_nothing() -> None:
    assert replay(world(400), POLICIES)["lot"].auc.value == pytest.approx(0.5, abs=0.03)


def test_the_estimated_click_rate_is_what_the_policy_would_have_got() -> None:
    log = world(1500)
    found = replay(log, POLICIES)
    for name, sign in (("good", -1), ("bad", 1)):
        firsts = [np.sort(sign * one.example.features[:, 0])[:10] * sign * 0.4 for one in log]
        truth = float(np.mean([(first * all_looked(10)).sum() / all_looked(10).sum() for first in firsts]))
        estimate = found[name].click_rate
        assert estimate.low < truth < estimate.high
        assert estimate.high - estimate.low < 0.03


def test_a_position_alone_makes_no_order_better() -> None:
    """Everything is equally good; what stood above was opened more often only because it was looked at."""
    lot = np.random.default_rng(3)
    log = []
    for _ in range(1500):
        features = np.stack([-np.arange(20), lot.random(20)], axis=1)
        opened = (lot.random(20) < all_looked(20)) & (lot.random(20) < 0.2)
        log.append(Logged(Example(features.astype(np.float32), opened, all_looked(20), 0.0), np.ones(20, np.float32)))
    found = replay(log, POLICIES)
    assert found["good"].auc.value == pytest.approx(0.5, abs=0.02)
    assert found["good"].click_rate.value == pytest.approx(0.2, abs=0.02)
    assert found["bad"].click_rate.value == pytest.approx(0.2, abs=0.02)


def test_a_piece_that_was_drawn_by_a_small_chance_stands_for_many_and_is_worth_less() -> None:
    sure, drawn = page([[2, 0], [1, 0]], [0]), page([[2, 0], [1, 0]], [], propensity=0.1)
    even = replay([sure, page([[2, 0], [1, 0]], [])], POLICIES)["good"].click_rate
    rare = replay([sure, drawn], POLICIES)["good"].click_rate
    assert rare.value < even.value
    assert rare.worth < even.worth


def test_a_log_that_tells_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no page"):
        replay([page([[1, 0], [0, 0]], [])], POLICIES)
