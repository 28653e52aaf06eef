"""Kept editions: the list of a week's mornings and evenings, and each of them as it was shown."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nashra.accounts.access import reader_of, reader_required
from nashra.front import services
from nashra.front.muting import muting_of
from nashra.site.pages import cards
from nashra.site.pages.parts import parts_of


@dataclass(slots=True)
class Day:
    """One day of the list, with its editions, the newest first."""

    day: date
    editions: list[services.Kept] = field(default_factory=list)


@require_safe
@reader_required
def editions(request: HttpRequest) -> HttpResponse:
    """The kept editions of a week, by day."""
    reader, now = reader_of(request), timezone.now()
    kept = services.kept_editions(reader, now=now, muting=muting_of(reader, now))
    return render(request, "pages/editions.html", {"days": _by_day(kept), "today": services.half_of(reader, now)[0]})


def _by_day(kept: Iterable[services.Kept]) -> list[Day]:
    days: dict[date, Day] = {}
    for one in kept:
        days.setdefault(one.day, Day(one.day)).editions.append(one)
    return sorted(days.values(), key=lambda one: one.day, reverse=True)


@require_safe
@reader_required
def edition(request: HttpRequest, day: str, part: str) -> HttpResponse:
    """What the reader was shown last in a morning or an evening: frozen, except that mute, hide and deletion hold."""
    reader, now = reader_of(request), timezone.now()
    muting = muting_of(reader, now)
    shown = services.kept_edition(reader, _day(day), part, now=now, muting=muting)
    if shown is None:
        raise Http404
    follows = services.follows_of(reader)
    items = cards.of_items(
        reader, shown.items, muting, edition_id=shown.edition_id, follows=follows, articles=shown.articles
    )
    context: dict[str, Any] = {**parts_of(items, shown.items), "day": shown.day, "part": part}
    context |= {"made_at": shown.made_at, "total": len(items), "read": sum(card.is_read for card in items)}
    return render(request, "pages/edition.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if len(text) == 10 else date.min
    except ValueError:
        raise Http404 from None
