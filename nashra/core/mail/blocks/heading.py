"""A section's heading under a strong rule."""

from __future__ import annotations

from ..clean import one_line
from ..look import INK, Look
from ..look import text as shown
from ..model import Labels


def html(title: str, look: Look[Labels]) -> str:
    """The heading, or nothing without a title."""
    words = shown(title)
    if not words:
        return ""
    style = f"margin:0;{look.head('20px', '1.5')}color:{INK};"
    inner = look.block("h2", style, words, classes="ink")
    ruled = look.block("div", f"border-top:2px solid {INK};padding-top:12px;", inner, classes="rule2")
    return look.block("div", "padding:26px 32px 0;", ruled, classes="pad")


def text(title: str, look: Look[Labels]) -> str:
    """The heading on its line."""
    return one_line(title)
