"""Texts from outside made safe to stand on one line of a message.

No control character, no line break of any kind, no bidi override, no lone surrogate, no tower of combining marks, and
no more than so many characters as a reader sees them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

TITLE_LENGTH = 150
SUMMARY_LENGTH = 600
LINE_LENGTH = 1_000
MARKS_KEPT = 4

_SURROGATE = re.compile("[\ud800-\udfff]")
# C0, DEL, C1 (Gmail clips a message at U+0092), U+2028/9, non-characters, invisible tags.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]")
_OVERRIDE = re.compile("[\u202a-\u202e\u2066\u2067]")
# Marks are neither letters nor blanks to `re`: where no five such signs meet, no tower stands.
_PERHAPS_TOWER = re.compile(r"[^\w\s\x00-\x7f]{5}")
_SPACES = re.compile(r"\s+")
_INVISIBLE = re.compile("[\\s\u200b-\u200f\u061c\u2060-\u2064\u2068\u2069\u00ad]*")


def one_line(text: str, limit: int = LINE_LENGTH) -> str:
    """Plain text on one line: cleaned, blanks joined, at most `limit` visible characters, then an ellipsis.

    Empty if nothing in it can be seen.
    """
    return _one_line(text[: limit * 16], limit)


@lru_cache(maxsize=1_024)  # the same labels and titles stand in one reader's message after another's
def _one_line(text: str, limit: int) -> str:
    text = _OVERRIDE.sub("", _CONTROL.sub(" ", _SURROGATE.sub("\ufffd", text)))
    if not text.isascii():
        text = balance_isolates(text)
        text = _cut_marks(text) if _PERHAPS_TOWER.search(text) else text
    line = cut(_SPACES.sub(" ", text).strip(), limit)
    return "" if _INVISIBLE.fullmatch(line) else line


def title(text: str, untitled: str) -> str:
    """A headline of at most 150 visible characters; `untitled` when nothing in it can be seen."""
    return one_line(text, TITLE_LENGTH) or one_line(untitled)


def balance_isolates(text: str) -> str:
    """Drop every U+2068 without its U+2069 and the reverse, so that nothing after the text turns round."""
    if "\u2068" not in text and "\u2069" not in text:
        return text
    opened: list[int] = []
    stray: set[int] = set()
    for at, char in enumerate(text):
        if char == "\u2068":
            opened.append(at)
        elif char == "\u2069" and opened:
            opened.pop()
        elif char == "\u2069":
            stray.add(at)
    stray.update(opened)
    return "".join(char for at, char in enumerate(text) if at not in stray)


def cut(text: str, limit: int) -> str:
    """At most `limit` visible characters, the last an ellipsis if more follow; no mark is cut off its letter."""
    if len(text) <= limit:
        return text
    seen = 0
    last = 0
    for at, char in enumerate(text):
        if extends(char) or (at and text[at - 1] == "\u200d"):
            continue
        seen += 1
        if seen == limit:
            last = at
        elif seen > limit:
            return balance_isolates(text[:last].rstrip() + "…")
    return text


def extends(char: str) -> bool:
    """Does this character belong to the one before it (a mark, a joiner, a variation or skin-tone selector)?"""
    return char >= "\u0300" and (
        unicodedata.category(char) in ("Mn", "Me", "Mc")
        or char in "\u200c\u200d"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def _cut_marks(text: str) -> str:
    """At most four combining marks on one letter."""
    run = 0
    kept: list[str] = []
    for char in text:
        run = run + 1 if char >= "\u0300" and unicodedata.category(char) in ("Mn", "Me") else 0
        if run <= MARKS_KEPT:
            kept.append(char)
    return "".join(kept)
