"""Runs of the other direction, kept from shuffling what stands beside them.

A header and the plain-text part can only use characters: U+2068 (first strong isolate) and U+2069 (pop), UAX #9.
HTML uses a `span` with `dir`, since mail programs do not know `<bdi>` (rule R17 of the mail rules).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from html import escape

from .model import Direction

FSI, PDI = "\u2068", "\u2069"
_MARK = {"rtl": "\u200f", "ltr": "\u200e"}


def strong(char: str) -> Direction | None:
    """The direction of a letter; None for digits, blanks and signs."""
    kind = unicodedata.bidirectional(char)
    if kind == "L":
        return "ltr"
    return "rtl" if kind in ("R", "AL") else None


def first_strong(text: str) -> Direction | None:
    """The direction of the first letter, or None."""
    return next((found for char in text if (found := strong(char))), None)


@lru_cache(maxsize=1_024)  # names and labels come again and again
def has_other(text: str, base: Direction) -> bool:
    """Is there a letter against `base`?"""
    if text.isascii() and base == "ltr":
        return False
    return any((found := strong(char)) is not None and found != base for char in text)


def isolate(text: str, base: Direction) -> str:
    """The whole value as one isolate if any of its letters goes against `base`: for a name in a plain-text line."""
    return f"{FSI}{text}{PDI}" if has_other(text, base) else text


def span(text: str, base: Direction) -> str:
    """The same for HTML, escaped: a `span` with its own direction around a value that goes against `base`."""
    if not has_other(text, base):
        return escape(text)
    return f'<span dir="{first_strong(text)}">{escape(text)}</span>'


def isolate_runs(text: str, base: Direction) -> str:
    """A subject with each foreign run isolated, and a mark of the base direction in front if it begins with one (R19).

    A run goes from a foreign letter to the last foreign letter or number before a letter of `base`: "iPhone 17 Pro".
    What is inside an isolate already is left as it is.
    """
    if not has_other(text, base):
        return text
    out: list[str] = []
    at = 0
    while at < len(text):
        end = _inside(text, at) if text[at] == FSI else _run(text, at, base)
        if end > at and text[at] != FSI:
            out.append(f"{FSI}{text[at:end]}{PDI}")
        else:
            end = max(end, at + 1)
            out.append(text[at:end])
        at = end
    mark = _MARK[base] if first_strong(text) != base else ""
    return mark + "".join(out)


def _run(text: str, at: int, base: Direction) -> int:
    """Where the foreign run that begins at `at` ends; `at` itself if none begins there."""
    end = at
    for here in range(at, len(text)):
        found = strong(text[here])
        if found == base or text[here] in (FSI, PDI) or (here == at and found is None):
            break
        if found is not None or text[here].isdigit() or unicodedata.combining(text[here]):
            end = here + 1
    return end


def _inside(text: str, at: int) -> int:
    """The end of the isolate that opens at `at`."""
    depth = 0
    for here in range(at, len(text)):
        depth += (text[here] == FSI) - (text[here] == PDI)
        if depth == 0:
            return here + 1
    return len(text)
