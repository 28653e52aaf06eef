"""Operation: the ranking. Which weights hold, how they came, and the owner's way back."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from nashra.accounts.access import owner_required
from nashra.base import locale
from nashra.base.answers import done
from nashra.base.notices import Undo, say
from nashra.front import boosting, reasons
from nashra.front.models import Weights
from nashra.front.services import fitting
from nashra.front.services.fitting import telling


@dataclass(frozen=True, slots=True)
class Row:
    """One signal in the table: `share` and `shipped_share` of the largest weight, in per cent, for the bars."""

    name: str
    reason: str
    used: float
    shipped: float
    share: int
    shipped_share: int


@never_cache
@owner_required
@require_http_methods(["GET", "HEAD", "POST"])
def ranking(request: HttpRequest) -> HttpResponse:
    """The page; a POST chooses weights: `use=shipped`, `use=fit` or the number of earlier ones."""
    if request.method == "POST":
        return _choose(request, request.POST.get("use", ""))
    view = fitting.ranking_view(timezone.now())
    most = max(abs(weight) for line in view.lines for weight in (line.used, line.shipped))
    rows = [
        Row(
            reasons.signal_name(line.key), telling.weight_reason(line.key), round(line.used, 2), round(line.shipped, 2),
            round(100 * abs(line.used) / most), round(100 * abs(line.shipped) / most),
        )
        for line in view.lines
    ]  # fmt: skip
    history = [(row, telling.outcome_of(row), _skipped(row)) for row in view.history]
    fitted = bool(view.row and view.row.values)
    told = telling.replayed(view.row) if view.row else ""
    context = {
        "view": view, "rows": rows, "history": history, "fitted": fitted, "told": told, "tried": _tried(view.tried),
        "trees": boosting.sentence(boosting.status({line.key: line.used for line in view.lines})),
    }  # fmt: skip
    return render(request, "pages/operation_ranking.html", context)


def _tried(tried: fitting.Tried | None) -> dict[str, str] | None:
    """The figures of what is tried out, written."""
    if tried is None:
        return None
    rates = {"rate": tried.rate, "others": tried.rate_of_others}
    written = {name: locale.number(round(100 * rate, 1)) for name, rate in rates.items()}
    return {"share": locale.percent(tried.share), **written}


def _skipped(row: Weights) -> int:
    """How many pages were left out of a fit."""
    return sum(int(count) for count in (row.replay.get("skipped") or {}).values())


def _choose(request: HttpRequest, use: str) -> HttpResponse:
    before = fitting.current_row()
    undo = Undo(reverse("operation_ranking"), "use", f"back-{before.pk if before and before.values else 0}")
    if use == "shipped":
        fitting.use_shipped(timezone.now())
        say(request, gettext("The shipped weights are in use from the next page on."), undo=undo)
    elif use == "fit":
        fitting.fit_again()
        say(request, gettext("Weights may be fitted again, at night. Until then nothing changes."))
    elif use.startswith("back-") and _is_id(use[5:]) and fitting.undo_choice(int(use[5:]) or None):
        say(request, gettext("The weights are what they were."))
    elif _is_id(use) and fitting.use_former(int(use)):
        say(request, gettext("These weights are in use from the next page on."), undo=undo)
    else:
        raise Http404
    return done(request, to="operation_ranking")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18
