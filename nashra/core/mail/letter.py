"""A letter's two parts from its blocks, cut between two pieces when the HTML would grow past 70 KB.

Gmail hides what follows its own limit, the way to stop the letter too; 70 KB stays under it however it counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType

from .blocks import brief, closing, footer, heading, lead, masthead, rest
from .blocks import piece as plain
from .look import Look, look_for
from .mime import Picture
from .model import Labels, Letter, Piece
from .page import page

HTML_OCTETS = 70_000


@dataclass(frozen=True, slots=True)
class Body:
    """The two parts of a message; `pieces` says how many pieces they show."""

    text: str
    html: str
    pieces: int


@dataclass(frozen=True, slots=True)
class _Item:
    """A piece with the heading that goes before it, ready for both parts."""

    html: str
    text: str


def letter_body(letter: Letter, picture: Picture | None = None, limit: int = HTML_OCTETS) -> Body:
    """Both parts of a letter. At most `limit` octets of HTML: what does not fit is one link to the reader's page."""
    look = look_for(letter.language, letter.direction, letter.texts, picture)
    items = list(_items(letter, look))
    top, end = [masthead.html(letter, look)], [closing.html(letter, look), footer.html(letter.footer, look)]
    more = rest.html(letter.paper_url, look)
    fixed = _size(page(look, letter.subject, letter.preheader, [*top, more, *end]))
    shown = _fitting(items, limit - fixed)
    cut = shown < len(items)
    blocks = [*top, *(item.html for item in items[:shown]), *([more] if cut else []), *end]
    html = page(look, letter.subject, letter.preheader, (block for block in blocks if block))
    return Body(_text(letter, look, items[:shown], cut=cut), html, shown)


def lead_piece(letter: Letter) -> Piece | None:
    """The piece that is shown large: the first of a first section in full."""
    if letter.sections and letter.sections[0].style == "full" and letter.sections[0].pieces:
        return letter.sections[0].pieces[0]
    return None


def _items(letter: Letter, look: Look[Labels]) -> Iterator[_Item]:
    """Every piece in order, each section's heading joined to its first piece so that no cut leaves it alone."""
    first = lead_piece(letter)
    for section in letter.sections:
        title_html, title_text = heading.html(section.title, look), heading.text(section.title, look)
        for place, piece in enumerate(section.pieces):
            block: ModuleType = brief if section.style == "brief" else lead if piece is first else plain
            html, text = block.html(piece, look), block.text(piece, look)
            if place == 0 and title_html:
                html, text = f"{title_html}\n{html}", f"{title_text}\n\n{text}"
            yield _Item(html, text)


def _fitting(items: list[_Item], room: int) -> int:
    """How many items fit into `room` octets."""
    for count, item in enumerate(items):
        room -= _size(item.html) + 1
        if room < 0:
            return count
    return len(items)


def _text(letter: Letter, look: Look[Labels], items: list[_Item], *, cut: bool) -> str:
    """The text part."""
    parts = [masthead.text(letter, look), *(item.text for item in items)]
    if cut:
        parts.append(rest.text(letter.paper_url, look))
    parts += [closing.text(letter, look), footer.text(letter.footer, look)]
    return "\r\n".join("\n\n".join(part for part in parts if part).split("\n")) + "\r\n"


def _size(html: str) -> int:
    return len(html.encode())
