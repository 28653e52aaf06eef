"""The replay of click logs: nothing from the future, no order that tells something, clear refusals."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click_logs import Log

from nashra.core.rank.evaluation import Impression, LogError, Report, Skipped, compare, read_log, read_news
from nashra.core.rank.evaluation.metrics import NAMES, of_list
from nashra.core.rank.evaluation.replaying import Played, replay

CASES = json.loads((Path(__file__).parent.parent / "data/evaluation/metrics.json").read_text("utf-8"))
MARKS = "\u064b\u064e\u064f\u0650\u0651\u0652"


def lists(lines: list[str], skipped: Skipped | None = None, **given: Any) -> list[Impression]:
    return list(read_log("log.tsv", lines, {}, skipped or Skipped(), **given))


def played(log: Log, lines: list[str]) -> list[Played]:
    return list(replay(lists(lines), read_news(log.news(), Skipped())))


def report(log: Log, train: list[str], test: list[str], news: list[str] | None = None) -> Report:
    return compare(lists(train), lists(test), read_news(news or log.news(), Skipped()))


@pytest.fixture(scope="module")
def log() -> Log:
    return Log()


@pytest.fixture(scope="module")
def whole(log: Log) -> Report:
    return report(log, log.train, log.test)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_figures_of_a_list_follow_their_definitions(case: dict[str, Any]) -> None:
    scores, clicked = np.array(case["scores"], float), np.array(case["clicked"], bool)
    found = of_list(scores, clicked, np.zeros(len(scores)))
    assert found == pytest.approx(case["figures"], abs=1e-5)


def test_equal_scores_are_decided_by_lot() -> None:
    lot, clicked = np.random.default_rng(1), np.array([True, False])
    found = {of_list(np.zeros(2), clicked, lot.random(2))[0] for _ in range(30)}
    assert found == {0.0, 1.0}


def test_all_methods_are_compared_on_the_same_lists(log: Log, whole: Report) -> None:
    assert list(whole.methods) == ["nashra", "random", "recency", "ctr", "sum", "sum_known"]
    assert {method.lists for method in whole.methods.values()} == {len(log.test)}
    assert list(whole.paired) == ["random", "recency", "ctr", "sum", "sum_known"]
    for name, paired in whole.paired.items():
        for figure in NAMES:
            mine, other = whole.methods["nashra"].figures[figure], whole.methods[name].figures[figure]
            assert paired.figures[figure] == pytest.approx(mine - other)
            low, high = paired.intervals[figure]
            assert low <= paired.figures[figure] <= high


def test_what_readers_read_is_found_again(whole: Report) -> None:
    assert whole.methods["nashra"].figures["auc"] > 0.8
    assert whole.paired["random"].intervals["auc"][0] > 0
    assert whole.paired["ctr"].intervals["auc"][0] > 0


def test_a_later_click_changes_no_earlier_score(log: Log) -> None:
    other = [*log.train[:-10], *(turned(line) for line in log.train[-10:])]
    before, after = played(log, log.train), played(log, other)
    for one, two in zip(before[:-9], after[:-9], strict=True):
        order_one, order_two = np.argsort(one.impression.candidates), np.argsort(two.impression.candidates)
        assert np.array_equal(one.features[order_one], two.features[order_two])
        for name, scores in one.baselines.items():
            assert np.array_equal(scores[order_one], two.baselines[name][order_two])
    assert not all(
        np.array_equal(np.sort(a.features, 0), np.sort(b.features, 0)) for a, b in zip(before, after, strict=True)
    )


def test_a_click_in_the_same_second_is_not_earlier(log: Log) -> None:
    first, second = (line.split("\t") for line in log.train[:2])
    second[2], second[4] = first[2], first[4]
    apart = [*second[:2], first[2].replace(":00 ", ":01 "), *second[3:]]
    together = played(log, ["\t".join(first), "\t".join(second)])[1]
    later = played(log, ["\t".join(first), "\t".join(apart)])[1]
    assert set(together.baselines["ctr"]) == {together.baselines["ctr"][0]}
    assert len(set(later.baselines["ctr"])) == 2


def test_the_order_of_candidates_tells_nothing(log: Log, whole: Report) -> None:
    first = [sorted_by_click(line) for line in log.train], [sorted_by_click(line) for line in log.test]
    other = report(log, *first)
    for name, method in whole.methods.items():
        assert other.methods[name].figures["auc"] == pytest.approx(method.figures["auc"], abs=0.005)


def test_spelling_variants_of_arabic_rank_the_same(log: Log, whole: Report) -> None:
    lot = random.Random(5)
    other = report(log, log.train, log.test, log.news(lambda title: respelled(title, lot)))
    for figure in ("auc", "ndcg@10"):
        assert other.methods["nashra"].figures[figure] == pytest.approx(
            whole.methods["nashra"].figures[figure], abs=0.01
        )


def test_a_log_that_runs_backwards_is_refused_by_its_line(log: Log) -> None:
    lines = [*log.train[:3], log.train[1]]
    with pytest.raises(LogError, match=r"log\.tsv, line 4: 2026-11-20 06:20:00 comes after 2026-11-20 06:40:00"):
        lists(lines)
    with pytest.raises(LogError, match="line 1"):
        lists(log.train, since=lists(log.test)[0].at)


def test_what_is_left_out_is_counted(log: Log) -> None:
    skipped = Skipped()
    row = log.train[0].rstrip("\n").split("\t")
    none, every = ("\t".join([*row[:4], candidates]) for candidates in ("N1-0 N2-0", "N1-1"))
    lines = [
        none,
        every,
        "nothing",
        "\t".join([*row[:2], "yesterday", *row[3:]]),
        "\t".join([*row[:4], "N1-2"]),
        *log.train[:2],
    ]
    assert len(lists(lines, skipped)) == 2
    assert skipped.counts["impressions without an opening and something else"] == 2
    assert skipped.counts["broken lines"] == 3
    assert skipped.counts["articles of histories and impressions that are not among the news"] > 0


def test_articles_that_nobody_describes_can_be_ranked(log: Log) -> None:
    found = compare(lists(log.train), lists(log.test), {})
    assert found.methods["nashra"].figures["auc"] == pytest.approx(0.5, abs=0.15)


def test_too_small_a_train_log_leaves_the_shipped_weights(log: Log, whole: Report) -> None:
    assert whole.refit is None
    assert report(log, [], log.test).methods["nashra"].lists == len(log.test)


def turned(line: str) -> str:
    """The same list with other pieces opened."""
    head, _, candidates = line.rstrip("\n").rpartition("\t")
    return head + "\t" + " ".join(f"{one[:-1]}{1 - int(one[-1])}" for one in candidates.split())


def sorted_by_click(line: str) -> str:
    head, _, candidates = line.rstrip("\n").rpartition("\t")
    return head + "\t" + " ".join(sorted(candidates.split(), key=lambda one: one[-1], reverse=True))


def respelled(title: str, lot: random.Random) -> str:
    """Another spelling of the same: alefs without hamza, ya for its dotless form, marks, tatweel."""
    letters = []
    for letter in title:
        if letter in "أإآ" and lot.random() < 0.7:
            letter = "ا"
        letters.append(letter)
        if letter.isalpha() and lot.random() < 0.2:
            letters.append(lot.choice(MARKS))
        elif letter in "بتسنيمهفقك" and lot.random() < 0.2:
            letters.append("ـ")
    return "".join(letters)
