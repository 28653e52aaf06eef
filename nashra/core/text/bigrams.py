"""Scripts that set no spaces between words, and Korean: overlapping pairs of letters stand for words.

A segmenter would need a dictionary of tens of megabytes for each language, cuts new names wrongly, and cuts a text
otherwise than a query of one word; with its next version every index is out of date. Pairs find whatever was typed, in
every such script, at the price of some hits across the border of two words.

A run of letters ABC becomes AB, BC, C: one term for each letter, so that a lone letter is found by what begins with it.
"""

import re
from collections.abc import Iterator
from operator import add

from .marks import MARKS

_RANGES = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Burmese
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u1780-\u17ff\u19e0-\u19ff"  # Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u303c\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U000323af"  # Han
    "\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff\uff66-\uff9f\U0001b000-\U0001b16f"  # Kana, Bopomofo
)
UNSPACED = re.compile(f"[{_RANGES}]")
_PIECE = re.compile(f"(?P<run>[{_RANGES}][{_RANGES}{MARKS}]*)|[^{_RANGES}]+")
_LETTER = re.compile(f"[^{MARKS}][{MARKS}]*|[{MARKS}]+")
_MARK = re.compile(f"[{MARKS}]")
Span = tuple[int, int]


def pieces(word: str) -> list[str]:
    """The terms of a folded word: pairs of letters where its script sets no spaces, else the word itself."""
    found: list[str] = []
    for piece in _PIECE.finditer(word):
        run = piece[0]
        if not piece["run"]:
            found.append(run)
        elif _MARK.search(run):
            found += [word[start:end] for start, end in _pairs(word, piece.span())]
        else:
            found += map(add, run, run[1:])
            found.append(run[-1])
    return found


def spans(word: str) -> Iterator[Span]:
    """Where in a folded word its terms are, (start, end) in order."""
    for piece in _PIECE.finditer(word):
        if piece["run"]:
            yield from _pairs(word, piece.span())
        else:
            yield piece.span()


def _pairs(word: str, run: Span) -> list[Span]:
    """Each letter of a run, with its marks, and the one after it; the last one by itself."""
    letters = list(_LETTER.finditer(word, *run))
    return [(a.start(), b.end()) for a, b in zip(letters, [*letters[1:], letters[-1]], strict=True)]


def opens(term: str) -> bool:
    """Whether a term is one letter of such a script: in a query it stands for every term that begins with it."""
    return UNSPACED.match(term) is not None and len(pieces(term)) == 1
