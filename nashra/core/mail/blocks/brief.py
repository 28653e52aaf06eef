"""A piece in one line: headline, and where it comes from if that is said."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from ..look import INK, RULE, Look, headline, link
from ..model import Labels, Piece
from . import piece as plain


def html(piece: Piece, look: Look[Labels]) -> str:
    """The headline over a hairline, 44 pixels to touch."""
    own = look.of(piece.language, piece.direction)
    words = escape(headline(piece.title, look.words.untitled))
    anchor = link(piece.url, words, f"display:block;padding:11px 0;color:{INK};text-decoration:none;")
    line = own.block(
        "p", f"margin:0;{own.ui('16px', 400, '1.5')}color:{INK};", anchor, classes="ink", mark_language=True
    )
    inner = line + plain.meta(piece, look, "margin:-6px 0 10px;")
    ruled = look.block("div", f"border-bottom:1px solid {RULE};", inner, classes="rule")
    return look.block("div", "padding:0 32px;", ruled, classes="pad")


def text(piece: Piece, look: Look[Labels]) -> str:
    """Headline behind a dash, source, address."""
    return "-" + plain.text(replace(piece, summary=""), look).removeprefix("*")
