"""Trees on top of the linear score: adopted only when they gain, used only with what they were grown on."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.utils import translation

from nashra.core import rank
from nashra.core.rank import Candidate, Context, Profile, pool_of
from nashra.core.rank.fitting import Example
from nashra.core.rank.scoring import reasons, scores
from nashra.core.rank.signals import REGISTRY, shipped
from nashra.front import boosting
from nashra.front.boosting import keeping
from nashra.front.services import fitting
from tests.front.test_refit import Log
from tests.front.test_refit import log as log  # the fixtures
from tests.front.test_refit import pieces as pieces

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
KEYS = [one.key for one in REGISTRY]
TOPIC, FRESH = KEYS.index("follow_topic"), KEYS.index("fresh")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def lists(count: int, *, together: bool, seed: int = 1) -> list[Example]:
    """A log: of eight pieces one is opened. `together`: a followed topic draws only while it is fresh, and repels when
    it is not; else each of the two counts for itself.
    """
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        rows = np.zeros((8, len(KEYS)), np.float32)
        rows[:, TOPIC] = random.random(8) < 0.5
        rows[:, FRESH] = random.random(8)
        liking = 1.0 * rows[:, TOPIC] + 0.8 * rows[:, FRESH]
        if together:
            liking = np.where(rows[:, TOPIC] > 0, np.where(rows[:, FRESH] > 0.5, 2.5, -1.5), 0)
        power = np.exp(liking)
        clicked = np.zeros(8, np.bool_)
        clicked[random.choice(8, p=power / power.sum())] = True
        made.append(Example(rows, clicked, np.ones(8, np.float32), float(number)))
    return made


def grow(log: list[Example], *, needed: int = 900, now: datetime = NOW) -> boosting.Status:
    return boosting.grow(log, KEYS, shipped(), shipped(), now=now, needed=needed)


def test_trees_are_adopted_where_signals_count_together_and_the_page_follows_them() -> None:
    made = grow(lists(1500, together=True))

    assert made.on
    assert made.low > 0.02
    assert boosting.status(shipped()) == made
    assert boosting.sentence(made).startswith("On: ")
    trees = boosting.correction(shipped())
    assert trees is boosting.correction(shipped())  # loaded once
    profile = Profile(topics=frozenset({"water"}))
    old = Candidate(1, 1, NOW - timedelta(hours=60), topics=("water",))
    other = Candidate(2, 2, NOW - timedelta(hours=60))
    found = scores(pool_of([old, other]), profile, Context(correction=trees), NOW)
    assert found.totals[1] > found.totals[0]
    assert "follow_topic" not in {one.key for one in reasons(found, 0, profile)}
    fresh = scores(pool_of([replace(old, published=NOW)]), profile, Context(correction=trees), NOW)
    assert "follow_topic" in {one.key for one in reasons(fresh, 0, profile)}


def test_where_a_sum_says_it_all_the_trees_stay_off() -> None:
    made = grow(lists(1500, together=False))

    assert (made.on, made.why) == (False, "no-gain")
    assert boosting.correction(shipped()) is None
    assert boosting.sentence(boosting.status(shipped())).startswith("Off: in the replay")


def test_with_too_few_lists_nothing_is_grown_and_former_trees_are_let_go() -> None:
    assert grow(lists(1000, together=True)).on

    made = boosting.grow(lists(1000, together=True), KEYS, shipped(), shipped(), now=NOW)

    assert (made.on, made.why, made.lists) == (False, "few", 1000)
    assert boosting.correction(shipped()) is None
    assert "5,000" in boosting.sentence(made)


def test_over_other_weights_or_signals_the_trees_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    grow(lists(1000, together=True))

    assert boosting.status({**shipped(), "fresh": 0.81}).why == "other"
    assert boosting.correction({**shipped(), "fresh": 0.81}) is None
    assert boosting.correction(shipped()) is not None
    monkeypatch.setattr(keeping, "REGISTRY", REGISTRY[1:])
    assert boosting.status(shipped()).why == "other"
    assert boosting.correction(shipped()) is None


@pytest.mark.parametrize("damage", [b"", b"no JSON\ntree", b'{"keys": []}\n'])
def test_a_damaged_file_switches_the_trees_off_and_is_made_again(damage: bytes) -> None:
    grow(lists(1000, together=True))
    keeping.file().write_bytes(damage)

    assert boosting.correction(shipped()) is None
    assert boosting.status(shipped()).why == "damaged"
    assert grow(lists(1000, together=True)).on


def test_trees_cut_off_in_their_file_are_not_used() -> None:
    grow(lists(1000, together=True))
    whole = keeping.file().read_bytes()
    keeping.file().write_bytes(whole[: whole.index(b"\n") + 40])

    assert boosting.correction(shipped()) is None


def test_trees_are_grown_at_night_after_the_weights_and_from_pages_with_trees_as_well(log: Log) -> None:
    night = datetime(2026, 11, 24, 6, tzinfo=UTC)
    log(160, {"fresh": 1.0})
    log(160, {"fresh": 1.0}, model=f"{rank.MODEL}+trees")

    assert fitting.refit_weights(night) is not None

    made = boosting.status(fitting.weights_in_use())
    assert (made.why, made.lists, made.made_at) == ("few", 320, night)


def test_without_trees_nothing_of_lightgbm_is_loaded() -> None:
    code = (
        "import sys; from django.conf import settings; settings.configure(NASHRA_DATA='/nowhere');"
        "from nashra.front import boosting; from nashra.core.rank.signals import shipped;"
        "assert boosting.correction(shipped()) is None;"
        "assert boosting.status(shipped()).why == 'never';"
        "print([name for name in ('lightgbm', 'scipy', 'onnxruntime', 'tokenizers') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "[]"
