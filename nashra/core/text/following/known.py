"""What the package knows of names: other names of the same, words that only look like them."""

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from ..data import lines
from ..folding import fold_word
from ..forms import Kind
from ..words import WORD

_FILES: tuple[tuple[str, Kind | None], ...] = (("places", "place"), ("names", None), ("topics", "topic"))


@dataclass(frozen=True, slots=True)
class Known:
    """``names``: other names of the same. ``more``: words that mean it too (a final ``*`` adds their relations).

    ``never``: folded words that only look like it. ``after``: folded words one of which must come before the bare
    name. ``apart``: phrases in which its words mean something else. ``kind``: what the name is, if the list says so.
    """

    names: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    never: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    apart: tuple[str, ...] = ()
    kind: Kind | None = None


NOTHING = Known()


def key_of(name: str) -> str:
    """A name as its folded words with one space between them: how names are looked up."""
    return " ".join(word for match in WORD.finditer(name) if (word := fold_word(match[0])))


def known(name: str, language: str) -> Known:
    """What is known of a name in a language."""
    return names_of_language(language).get(key_of(name), NOTHING)


@lru_cache(maxsize=32)
def names_of_language(language: str) -> dict[str, Known]:
    """All that the package's lists say for one language, by ``key_of`` the names."""
    found: dict[str, Known] = {}
    for file, kind in _FILES if language else ():
        for line in _lines(f"{language}_{file}.tsv"):
            names, more, never, after, apart = [*line.split("\t"), "", "", "", ""][:5]
            group = _split(names, "=")
            rest = (_split(more), frozenset(map(fold_word, _split(never))), frozenset(map(fold_word, _split(after))))
            for name in group:
                others = tuple(one for one in group if one != name)
                found[key_of(name)] = Known(others, *rest, _split(apart), kind)
    return found


def _lines(file: str) -> list[str]:
    return lines(file) if files("nashra.core.text.data").joinpath(file).is_file() else []


def _split(cell: str, sign: str = ",") -> tuple[str, ...]:
    parts = cell.replace("،", ",").split(sign)
    return tuple(part.strip() for part in parts if part.strip())
