"""Followed and muted words in titles and summaries."""

from collections.abc import Iterable
from functools import lru_cache

from nashra.core import text


@lru_cache(maxsize=8192)
def _folded(words: str) -> str:
    return text.fold(words)


@lru_cache(maxsize=8192)
def _bare(word: str) -> tuple[str, ...]:
    """The parts of a folded word or phrase, each without its article."""
    return tuple(part[2:] if part.startswith("ال") and len(part) > 4 else part for part in word.split())


def mentions(words: Iterable[str], where: str, *, language: str) -> tuple[str, ...]:
    """Those of the folded `words` that stand in the text in any of their forms.

    Every form contains the letters of the bare word, so a text without them is passed over cheaply.
    """
    folded = _folded(where)
    likely = [word for word in words if all(part in folded for part in _bare(word))]
    if not likely:
        return ()
    terms = text.for_language(language or "ar").terms(where)
    return tuple(word for word in likely if text.contains_word(word, terms))
