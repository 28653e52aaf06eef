"""Weights of the score fitted on this installation's own pages: which hold, how new ones come, and how they do."""

from nashra.front.services.fitting.nightly import refit_weights
from nashra.front.services.fitting.overview import RankingView, Tried, ranking_view
from nashra.front.services.fitting.own import OwnReplay, own_replay
from nashra.front.services.fitting.weights import (
    current_row,
    current_weights,
    fit_again,
    is_held,
    undo_choice,
    use_former,
    use_shipped,
    weights_in_use,
)

__all__ = [
    "OwnReplay", "RankingView", "Tried", "current_row", "current_weights", "fit_again", "is_held", "own_replay",
    "ranking_view", "refit_weights", "undo_choice", "use_former", "use_shipped", "weights_in_use",
]  # fmt: skip
