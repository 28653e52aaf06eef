"""Territories and well-known cities, in every language that CLDR names them in, and where a text names territories."""

from functools import lru_cache

from .data import lines
from .following.known import key_of, names_of_language
from .languages import primary
from .scripts import script_of, written_in

_AMBIGUOUS = {("fa", "city-kyiv"), ("ur", "city-kyiv"), ("fa", "city-muscat"), ("fa", "city-aden"), ("ur", "SY"),
              ("ar", "city-amman")}  # fmt: skip
"""Names that are a common word of the language, or another place: کیف is a bag, عمان the sultanate."""
_MISLEADING = frozenset({"JE", "NU", "TO", "GG", "city-santiago", "city-sofia"})
"""Jersey is more often a shirt or in the United States, Sofia a woman."""


def territory_of(name: str, language: str = "") -> str | None:
    """The code of a territory (ISO 3166 ``KZ``, UN M49 ``142`` for Asia) by one of its names.

    In ``language``; if that is empty or is not written so, in any language, if the name means one territory alone.
    """
    key = place_of(name, language)
    return None if key is None or key.startswith("city-") else key


def place_of(name: str, language: str = "") -> str | None:
    """The same, of well-known cities too: a territory's code or a city's key, such as ``city-cairo``."""
    folded, code = key_of(name), primary(language)
    if not folded:
        return None
    if code and script_of(folded[0]) in written_in(code):
        return _by_name(code).get(folded)
    return _by_any_name().get(folded) or None


def names_of(key: str, language: str) -> tuple[str, ...]:
    """The names of a territory or city in a language, the usual one first; none if CLDR has none."""
    code = primary(language)
    if (code, key) in _AMBIGUOUS:
        return ()
    name = _table(code).get(key, "")
    if not name:
        return ()
    known = names_of_language(code).get(key_of(name))
    return (name, *known.names) if known else (name,)


def keys() -> tuple[str, ...]:
    """The keys of all places that a text may be asked for: without those whose name mostly means something else."""
    return tuple(row[0] for row in _columns()[1] if row[0] not in _MISLEADING)


def languages() -> tuple[str, ...]:
    """The languages in which places are known."""
    return _columns()[0]


@lru_cache(maxsize=1)
def _columns() -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    head, *rows = [tuple(line.split("\t")) for line in lines("places.tsv")]
    return head[1:], tuple(rows)


@lru_cache(maxsize=64)
def _table(language: str) -> dict[str, str]:
    head, rows = _columns()
    if language not in head:
        return {}
    column = head.index(language) + 1
    return {row[0]: row[column] for row in rows if len(row) > column and row[column]}


@lru_cache(maxsize=64)
def _by_name(language: str) -> dict[str, str]:
    """Keys by name; a territory before a city of the same name (Singapore)."""
    found: dict[str, str] = {}
    for key, name in _table(language).items():
        for one in (name, *getattr(names_of_language(language).get(key_of(name)), "names", ())):
            if one and key.startswith("city-") <= (found.get(key_of(one), "city-").startswith("city-")):
                found[key_of(one)] = key
    return found


@lru_cache(maxsize=1)
def _by_any_name() -> dict[str, str]:
    """Of a name that means two places in two languages neither is taken (Island is Iceland in German)."""
    found: dict[str, str] = {}
    for language in languages():
        for name, key in _by_name(language).items():
            found[name] = key if found.get(name, key) == key else ""
    return found
