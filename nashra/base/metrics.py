"""Figures for operators' graphs, and the registry into which each app brings its own in `AppConfig.ready()`.

Nothing is counted here: providers read rows, so every process gives the same figures.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Family:
    """One figure under each of its labels.

    `name` without the prefix `nashra_`, and for counters without `_total` (Prometheus' naming rules); `label` is the
    label's name, "" for a figure without; `values` by the label's value. A histogram's values are the numbers of
    observations up to each bound ("0.1" … "+Inf", not added up), and `total` is their sum.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    label: str = ""
    values: dict[str, float] = field(default_factory=dict)
    total: float = 0.0


providers: list[Callable[[datetime], Iterable[Family]]] = []
"""Each is asked for its figures as they are now; a few cheap queries, for monitoring programs ask often."""
