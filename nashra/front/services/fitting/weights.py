"""The weights of the score that hold now: the shipped ones, fitted ones, or those that the owner went back to."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from nashra.core.rank.signals import shipped
from nashra.front.models import Weights

State = Weights.State
HELD = "held"  # in `replay` of a current row: the owner chose it, so the nightly fit changes nothing


def current_row() -> Weights | None:
    """The row that holds; None while the shipped weights do and may be fitted."""
    return Weights.objects.filter(state=State.CURRENT).first()


def current_weights() -> dict[str, float]:
    """By signal's key the weights instead of the shipped ones; signals that are newer than the fit are not among them.
    Empty: the shipped ones.
    """
    row = Weights.objects.filter(state=State.CURRENT).values_list("values", flat=True).first()
    return {key: float(weight) for key, weight in (row or {}).items()}


def weights_in_use() -> dict[str, float]:
    """The weight of every signal as the score takes it."""
    known = shipped()
    return known | {key: weight for key, weight in current_weights().items() if key in known}


@transaction.atomic
def adopt(values: Mapping[str, float], replay: Mapping[str, object], impressions: int, now: datetime) -> Weights:
    """These weights hold from now on; the ones before are kept."""
    _retire()
    return Weights.objects.create(
        made_at=now, state=State.CURRENT, values=dict(values), replay=dict(replay), impressions=impressions
    )


@transaction.atomic
def use_shipped(now: datetime) -> None:
    """The shipped weights hold until the owner lets them be fitted again."""
    if not _is_held_shipped(current_row()):
        adopt({}, {HELD: True}, 0, now)


@transaction.atomic
def use_former(weights_id: int) -> bool:
    """Earlier weights hold again, until the owner lets them be fitted; False when there are none of that number."""
    row = Weights.objects.select_for_update().filter(pk=weights_id, state=State.FORMER).first()
    if row is None:
        return False
    _retire()
    row.state, row.replay = State.CURRENT, {**row.replay, HELD: True}
    row.save(update_fields=["state", "replay"])
    return True


@transaction.atomic
def fit_again() -> None:
    """Takes back what the owner chose, as far as it keeps weights from being fitted; those in use stay in use."""
    row = current_row()
    if row is not None and is_held(row):
        if row.values:
            _let_go(row)
            row.save(update_fields=["replay"])
        else:
            row.delete()


@transaction.atomic
def undo_choice(weights_id: int | None) -> bool:
    """Takes the owner's choice back: the weights of that number hold again and may be fitted; None: the shipped ones.
    False when there are none of that number.
    """
    if weights_id is None:
        _retire()
    elif not use_former(weights_id):
        return False
    fit_again()
    return True


def is_held(row: Weights | None) -> bool:
    """Whether the owner chose what holds."""
    return row is not None and bool(row.replay.get(HELD))


def _is_held_shipped(row: Weights | None) -> bool:
    return is_held(row) and row is not None and not row.values


def _retire() -> None:
    """The current weights are former ones; a row that only stood for the shipped ones goes."""
    row = Weights.objects.select_for_update().filter(state=State.CURRENT).first()
    if row is None:
        return
    if not row.values:
        row.delete()
        return
    _let_go(row)
    row.state = State.FORMER
    row.save(update_fields=["state", "replay"])


def _let_go(row: Weights) -> None:
    row.replay = {key: value for key, value in row.replay.items() if key != HELD}
