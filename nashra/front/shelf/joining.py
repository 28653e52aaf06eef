"""Articles of several segments as one: in memory, or step by step from file to file, so that never all are held."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from nashra.base import courtesy
from nashra.core.rank import texts
from nashra.core.rank.ragged import NO_ROWS
from nashra.front.shelf.arrays import Arrays, Kinds, let_go
from nashra.front.shelf.segment import (
    CODED,
    NO_ARTICLES,
    NO_STATISTICS,
    PLAIN,
    RAGGED,
    Places,
    Segment,
    Statistics,
    chained,
    common_keys,
    restated,
)

Chosen = Sequence[tuple[Segment, Places]]
"""Some articles, at these places in order, of several segments. No article is chosen twice."""
STEP = 2_000  # articles that are held at once: about two megabytes


def joined(parts: Sequence[Segment]) -> Segment:
    """All articles of these segments, in the order of their ids. Keys that none has any more are left out."""
    joining = Joining([(part, np.arange(len(part))) for part in parts])
    return next(joining.steps(max(1, len(joining))), NO_ARTICLES)


class Joining:
    """What was chosen as one segment, in the order of ids; for other statistics where those are given."""

    def __init__(self, chosen: Chosen, last: Statistics = NO_STATISTICS, now: Statistics = NO_STATISTICS) -> None:
        coded = {name: _common([part for part, _ in chosen], name) for name in (*CODED, "languages")}
        self.keys: dict[str, list[str]] = {f"{name.rstrip('s')}_keys": keys for name, (_, keys) in coded.items()}
        tables = [{name: found[number] for name, (found, _) in coded.items()} for number in range(len(chosen))]
        self._parts = [(*one, one[0].ids[one[1]], table) for one, table in zip(chosen, tables, strict=True)]
        self._ids = np.sort(np.concatenate([NO_ARTICLES.ids, *(ids for *_, ids, _ in self._parts)]))
        self._restated = None if last is now else (last, now)

    def __len__(self) -> int:
        return len(self._ids)

    def steps(self, size: int) -> Iterator[Segment]:
        """All of it, so many articles at a time."""
        for first in range(0, len(self), size):
            some = self._between(self._ids[first], self._ids[min(first + size, len(self)) - 1])
            yield restated(some, *self._restated) if self._restated else some

    def _between(self, lowest: np.int64, highest: np.int64) -> Segment:
        taken = []
        for part, places, ids, tables in self._parts:
            first, last = np.searchsorted(ids, lowest), np.searchsorted(ids, highest, "right")
            if first < last:
                taken.append(self._taken(part, places[first:last], tables))
        if len(taken) == 1:
            return taken[0]
        plain: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in taken]) for name in PLAIN}
        plain |= {name: chained([getattr(one, name) for one in taken]) for name in RAGGED}
        return replace(taken[0], **plain).take(np.argsort(plain["ids"]))

    def _taken(self, part: Segment, places: Places, tables: Mapping[str, npt.NDArray[np.int32]]) -> Segment:
        found = part.take(places)
        coded: dict[str, Any] = {name: getattr(found, name) for name in CODED}
        coded = {name: replace(rows, columns=tables[name][rows.columns]) for name, rows in coded.items()}
        return replace(found, languages=tables["languages"][found.languages], **coded | self.keys)

    # ------------------------------------------------------------------------------------------- for a file

    def kinds(self) -> Kinds:
        """Of the arrays of all."""
        found = {}
        for name in PLAIN:
            empty = getattr(NO_ARTICLES, name)
            found[name] = (empty.dtype, (len(self), *empty.shape[1:]))
        for name in RAGGED:
            held = sum(getattr(part, name).held(places) for part, places, *_ in self._parts)
            sizes = {"starts": len(self) + 1, "columns": held, "weights": held}
            found |= {f"{name}.{key}": (getattr(NO_ROWS, key).dtype, (size,)) for key, size in sizes.items()}
        return found

    def pieces(self) -> Iterator[Arrays]:
        """The arrays of all, piece by piece. Gives way to pages."""
        yield {f"{name}.starts": NO_ROWS.starts for name in RAGGED}
        ends = dict.fromkeys(RAGGED, 0)
        for some in self.steps(STEP):
            courtesy.give_way()
            arrays = some.arrays("")
            for name in RAGGED:
                starts = arrays[f"{name}.starts"]
                arrays[f"{name}.starts"] = starts[1:] + ends[name]
                ends[name] += int(starts[-1])
            yield arrays
            for part, *_ in self._parts:
                let_go(part.ids)


def _common(parts: Sequence[Segment], name: str) -> tuple[list[npt.NDArray[np.int32]], list[str]]:
    columns = [getattr(part, name) for part in parts]
    codes = [found.columns if name in CODED else found for found in columns]
    known = [getattr(part, f"{name.rstrip('s')}_keys") for part in parts]
    return common_keys(list(zip(codes, known, strict=True)))


def statistics_of(chosen: Chosen, last: Statistics, name: str, at: float) -> Statistics:
    """What these articles, whose texts are weighed by the last statistics, say of terms."""
    frequencies = np.zeros(texts.SIZE, np.float32)
    for part, places in chosen:
        for first in range(0, len(places), STEP):
            np.add.at(frequencies, part.terms.take(places[first : first + STEP]).columns, 1)
        let_go(part.ids)
    articles = sum(len(places) for _, places in chosen)
    courtesy.give_way()
    drawn = chained([part.terms.take(places) for part, places in _drawn(chosen, articles)])
    for part, _ in chosen:
        let_go(part.ids)
    drawn = texts.reweighed(drawn, (last.frequencies, last.articles), (frequencies, articles))
    return Statistics(name, at, articles, frequencies, texts.basis_of(drawn))


def _drawn(chosen: Chosen, articles: int) -> Iterator[tuple[Segment, Places]]:
    """As many of them as a basis is made from, by lot."""
    most = min(articles, texts.MOST_ROWS)
    drawn = np.sort(np.random.default_rng(0).choice(articles, most, replace=False)) if articles else np.zeros(0, int)
    first = 0
    for part, places in chosen:
        own = drawn[(drawn >= first) & (drawn < first + len(places))] - first
        yield part, places[own]
        first += len(places)
