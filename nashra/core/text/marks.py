"""Combining marks and what else may stand inside a word, as character classes: Python's ``\\w`` leaves them out."""

import sys
import unicodedata
from itertools import chain

_WHERE = (
    (0x300, 0x3100),
    (0xA66F, 0xAC00),
    (0xFE00, 0xFE30),
    (0x10A00, 0x11F00),
    (0x16AF0, 0x16FF0),
    (0x1E000, 0x1E960),
)


def _marks() -> str:
    """The inside of a character class of all combining marks."""
    where = chain.from_iterable(range(*pair) for pair in _WHERE)
    found = [n for n in where if unicodedata.category(chr(n)).startswith("M")]
    ranges, start = [], found[0]
    for n, after in zip(found, [*found[1:], sys.maxunicode], strict=True):
        if after != n + 1:
            ranges.append(f"{chr(start)}-{chr(n)}")
            start = after
    return "".join(ranges)


MARKS = _marks()
CONTROLS = "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
"""Soft hyphen, joiners, bidi controls: folding drops them, so a word goes on behind them."""
