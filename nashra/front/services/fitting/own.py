"""`nashra evaluate --own`: this installation's own pages, replayed with the weights in use and beside them others."""

from dataclasses import dataclass
from datetime import datetime

from nashra.core.rank.fitting import FEWEST
from nashra.core.rank.replaying import Figures, Policy, by_lot, by_weights, replay
from nashra.core.rank.signals import REGISTRY, shipped
from nashra.front.services.fitting import logs
from nashra.front.services.fitting.weights import weights_in_use


@dataclass(frozen=True, slots=True)
class OwnReplay:
    """The figures by method, of how many pages, what was left out, and whether that is too little to rely on."""

    figures: dict[str, Figures]
    pages: int
    opened: int
    skipped: dict[str, int]
    needed: int = FEWEST

    @property
    def is_thin(self) -> bool:
        """Whether so few pages had an opening that nothing should be concluded."""
        return self.opened < self.needed


def own_replay(now: datetime, *, seed: int = 0) -> OwnReplay:
    """Replays the pages that readers have left. Without any opening there are no figures."""
    log = logs.read(logs.closed_pages(now))
    opened = sum(page.example.tells for page in log.pages)
    figures = replay(log.pages, _policies(seed), seed=seed) if opened else {}
    return OwnReplay(figures, len(log.pages), opened, dict(log.skipped))


def _policies(seed: int) -> dict[str, Policy]:
    """The methods; popularity is all that is the same for everybody but newness and the editors' choice."""
    keys, weights = logs.keys(), shipped()
    common = {one.key: one.weight for one in REGISTRY if not one.personal and one.key not in ("fresh", "picked")}
    return {
        "current": by_weights(weights_in_use(), keys),
        "shipped": by_weights(weights, keys),
        "recency": by_weights({"fresh": 1.0}, keys),
        "popularity": by_weights(common, keys),
        "random": by_lot(seed),
    }
