"""The signals of the score, one module for each kind."""

from nashra.core.rank.signals import editors, following, meaning, passing, popularity, taste  # noqa: F401 (they register)
from nashra.core.rank.signals.registry import REGISTRY, Evidence, Signal, reason, shipped, signal

__all__ = ["REGISTRY", "Evidence", "Signal", "reason", "shipped", "signal"]
