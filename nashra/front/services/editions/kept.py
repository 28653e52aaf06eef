"""Editions that stay: the last one of each morning and evening of a week, and what leaves at night."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from nashra.accounts.models import Reader
from nashra.front.models import Edition, Mark
from nashra.front.muting import Muting
from nashra.front.services.editions.halves import PARTS, half_of
from nashra.front.services.editions.making import as_it_stands
from nashra.front.services.editions.rows import Shown
from nashra.news import access

DAYS = 7  # before today
KEPT = timedelta(days=DAYS + 1)
LEARNED_FROM = timedelta(days=14)  # an edition with the values of its signals stays longer: weights are fitted on them
MOST = 1_000  # editions of a reader: whoever asks for the next one again and again does not fill the disk
_SHOWN = Q(shown_at__isnull=False, part__in=PARTS)
"""Of pages: what was made beforehand and never looked at is no memory of anybody's."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept edition in the list of them: how many of its pieces may still be shown, and how many were read."""

    day: date
    part: str
    made_at: datetime
    total: int
    read: int


def kept_edition(reader: Reader, day: date, part: str, *, now: datetime, muting: Muting) -> Shown | None:
    """What the reader was shown last in that half of that day, as it stands; None when there is none, or no more."""
    if part not in PARTS or not first_day(reader, now) <= day:
        return None
    rows = Edition.objects.filter(_SHOWN, reader=reader, day=day, part=part).defer("features", "weights")
    last = rows.order_by("-made_at", "-pk").first()
    return as_it_stands(last, reader, muting) if last and last.items else None


def kept_editions(reader: Reader, *, now: datetime, muting: Muting) -> list[Kept]:
    """The kept editions of a week, the newest first."""
    halves = Edition.objects.filter(_SHOWN, reader=reader, day__gte=first_day(reader, now)).order_by("-made_at", "-pk")
    last: dict[tuple[date | None, str], int] = {}
    for pk, day, part in halves.values_list("pk", "day", "part"):
        last.setdefault((day, part), pk)
    rows = Edition.objects.filter(pk__in=last.values()).defer("features", "weights").order_by("-made_at", "-pk")
    return _counted(reader, [row for row in rows if row.items], muting)


def _counted(reader: Reader, rows: Sequence[Edition], muting: Muting) -> list[Kept]:
    everything = {item[0] for row in rows for item in row.items}
    offered = muting.offered(access.visible_articles(reader).filter(pk__in=everything))
    marks = Mark.objects.filter(reader=reader, article_id__in=offered, read_at__isnull=False)
    read = set(marks.values_list("article_id", flat=True))
    shown = [(row, {item[0] for item in row.items} & offered) for row in rows]
    return [Kept(row.day, row.part, row.made_at, len(ids), len(ids & read)) for row, ids in shown if row.day and ids]


def edition_before(reader: Reader, shown: Shown) -> tuple[date, str] | None:
    """Day and half of the last kept edition before this one, of those that still open; None when there is none."""
    if shown.day is None:
        return None
    first = shown.day - timedelta(days=DAYS)
    rows = Edition.objects.filter(_SHOWN, reader=reader, made_at__lt=shown.made_at, day__gte=first)
    rows = rows.exclude(day=shown.day, part=shown.part).exclude(items=[])
    found = rows.order_by("-made_at", "-pk").values_list("day", "part").first()
    return (found[0], found[1]) if found and found[0] else None


def first_day(reader: Reader, now: datetime) -> date:
    """The first day whose editions are kept."""
    return half_of(reader, now)[0] - timedelta(days=DAYS)


def forget_old(*, now: datetime) -> int:
    """Lets go editions that were last shown more than eight days ago, and after two weeks those with the values of
    their signals too; of a reader with more than MOST the oldest. What readers did stays. How many rows went.
    """
    old = Q(made_at__lt=now - KEPT) & (Q(shown_at=None) | Q(shown_at__lt=now - KEPT))
    older = Q(made_at__lt=now - LEARNED_FROM) & (Q(shown_at=None) | Q(shown_at__lt=now - LEARNED_FROM))
    return Edition.objects.filter(old & Q(features=None) | older).delete()[0] + _forget_too_many()


def _forget_too_many() -> int:
    gone = 0
    counts = Edition.objects.values("reader").annotate(number=Count("pk")).filter(number__gt=MOST).order_by("reader")
    for reader, number in counts.values_list("reader", "number"):
        rows = Edition.objects.filter(reader=reader).order_by("made_at", "pk")
        gone += rows.filter(pk__in=list(rows.values_list("pk", flat=True)[: number - MOST])).delete()[0]
    return gone
