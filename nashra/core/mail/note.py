"""An account message's two parts: a title, a few paragraphs, one thing to do."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .blocks import action as button
from .blocks import footer, masthead, paragraph
from .clean import one_line
from .letter import Body
from .look import INK, INK_3, Look, look_for
from .look import text as shown
from .model import Direction, NoteTexts
from .page import page


def note_body(
    subject: str,
    paragraphs: Sequence[str],
    action: tuple[str, str] | None,
    texts: NoteTexts,
    language: str,
    direction: Direction,
) -> Body:
    """Both parts of an account message."""
    look = look_for(language, direction, texts)
    pressed = button.Action(action[0], action[1], texts.copy_line) if action else None
    blocks = [_head(subject, look), *(paragraph.html(words, look) for words in paragraphs)]
    parts = [one_line(texts.paper_name), one_line(subject), *(paragraph.text(words, look) for words in paragraphs)]
    if pressed:
        blocks.append(button.html(pressed, look))
        parts.append(button.text(pressed, look))
    blocks.append(_foot(look))
    if texts.footer:
        parts.append("-- \n" + "\n".join(one_line(line) for line in texts.footer))
    html = page(look, subject, paragraphs[0] if paragraphs else "", (block for block in blocks if block))
    return Body("\r\n".join("\n\n".join(part for part in parts if part).split("\n")) + "\r\n", html, 0)


def _head(subject: str, look: Look[NoteTexts]) -> str:
    """The paper's name and the message's title."""
    title = escape(one_line(subject))
    inner = masthead.nameplate(look.words.paper_name, look)
    inner += "\n" + look.block("h1", f"margin:22px 0 0;{look.head('26px')}color:{INK};", title, classes="ink")
    return look.block("div", "padding:24px 32px 0;", inner, classes="pad")


def _foot(look: Look[NoteTexts]) -> str:
    """The last lines, or an empty space of the same height."""
    style = f"margin:0;{look.ui('14px', 400, '1.8')}color:{INK_3};"
    return footer.frame(
        "".join(look.block("p", style, shown(line), classes="ink3") for line in look.words.footer), look
    )
