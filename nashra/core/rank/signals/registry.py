"""The registry of signals. Each is a function from a pool, a profile and the time to one value for each article, and a
second one that says what its reason names, asked only of articles that were chosen.

To add one: write `values` with `@signal(key, weight)` in the module of its kind, `about` with `@reason(key)` unless it
is never a reason, and give the reason's text in `front/reasons.py`. The scorer, the explanation, the refit and the
evaluation go through the registry.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nashra.core.rank.model import Profile
from nashra.core.rank.pool import Pool

Values = npt.NDArray[np.float32]
Function = Callable[[Pool, Profile, float], Values]  # the time in seconds since 1970


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the reason of a signal names."""

    about: str = ""
    count: int = 0
    form: str = ""
    rule: str = ""


About = Callable[[Pool, int, Profile], Evidence | None]  # a place in the pool; None: no reason can be given


@dataclass(slots=True)
class Signal:
    """A registered signal. `weight` is set by hand; `personal` ones are silent when a reader has switched that off."""

    key: str
    weight: float
    values: Function
    personal: bool
    about: About | None = None  # none: it is never given as a reason


REGISTRY: list[Signal] = []


def signal(key: str, weight: float, *, personal: bool = True) -> Callable[[Function], Function]:
    """Registers a signal under its reason's key."""

    def register(function: Function) -> Function:
        REGISTRY.append(Signal(key, weight, function, personal))
        return function

    return register


def reason(key: str) -> Callable[[About], About]:
    """Registers what the reason of a signal names."""

    def register(function: About) -> About:
        next(one for one in REGISTRY if one.key == key).about = function
        return function

    return register


def shipped() -> dict[str, float]:
    """The weights that are set by hand, by signal's key."""
    return {one.key: one.weight for one in REGISTRY}
