"""A pool of articles and a reader of real shape, drawn by lot: for measuring how ranking scales."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from nashra.core.rank import Lessons, Pool, Profile, Taste
from nashra.core.rank.ragged import Ragged
from nashra.core.rank.texts import basis_of

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
TERMS = 24  # of an article
COLUMNS = 2**18  # into which terms are hashed
TOPICS, NAMES, SOURCES = 60, 4000, 600
WEEK = 7 * 86400
Lot = np.random.Generator


def pool(count: int, lot: Lot) -> Pool:
    """So many articles of one week: many topics and names, some stories, few that many read."""
    told = lot.random(count) < 0.3
    stories = np.where(told, lot.integers(1, max(2, count // 12), count), 0)
    sizes = np.bincount(stories)
    shown = (lot.pareto(1.2, count) * 20).astype(np.float32)
    opened = (shown * lot.beta(1, 12, count)).astype(np.float32)
    now = NOW.timestamp()
    made = Pool(
        ids=np.arange(1, count + 1, dtype=np.int64),
        sources=(SOURCES * lot.random(count) ** 2).astype(np.int64) + 1,
        published=now - WEEK * lot.random(count) ** 1.3,
        stories=stories.astype(np.int64),
        story_sources=np.where(told, np.minimum(sizes[stories], 12), 1).astype(np.int32),
        images=lot.random(count) < 0.6,
        topics=drawn(lot, count, TOPICS, 2),
        names=drawn(lot, count, NAMES, 4),
        terms=terms(lot, count),
        shown=np.stack([shown * 0.4, shown], axis=1),
        opened=np.stack([opened * 0.4, opened], axis=1),
        readers=np.ceil(opened).astype(np.int32),
        picked=np.arange(count) % 9973 == 17,
        passed=np.where(lot.random(count) < 0.02, 1.0, 0.0).astype(np.float32),
        topic_keys=[f"topic{number:02}" for number in range(TOPICS)],
        name_keys=[f"name{number:04}" for number in range(NAMES)],
    )
    basis = basis_of(made.terms)
    gists = basis.encode(made.terms)
    return replace(made, basis=basis, gists=gists, drawn=gists * np.float32(0.1))


def drawn(lot: Lot, count: int, kinds: int, most: int) -> Ragged:
    """For each article up to `most` different ones of these kinds, the first of them the most frequent."""
    lengths = lot.integers(0, most + 1, count)
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    first = (kinds * lot.random(count) ** 2).astype(np.int64)
    place = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
    columns = (np.repeat(first, lengths) + place * 7) % kinds
    return Ragged(starts, columns.astype(np.int32), np.ones(starts[-1], np.float32))


def terms(lot: Lot, count: int) -> Ragged:
    """Hashed terms of so many articles as frequent as words are, rows of length 1."""
    rank = np.exp(lot.random((count, TERMS)) * np.log(60_000)).astype(np.int64)
    columns = (rank * 2654435761 % COLUMNS).astype(np.int32)
    weights = (np.log(60_000 / rank) + 1).astype(np.float32)
    weights = np.float32(1) / np.maximum(weights, 1) + lot.random((count, TERMS), np.float32) * 0.1
    weights /= np.linalg.norm(weights, axis=1, keepdims=True)
    starts = np.arange(count + 1, dtype=np.int64) * TERMS
    return Ragged(starts, columns.reshape(-1), weights.reshape(-1))


def reader(of: Pool, lot: Lot) -> Profile:
    """Fifty lessons, twenty sources and twenty topics that were opened, and some follows."""
    lessons = lot.choice(len(of), 50, replace=False)
    return Profile(
        subscriptions=frozenset(lot.integers(1, SOURCES, 20).tolist()),
        topics=frozenset(of.topic_keys[number] for number in (3, 20, 40)),
        source_taste=dict(zip(lot.choice(SOURCES, 20, replace=False).tolist(), tastes(lot, 20), strict=True)),
        topic_taste={of.topic_keys[number]: one for number, one in zip(range(0, 60, 3), tastes(lot, 20), strict=True)},
        name_taste={of.name_keys[number]: one for number, one in zip(range(0, 400, 10), tastes(lot, 40), strict=True)},
        lessons=Lessons(tuple(range(1, 51)), of.terms.take(lessons), weights(lot, 50)),
    )


def weights(lot: Lot, count: int) -> npt.NDArray[np.float32]:
    """Of lessons: most speak for what is like them, one in ten against it."""
    return np.where(np.arange(count) % 10 == 9, -1.0, lot.uniform(0.2, 3, count)).astype(np.float32)


def tastes(lot: Lot, count: int) -> list[Taste]:
    """Lines of a profile."""
    shares: Any = lot.dirichlet(np.ones(count))
    opened = lot.integers(1, 40, count).tolist()
    return [
        Taste(float(share), number, passed=float(number), weight=float(share * 10))
        for share, number in zip(shares, opened, strict=True)
    ]
