"""Organisations and people whose names in other languages the package knows."""

from functools import lru_cache

from ..data import lines
from .known import key_of, known


def linked(name: str, own: str, language: str) -> tuple[str, ...]:
    """The names in a language of what is called ``name`` in its own; none if it is not known."""
    head, rows = _table()
    row = _rows_by_name(own).get(key_of(name)) if own in head and language in head and own != language else None
    if row is None or not (there := rows[row][head.index(language)]):
        return ()
    return (there, *known(there, language).names)


@lru_cache(maxsize=1)
def _table() -> tuple[list[str], list[list[str]]]:
    head, *rows = [[cell.strip() for cell in line.split("\t")] for line in lines("same_names.tsv")]
    return head, [[*row, *[""] * (len(head) - len(row))] for row in rows]


@lru_cache(maxsize=16)
def _rows_by_name(language: str) -> dict[str, int]:
    head, rows = _table()
    column = head.index(language)
    found: dict[str, int] = {}
    for place, row in enumerate(rows):
        for name in (row[column], *known(row[column], language).names) if row[column] else ():
            found.setdefault(key_of(name), place)
    return found
