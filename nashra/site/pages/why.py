"""Why a piece stood on a reader's page: the full account, with the numbers of the edition in which it stood."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from nashra.accounts.access import reader_of, reader_required
from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.base.answers import is_script
from nashra.front import reasons, services
from nashra.front.access import article_for
from nashra.front.models import Kind
from nashra.front.muting import muting_of
from nashra.front.views import place_of, place_query
from nashra.news.models import Article
from nashra.site.pages import cards

LEAST = 0.005
"""A part of a score below this is shown as none: it is nothing at two decimals."""


@dataclass(frozen=True, slots=True)
class Row:
    """One signal in the table of an account; `share` of the largest part, in per cent, for the bar."""

    name: str
    value: float
    weight: float
    part: float
    share: int


@require_safe
@reader_required
def why(request: HttpRequest, article_id: int) -> HttpResponse:
    """The account as a page, or as a fragment for the page's own script."""
    reader, place, now = reader_of(request), place_of(request), timezone.now()
    found = article_for(reader, article_id)
    muting = muting_of(reader, now)
    account = services.account_of(reader, found, muting, edition_id=place.edition_id)
    context: dict[str, Any] = _told(account, reader) if account else {"account": None, "sentences": []}
    if is_script(request):
        return render(request, "components/account.html", context)
    card = _card(reader, found)
    card.place = place_query(place)
    card.reasons = context["sentences"]
    return render(request, "pages/why.html", {**context, "card": card})


def _card(reader: Reader, found: Article) -> cards.Card:
    followed = [one.key for one in services.follows_of(reader) if one.kind == Kind.TOPIC]
    return cards.build(reader, [found], followed=followed)[0]


def _told(account: services.Account, reader: Reader) -> dict[str, Any]:
    told = [one for one in account.reasons if not 0 < one.part < LEAST]  # of the others the table says: nothing
    said = told or list(account.reasons[:1])
    names = reasons.names_for(said, locale.current().language, reader)
    most = max((abs(line.part) for line in account.lines), default=0) or 1
    rows = [
        Row(
            reasons.signal_name(line.key), round(line.value, 2), round(line.weight, 2), round(line.part, 2),
            round(100 * abs(line.part) / most),
        )
        for line in account.lines
    ]  # fmt: skip
    return {
        "account": account,
        "sentences": reasons.sentences(said, names),
        "rows": [row for row in rows if abs(row.part) >= LEAST],
        "silent": [row.name for row in rows if abs(row.part) < LEAST],
        "corrected": round(account.corrected, 2) if rows else 0,
        "total": round(account.item.score, 2),
        "position": account.item.position + 1,
        "one_in": round(1 / account.item.propensity) if 0 < account.item.propensity < 1 else 0,
        "lessons": reasons.learned_from(said, reader),
    }
