"""A paragraph of an account message."""

from __future__ import annotations

from ..clean import one_line
from ..look import INK, Look
from ..look import text as shown
from ..model import Labels, NoteTexts


def html(words: str, look: Look[Labels] | Look[NoteTexts]) -> str:
    """The paragraph, or nothing if it is empty."""
    inner = shown(words)
    if not inner:
        return ""
    paragraph = look.block("p", f"margin:14px 0 0;{look.prose('17px')}color:{INK};", inner, classes="ink")
    return look.block("div", "padding:0 32px;", paragraph, classes="pad")


def text(words: str, look: Look[Labels] | Look[NoteTexts]) -> str:
    """The paragraph on one line."""
    return one_line(words)
