"""The end: a last line and the way to the reader's page."""

from __future__ import annotations

from ..clean import one_line
from ..look import INK_2, Look, lines, plain_link
from ..look import text as shown
from ..model import Labels, Letter
from .action import button


def html(letter: Letter, look: Look[Labels]) -> str:
    """The last line and the button; nothing if there is neither."""
    words = shown(letter.end_line)
    pressed = button(letter.paper_url, look.words.open_page, look)
    inner = look.block("p", f"margin:0;{look.prose('16px')}color:{INK_2};", words, classes="ink2") if words else ""
    inner += look.block("p", "margin:16px 0 0;", pressed) if pressed else ""
    return look.block("div", "padding:26px 32px 0;", inner, classes="pad") if inner else ""


def text(letter: Letter, look: Look[Labels]) -> str:
    """The last line; the page's address below its name."""
    href = plain_link(letter.paper_url)
    return lines(one_line(letter.end_line), f"{one_line(look.words.open_page)}:\n{href}" if href else "")
