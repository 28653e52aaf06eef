"""The account of one item: why it stood where it stood, with the numbers of the edition in which it did."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from nashra.accounts.models import Reader
from nashra.core.rank import Reason
from nashra.front import candidates
from nashra.front.models import Edition
from nashra.front.muting import Muting
from nashra.front.services.editions.halves import MAIL
from nashra.front.services.editions.rows import Item, Shown, features_of, items_of
from nashra.news.models import Article

RECENT = 14  # editions in which an article is looked for


@dataclass(frozen=True, slots=True)
class Line:
    """One signal in an account: its value, its weight, and what it added to the score (below zero: took away)."""

    key: str
    value: float
    weight: float
    part: float


@dataclass(frozen=True, slots=True)
class Account:
    """Why an article stood in an edition. `lines` is empty when the numbers are no longer kept."""

    edition_id: int
    made_at: datetime
    day: date | None
    part: str
    model: str
    item: Item
    total: int  # items of the edition
    reasons: tuple[Reason, ...]
    lines: tuple[Line, ...] = ()

    @property
    def corrected(self) -> float:
        """What a second model added to the sum of all signals, or took from it; 0 where there was none."""
        return self.item.score - sum(line.part for line in self.lines) if "+" in self.model else 0.0


def account_of(reader: Reader, article: Article, muting: Muting, *, edition_id: int | None = None) -> Account | None:
    """Why an article stands in this edition of the reader's, else in the last one that has it; None when none has."""
    for edition in _candidates(reader, edition_id):
        for item in items_of(edition):
            if item.article_id == article.pk:
                return _account(edition, item, tuple(_counted_anew(item.reasons, reader, article, muting)))
    return None


def accounts_of(reader: Reader, shown: Shown) -> dict[int, Account]:
    """The accounts of all items of an edition that are shown, by article; none where there is no edition yet."""
    if shown.edition_id is None:
        return {}
    edition = Edition.objects.get(reader=reader, pk=shown.edition_id)
    return {item.article_id: _account(edition, item, item.reasons) for item in shown.items}


def reasons_of(reader: Reader, article: Article, muting: Muting) -> tuple[Reason, ...]:
    """Why an article stood in one of the reader's last editions; empty when it did not.

    How many sources tell of its story is counted anew: one of them may have been muted since.
    """
    for edition in editions_of(reader, limit=3):
        for item in items_of(edition):
            if item.article_id == article.pk:
                return tuple(_counted_anew(item.reasons, reader, article, muting))
    return ()


def editions_of(reader: Reader, *, limit: int = RECENT) -> list[Edition]:
    """The last editions of the reader's page, newest first, without the values of their signals."""
    rows = Edition.objects.filter(reader=reader).exclude(part=MAIL).defer("features", "weights")
    return list(rows.order_by("-made_at", "-pk")[:limit])


def _account(edition: Edition, item: Item, why: tuple[Reason, ...]) -> Account:
    return Account(
        edition.pk, edition.made_at, edition.day, edition.part, edition.model, item, len(edition.items), why,
        _lines(edition, item.position),
    )  # fmt: skip


def _candidates(reader: Reader, edition_id: int | None) -> Iterator[Edition]:
    if edition_id is not None:
        yield from Edition.objects.filter(reader=reader, pk=edition_id)
    yield from editions_of(reader)


def _lines(edition: Edition, position: int) -> tuple[Line, ...]:
    """All signals, what added most first."""
    values = features_of(edition)
    if values is None:
        return ()
    pairs = zip(edition.weights, values[position].tolist(), strict=True)
    lines = [Line(key, value, weight, value * weight) for (key, weight), value in pairs]
    return tuple(sorted(lines, key=lambda line: -line.part))


def _counted_anew(reasons: Iterable[Reason], reader: Reader, article: Article, muting: Muting) -> Iterator[Reason]:
    for reason in reasons:
        if reason.key != "story_sources":
            yield reason
        elif article.story_id:
            count = candidates.story_sources({article.story_id}, reader, muting).get(article.story_id, 0)
            if count > 1:
                yield replace(reason, count=count)
