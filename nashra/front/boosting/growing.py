"""Growing the trees at night, after the weights, and whether to use them: only if a replay in time's order gains."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
import structlog

from nashra.core.rank.fitting import Adoption, Example, bounded, compare_scores, fit
from nashra.front.boosting import keeping
from nashra.front.boosting.keeping import Grown, Status

MOST = 20_000  # lists, the latest: half a gigabyte of memory at most
_LATER = 1 / 3

log = structlog.get_logger(__name__)


def grow(
    examples: Sequence[Example],
    keys: Sequence[str],
    shipped: Mapping[str, float],
    current: Mapping[str, float],
    *,
    now: datetime,
    needed: int = keeping.NEEDED,
) -> Status:
    """Grows trees over the current weights and adopts them, or not. Without LightGBM nothing is done.

    The replay grows others on the earlier two thirds of the lists, over weights fitted there (or the shipped ones, if
    those are current), and compares both on the latest third.
    """
    if not keeping.installed():
        return Status(False, "absent")
    told = sorted((one for one in examples if one.tells), key=lambda one: one.at)
    if len(told) < needed:
        return _keep(Status(False, "few", len(told), made_at=now), keys, current, "")
    told = told[-MOST:]
    replay = _replay(told, keys, shipped, current)
    made = Status(
        replay.better, "" if replay.better else "no-gain", len(told), replay.gain, replay.low, replay.high, now
    )
    return _keep(made, keys, current, _grown(told, current, keys) if replay.better else "")


def _replay(
    told: Sequence[Example], keys: Sequence[str], shipped: Mapping[str, float], current: Mapping[str, float]
) -> Adoption:
    from nashra.front.boosting.trees import Trees

    cut = round(len(told) * (1 - _LATER))
    is_fitted = keeping.in_order(current, keys) != keeping.in_order(shipped, keys)
    under = bounded(fit(told[:cut], shipped, keys), shipped) if is_fitted else shipped
    weights = np.array(keeping.in_order(under, keys))
    trees = Trees(_grown(told[:cut], under, keys))
    return compare_scores(
        told[cut:],
        lambda one: one.features @ weights + trees.added(one.features),
        lambda one: one.features @ weights,
        seed=0,
    )


def _grown(told: Sequence[Example], weights: Mapping[str, float], keys: Sequence[str]) -> str:
    from nashra.front.boosting.trees import grown

    return grown(told, np.array(keeping.in_order(weights, keys)))


def _keep(made: Status, keys: Sequence[str], weights: Mapping[str, float], text: str) -> Status:
    keeping.write(Grown(tuple(keys), tuple(keeping.in_order(weights, keys)), made), text)
    log.info(
        "boosting.grown", on=made.on, why=made.why, lists=made.lists, gain=round(made.gain, 5), low=round(made.low, 5)
    )
    return made
