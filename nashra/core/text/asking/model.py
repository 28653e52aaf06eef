"""What a search asks for, as a tree of values. Words are as typed; an index analyses them as it analysed the texts."""

from dataclasses import dataclass
from typing import Literal

Place = Literal["", "title", "author"]
"""Where a word must stand: anywhere (title, author and text), in the title, or in the author's name."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word in any of its forms (same stem), or with ``prefix`` every word that begins so (folded, not stemmed)."""

    text: str
    place: Place = ""
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand one after another just so (folded, not stemmed)."""

    words: tuple[str, ...]
    place: Place = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """A property of the article: ``source``, ``lang``, ``tag``, ``is``, ``has``, ``since``, ``before``."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """What does not answer this."""

    part: "Node"


Node = Word | Phrase | Filter | And | Or | Not
