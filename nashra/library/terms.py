"""The index in which saved items are searched, and its upkeep. Who stores an item's texts stores its terms, too."""

from collections.abc import Iterator, Sequence
from typing import cast

import structlog
from django.db.models import Model, QuerySet

from nashra.base.fulltext import Index, Renewal
from nashra.core.text.entries import Entry, entry
from nashra.library.models import SavedItem

log = structlog.get_logger(__name__)
ITEMS = Index("library", table="library_terms", owner="library_saveditem", unread="folded")
"""`ITEMS.condition(tree, languages=…)` is about saved items of all readers: begin with those of one."""
READ = frozenset({"title", "author", "source_name", "excerpt", "text", "language"})
"""Columns that are analysed: who changes one calls `store`."""


def store(ids: Sequence[int]) -> None:
    """Analyses these items as they stand and stores their terms; in the transaction that changed them."""
    ITEMS.hold(ids)
    ITEMS.put(_read(ids))


def _rows() -> "QuerySet[Model]":
    return cast("QuerySet[Model]", SavedItem.every.all())


def _read(ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    """Title, author, and as their text what the source is called and what it says. An item that cannot be analysed is
    found by its title alone.
    """
    columns = ("pk", "title", "author", "source_name", "text", "excerpt", "language")
    rows = SavedItem.every.filter(pk__in=ids).order_by("pk").values_list(*columns)
    for pk, title, author, source, text, excerpt, language in rows:
        try:
            yield pk, entry(title, author, f"{source}\n{text or excerpt}", language=language)
        except Exception:
            log.exception("library.terms_failed", item=pk)
            yield pk, entry(title, "", "", language="und")


def _forget(ids: Sequence[int]) -> None:
    SavedItem.every.filter(pk__in=ids).exclude(folded="").update(folded="")


RENEWAL = Renewal(ITEMS, _rows, _read, _forget)
