"""The people whom an article names as its authors: one field of a feed often holds several."""

import re
from functools import lru_cache

from .data import lines
from .folding import fold

_MOST = 500
_BETWEEN = re.compile(r"\s*(?:[,;،؛/|&+\n]|(?<=\s)(?:and|und|et|y|و|مع|with|avec|mit)(?=\s))\s*", re.IGNORECASE)
_BEFORE = re.compile(
    r"^(?:by|von|par|por|بقلم|كتبت?|[اإ]عداد|كتاب[ةه]|تحرير|تقرير|ت[أا]ليف)(?:\s*:\s*|\s+)", re.IGNORECASE
)
_GLUED = re.compile(r"\sو(?=\S{2,}\s\S)")


def author_key(name: str) -> str:
    """A person's name as it is compared: folded, with single spaces. Empty for a name without letters."""
    return " ".join(fold(name).replace(".", " ").split())


@lru_cache(maxsize=4096)
def authors(field: str) -> frozenset[str]:
    """The keys (see ``author_key``) of all who are named in an author field, and of the field as a whole.

    «أ، ب», "A and B", «أ و ب», «أحمد علي وسارة محمد» (a glued و only where two words stand before and after it).
    """
    field = field[:_MOST]
    names = {author_key(part) for one in _parts(field) for part in (one, *_split_glued(one))}
    return frozenset(name for name in (author_key(_BEFORE.sub("", field.strip())), author_key(field), *names) if name)


@lru_cache(maxsize=1024)
def each_author(field: str) -> tuple[str, ...]:
    """All who are named in an author field, as they are written there."""
    found = [part for one in _parts(field[:_MOST]) for part in _split_glued(one) or [one]]
    return tuple(dict.fromkeys(part for part in found if author_key(part)))


def _parts(field: str) -> list[str]:
    return [_BEFORE.sub("", part.strip()) for part in _BETWEEN.split(field) if part.strip()]


def _split_glued(name: str) -> list[str]:
    """The two sides of the first و that is written as one with the second name; nothing where there is none."""
    for match in _GLUED.finditer(name):
        word = fold(name[match.start() + 1 :].split()[0])
        before = name[: match.start()]
        if word not in _names_with_waw() and len(before.split()) > 1:
            return [before, *(_split_glued(name[match.end() :]) or [name[match.end() :]])]
    return []


@lru_cache(maxsize=1)
def _names_with_waw() -> frozenset[str]:
    return frozenset(fold(name) for line in lines("ar_waw_names.txt") for name in line.split())
