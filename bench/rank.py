"""What ranking costs and what it gives.

1. Fifty thousand articles: the CPU time of `rank`, from the values of all signals to a page with its reasons, against
   the same features written down plainly in numpy without any choice or reason (`common/rank_plain.py`).
2. Reasons: on 1,000 pages drawn by lot every item has one, and without the signal that it names the score is lower.
3. Exploring: how much of these pages tries something out, and whether a reader whose taste changes is understood better
   than with a tenth of pieces drawn evenly (`common/rank_reader.py`).
4. Diversity, where a click log in MIND's format is given (--news FILE --test FILE): how much less alike the first ten
   pieces become, and what that costs (`common/rank_news.py`).
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean, median

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # one core is measured; read when numpy is loaded

import numpy as np
from common import Report, rank_news, rank_plain, rank_pool, rank_reader

from nashra.core.rank import Context, Pool, Profile, Ranked, rank, score, shortlist
from nashra.core.rank.signals import REGISTRY

ROUNDS = 7  # each of which measures both, so that what disturbs one disturbs the other
SEEDS = 20
NEVER = 10_000  # impressions, in a median, for what was not found


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the bench; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--pages", type=int, default=1_000)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="readers whose taste changes")
    parser.add_argument("--news", type=Path, help="articles of a click log: news.tsv")
    parser.add_argument("--test", type=Path, action="append", help="its lists; several files are read in this order")
    options = parser.parse_args(arguments)
    if bool(options.news) != bool(options.test):
        parser.error("--news and --test belong together")
    report = Report("rank")
    _latency(report, options.articles)
    _pages(report, options.pages)
    _exploring(report, options.seeds)
    if options.news:
        _diversity(report, options.news, options.test)
    else:
        print("Diversity was not measured: --news FILE --test FILE give a click log in MIND's format.")
    return report.finish()


def _latency(report: Report, count: int) -> None:
    lot = np.random.default_rng(7)
    pool = rank_pool.pool(count, lot)
    reader = rank_pool.reader(pool, lot)
    now = rank_pool.NOW
    plain, ours = rank_plain.totals(pool, reader, now.timestamp()), score(pool.take(np.arange(50)), reader, now)
    by_id = {one.item.id: one.score for one in ours}
    same = all(abs(by_id[int(key)] - plain[at]) < 1e-3 for at, key in enumerate(pool.ids[:50]))
    report.check(same, "the plain score is not that of ranking: it lacks a feature, or has another")
    ways: tuple[Callable[[], object], ...] = (
        lambda: rank_plain.totals(pool, reader, now.timestamp()),
        lambda: rank(pool, reader, Context(seed=3), now=now),
        lambda: shortlist(pool, reader, Context(seed=3), now=now),
    )
    numpy_ms, rank_ms, short_ms = (min(column) * 1000 for column in zip(*_rounds(ways), strict=True))
    report.heading(f"{count:,} articles; 50 lessons, 20 sources and topics that were opened, 23 follows (CPU)")
    report.figure("numpy_ms", numpy_ms, "the same features in plain numpy", "ms")
    report.figure("shortlist_ms", short_ms, "a shortlist of 300", "ms")
    report.figure("rank_ms", rank_ms, "a page with its reasons", "ms", most=20)
    report.ratio("vs_numpy", rank_ms / numpy_ms, "a page against plain numpy", most=3)


def _rounds(ways: Sequence[Callable[[], object]]) -> list[list[float]]:
    for way in ways:
        way()
    return [[_seconds(way) for way in ways] for _ in range(ROUNDS)]


def _seconds(way: Callable[[], object]) -> float:
    started = time.process_time()
    way()
    return time.process_time() - started


def _pages(report: Report, count: int) -> None:
    """Reasons and shares on pages drawn by lot."""
    lot = np.random.default_rng(11)
    whole = rank_pool.pool(4_000, lot)
    items = bare = false = reasons = tried = unlikely = 0
    for seed in range(count):
        pool = whole.take(np.sort(lot.choice(len(whole), 200, replace=False)))
        reader, context = _anyone(whole, lot), Context(seed=seed)
        made = rank(pool, reader, context, now=rank_pool.NOW)
        items += len(made)
        bare += sum(not one.reasons for one in made)
        tried += sum(one.reasons[0].key == "outside" for one in made)
        unlikely += sum(not 0 < one.propensity <= 1 for one in made)
        wrong, said = _unfaithful(made, pool, reader)
        false, reasons = false + wrong, reasons + said
    report.heading(f"{count:,} pages of 200 articles drawn by lot, for readers drawn by lot")
    report.figure("reasons_share", 1 - bare / items, "items with a reason", least=1)
    report.figure("faithful_share", 1 - false / reasons, "reasons without which the score is lower", least=1)
    report.figure("explored_share", tried / items, "of all places, those that try something out", most=0.12)
    report.figure("propensity_share", 1 - unlikely / items, "items whose chance is known", least=1)
    report.check(0.08 <= tried / items <= 0.12, "not a tenth of the places tries something out")
    report.check(not bare and not false, "an item has no reason, or a reason is not true")


def _anyone(pool: Pool, lot: np.random.Generator) -> Profile:
    """A reader drawn by lot: of what `rank_pool.reader` has, some parts are missing."""
    full = rank_pool.reader(pool, lot)
    empty = Profile(topics=full.topics)
    parts = ("subscriptions", "source_taste", "topic_taste", "name_taste", "lessons")
    return replace(empty, **{name: getattr(full, name) for name in parts if lot.random() < 0.6})


def _unfaithful(made: Sequence[Ranked], pool: Pool, reader: Profile) -> tuple[int, int]:
    """How many reasons do not raise the score, by silencing the signal of each, and how many there are."""
    place = {key: at for at, key in enumerate(pool.ids.tolist())}
    shown = np.array([place[one.item.id] for one in made])
    now = rank_pool.NOW.timestamp()
    parts = np.array([one.weight * np.asarray(one.values(pool, reader, now), float)[shown] for one in REGISTRY])
    row = {one.key: number for number, one in enumerate(REGISTRY)}
    whole = parts.sum(axis=0)
    wrong = said = 0
    for at, one in enumerate(made):
        for reason in one.reasons:
            if reason.key != "outside":
                said += 1
                wrong += not np.delete(parts[:, at], row[reason.key]).sum() < whole[at]
    return wrong, said


def _exploring(report: Report, seeds: int) -> None:
    ours = rank_reader.lives(range(seeds), ours=True)
    rival = rank_reader.lives(range(seeds), ours=False)
    better = sum(one.regret < other.regret for one, other in zip(ours, rival, strict=True))
    report.heading(
        f"{seeds} readers for {rank_reader.IMPRESSIONS:,} impressions: {rank_reader.TOPICS} topics, "
        f"{rank_reader.LIKED} liked, one replaced every {rank_reader.CHANGES}"
    )
    report.figure("regret", mean(one.regret for one in ours), "mean regret of an impression")
    report.figure("regret_greedy", mean(one.regret for one in rival), "the same with a tenth drawn evenly")
    report.figure("regret_wins", better, f"of {seeds} readers better understood", least=0.75 * seeds)
    report.figure("found_median", _found(ours), "a new liking is opened first after", "impressions, median")
    report.figure("found_greedy", _found(rival), "the same with a tenth drawn evenly", "impressions, median")


def _found(lives: Sequence[rank_reader.Life]) -> float:
    return median([number for one in lives for number in (*one.found, *[NEVER] * one.missed)])


def _diversity(report: Report, news: Path, logs: Sequence[Path]) -> None:
    known, topics = rank_news.vectors(news)
    lists = [one for log in logs for one in rank_news.impressions(log, known)]
    before = rank_news.measured(lists, known, topics, relevance=1, topic=0)
    after = rank_news.measured(lists, known, topics)
    report.heading(f"{before.count:,} lists of at least {rank_news.LEAST} pieces, the first ten")
    report.figure("ndcg", before.ndcg, "nDCG@10 by score alone")
    report.figure("likeness", before.likeness, "mean cosine by score alone")
    report.ratio("ndcg", after.ndcg / before.ndcg, "nDCG@10 with diversity", least=0.99)
    report.ratio("likeness", after.likeness / before.likeness, "mean cosine with diversity", most=0.9)


if __name__ == "__main__":
    sys.exit(main())
