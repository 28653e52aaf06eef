"""What is learned from what a reader does: lines of the profile, and the articles from which they were learned."""

from nashra.front.services.learning.lessons import (
    LINES,
    forget_acts,
    forget_lessons,
    forget_line,
    learn,
    lessons_of,
    sweep,
    sweep_all,
)
from nashra.front.services.learning.saying import set_source
from nashra.front.services.learning.worth import DWELLS

KINDS = tuple(LINES)
"""Of lines, in the order in which they are shown."""

__all__ = [
    "DWELLS", "KINDS", "forget_acts", "forget_lessons", "forget_line", "learn", "lessons_of", "set_source", "sweep",
    "sweep_all",
]  # fmt: skip
