"""The first piece of a letter: larger, with its picture if it has one, and a button."""

from __future__ import annotations

from html import escape

from ..look import Look, plain_link
from ..model import Labels, Piece
from . import piece as plain
from .action import button

COLUMN = 536


def html(piece: Piece, look: Look[Labels]) -> str:
    """The lead. The picture's alternative text is empty because the headline says what it is."""
    inner = "\n".join(
        part
        for part in (
            _picture(piece, look),
            plain.topic(piece, look, "margin:16px 0 0;"),
            plain.title(piece, look, "h1", "margin:2px 0 0;text-wrap:balance;", "30px"),
            plain.standfirst(piece, look, "margin:10px 0 0;", "17px"),
            plain.meta(piece, look, "margin:8px 0 0;"),
            _actions(piece, look),
        )
        if part
    )
    return look.block("div", "padding:22px 32px 0;", f"\n{inner}\n", classes="pad")


def text(piece: Piece, look: Look[Labels]) -> str:
    """The same lines as any piece."""
    return plain.text(piece, look)


def _picture(piece: Piece, look: Look[Labels]) -> str:
    """The picture inside the message, never one from outside."""
    shown_picture = look.picture
    if shown_picture is None or not piece.image_cid:
        return ""
    width = min(COLUMN, shown_picture.width)
    height = round(shown_picture.height * width / shown_picture.width)
    image = (
        f'<img src="cid:{escape(shown_picture.cid)}" width="{width}" height="{height}" alt="" '
        f'style="display:block;width:100%;max-width:{width}px;height:auto;border:0;">'
    )
    href = plain_link(piece.url)
    return f'<a href="{escape(href)}" tabindex="-1" aria-hidden="true">{image}</a>' if href else image


def _actions(piece: Piece, look: Look[Labels]) -> str:
    """The button, then "save" and "less of this"."""
    first = button(piece.url, look.words.read, look)
    seconds = plain.second_links(piece, look, at_edge=not first)
    both = " ".join(part for part in (first, seconds) if part)
    return look.block("p", "margin:16px 0 0;", both) if both else ""
