"""The index on SQLite: an FTS5 table whose rowid is the row's id, and a trigger that keeps it in step with deletions.

Non-ASCII bytes are letters to the tokenizer `ascii`, and terms hold no ASCII but a-z and 0-9: nothing is split again.
The table holds the terms beside the index, because deleting
from an index without them (`contentless_delete`) needs SQLite 3.43.
"""

# ruff: noqa: S608  (the names put into statements are our own)

from collections.abc import Iterable, Sequence

from nashra.base.fulltext.asking import Every, Expression, Some, Terms, Without
from nashra.core.text.entries import Entry

KEY = "rowid"
_FIELDS = ("title", "author", "text")
_NAMES = ", ".join(name for field in _FIELDS for name in (field, f"{field}_stems"))


def create(table: str, owner: str) -> list[str]:
    """Statements that make the index of a table. Merging eight parts at a time, not four, and larger pages cost less
    when it is filled in small batches.
    """
    return [
        f"CREATE VIRTUAL TABLE {table} USING fts5({_NAMES}, tokenize='ascii', columnsize=0)",
        f"INSERT INTO {table}({table}, rank) VALUES('automerge', 8)",
        f"INSERT INTO {table}({table}, rank) VALUES('pgsz', 8000)",
        f"CREATE TRIGGER {table}_forget AFTER DELETE ON {owner} BEGIN DELETE FROM {table} WHERE rowid = old.id; END",
    ]


def drop(table: str, owner: str) -> list[str]:
    """Statements that undo `create`."""
    return [f"DROP TRIGGER {table}_forget", f"DROP TABLE {table}"]


def storing(table: str) -> str:
    """The statement that stores one row of `values`."""
    return f"REPLACE INTO {table}(rowid, {_NAMES}) VALUES (%s, %s, %s, %s, %s, %s, %s)"


def values(rows: Iterable[tuple[int, Entry]]) -> Iterable[Sequence[object]]:
    """What is stored for ids and entries."""
    for pk, one in rows:
        yield pk, one.title, one.title_stems, one.author, one.author_stems, one.text, one.text_stems


def matching(table: str) -> str:
    """The query for ids; its parameter is a `text`."""
    return f"SELECT rowid FROM {table} WHERE {table} MATCH %s"


def text(asked: Expression) -> str:
    """The question in FTS5's language; every term is quoted."""
    match asked:
        case Terms(place, terms, prefix, stem):
            said = '"' + " ".join(terms).replace('"', '""') + '"' + (" *" if prefix else "")
            if stem and not place:
                return said
            fields = (place,) if place else _FIELDS
            columns = (name for field in fields for name in ((field, f"{field}_stems") if stem else (field,)))
            return f"{{{' '.join(columns)}}} : {said}"
        case Every(parts):
            return " AND ".join(map(_bracketed, parts))
        case Some(parts):
            return " OR ".join(map(_bracketed, parts))
        case Without(wanted, refused):
            return f"{_bracketed(wanted)} NOT {_bracketed(refused)}"


def _bracketed(asked: Expression) -> str:
    return text(asked) if isinstance(asked, Terms) else f"({text(asked)})"
