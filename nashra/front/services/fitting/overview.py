"""What the owner is shown of the ranking: the weights in use, how they came, and how pieces that are tried out do."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nashra.core.rank.examining import looked
from nashra.core.rank.fitting import FEWEST
from nashra.core.rank.signals import shipped
from nashra.front.models import Signal, Weights
from nashra.front.services.fitting.logs import closed_pages, opened_pages
from nashra.front.services.fitting.weights import current_row, is_held, weights_in_use
from nashra.front.services.popularity.tallies import OPENINGS

HISTORY = 12
LATELY, PAGES = timedelta(days=7), 1000  # pages looked through for what was tried out
FEWEST_READERS = 5  # fewer are never told of
TRIED = "outside"  # the reason that marks a piece which was tried out


@dataclass(frozen=True, slots=True)
class WeightLine:
    """One signal with its shipped weight and the one in use."""

    key: str
    shipped: float
    used: float


@dataclass(frozen=True, slots=True)
class Tried:
    """Pieces that were tried out and the others, of the last pages of a week: how many, and openings per look."""

    pages: int
    share: float
    rate: float
    rate_of_others: float


@dataclass(frozen=True, slots=True)
class RankingView:
    """The whole page. `row` is None while the shipped weights hold and may be fitted."""

    lines: list[WeightLine]
    row: Weights | None
    held: bool
    opened: int  # pages with an opening, at most as many as are needed
    needed: int
    history: list[Weights]
    tried: Tried | None  # None: too few readers to tell of


def ranking_view(now: datetime) -> RankingView:
    """Everything about the ranking, in a few questions whatever the number of readers."""
    row, used = current_row(), weights_in_use()
    return RankingView(
        lines=[WeightLine(key, weight, used[key]) for key, weight in shipped().items()],
        row=row,
        held=is_held(row),
        opened=opened_pages(now)[:FEWEST].count(),
        needed=FEWEST,
        history=list(Weights.objects.exclude(values={}).order_by("-made_at", "-pk")[:HISTORY]),
        tried=tried_lately(now),
    )


def tried_lately(now: datetime) -> Tried | None:
    """How pieces did that were tried out; None where the pages are those of fewer than five readers."""
    lately = closed_pages(now).filter(made_at__gt=now - LATELY).order_by("-made_at", "-pk")
    rows = list(lately.values_list("pk", "reader", "items")[:PAGES])
    if len({reader for _, reader, _ in rows}) < FEWEST_READERS:
        return None
    opened = _opened(pk for pk, *_ in rows)
    count, looks, openings = [0, 0], [0.0, 0.0], [0, 0]
    for pk, _, items in rows:
        for position, item in enumerate(items):
            tried = any(reason[0] == TRIED for reason in item[4])
            count[tried] += 1
            looks[tried] += looked(position)
            openings[tried] += (pk, item[0]) in opened
    others, rate = (openings[one] / looks[one] if looks[one] else 0.0 for one in (0, 1))
    return Tried(len(rows), count[1] / max(1, sum(count)), rate, others)


def _opened(editions: Iterable[int]) -> set[tuple[int, int]]:
    clicks = Signal.objects.filter(edition__in=list(editions), what__in=OPENINGS)
    return {(edition or 0, article) for edition, article in clicks.values_list("edition", "article")}
