"""What readers' rules do with marks: hiding and reading in bulk. No signal: a rule is no taste to learn from."""

from collections.abc import Sequence
from typing import Literal

from django.db.models import QuerySet

from nashra.front.models import Mark
from nashra.news.registry import FilterAction, FilterHit

Column = Literal["hidden_at", "read_at"]


def hide(hits: Sequence[FilterHit]) -> None:
    """Hides articles, where they are not hidden."""
    _set("hidden_at", hits)


def hidden(hits: Sequence[FilterHit]) -> list[FilterHit]:
    """Those that are hidden by `hide`: the reader neither hid nor showed the article since."""
    return _standing("hidden_at", hits)


def unhide(hits: Sequence[FilterHit]) -> list[FilterHit]:
    """Takes `hide` back."""
    return _clear("hidden_at", hits)


def read(hits: Sequence[FilterHit]) -> None:
    """Marks articles as read, where they are not."""
    _set("read_at", hits)


def marked(hits: Sequence[FilterHit]) -> list[FilterHit]:
    """Those that are read by `read` alone: the reader did not open the article since."""
    return _standing("read_at", hits)


def unread(hits: Sequence[FilterHit]) -> list[FilterHit]:
    """Takes `read` back."""
    return _clear("read_at", hits)


ACTIONS = {"hide": FilterAction(hide, hidden, unhide), "read": FilterAction(read, marked, unread)}


def _set(column: Column, hits: Sequence[FilterHit]) -> None:
    wanted = {(hit.reader_id, hit.article_id): hit.at for hit in reversed(hits)}  # the first hit's moment counts
    for mark in _marks(hits).exclude(**{column: None}):
        wanted.pop((mark.reader_id, mark.article_id), None)
    rows = [Mark(reader_id=reader, article_id=article, **{column: at}) for (reader, article), at in wanted.items()]
    Mark.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["reader", "article"], update_fields=[column], batch_size=500
    )


def _marks(hits: Sequence[FilterHit]) -> QuerySet[Mark]:
    return Mark.objects.filter(reader__in={hit.reader_id for hit in hits}, article__in={hit.article_id for hit in hits})


def _standing(column: Column, hits: Sequence[FilterHit]) -> list[FilterHit]:
    wanted = {(hit.reader_id, hit.article_id, hit.at): hit for hit in hits}
    marks = ((mark.reader_id, mark.article_id, getattr(mark, column)) for mark in _marks(hits))
    return [wanted[mark] for mark in marks if mark in wanted]


def _clear(column: Column, hits: Sequence[FilterHit]) -> list[FilterHit]:
    standing = _standing(column, hits)
    for reader_id in {hit.reader_id for hit in standing}:
        own = [hit.article_id for hit in standing if hit.reader_id == reader_id]
        Mark.objects.filter(reader=reader_id, article__in=own).update(**{column: None})
    return standing
