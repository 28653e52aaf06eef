"""How a message looks: the design's e-mail, with every style on the element it is for.

Gmail drops a document's direction, so each block that holds text says its own: `dir`, `align` and in its style.
A piece in another script keeps its own direction and the column's edge, as on the pages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import escape
from typing import Generic, TypeVar

from .clean import SUMMARY_LENGTH, one_line, title
from .links import safe_link
from .mime import Picture
from .model import Direction, Labels, MailError, NoteTexts

T = TypeVar("T", Labels, NoteTexts)

INK, INK_2, INK_3, ACCENT, RULE = "#16191c", "#454b51", "#60676d", "#0b5a69", "#deded8"
_EDGE = {"rtl": "right", "ltr": "left"}
_UI = {
    "rtl": "'SF Arabic','Segoe UI',Tahoma,'Noto Sans Arabic',Arial,sans-serif",
    "ltr": "-apple-system,'Segoe UI',Roboto,Arial,sans-serif",
}
_HEAD = {
    "rtl": "'Noto Naskh Arabic','Geeza Pro','Sakkal Majalla','Times New Roman',serif",
    "ltr": "Georgia,'Times New Roman',serif",
}
# Arabic letters stand taller: (reading text, headlines).
_LEADING = {"rtl": ("1.75", "1.45"), "ltr": ("1.5", "1.25")}
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}\Z")


@dataclass(frozen=True, slots=True)
class Look(Generic[T]):
    """The language, direction and words that the blocks of one message share, and its one picture if it has one.

    `edge` is the side on which every line of the column begins, also those of a foreign piece.
    """

    language: str
    direction: Direction
    words: T
    edge: str
    picture: Picture | None = None

    def of(self, language: str, direction: Direction) -> Look[T]:
        """The same look for a text in another language: its own direction and fonts, this column's edge."""
        own = direction if direction in _EDGE else self.direction
        return replace(self, language=language_tag(language), direction=own)

    def block(self, tag: str, style: str, inner: str, *, classes: str = "", mark_language: bool = False) -> str:
        """One block element around `inner` (HTML), with direction, alignment and style of its own."""
        attributes = f' class="{classes}"' if classes else ""
        attributes += f' lang="{self.language}"' if mark_language else ""
        attributes += f' dir="{self.direction}" align="{self.edge}"'
        return f'<{tag}{attributes} style="direction:{self.direction};text-align:{self.edge};{style}">{inner}</{tag}>'

    def ui(self, size: str, weight: int = 400, leading: str = "1.6") -> str:
        """The interface face as a `font` declaration."""
        return f"font:{weight} {size}/{leading} {_UI[self.direction]};"

    def prose(self, size: str) -> str:
        """The interface face with the leading of reading text."""
        return self.ui(size, 400, _LEADING[self.direction][0])

    def head(self, size: str, leading: str = "") -> str:
        """The headline face as a `font` declaration."""
        return f"font:700 {size}/{leading or _LEADING[self.direction][1]} {_HEAD[self.direction]};"


def look_for(language: str, direction: Direction, words: T, picture: Picture | None = None) -> Look[T]:
    """The look of a whole message. Raises `MailError("direction")` for anything but "rtl" and "ltr"."""
    if direction not in _EDGE:
        raise MailError("direction", repr(direction)[:80])
    return Look(language_tag(language), direction, words, _EDGE[direction], picture)


def language_tag(code: str) -> str:
    """A BCP 47 tag, or "und" for what is none."""
    return code if _LANGUAGE.match(code) else "und"


def text(value: str) -> str:
    """A value for HTML: cleaned to one line and escaped."""
    return escape(one_line(value))


def summary(value: str) -> str:
    """A summary for either part: one line, cut at 600 visible characters."""
    return one_line(value, SUMMARY_LENGTH)


def headline(value: str, untitled: str) -> str:
    """A headline for either part, not escaped yet."""
    return title(value, untitled)


def link(url: str, inner: str, style: str, *, classes: str = "ink") -> str:
    """A link around `inner` (HTML), or `inner` alone when the address is not one that a message may carry."""
    href = safe_link(url)
    if href is None:
        return inner
    return f'<a class="{classes}" href="{escape(href)}" style="{style}">{inner}</a>'


def plain_link(url: str) -> str:
    """The address for the text part, or nothing."""
    return safe_link(url) or ""


def lines(*values: str) -> str:
    """The lines that hold something."""
    return "\n".join(value for value in values if value)
