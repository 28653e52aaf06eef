"""One index of terms: storing, forgetting, and asking in a way that joins with other conditions of a query."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from nashra.base.fulltext import postgres, sqlite
from nashra.base.fulltext.asking import Question, question
from nashra.base.fulltext.waiting import answers_unread, waiting_below
from nashra.core.text.asking import Node
from nashra.core.text.entries import Entry


@dataclass(frozen=True, slots=True)
class Index:
    """The terms of the rows of one table, by the rows' ids; what is deleted there is forgotten here.

    `name` is the index's in TermIndex, `table` its own, `owner` the table whose rows it holds. `unread` is the path
    from the owner's model to a column of folded words, in which rows are looked for that are not analysed yet.
    """

    name: str
    table: str
    owner: str
    unread: str = ""

    def create(self) -> None:
        """Makes the index; for migrations."""
        _run(_vendor().create(self.table, self.owner))

    def drop(self) -> None:
        """Undoes `create`."""
        _run(_vendor().drop(self.table, self.owner))

    def put(self, rows: Iterable[tuple[int, Entry]]) -> None:
        """Stores the terms of these rows in place of what was there; in the transaction that stores the rows."""
        vendor = _vendor()
        values = list(vendor.values(rows))
        if values:
            with connection.cursor() as cursor:
                cursor.executemany(vendor.storing(self.table), values)

    def hold(self, ids: Sequence[int]) -> None:
        """Keeps others from storing terms of these rows until the transaction ends; their texts are read after this."""
        if connection.vendor == "postgresql" and ids:
            with connection.cursor() as cursor:
                for statement in postgres.holding(self.table):
                    cursor.execute(statement, [list(ids)])

    def condition(self, node: Node, *, languages: Iterable[str], field: str = "pk") -> Q:
        """What rows must be whose `field` (their key, or one that refers to it) answers a tree of words and phrases.

        It stands beside any other condition, also under ~ and |. While old rows wait for their analysis, they are
        looked for in their folded words. Raises TooComplex, and TypeError for a Filter.
        """
        asked = self._condition(question(node, languages), field)
        below = waiting_below(self.name) if self.unread else 0
        return answers_unread(node, asked, below, field, self.unread) if below else asked

    def analysed(self, node: Node, *, languages: Iterable[str], field: str = "pk") -> Q:
        """The same of the rows alone that are analysed, where what still waits is too old to matter."""
        return self._condition(question(node, languages), field)

    def newest(self, nodes: Sequence[Node], *, languages: Iterable[str], most: int) -> list[list[int]]:
        """For each of some trees, at most `most` of the largest ids that answer it, all in one question.

        A tree that only leaves out gets none, nor are rows found that still wait for their analysis.
        """
        codes = tuple(languages)
        asked = [question(node, codes) for node in nodes]
        parts = [(number, one.matched) for number, one in enumerate(asked) if one.matched and not one.negated]
        found: list[list[int]] = [[] for _ in nodes]
        if parts:
            vendor = _vendor()
            each = f"SELECT * FROM ({vendor.matching(self.table)} ORDER BY {vendor.KEY} DESC LIMIT %s) AS found"  # noqa: S608
            sql = " UNION ALL ".join(f"SELECT {number} AS place, one.* FROM ({each}) AS one" for number, _ in parts)  # noqa: S608
            with connection.cursor() as cursor:
                cursor.execute(sql, [value for _, one in parts for value in (vendor.text(one), most)])
                for number, pk in cursor.fetchall():
                    found[number].append(pk)
        return found

    def _condition(self, asked: Question, field: str) -> Q:
        if asked.matched is None:
            found = Q(**{f"{field}__in": []})
        else:
            vendor = _vendor()
            found = Q(**{f"{field}__in": RawSQL(vendor.matching(self.table), [vendor.text(asked.matched)])})  # noqa: S611
        return ~found if asked.negated else found


def _vendor() -> ModuleType:
    return postgres if connection.vendor == "postgresql" else sqlite


def _run(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
