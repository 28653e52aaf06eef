"""How well the ranker does on a click log, beside simple methods, knowing at each list only what came before it."""

from nashra.core.rank.evaluation.comparing import METHODS, Method, Paired, Report, compare
from nashra.core.rank.evaluation.metrics import NAMES
from nashra.core.rank.evaluation.mind import Impression, LogError, News, Skipped, read_log, read_news

__all__ = [
    "METHODS", "NAMES", "Impression", "LogError", "Method", "News", "Paired", "Report", "Skipped", "compare",
    "read_log", "read_news",
]  # fmt: skip
