"""`nashra evaluate …`: how well the ranker does, on a click log in files or on this installation's own pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from nashra.site.cli.common import JSON, Failed, print_json, print_table

if TYPE_CHECKING:
    from nashra.core.rank.evaluation import Impression, Method, News, Paired, Report, Skipped

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NAMES = {
    "nashra": "nashra", "random": "by lot", "recency": "newest first", "ctr": "click rate", "sum": "plain sum",
    "sum_known": "fairer sum",
}  # fmt: skip


@click.command()
@click.option("--own", is_flag=True, help="Replay the pages that this installation has shown.")
@click.option("--format", "form", type=click.Choice(["mind"]), help="What the files below are written in.")
@click.option("--news", type=FILE, help="Articles: id, category, subcategory, title, abstract …")
@click.option("--train", type=FILE, help="What happened before: impression, reader, time, history, candidates.")
@click.option("--test", type=FILE, help="What is to be predicted, later than all of that.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of shuffling, ties and intervals.")
@JSON
def evaluate(
    own: bool, form: str | None, news: Path | None, train: Path | None, test: Path | None, seed: int, as_json: bool
) -> None:
    """Say how well the ranker finds what readers open, beside simple methods.

    Either --own, or --format mind with three files. A list is ranked by what came before it, and nothing else.
    """
    if own:
        from nashra.site.cli.own import evaluate_own

        evaluate_own(as_json=as_json)
        return
    if form is None or news is None or train is None or test is None:
        raise click.UsageError("Give --own, or --format mind with --news, --train and --test.")
    report, skipped = _compared(news, train, test, seed)
    if as_json:
        print_json(_plain(report, skipped))
    else:
        _print(report, skipped)


def _compared(news: Path, train: Path, test: Path, seed: int) -> "tuple[Report, Skipped]":
    from nashra.core.rank import evaluation

    skipped = evaluation.Skipped()
    try:
        with _lines(news) as lines:
            articles = evaluation.read_news(lines, skipped)
        before = _log(train, articles, skipped, seed)
        lists = _log(test, articles, skipped, seed + 1, before[-1].at if before else None)
        if not lists:
            raise Failed(
                f"{test.name} holds no impression with something opened and something not: nothing to compare."
            )
        return evaluation.compare(before, lists, articles, seed=seed), skipped
    except evaluation.LogError as error:
        raise Failed(str(error)) from None


def _log(
    path: Path, articles: "dict[str, News]", skipped: "Skipped", seed: int, since: float | None = None
) -> "list[Impression]":
    from nashra.core.rank import evaluation

    start = float("-inf") if since is None else since
    with _lines(path) as lines:
        return list(evaluation.read_log(path.name, lines, articles, skipped, since=start, seed=seed))


@contextmanager
def _lines(path: Path) -> Iterator[IO[str]]:
    with path.open(encoding="utf-8", errors="replace", newline="\n") as file:
        yield file


def _plain(report: "Report", skipped: "Skipped") -> dict[str, object]:
    learned = report.refit
    replay = learned.replay if learned else None
    return {
        "methods": {name: _figures(method, method.lists) for name, method in report.methods.items()},
        "paired": {name: _differences(paired) for name, paired in report.paired.items()},
        "weights": {key: round(weight, 4) for key, weight in report.weights.items()},
        "refit": {
            "adopted": replay.better, "lists": learned.lists, "replayed": replay.lists,
            "gain": round(replay.gain, 5), "gain_ci": [round(replay.low, 5), round(replay.high, 5)],
        } if learned and replay else None,
        "skipped": dict(skipped.counts),
    }  # fmt: skip


def _figures(method: "Method", count: int) -> dict[str, object]:
    plain: dict[str, object] = {name: round(value, 5) for name, value in method.figures.items()}
    return (
        plain
        | {"n": count}
        | {f"{name}_ci": [round(low, 5), round(high, 5)] for name, (low, high) in method.intervals.items()}
    )


def _differences(paired: "Paired") -> dict[str, object]:
    ends = {name: [round(low, 5), round(high, 5)] for name, (low, high) in paired.intervals.items()}
    plain: dict[str, object] = {name: round(value, 5) for name, value in paired.figures.items()}
    return plain | {"ci": ends["auc"]} | {f"{name}_ci": both for name, both in ends.items()}


def _print(report: "Report", skipped: "Skipped") -> None:
    count = next(iter(report.methods.values())).lists
    click.echo(f"{count} lists with something opened and something not.")
    for what, times in sorted(skipped.counts.items()):
        click.echo(f"Left out: {times} {what}.")
    click.echo("")
    heads = {"auc": "AUC", "mrr": "MRR", "ndcg@5": "nDCG@5", "ndcg@10": "nDCG@10"}
    rows = [
        (NAMES[name], *(_number(method.figures[key], method.intervals[key]) for key in heads))
        for name, method in report.methods.items()
    ]
    print_table(("method", *heads.values()), rows)
    click.echo("")
    rows = [
        (NAMES[name], *(_number(paired.figures[key], paired.intervals[key], "+") for key in heads))
        for name, paired in report.paired.items()
    ]
    print_table(("nashra less", *heads.values()), rows)
    click.echo("")
    click.echo(
        "Brackets: 95 % intervals; differences list by list. Plain sum: of the click rate and the nearness of words"
    )
    click.echo("to what was read, nothing trained; fairer: pieces without text count as the middle.")
    click.echo(_about_weights(report))


def _number(value: float, ends: tuple[float, float], sign: str = "") -> str:
    return f"{value:{sign}.3f} [{ends[0]:{sign}.3f} {ends[1]:{sign}.3f}]"


def _about_weights(report: "Report") -> str:
    if report.refit is None:
        return "Weights: the shipped ones; the train log is too small to fit any."
    gain = report.refit.replay
    ends = f"{gain.gain:+.4f} [{gain.low:+.4f} {gain.high:+.4f}] AUC on its latest {gain.lists} lists"
    chosen = "fitted on the train log" if gain.better else "the shipped ones; fitted ones were not surely better"
    return f"Weights: {chosen} ({ends})."
