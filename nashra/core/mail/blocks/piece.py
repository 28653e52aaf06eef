"""A piece in full: topic, headline, summary, where it comes from, why it is here, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from .. import bidi
from ..clean import one_line
from ..look import ACCENT, INK, INK_2, INK_3, RULE, Look, headline, lines, link, plain_link, summary
from ..look import text as shown
from ..model import Direction, Labels, Piece

Render = Callable[[str, Direction], str]

_SECOND = "display:inline-block;min-width:44px;min-height:44px;line-height:44px;"


def html(piece: Piece, look: Look[Labels]) -> str:
    """The piece under a hairline."""
    inner = "\n".join(
        part
        for part in (
            topic(piece, look, "margin:0;"),
            title(piece, look, "h2", "margin:2px 0 0;", "22px"),
            standfirst(piece, look, "margin:6px 0 0;", "16px"),
            meta(piece, look, "margin:6px 0 0;"),
            _actions(piece, look),
        )
        if part
    )
    ruled = look.block("div", f"border-top:1px solid {RULE};padding-top:18px;", f"\n{inner}\n", classes="rule")
    return look.block("div", "padding:22px 32px 0;", ruled, classes="pad")


def text(piece: Piece, look: Look[Labels]) -> str:
    """Headline behind an asterisk, summary, source and minutes, reason, other sources, address."""
    own = look.of(piece.language, piece.direction)
    return lines(
        f"* {_isolated(headline(piece.title, look.words.untitled), look, own)}",
        _isolated(summary(piece.summary), look, own),
        _origin(piece, look, bidi.isolate),
        one_line(piece.reason),
        _also(piece, look, bidi.isolate),
        plain_link(piece.url),
    )


def topic(piece: Piece, look: Look[Labels], margin: str) -> str:
    """The topic in the accent colour, or nothing."""
    name = one_line(piece.topic)
    if not name:
        return ""
    return look.block(
        "p", f"{margin}{look.ui('14px', 600)}color:{ACCENT};", bidi.span(name, look.direction), classes="acc"
    )


def title(piece: Piece, look: Look[Labels], tag: str, margin: str, size: str) -> str:
    """The headline as a link, in the piece's own direction."""
    own = look.of(piece.language, piece.direction)
    words = escape(headline(piece.title, look.words.untitled))
    anchor = link(piece.url, words, f"color:{INK};text-decoration:none;")
    classes = "h1 ink" if tag == "h1" else "ink"
    return own.block(tag, f"{margin}{own.head(size)}color:{INK};", anchor, classes=classes, mark_language=True)


def standfirst(piece: Piece, look: Look[Labels], margin: str, size: str) -> str:
    """The summary in the piece's own direction, or nothing."""
    words = escape(summary(piece.summary))
    own = look.of(piece.language, piece.direction)
    if not words:
        return ""
    return own.block("p", f"{margin}{own.prose(size)}color:{INK_2};", words, classes="ink2", mark_language=True)


def meta(piece: Piece, look: Look[Labels], margin: str) -> str:
    """Source and minutes, then the reason, then the other sources of the story; or nothing."""
    rows = (
        _origin(piece, look, bidi.span),
        shown(piece.reason),
        _also(piece, look, bidi.span),
    )
    inner = "<br>".join(row for row in rows if row)
    if not inner:
        return ""
    return look.block("p", f"{margin}{look.ui('14px')}color:{INK_3};", inner, classes="ink3")


def second_links(piece: Piece, look: Look[Labels], *, at_edge: bool) -> str:
    """ "Save" and "less of this" as links of 44 pixels; the first stands at the column's edge if `at_edge`."""
    chosen = [(piece.save_url, look.words.save), (piece.less_url, look.words.less)]
    found: list[str] = []
    for url, word in chosen:
        side = "left" if look.edge == "right" else "right"
        space = f"padding-{side}:14px;" if at_edge and not found else "padding:0 14px;"
        style = f"{_SECOND}{space}{look.ui('15px', 400, '44px')}color:{ACCENT};text-decoration:underline;"
        if plain_link(url):
            found.append(link(url, shown(word), style, classes="btn2"))
    return "".join(found)


def _actions(piece: Piece, look: Look[Labels]) -> str:
    links = second_links(piece, look, at_edge=True)
    return look.block("p", "margin:2px 0 0;", links) if links else ""


def _origin(piece: Piece, look: Look[Labels], render: Render) -> str:
    """Source and minutes, as far as known."""
    minutes = one_line(look.words.minutes(piece.minutes)) if piece.minutes > 0 else ""
    return " · ".join(render(part, look.direction) for part in (one_line(piece.source), minutes) if part)


def _also(piece: Piece, look: Look[Labels], render: Render) -> str:
    """ "Also on this story: A, B"; nothing without names."""
    names = [render(name, look.direction) for name in map(one_line, piece.others) if name]
    if not names:
        return ""
    comma = render(one_line(look.words.comma), look.direction)
    return f"{render(one_line(look.words.also), look.direction)} {f'{comma} '.join(names)}"


def _isolated(words: str, look: Look[Labels], own: Look[Labels]) -> str:
    """A foreign piece's text as one isolate, so that its own first letter decides how it runs."""
    return f"{bidi.FSI}{words}{bidi.PDI}" if words and own.direction != look.direction else words
