"""The top of a letter: date, name of the paper, greeting and a word about what follows."""

from __future__ import annotations

from .. import bidi
from ..clean import one_line
from ..look import INK, INK_2, INK_3, Look, lines
from ..look import text as shown
from ..model import Labels, Letter, NoteTexts


def html(letter: Letter, look: Look[Labels]) -> str:
    """The masthead; empty lines are left out."""
    parts = [
        look.block("p", f"margin:0;{look.ui('14px')}color:{INK_3};", shown(letter.date_line), classes="ink3"),
        nameplate(letter.paper_name, look),
    ]
    hello = shown(_hello(letter))
    if hello:
        parts.append(look.block("p", f"margin:18px 0 0;{look.prose('17px')}color:{INK_2};", hello, classes="ink2"))
    return look.block("div", "padding:24px 32px 0;", "\n" + "\n".join(parts) + "\n", classes="pad")


def text(letter: Letter, look: Look[Labels]) -> str:
    """Name, date and greeting."""
    name = bidi.isolate(one_line(letter.paper_name), look.direction)
    top = lines(name, one_line(letter.date_line))
    hello = _hello(letter)
    return f"{top}\n\n{hello}" if hello else top


def nameplate(name: str, look: Look[Labels] | Look[NoteTexts]) -> str:
    """The paper's name over a double rule."""
    style = f"margin:0;padding:0 0 10px;border-bottom:3px double {INK};{look.head('44px', '1.35')}color:{INK};"
    return look.block("p", style, bidi.span(one_line(name), look.direction), classes="ink rule2")


def _hello(letter: Letter) -> str:
    return one_line(f"{one_line(letter.greeting)} {one_line(letter.intro)}")
