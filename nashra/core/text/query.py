"""What a reader typed into a search field, taken apart without ever failing."""

import re
from dataclasses import dataclass

from .cleaning import clean
from .folding import fold_word
from .words import WORD

MOST_WORDS = 32
_PIECE = re.compile(r"""(?P<no>-?)(?:["“”„«»](?P<phrase>[^"“”„«»]*)(?:["“”„«»]|\Z)|(?P<word>[^\s"“”„«»]+))""")


@dataclass(frozen=True, slots=True)
class Query:
    """A search: every word, every phrase (a tuple of words) and none of ``excluded``.

    ``error``: None, ``"empty"`` (nothing to look for), ``"only_excluded"``, or ``"too_many"`` (more than MOST_WORDS
    words: the first ones are kept and searched). ``prefix`` is the last word if it was typed with a ``*``.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[str, ...] = ()
    error: str | None = None
    prefix: str | None = None

    @property
    def all_words(self) -> tuple[str, ...]:
        """The words to mark in results: those of phrases too."""
        return (*self.words, *(word for phrase in self.phrases for word in phrase))


def parse_query(text: str) -> Query:
    """Read ``text``: words, ``"phrases"`` in any quotation marks, ``-excluded``; operators of databases are words."""
    words: list[str] = []
    phrases: list[tuple[str, ...]] = []
    excluded: list[str] = []
    prefix = None
    for piece in _PIECE.finditer(clean(text)):
        found = [match[0] for match in WORD.finditer(piece["phrase"] or piece["word"] or "") if fold_word(match[0])]
        if piece["no"]:
            excluded += found
        elif piece["phrase"] is not None and len(found) > 1:
            phrases.append(tuple(found[:MOST_WORDS]))
        else:
            words += found
            prefix = found[-1] if found and (piece["word"] or "").endswith("*") else None
    return _bounded(words, phrases, excluded, prefix)


def _bounded(words: list[str], phrases: list[tuple[str, ...]], excluded: list[str], prefix: str | None) -> Query:
    unique = tuple(dict.fromkeys(words))
    error = None
    if not unique and not phrases:
        error = "only_excluded" if excluded else "empty"
    elif len(unique) + sum(map(len, phrases)) > MOST_WORDS or len(excluded) > MOST_WORDS:
        error = "too_many"
    room = max(0, MOST_WORDS - len(unique))
    kept = unique[:MOST_WORDS]
    return Query(
        kept, tuple(dict.fromkeys(phrases))[:room], tuple(dict.fromkeys(excluded))[:MOST_WORDS], error,
        prefix if prefix in kept else None,
    )  # fmt: skip
