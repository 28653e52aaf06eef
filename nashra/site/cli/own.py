"""`nashra evaluate --own`: how other orders would have done on the pages that this installation has shown."""

from typing import TYPE_CHECKING

import click

from nashra.site.cli.common import begin, print_json, print_table

if TYPE_CHECKING:
    from nashra.core.rank.replaying import Estimate, Figures
    from nashra.front.services.fitting import OwnReplay

SKIPPED = {
    "model": "made with other signals or another version of the model",
    "values": "the values of their signals are gone",
    "single": "a single piece",
    "reader": "enough of one reader",
}
METHODS = {
    "current": "weights in use",
    "shipped": "shipped weights",
    "recency": "newest first",
    "popularity": "most read and told",
    "random": "by lot",
}


def evaluate_own(*, as_json: bool) -> None:
    """Replays the log and prints its figures."""
    begin()
    from django.utils import timezone

    from nashra.front.services import fitting

    found = fitting.own_replay(timezone.now())
    if as_json:
        print_json(_plain(found))
    else:
        _print(found)


def _plain(found: "OwnReplay") -> dict[str, object]:
    methods = {name: _figures(figures) for name, figures in found.figures.items()}
    return {
        "pages": found.pages, "opened": found.opened, "needed": found.needed, "thin": found.is_thin,
        "skipped": found.skipped, "methods": methods,
    }  # fmt: skip


def _figures(figures: "Figures") -> dict[str, object]:
    parts = {"auc": figures.auc, "mrr": figures.mrr, "ndcg@5": figures.ndcg5, "ndcg@10": figures.ndcg10}
    plain: dict[str, object] = {"n": figures.pages}
    for key, one in {**parts, "click_rate": figures.click_rate}.items():
        plain |= {key: round(one.value, 5), f"{key}_ci": [round(one.low, 5), round(one.high, 5)]}
    return plain | {"effective_n": round(figures.click_rate.worth, 1)}


def _print(found: "OwnReplay") -> None:
    click.echo(f"{found.pages} pages that readers have left, {found.opened} of them with something opened.")
    for why, count in found.skipped.items():
        click.echo(f"Left out: {count} ({SKIPPED[why]}).")
    if not found.figures:
        click.echo("Nothing to compare yet: no page had something opened and something not.")
        return
    click.echo("")
    head = ("method", "AUC", "MRR", "nDCG@5", "nDCG@10", "openings per look", "worth pieces")
    print_table(head, [_row(METHODS[name], figures) for name, figures in found.figures.items()])
    click.echo("")
    click.echo(
        "Brackets: 95 % intervals. How likely each place is looked at is taken out. Openings per look: among the"
    )
    click.echo("first ten places of that order, if they had been filled from the same pages (SNIPS).")
    if found.is_thin:
        click.echo(f"Too little to conclude anything: it takes {found.needed} pages with something opened.")


def _row(name: str, figures: "Figures") -> tuple[str, ...]:
    orders = (figures.auc, figures.mrr, figures.ndcg5, figures.ndcg10)
    rate = figures.click_rate
    return (name, *(_number(one) for one in orders), _number(rate), f"{rate.worth:.0f}")


def _number(one: "Estimate") -> str:
    return f"{one.value:.3f} [{one.low:.3f} {one.high:.3f}]"
