"""How an edition is stored: its items, the values of their signals, and the weights that these were given."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from nashra.core.rank import Ranked, Reason
from nashra.front.models import Edition
from nashra.news.models import Article


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an edition."""

    article_id: int
    slot: str
    reasons: tuple[Reason, ...]
    score: float = 0.0
    propensity: float = 1.0
    position: int = 0  # on the page as it was made; what was hidden since leaves a gap


@dataclass(frozen=True, slots=True)
class Shown:
    """An edition as it stands now: its items that may still be shown, in order."""

    edition_id: int | None
    made_at: datetime
    items: tuple[Item, ...]
    since: datetime | None = None  # the visit before
    articles: Mapping[int, Article] = field(default_factory=dict)  # of the items, with their sources, if loaded
    day: date | None = None  # of the reader's calendar
    part: str = ""  # morning or evening
    next_at: datetime | None = None  # a visit from then on brings the next one


def stored(ranked: Iterable[Ranked]) -> list[list[object]]:
    """The items as the row keeps them: [article id, slot, score, propensity, [reason, …]]."""
    return [
        [one.item.id, one.slot, round(one.score, 4), round(one.propensity, 4), [_said(why) for why in one.reasons]]
        for one in ranked
    ]


def _said(reason: Reason) -> list[object]:
    """A reason as it is stored, with what it adds; older rows have less."""
    return [reason.key, reason.about, reason.count, reason.form, reason.rule, round(reason.part, 4)]


def items_of(edition: Edition) -> tuple[Item, ...]:
    """The items of a row, all of them."""
    return items_from(edition.items)


def items_from(rows: Iterable[Sequence[object]]) -> tuple[Item, ...]:
    """Items as they were stored."""
    return tuple(_items(rows))


def _items(rows: Iterable[Sequence[object]]) -> Iterator[Item]:
    for position, (article_id, slot, score, propensity, reasons) in enumerate(rows):
        why = tuple(Reason(*reason) for reason in reasons)  # type: ignore[attr-defined]
        yield Item(article_id, slot, why, score, propensity, position)  # type: ignore[arg-type]


def packed(ranked: Sequence[Ranked]) -> bytes | None:
    """The values of all signals of all items, one item after the other, as float16; None where there are none."""
    if not ranked or not ranked[0].features:
        return None
    return np.array([one.features for one in ranked], np.float16).tobytes()


def features_of(edition: Edition) -> npt.NDArray[np.float32] | None:
    """(items, signals): what each signal said of each item when the edition was made, in the order of `weights`.

    None when that is no longer kept.
    """
    if not edition.features or not edition.items or not edition.weights:
        return None
    values = np.frombuffer(bytes(edition.features), np.float16).astype(np.float32)
    shape = (len(edition.items), len(edition.weights))
    return values.reshape(shape) if values.size == shape[0] * shape[1] else None
