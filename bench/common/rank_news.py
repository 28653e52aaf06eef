"""How much less alike the first ten pieces become by diversity, and what that costs: on a click log in MIND's format.

The order before is a plain sum: the click rate so far, and how like a piece is to what the reader opened. Likeness is
the mean cosine of TF-IDF vectors over all pairs of the first ten.
"""

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from math import log, log2, sqrt
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nashra.core import text
from nashra.core.rank import Candidate, pool_of
from nashra.core.rank.diversity import RELEVANCE, TOPIC, reordered

FIRST = 10
LEAST = 20  # candidates of an impression that is measured: with fewer there is little to choose from
MOMENT = datetime(2020, 1, 1, tzinfo=UTC)
Terms = dict[int, float]
Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Impression:
    """A list that a reader was shown, best first by the plain sum: ids, topics, scores, and which were clicked."""

    ids: list[str]
    scores: Scores
    clicked: list[bool]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Means over all impressions: gain of the first ten, their likeness, and how many topics they have."""

    ndcg: float
    likeness: float
    topics: float
    count: int


def vectors(news: Path) -> tuple[dict[str, Terms], dict[str, str]]:
    """TF-IDF vectors of length 1, and the topic, by article's id."""
    csv.field_size_limit(sys.maxsize)
    analyser = text.for_language("en")
    codes: dict[str, int] = {}
    counted: dict[str, Counter[int]] = {}
    topics: dict[str, str] = {}
    with news.open(encoding="utf-8") as lines:
        for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            topics[row[0]] = row[1]
            stems = (one.stem for one in analyser.terms(f"{row[3]} {row[4]}"))
            counted[row[0]] = Counter(codes.setdefault(stem, len(codes)) for stem in stems)
    spread = Counter(code for terms in counted.values() for code in terms)
    idf = {code: log(len(counted) / count) for code, count in spread.items()}
    return {key: _unit({code: (1 + log(n)) * idf[code] for code, n in terms.items()}) for key, terms in
            counted.items()}, topics  # fmt: skip


def _unit(terms: Terms) -> Terms:
    length = sqrt(sum(weight * weight for weight in terms.values())) or 1.0
    return {code: weight / length for code, weight in terms.items()}


def cosine(one: Terms, other: Terms) -> float:
    """Of two vectors of length 1."""
    few, many = sorted((one, other), key=len)
    return sum(weight * many.get(code, 0.0) for code, weight in few.items())


def impressions(log_file: Path, known: dict[str, Terms]) -> Iterator[Impression]:
    """Those with enough candidates, in the order of the log; only what came before counts for a click rate."""
    shown: Counter[str] = Counter()
    clicks: Counter[str] = Counter()
    for line in log_file.read_text("utf-8").splitlines():
        _, _, _, history, candidates = line.split("\t")
        pairs = [one.rsplit("-", 1) for one in candidates.split()]
        ids, clicked = [key for key, _ in pairs], [label == "1" for _, label in pairs]
        if len(ids) >= LEAST and any(clicked):
            scores = _z([(clicks[key] + 2) / (shown[key] + 25) for key in ids]) + _z(_likings(history, ids, known))
            order = np.argsort(-scores, kind="stable").tolist()
            yield Impression([ids[at] for at in order], scores[order], [clicked[at] for at in order])
        shown.update(ids)
        clicks.update(key for key, hit in zip(ids, clicked, strict=True) if hit)


def _likings(history: str, ids: list[str], known: dict[str, Terms]) -> list[float]:
    """How like each is to the three most similar of what the reader opened last."""
    opened = [known[key] for key in history.split()[-50:] if known.get(key)]
    return [sum(sorted((cosine(known.get(key, {}), one) for one in opened), reverse=True)[:3]) / 3 for key in ids]


def _z(values: Sequence[float]) -> Scores:
    array = np.array(values)
    return np.asarray((array - array.mean()) / (array.std() or 1.0))


def measured(
    lists: list[Impression],
    known: dict[str, Terms],
    topics: dict[str, str],
    *,
    relevance: float = RELEVANCE,
    topic: float = TOPIC,
) -> Outcome:
    """The outcome when the first ten are chosen with this λ and penalty; 1 and 0 leave the order as it is."""
    sums: defaultdict[str, float] = defaultdict(float)
    for one in lists:
        pool = pool_of(
            [
                Candidate(at, 1, MOMENT, topics=tuple(filter(None, [topics.get(key)])), terms=known.get(key, {}))
                for at, key in enumerate(one.ids)
            ]
        )
        first = reordered(pool, one.scores.astype(np.float32), FIRST, relevance, topic)
        sums["ndcg"] += _ndcg([one.clicked[at] for at in first], sum(one.clicked))
        texts = [known.get(one.ids[at], {}) for at in first]
        pairs = [cosine(a, b) for a, b in combinations(texts, 2)]
        sums["likeness"] += sum(pairs) / len(pairs)
        sums["topics"] += len({topics.get(one.ids[at]) for at in first} - {None, ""})
    count = len(lists) or 1
    return Outcome(sums["ndcg"] / count, sums["likeness"] / count, sums["topics"] / count, len(lists))


def _ndcg(clicked: list[bool], relevant: int) -> float:
    gain = sum(1 / log2(place + 2) for place, hit in enumerate(clicked) if hit)
    return gain / sum(1 / log2(place + 2) for place in range(min(FIRST, relevant)))
