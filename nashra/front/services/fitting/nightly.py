"""The nightly refit: weights from this installation's own pages, adopted only when a replay finds them better."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from nashra.base import jobs
from nashra.core.rank.fitting import FEWEST, Refit, refit
from nashra.core.rank.signals import shipped
from nashra.front import boosting
from nashra.front.models import Weights
from nashra.front.services.fitting import logs
from nashra.front.services.fitting.weights import adopt, current_row, is_held, weights_in_use

KEPT = 60  # refused fits that stay in the history
DIGITS = 5


def refit_weights(now: datetime, *, stopping: Callable[[], bool] = jobs.stopping) -> Weights | None:
    """Fits on the opened pages that are kept, then grows the trees over the weights that hold (see `boosting`). The row
    that came of it, adopted or refused; None with too few pages, or when the worker is about to end (the next night
    tries again; nothing was changed).
    """
    opened = logs.opened_pages(now)
    if opened[:FEWEST].count() < FEWEST:
        return None
    try:
        log = logs.read(opened, stopping=stopping)
    except logs.Stopped:
        return None
    found = refit(log.examples, shipped(), weights_in_use(), logs.keys(), seed=now.toordinal())
    made = None if found is None or stopping() else _recorded(found, dict(log.skipped), now)
    if made is not None and not stopping():
        boosting.grow(log.examples, logs.keys(), shipped(), weights_in_use(), now=now)
    return made


def _recorded(found: Refit, skipped: dict[str, int], now: datetime) -> Weights:
    values = {key: round(weight, DIGITS) for key, weight in found.weights.items()}
    held = is_held(current_row())
    said = {**asdict(found.replay), "skipped": skipped}
    if found.replay.better and not held:
        return adopt(values, said, found.lists, now)
    why = "held" if found.replay.better else "worse" if found.replay.high < 0 else "unsure"
    row = Weights.objects.create(
        made_at=now, state=Weights.State.REFUSED, values=values, replay={**said, "why": why}, impressions=found.lists
    )
    refused = Weights.objects.filter(state=Weights.State.REFUSED).order_by("-made_at", "-pk")
    Weights.objects.filter(pk__in=list(refused.values_list("pk", flat=True)[KEPT:])).delete()
    return row
