"""The people whom an article names as its authors: one field of a feed often holds several."""

import re
from functools import lru_cache

from .data import lines
from .folding import fold

_MOST = 500
_BETWEEN = re.compile(r"\s*(?:[,;،؛/|&+\n]|(?<=\s)(?:and|und|et|y|و|مع|with|avec|mit)(?=\s))\s*")
_BEFORE = re.compile(r"^(?:by|von|par|por|بقلم|كتب|كتبت|اعداد|كتابه|تحرير|تقرير|تاليف)\s*:?\s+")
_GLUED = re.compile(r"\sو(?=\S{2,}\s\S)")


def author_key(name: str) -> str:
    """A person's name as it is compared: folded, with single spaces. Empty for a name without letters."""
    return " ".join(fold(name).replace(".", " ").split())


@lru_cache(maxsize=4096)
def authors(field: str) -> frozenset[str]:
    """The keys (see ``author_key``) of all who are named in an author field, and of the field as a whole.

    «أ، ب», "A and B", «أ و ب», «أحمد علي وسارة محمد» (a glued و only where two words stand before and after it).
    """
    whole = author_key(_BEFORE.sub("", fold(field[:_MOST]).strip()))
    names = {author_key(part) for one in _parts(fold(field[:_MOST])) for part in (one, *_split_glued(one))}
    return frozenset(name for name in (whole, author_key(field[:_MOST]), *names) if name)


def _parts(folded: str) -> list[str]:
    return [_BEFORE.sub("", part.strip()) for part in _BETWEEN.split(folded) if part.strip()]


def _split_glued(name: str) -> list[str]:
    """The two sides of a و that is written as one with the second name."""
    found = []
    for match in _GLUED.finditer(name):
        word = name[match.start() + 1 :].split()[0]
        before = name[: match.start()]
        if word not in _names_with_waw() and len(before.split()) > 1:
            found += [before, name[match.end() :]]
    return found


@lru_cache(maxsize=1)
def _names_with_waw() -> frozenset[str]:
    return frozenset(fold(name) for line in lines("ar_waw_names.txt") for name in line.split())
