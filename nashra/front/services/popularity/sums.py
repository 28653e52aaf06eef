"""What one reader adds to the sums, as values: no rows are touched here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nashra.core.rank.examining import looked

Cell = tuple[int, datetime]  # an article and an hour


@dataclass(frozen=True, slots=True)
class Sum:
    """How many readers were shown an article in an hour, as far as its place was looked at, and how many opened it."""

    shown: float = 0.0
    opened: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.shown + other.shown, self.opened + other.opened)

    def __neg__(self) -> "Sum":
        return Sum(-self.shown, -self.opened)


NOTHING = Sum()


@dataclass(frozen=True, slots=True)
class Seen:
    """An edition that was shown: its articles from the first place down."""

    id: int
    at: datetime
    articles: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """An article that was opened."""

    id: int
    at: datetime
    article: int


def of_reader(editions: Iterable[Seen], openings: Iterable[Opening]) -> dict[Cell, Sum]:
    """What one reader adds: each article once, where it first stood in an edition and when it was first opened.

    A piece that was opened from elsewhere (a list, a search) without ever standing in an edition was looked at there.
    """
    shown: dict[int, tuple[datetime, float]] = {}
    for edition in sorted(editions, key=lambda one: (one.at, one.id)):
        for position, article in enumerate(edition.articles):
            shown.setdefault(article, (edition.at, looked(position)))
    opened: dict[int, datetime] = {}
    for opening in sorted(openings, key=lambda one: (one.at, one.id)):
        opened.setdefault(opening.article, opening.at)
        shown.setdefault(opening.article, (opening.at, 1.0))
    parts = [((article, hour_of(at)), Sum(chance, 0)) for article, (at, chance) in shown.items()]
    parts += [((article, hour_of(at)), Sum(0.0, 1)) for article, at in opened.items()]
    return together(parts)


def difference(before: Mapping[Cell, Sum], after: Mapping[Cell, Sum]) -> dict[Cell, Sum]:
    """What has to be added to the rows; cells that stay as they are, are left out."""
    moved = together([*((cell, -one) for cell, one in before.items()), *after.items()])
    return {cell: one for cell, one in moved.items() if one.opened or abs(one.shown) > 1e-9}


def together(parts: Iterable[tuple[Cell, Sum]]) -> dict[Cell, Sum]:
    """All parts of each cell in one."""
    total: dict[Cell, Sum] = {}
    for cell, one in parts:
        total[cell] = total.get(cell, NOTHING) + one
    return total


def hour_of(moment: datetime) -> datetime:
    """The full hour of UTC in which a moment lies."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
