"""A button: one thing to do, with its address written out for the text part."""

from __future__ import annotations

from dataclasses import dataclass

from .. import bidi
from ..clean import one_line
from ..look import INK_3, Look, link, plain_link
from ..look import text as shown
from ..model import Labels, NoteTexts

_BUTTON = "display:inline-block;background:#0b5a69;color:#ffffff;padding:0 24px;border-radius:4px;text-decoration:none;"


@dataclass(frozen=True, slots=True)
class Action:
    """`copy_line` stands before the address written out below the button; empty leaves both out."""

    label: str
    url: str
    copy_line: str = ""


def html(action: Action, look: Look[Labels] | Look[NoteTexts]) -> str:
    """The button and, below it, the address to copy."""
    pressed = button(action.url, action.label, look)
    if not pressed:
        return ""
    inner = look.block("p", "margin:20px 0 0;", pressed)
    if action.copy_line:
        address = f'<span dir="ltr">{shown(plain_link(action.url))}</span>'
        words = f"{bidi.span(one_line(action.copy_line), look.direction)}<br>{address}"
        style = f"margin:16px 0 0;{look.ui('14px')}color:{INK_3};word-break:break-all;"
        inner += "\n" + look.block("p", style, words, classes="ink3")
    return look.block("div", "padding:0 32px 0;", f"\n{inner}\n", classes="pad")


def text(action: Action, look: Look[Labels] | Look[NoteTexts]) -> str:
    """The label, then the address on a line of its own, so that no sign next to it becomes part of it."""
    href = plain_link(action.url)
    return f"{one_line(action.label)}:\n{href}" if href else ""


def button(url: str, label: str, look: Look[Labels] | Look[NoteTexts]) -> str:
    """The button alone: 46 pixels high. Nothing when the address is not one that a message may carry."""
    href = plain_link(url)
    if not href:
        return ""
    return link(
        href, shown(label), f"{_BUTTON}{look.ui('16px', 600, '46px')}mso-padding-alt:12px 24px;", classes="btn1"
    )
