"""Weights fitted on an installation's own pages: adopted only when a replay says that they are better."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from nashra.accounts.models import Reader
from nashra.core import rank
from nashra.core.rank.examining import all_looked
from nashra.core.rank.fitting import REACH
from nashra.core.rank.signals import REGISTRY, shipped
from nashra.front.models import Edition, Signal, Weights
from nashra.front.services import fitting
from nashra.front.services.fitting import logs, nightly
from nashra.news.models import Article

Make = Callable[..., Article]
KEYS = [one.key for one in REGISTRY]
HOUR = timedelta(hours=1)
PIECES = 12


@pytest.fixture
def pieces(make_article: Make) -> list[Article]:
    return [make_article(f"خبر {number}") for number in range(PIECES)]


Log = Callable[..., list[Edition]]


@pytest.fixture
def log(layla: Reader, karim: Reader, pieces: list[Article], now: datetime) -> Log:
    """Pages as readers would have left them who open by these weights, and look as the curve says."""

    def make(pages: int, truth: dict[str, float], *, seed: int = 0, **more: object) -> list[Edition]:
        lot = np.random.default_rng(seed)
        taste = np.array([truth.get(key, 0.0) for key in KEYS])
        made, opened = [], []
        for number in range(pages):
            features = lot.random((PIECES, len(KEYS))).astype(np.float16)
            chance = np.exp(features @ taste) * all_looked(PIECES)
            opened.append(int(lot.choice(PIECES, p=chance / chance.sum())))
            at = now - (pages - number) * timedelta(minutes=30)
            values = {
                "reader": (layla, karim)[number % 2], "made_at": at, "shown_at": at, "model": rank.MODEL, "counted": 2,
                "items": [[one.pk, "for_you", 1.0, 1.0, []] for one in pieces], "features": features.tobytes(),
                "weights": [[key, 1.0] for key in KEYS],
            }  # fmt: skip
            made.append(Edition(**{**values, **more}))
        rows = Edition.objects.bulk_create(made)
        Signal.objects.bulk_create(
            Signal(reader=row.reader, article=pieces[at], what=Signal.What.OPEN, at=row.made_at, edition=row)
            for row, at in zip(rows, opened, strict=True)
        )
        return rows

    return make


OTHER = {"fresh": 6.0, "story_sources": 0.1, "topic_opened": 0.0, "source_opened": 0.2}


def test_nothing_is_fitted_on_too_few_pages(log: Log, now: datetime) -> None:
    log(299, OTHER)
    assert fitting.refit_weights(now) is None
    assert not Weights.objects.exists()


def test_weights_that_are_better_in_the_replay_are_adopted_and_the_former_kept(log: Log, now: datetime) -> None:
    log(330, OTHER)
    row = fitting.refit_weights(now)
    assert row is not None
    assert row.state == Weights.State.CURRENT
    assert row.impressions == 330
    assert row.replay["low"] > 0
    used = fitting.weights_in_use()
    assert used["fresh"] > shipped()["fresh"]
    assert used["topic_opened"] < shipped()["topic_opened"]
    assert fitting.current_weights() == row.values
    again = fitting.refit_weights(now + HOUR)
    assert again is not None
    assert again.state == Weights.State.REFUSED
    assert fitting.current_row() == row


def test_weights_that_are_not_surely_better_are_refused_with_their_figures(log: Log, now: datetime) -> None:
    log(320, {one.key: 2 * one.weight for one in REGISTRY})
    row = fitting.refit_weights(now)
    assert row is not None
    assert row.state == Weights.State.REFUSED
    assert row.replay["why"] in ("unsure", "worse")
    assert row.replay["low"] <= 0
    assert fitting.weights_in_use() == shipped()


def test_no_fit_overturns_what_was_set_by_hand(log: Log, now: datetime) -> None:
    log(400, {"follow_topic": -9.0, "fresh": 9.0})
    row = fitting.refit_weights(now)
    assert row is not None
    for key, weight in shipped().items():
        near, far = sorted((weight / REACH, weight * REACH))
        assert near - 1e-4 <= row.values[key] <= far + 1e-4 or weight == 0


def test_pages_of_other_signals_or_models_are_left_out_and_counted(log: Log, now: datetime) -> None:
    log(3, OTHER)
    log(2, OTHER, model="linear-0")
    log(1, OTHER, weights=[[key, 1.0] for key in KEYS[1:]])
    log(1, OTHER, features=b"ab")
    found = logs.read(logs.opened_pages(now))
    assert len(found.pages) == 3
    assert found.skipped == {"model": 3, "values": 1}


def test_a_signal_that_moved_to_another_place_is_still_understood(log: Log, now: datetime) -> None:
    (row,) = log(1, OTHER)
    turned = np.frombuffer(bytes(row.features), np.float16).reshape(PIECES, -1)[:, ::-1]
    before = logs.read(logs.opened_pages(now)).examples[0].features
    Edition.objects.update(features=turned.tobytes(), weights=row.weights[::-1])
    assert (logs.read(logs.opened_pages(now)).examples[0].features == before).all()


def test_no_reader_decides_alone(log: Log, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    log(10, OTHER)
    monkeypatch.setattr(logs, "MOST_OF_ONE", 2)
    found = logs.read(logs.opened_pages(now))
    assert len(found.pages) == 4
    assert found.skipped == {"reader": 6}


def test_pages_that_were_taken_back_are_not_learned_from(log: Log, layla: Reader, now: datetime) -> None:
    from nashra.front.services import popularity

    log(4, OTHER)
    popularity.uncount(layla)
    assert len(logs.read(logs.opened_pages(now)).pages) == 2


def test_a_fit_that_is_interrupted_changes_nothing(log: Log, now: datetime) -> None:
    log(310, OTHER)
    assert nightly.refit_weights(now, stopping=lambda: True) is None
    assert not Weights.objects.exists()


def test_there_is_one_current_row(now: datetime, paper: object) -> None:
    Weights.objects.create(state=Weights.State.CURRENT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Weights.objects.create(state=Weights.State.CURRENT)


def test_the_owners_choice_holds_until_it_is_let_go(log: Log, now: datetime) -> None:
    log(330, OTHER)
    fitted = fitting.refit_weights(now)
    assert fitted is not None
    fitting.use_shipped(now)
    fitting.use_shipped(now)
    assert fitting.weights_in_use() == shipped()
    refused = fitting.refit_weights(now)
    assert refused is not None
    assert refused.replay["why"] == "held"
    assert fitting.undo_choice(fitted.pk)
    assert fitting.current_row() == fitted
    assert not fitting.is_held(fitting.current_row())
    fitting.use_shipped(now)
    fitting.fit_again()
    assert fitting.current_row() is None
    assert fitting.use_former(fitted.pk)
    assert fitting.is_held(fitting.current_row())
    assert fitting.undo_choice(None)
    assert fitting.weights_in_use() == shipped()
    assert not fitting.use_former(fitted.pk + 1000)
    assert Weights.objects.filter(state=Weights.State.FORMER).get() == fitted


def test_a_signal_that_is_newer_than_the_fit_has_its_shipped_weight(now: datetime, paper: object) -> None:
    Weights.objects.create(state=Weights.State.CURRENT, values={"fresh": 0.5, "gone_signal": 3.0})
    used = fitting.weights_in_use()
    assert used["fresh"] == 0.5
    assert used["follow_topic"] == shipped()["follow_topic"]
    assert "gone_signal" not in used


def test_the_history_of_refused_fits_is_finite(log: Log, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "KEPT", 1)
    log(320, {one.key: 2 * one.weight for one in REGISTRY})
    fitting.refit_weights(now)
    last = fitting.refit_weights(now + HOUR)
    assert list(Weights.objects.filter(state=Weights.State.REFUSED)) == [last]


def test_own_pages_are_replayed_with_other_orders_beside(log: Log, now: datetime) -> None:
    log(60, OTHER)
    found = fitting.own_replay(now)
    assert found.pages == found.opened == 60
    assert found.is_thin
    assert set(found.figures) == {"current", "shipped", "recency", "popularity", "random"}
    assert found.figures["recency"].auc.value > 0.6 > found.figures["random"].auc.value
    assert 0 < found.figures["recency"].click_rate.low <= found.figures["recency"].click_rate.value


def test_without_an_opening_there_are_no_figures(now: datetime, paper: object) -> None:
    found = fitting.own_replay(now)
    assert (found.pages, found.figures, found.is_thin) == (0, {}, True)
