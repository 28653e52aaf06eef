"""The end of a letter that was cut for its size: a link to the page that has the rest."""

from __future__ import annotations

from ..clean import one_line
from ..look import ACCENT, Look, link, plain_link
from ..look import text as shown
from ..model import Labels


def html(url: str, look: Look[Labels]) -> str:
    """ "Read the rest", as a link of 44 pixels."""
    style = f"display:inline-block;line-height:44px;color:{ACCENT};text-decoration:underline;"
    anchor = link(url, shown(look.words.rest), style, classes="acc")
    inner = look.block("p", f"margin:0;{look.ui('16px', 600, '44px')}color:{ACCENT};", anchor, classes="acc")
    return look.block("div", "padding:22px 32px 0;", inner, classes="pad")


def text(url: str, look: Look[Labels]) -> str:
    """The words and the address."""
    href = plain_link(url)
    return f"{one_line(look.words.rest)}:\n{href}" if href else one_line(look.words.rest)
