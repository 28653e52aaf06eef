"""The index on PostgreSQL: a table of `tsvector` literals with a GIN index, and triggers that keep it in step.

A lexeme is a folded word behind an f, or a stem behind an s. Weights are the fields: A the title,
B the author, D the text. The literals are written here, because the parser behind `to_tsvector` would split terms anew.
"""

# ruff: noqa: S608  (the names put into statements are our own)

from collections.abc import Iterable, Sequence

from nashra.base.fulltext.asking import Every, Expression, Some, Terms, Without
from nashra.core.text.entries import Entry
from nashra.core.text.indexing import FILLER

KEY = "id"
_WEIGHTS = {"title": "A", "author": "B", "text": "D"}
_GAP = 100  # places between two fields, so that no phrase reaches from one into the next


def create(table: str, owner: str) -> list[str]:
    """Statements that make the index of a table."""
    return [
        f"CREATE TABLE {table} (id bigint PRIMARY KEY, terms tsvector NOT NULL)",
        f"CREATE INDEX {table}_terms ON {table} USING gin (terms)",
        f"CREATE FUNCTION {table}_forget() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"DELETE FROM {table} WHERE id IN (SELECT id FROM gone); RETURN NULL; END $$",
        f"CREATE TRIGGER {table}_forget AFTER DELETE ON {owner} REFERENCING OLD TABLE AS gone "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_forget()",
        f"CREATE FUNCTION {table}_empty() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"DELETE FROM {table}; RETURN NULL; END $$",
        f"CREATE TRIGGER {table}_empty AFTER TRUNCATE ON {owner} FOR EACH STATEMENT EXECUTE FUNCTION {table}_empty()",
    ]


def drop(table: str, owner: str) -> list[str]:
    """Statements that undo `create`."""
    return [
        f"DROP TRIGGER {table}_forget ON {owner}",
        f"DROP TRIGGER {table}_empty ON {owner}",
        f"DROP FUNCTION {table}_forget(), {table}_empty()",
        f"DROP TABLE {table}",
    ]


def storing(table: str) -> str:
    """The statement that stores one row of `values`."""
    return (
        f"INSERT INTO {table} (id, terms) VALUES (%s, %s::tsvector) "
        "ON CONFLICT (id) DO UPDATE SET terms = EXCLUDED.terms"
    )


def holding(table: str) -> list[str]:
    """Statements that lock the rows of some ids, in the order of these; what has no row yet gets an empty one."""
    return [
        f"INSERT INTO {table} (id, terms) SELECT unnest(%s::bigint[]), '' ON CONFLICT DO NOTHING",
        f"SELECT id FROM {table} WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
    ]


def values(rows: Iterable[tuple[int, Entry]]) -> Iterable[Sequence[object]]:
    """What is stored for ids and entries."""
    return ((pk, vector(one)) for pk, one in rows)


def vector(one: Entry) -> str:
    """The literal of a `tsvector`: each stem once for each field, each folded word at all its places."""
    places: dict[str, list[str]] = {}
    fields = (
        ("A", one.title, one.title_stems),
        ("B", one.author, one.author_stems),
        ("D", one.text, one.text_stems),
    )
    start = 1
    for number, (weight, folded, stems) in enumerate(fields, 1):
        words = folded.split()
        for place, word in enumerate(words, start):
            places.setdefault("f" + word, []).append(f"{place}{weight}")
        for stem in stems.split():
            places.setdefault("s" + stem, []).append(f"{number}{weight}")
        start += len(words) + _GAP
    return " ".join(f"{_quoted(term)}:{','.join(at)}" for term, at in places.items() if term[1:] != FILLER)


def matching(table: str) -> str:
    """The query for ids; its parameter is a `text`."""
    return f"SELECT id FROM {table} WHERE terms @@ %s::tsquery"


def text(asked: Expression) -> str:
    """The question in the language of `tsquery`; every term is quoted."""
    match asked:
        case Terms(place, terms, prefix, stem):
            weight = _WEIGHTS[place] if place else ""
            if stem:
                return f"{_lexeme('s' + terms[0], weight)} | {_lexeme('f' + terms[0], weight)}"
            *first, last = terms
            row = [_lexeme("f" + term, weight) for term in first]
            return " <-> ".join([*row, _lexeme("f" + last, ("*" if prefix else "") + weight)])
        case Every(parts):
            return " & ".join(map(_bracketed, parts))
        case Some(parts):
            return " | ".join(map(_bracketed, parts))
        case Without(wanted, refused):
            return f"{_bracketed(wanted)} & !({text(refused)})"


def _bracketed(asked: Expression) -> str:
    return f"({text(asked)})"


def _lexeme(term: str, mark: str) -> str:
    return f"{_quoted(term)}:{mark}" if mark else _quoted(term)


def _quoted(term: str) -> str:
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
