"""The arithmetic of a profile: how a line of it grows, fades, and what chance of being opened it amounts to.

A line is kept as it stood at one moment. To change it, it is first faded to the present, then added to.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from nashra.core.rank.model import Taste

Key = TypeVar("Key")

HALF_LIFE = 30 * 86400.0
"""Seconds after which half of what was learned is forgotten: tastes change within months, not days."""
MOST = 10.0
"""What can be learned of one line, for and against: a busy month must not outweigh everything for a year."""
PASS = 0.04
"""What passing by one piece takes from what was learned. A topic of which fewer than one in 25 is opened, half of what
is usual, fades from a profile that way, however often it was opened once.
"""
PRIOR = (0.4, 3.6)
"""What is believed of a line before anything is known: one in ten is opened, and four looks change that belief."""
LOOKS = 40.0
"""A chance is known no better than from so many looks: a reader who changes can be noticed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a profile as it stood at a moment: the weight (an open counts 1; below 0: against it), how many
    articles were opened, ever, and how often a piece of it was looked at and passed by.
    """

    weight: float = 0.0
    opened: int = 0
    passed: float = 0.0


def decayed(weight: float, seconds: float) -> float:
    """A weight after some seconds; a clock that runs back changes nothing."""
    return float(weight * 0.5 ** (max(0.0, seconds) / HALF_LIFE))


def faded(line: Line, seconds: float) -> Line:
    """A line after some seconds. How many were opened is a fact and stays."""
    return Line(decayed(line.weight, seconds), line.opened, decayed(line.passed, seconds))


def learned(line: Line, gain: float, seconds: float, *, opened: int = 0) -> Line:
    """The line `seconds` later, after something that speaks for it (`gain` above 0) or against it.

    At the limit of the weight the passes shrink in proportion, so that the chance stays what it was.
    """
    now = faded(line, seconds)
    weight = now.weight + gain
    over = max(1.0, weight / MOST)
    return Line(max(-MOST, weight / over), max(0, line.opened + opened), now.passed / over)


def passed_by(line: Line, looks: float, seconds: float) -> Line:
    """The line `seconds` later, after pieces of it were passed by; `looks`: how likely each was looked at, summed.

    That takes from what was learned, but is no dislike: the weight does not fall below 0 by it.
    """
    now = faded(line, seconds)
    weight = max(min(now.weight, 0.0), now.weight - PASS * looks)
    return Line(weight, now.opened, max(0.0, min(LOOKS, now.passed + looks)))


def taste(line: Line, total: float, *, factor: float = 1.0, pinned: bool = False) -> Taste:
    """A line that was faded to the present, as ranking sees it. `total`: all weights above 0 of its kind, summed."""
    share = max(0.0, line.weight) / total if total > 0 else 0.0
    return Taste(share, line.opened, factor, line.passed, pinned, line.weight)


def tastes(lines: Mapping[Key, Line]) -> dict[Key, Taste]:
    """All lines of one kind, faded to the present, as ranking sees them when the reader has said nothing of them."""
    total = sum(max(0.0, line.weight) for line in lines.values())
    return {key: taste(line, total) for key, line in lines.items()}


def posterior(known: Taste) -> tuple[float, float]:
    """The Beta distribution of the chance that a piece of this topic or source is opened: what was opened against
    what was passed by, both decayed, added to what is believed of any.
    """
    won = max(0.0, known.weight)
    lost = known.passed + max(0.0, -known.weight)
    scale = min(1.0, LOOKS / max(won + lost, 1.0))
    return PRIOR[0] + won * scale, PRIOR[1] + lost * scale
