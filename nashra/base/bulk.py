"""Many rows with few statements: the SQL is written once, the driver fills it in for each row.

For reading `select` does the same: a query of the ORM costs as much to put together as a hundred small rows to read.

The ORM's `bulk_create` and `bulk_update` make an object and a piece of SQL for every row, which costs more than the
database's own work where thousands of rows come at a time. These functions do less: no objects, no signals, no keys
given back. Values go through their fields, so both databases get what the ORM would give them. `executemany` is what
both drivers have for this: SQLite prepares the statement once, psycopg sends all rows in one go.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, TypeAlias, TypeVar

from django.db import connection, models, transaction
from django.db.models.constants import OnConflict

_CHUNK = 5_000  # values in one question
M = TypeVar("M", bound=models.Model)
Row = Sequence[Any]
Field: TypeAlias = "models.Field[Any, Any]"
_AWARE = -len("+00:00")
_AS_IT_IS = (models.CharField, models.TextField, models.IntegerField, models.BooleanField, models.ForeignKey)


def insert(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Row], *, ignore_known: bool = False
) -> None:
    """Stores rows with these columns, named as attributes (`source_id`); the others get their fields' defaults.

    With `ignore_known` a row that breaks a unique constraint is left out, as `bulk_create(ignore_conflicts=True)` does.
    """
    shape = _inserting(model, tuple(columns), ignore_known, connection.vendor)
    defaults = [_preparing(one)(one.get_default()) for one in shape.others]
    _run(shape.sql, _prepared(shape.fields, rows, defaults))


def update(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Sets these columns of many rows; each row holds the new values and, last, the key."""
    shape = _updating(model, tuple(columns), connection.vendor)
    _run(shape.sql, _prepared(shape.fields, rows))


def select(
    model: type[models.Model],
    columns: Sequence[str],
    where: str,
    values: Collection[Any],
    *,
    empty: str = "",
    lock: bool = False,
) -> list[tuple[Any, ...]]:
    """These columns, named as attributes, of the rows whose column `where` has one of these values and whose column
    `empty`, if one is named, is null. In the order of the keys, some thousands at a time. With `lock` PostgreSQL locks
    them and waits for those that others hold.
    """
    found: list[tuple[Any, ...]] = []
    shape = _selecting(model, tuple(columns), where, empty, connection.vendor)
    more = " FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    for some in _chunks(values):
        found += _answer(shape.sql.format(", ".join(["%s"] * len(some))) + more, some, shape.fields)
    return found


def select_pairs(
    model: type[models.Model], columns: Sequence[str], where: tuple[str, str], pairs: Iterable[tuple[Any, Any]]
) -> list[tuple[Any, ...]]:
    """The same of the rows that have one of these pairs of values in two columns, which an index holds; in no order."""
    found: list[tuple[Any, ...]] = []
    shape = _selecting_pairs(model, tuple(columns), where, connection.vendor)
    for some in _chunks(set(pairs)):
        sql = shape.sql.format(", ".join(["(%s, %s)"] * len(some)))
        found += _answer(sql, [*chain.from_iterable(some)], shape.fields)
    return found


def claimed(model: type[M], keys: Sequence[int]) -> list[M]:
    """The rows with these keys as objects, in the order of their keys. Those that another transaction holds are left
    out; the others are locked, on PostgreSQL, until the present one ends.
    """
    names = [one.attname for one in model._meta.concrete_fields]
    if not keys:
        return []
    shape = _selecting(model, tuple(names), "id", "", connection.vendor)
    sql = shape.sql.format(", ".join(["%s"] * len(keys)))
    if connection.features.has_select_for_update_skip_locked:
        sql += " FOR UPDATE SKIP LOCKED"
    return [model.from_db(connection.alias, names, row) for row in _answer(sql, keys, shape.fields)]


def new_keys(model: type[models.Model], count: int) -> list[int]:
    """Keys for as many new rows, in ascending order, so that rows which refer to one another are stored at once.

    Only in a transaction: SQLite's write lock (IMMEDIATE) keeps others from taking the same keys; PostgreSQL's
    sequence never gives a key twice.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("keys are taken in the transaction that uses them")
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sequence = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
            cursor.execute(sequence, [_quoted(table), column, count])
            return sorted(key for (key,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
    return list(range(last + 1, last + 1 + count))


@dataclass(frozen=True, slots=True)
class _Shape:
    """A statement, the fields of its parameters in their order, and those that a default follows for."""

    sql: str
    fields: tuple[Field, ...]
    others: tuple[Field, ...] = ()


@lru_cache(maxsize=256)
def _inserting(model: type[models.Model], columns: tuple[str, ...], ignore_known: bool, _vendor: str) -> _Shape:
    fields = tuple(_field(model, name) for name in columns)
    left = (one for one in model._meta.concrete_fields if one not in fields)
    others = tuple(one for one in left if not isinstance(one, models.AutoField))
    conflict = OnConflict.IGNORE if ignore_known else None
    begin, end = connection.ops.insert_statement(conflict), connection.ops.on_conflict_suffix_sql([], conflict, [], [])
    names = ", ".join(_quoted(one.column) for one in (*fields, *others))
    places = ", ".join(["%s"] * len((*fields, *others)))
    sql = f"{begin} {_quoted(model._meta.db_table)} ({names}) VALUES ({places}) {end}".rstrip()
    return _Shape(sql, fields, others)


@lru_cache(maxsize=256)
def _updating(model: type[models.Model], columns: tuple[str, ...], _vendor: str) -> _Shape:
    fields = (*(_field(model, name) for name in columns), model._meta.pk)
    *names, key = [f"{_quoted(one.column)} = %s" for one in fields]
    sql = f"UPDATE {_quoted(model._meta.db_table)} SET {', '.join(names)} WHERE {key}"  # noqa: S608  (our own names)
    return _Shape(sql, fields)


@lru_cache(maxsize=256)
def _selecting(model: type[models.Model], columns: tuple[str, ...], where: str, empty: str, _vendor: str) -> _Shape:
    """The plus keeps SQLite from going by the index of a column that is null in most rows, as it does before it knows
    the tables' contents (ANALYZE).
    """
    fields = tuple(_field(model, name) for name in columns)
    names, table = ", ".join(_quoted(one.column) for one in fields), _quoted(model._meta.db_table)
    key, one_of = _quoted(model._meta.pk.column), _quoted(_field(model, where).column)
    also = f" AND +{_quoted(_field(model, empty).column)} IS NULL" if empty else ""
    return _Shape(f"SELECT {names} FROM {table} WHERE {one_of} IN ({{}}){also} ORDER BY {key}", fields)  # noqa: S608


@lru_cache(maxsize=256)
def _selecting_pairs(
    model: type[models.Model], columns: tuple[str, ...], where: tuple[str, str], _vendor: str
) -> _Shape:
    """A join, for SQLite uses no index for `(a, b) IN (VALUES …)`; a crossed one, which it takes in the order written.
    Both databases name the columns of VALUES so.
    """
    fields = tuple(_field(model, name) for name in columns)
    names, table = ", ".join(_quoted(one.column) for one in fields), _quoted(model._meta.db_table)
    one, other = (_quoted(_field(model, name).column) for name in where)
    pairs = f"(VALUES {{}}) AS asked CROSS JOIN {table}"
    sql = f"SELECT {names} FROM {pairs} WHERE {one} = asked.column1 AND {other} = asked.column2"  # noqa: S608
    return _Shape(sql, fields)


def _chunks(values: Collection[Any]) -> Iterator[list[Any]]:
    every = list(values)
    return (every[start : start + _CHUNK] for start in range(0, len(every), _CHUNK))


def _answer(sql: str, values: Sequence[Any], fields: Sequence[Field]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    special = [(at, read) for at, one in enumerate(fields) if (read := _reading(one))]
    return [_read(row, special) for row in rows] if special else rows


def _read(row: Row, special: Iterable[tuple[int, Callable[[Any], Any]]]) -> tuple[Any, ...]:
    values = list(row)
    for at, read in special:
        if values[at] is not None:
            values[at] = read(values[at])
    return tuple(values)


def _reading(field: Field) -> Callable[[Any], Any] | None:
    """What makes a value of the database one of this field, where the driver does not."""
    if isinstance(field, models.JSONField):
        return _parsed
    return _moment if connection.vendor == "sqlite" and isinstance(field, models.DateTimeField) else None


def _parsed(written: str) -> Any:
    return [] if written == "[]" else {} if written == "{}" else json.loads(written)


def _moment(written: datetime) -> datetime:
    """SQLite keeps a moment in UTC without saying so."""
    return written.replace(tzinfo=UTC)


def _field(model: type[models.Model], name: str) -> Field:
    return next(one for one in model._meta.concrete_fields if one.attname == name)


def _quoted(name: str | None) -> str:
    return str(connection.ops.quote_name(name or ""))


def _run(sql: str, rows: list[Row]) -> None:
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def _prepared(fields: Sequence[Field], rows: Iterable[Row], defaults: Sequence[Any] = ()) -> list[Row]:
    """The rows as the driver wants them, each with the defaults behind it."""
    special = [(at, _preparing(one)) for at, one in enumerate(fields) if not isinstance(one, _AS_IT_IS)]
    if not special and not defaults:
        return list(rows)
    prepared: list[Row] = []
    for row in rows:
        values = [*row, *defaults]
        for at, prepare in special:
            values[at] = prepare(values[at])
        prepared.append(values)
    return prepared


def _preparing(field: Field) -> Callable[[Any], Any]:
    """What makes a value of this field fit for the driver. Moments are remembered: rows stored together share them."""
    if isinstance(field, models.JSONField) and field.encoder is None:
        return lambda value: None if value is None else connection.ops.adapt_json_value(value, None)
    if not isinstance(field, models.DateTimeField):
        return lambda value: field.get_db_prep_save(value, connection)
    known: dict[Any, Any] = {}
    in_utc = connection.vendor == "sqlite" and connection.timezone is UTC  # as SQLite keeps moments

    def moment(value: Any) -> Any:
        if value not in known:
            short = in_utc and isinstance(value, datetime) and value.tzinfo is UTC
            known[value] = str(value)[:_AWARE] if short else field.get_db_prep_save(value, connection)
        return known[value]

    return moment
