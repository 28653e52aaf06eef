"""The few articles of one page as a pool: from the shelf, and from the database what is not there yet, or no more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from nashra.core.rank import Pool
from nashra.front.embedding.table import attached
from nashra.front.services.mentioned import shared_names
from nashra.front.shelf.analysing import Analysed, Row, analysed, topics_of
from nashra.front.shelf.building import Part, Shelf, part_of
from nashra.front.shelf.segment import Places, chained, recoded
from nashra.front.words import Named

_REMEMBERED = 2_000
_recent: dict[tuple[int, str, str, str], Analysed] = {}
_with: tuple[Named, ...] = ()  # the names that were looked for
_PLAIN = (
    "ids", "sources", "published", "stories", "story_sources", "images", "shown", "opened", "readers", "picked",
    "passed", "gists", "drawn_rows",
)  # fmt: skip


def pool_of_rows(shelf: Shelf, pools: Sequence[Pool], rows: Sequence[Row], now: datetime) -> Pool:
    """These articles in this order. `pools` are those of the shelf's parts."""
    ids = np.array([row.id for row in rows], np.int64)
    found = [pool.take(_there(part, ids)) for part, pool in zip(shelf.parts, pools, strict=True)]
    there = np.concatenate([pool.ids for pool in found])
    absent = [row for row, known in zip(rows, np.isin(ids, there), strict=True) if not known]
    if absent:
        found.append(_from_rows(shelf, absent, now))
    joined = _joined(found)
    order = np.argsort(joined.ids)
    placed = joined.take(order[np.searchsorted(joined.ids, ids, sorter=order)]) if len(ids) else joined
    placed = replace(
        placed,
        sources=np.array([row.source_id for row in rows], np.int64),  # as the database knows them now
        stories=np.array([row.story_id or 0 for row in rows], np.int64),
    )
    return attached(placed)


def _there(part: Part, ids: npt.NDArray[np.int64]) -> Places:
    places = part.segment.places(ids)
    return places[part.standing.alive[places]]


def _from_rows(shelf: Shelf, rows: Sequence[Row], now: datetime) -> Pool:
    """Articles that are not on the shelf; what stands in those of the last minutes is remembered."""
    topics = topics_of([row.id for row in rows])
    seen = [_remembered(row, shared_names(now))._replace(topics=tuple(sorted(topics.get(row.id, ())))) for row in rows]
    return part_of(seen, shelf.statistics).pool(np.ones(2), shelf.base_rate, shelf.statistics.basis, shelf.drawn)


def _remembered(row: Row, shared: tuple[Named, ...]) -> Analysed:
    global _with
    if _with is not shared or len(_recent) > _REMEMBERED:
        _recent.clear()
        _with = shared
    key = (row.id, row.title, row.summary, row.content_hash)
    if key not in _recent:
        _recent[key] = analysed(row, (), shared)
    return _recent[key]


def _joined(pools: Sequence[Pool]) -> Pool:
    """Several pools as one, under common keys of topics and names."""
    first = pools[0]
    topics, topic_keys = recoded([(pool.topics, pool.topic_keys) for pool in pools])
    names, name_keys = recoded([(pool.names, pool.name_keys) for pool in pools])
    terms = chained([pool.terms for pool in pools])
    plain: dict[str, Any] = {name: np.concatenate([getattr(pool, name) for pool in pools]) for name in _PLAIN}
    return replace(
        first, **plain, topics=topics, names=names, terms=terms, topic_keys=topic_keys, name_keys=name_keys,
    )  # fmt: skip
