"""Analysed articles as arrays, in the order of their ids: what of them stays the same while they read the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from nashra.core.rank import texts
from nashra.core.rank.ragged import NO_ROWS, Ragged, ragged
from nashra.core.rank.texts import NO_BASIS, Basis
from nashra.front.shelf.analysing import Analysed
from nashra.front.shelf.arrays import Arrays

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
PLAIN = ("ids", "stamps", "published", "images", "languages", "gists")
CODED = ("topics", "names")
RAGGED = (*CODED, "terms")
_KEYS = ("topic_keys", "name_keys", "language_keys")


@dataclass(frozen=True, slots=True, eq=False)
class Statistics:
    """In how many of how many articles each term stands, and the directions in which these differ most."""

    name: str = ""
    at: float = 0.0  # when they were made, in seconds since 1970
    articles: int = 0
    frequencies: Floats = field(default_factory=lambda: np.zeros(texts.SIZE, np.float32))
    basis: Basis = NO_BASIS

    def weigh(self, counts: Ragged) -> Ragged:
        """Counted terms by weight, each row of length 1."""
        return texts.weighed(counts, self.frequencies, self.articles)

    def arrays(self) -> Arrays:
        """Its arrays by name."""
        basis = {f"basis.{one.name}": getattr(self.basis, one.name) for one in fields(Basis)}
        return {"frequencies": self.frequencies} | basis

    def about(self) -> dict[str, Any]:
        """What else there is to say of it, by name."""
        return {"name": self.name, "at": self.at, "articles": self.articles}

    @classmethod
    def from_arrays(cls, arrays: Arrays, about: Mapping[str, Any]) -> Self:
        """What `arrays` and `about` gave. Raises LookupError, TypeError."""
        basis = Basis(*(arrays[f"basis.{one.name}"] for one in fields(Basis)))
        return cls(**about, frequencies=arrays["frequencies"], basis=basis)


NO_STATISTICS = Statistics()


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """n articles by some statistics. Topics, names and languages are numbers: the places of their keys in the lists of
    keys.
    """

    ids: npt.NDArray[np.int64]
    stamps: npt.NDArray[np.int64]  # see `analysing.stamp_of`
    published: npt.NDArray[np.float64]  # seconds since 1970
    images: npt.NDArray[np.bool_]
    languages: npt.NDArray[np.int32]
    topics: Ragged
    names: Ragged
    terms: Ragged  # weighed
    gists: Floats  # (n, dims), see `texts`
    topic_keys: Sequence[str] = ()
    name_keys: Sequence[str] = ()
    language_keys: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.ids)

    def places(self, ids: npt.NDArray[np.int64]) -> Places:
        """Where these articles stand; those that are not here are left out."""
        if not len(self.ids):
            return np.zeros(0, np.intp)
        at = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        return np.asarray(at[self.ids[at] == ids], np.intp)

    def take(self, places: Places) -> Self:
        """The articles at these places (in the order of their ids)."""
        plain = {name: getattr(self, name)[places] for name in PLAIN}
        rows = {name: getattr(self, name).take(places) for name in RAGGED}
        return replace(self, **plain, **rows)

    def arrays(self, prefix: str) -> Arrays:
        """All of it but the keys, by name."""
        plain = {f"{prefix}{name}": getattr(self, name) for name in PLAIN}
        return plain | flat(prefix, {name: getattr(self, name) for name in RAGGED})

    def keys(self) -> dict[str, list[str]]:
        """The keys, by name."""
        return {name: list(getattr(self, name)) for name in _KEYS}


NO_ARTICLES = Segment(
    np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.bool_), np.zeros(0, np.int32),
    NO_ROWS, NO_ROWS, NO_ROWS, np.zeros((0, texts.DIMS), np.float32),
)  # fmt: skip


def from_arrays(arrays: Arrays, prefix: str, keys: Mapping[str, Sequence[str]]) -> Segment:
    """What `arrays` and `keys` gave. Raises LookupError."""
    found: dict[str, Any] = {name: arrays[f"{prefix}{name}"] for name in PLAIN}
    found |= {name: unflat(arrays, f"{prefix}{name}") for name in RAGGED}
    found |= {name: keys[name] for name in _KEYS}
    return Segment(**found)


def flat(prefix: str, rows: Mapping[str, Ragged]) -> Arrays:
    """Rows of different lengths as flat arrays."""
    return {
        f"{prefix}{name}.{one.name}": getattr(ragged_rows, one.name)
        for name, ragged_rows in rows.items()
        for one in fields(ragged_rows)
    }


def unflat(arrays: Arrays, name: str) -> Ragged:
    """The rows that `flat` took apart."""
    return Ragged(*(arrays[f"{name}.{one.name}"] for one in fields(NO_ROWS)))


def segment_of(rows: Sequence[Analysed], statistics: Statistics) -> Segment:
    """These articles as arrays, their texts by these statistics."""
    if not rows:
        return NO_ARTICLES
    columns: dict[str, Any] = dict(zip(Analysed._fields, zip(*sorted(rows), strict=True), strict=True))
    languages = sorted(set(columns["language"]))
    topics, names = (sorted({key for row in columns[name] for key in row}) for name in CODED)
    terms = statistics.weigh(texts.counted_rows(columns["terms"]))
    return Segment(
        np.array(columns["id"], np.int64),
        np.array(columns["stamp"], np.int64),
        np.array(columns["published"], np.float64),
        np.array(columns["has_image"], np.bool_),
        np.array([languages.index(code) for code in columns["language"]], np.int32),
        _coded(columns["topics"], topics),
        _coded(columns["names"], names),
        terms,
        statistics.basis.encode(terms),
        topics,
        names,
        languages,
    )


def _coded(rows: Sequence[Sequence[str]], keys: Sequence[str]) -> Ragged:
    code = {key: place for place, key in enumerate(keys)}
    return ragged([[code[key] for key in row] for row in rows])


def restated(segment: Segment, last: Statistics, now: Statistics) -> Segment:
    """The same by other statistics."""
    terms = texts.reweighed(segment.terms, (last.frequencies, last.articles), (now.frequencies, now.articles))
    return replace(segment, terms=terms, gists=now.basis.encode(terms))


def common_keys(
    parts: Sequence[tuple[npt.NDArray[np.int32], Sequence[str]]],
) -> tuple[list[npt.NDArray[np.int32]], list[str]]:
    """Common keys for the codes of several parts, those that are in use: for each part a table from its codes to the
    common ones.
    """
    used = [np.flatnonzero(np.bincount(codes)).tolist() for codes, _ in parts]
    keys = sorted({known[old] for (_, known), codes in zip(parts, used, strict=True) for old in codes})
    code = {key: place for place, key in enumerate(keys)}
    tables = []
    for (_, known), codes in zip(parts, used, strict=True):
        table = np.zeros(codes[-1] + 1 if codes else 1, np.int32)
        table[codes] = [code[known[old]] for old in codes]
        tables.append(table)
    return tables, keys


def recoded(parts: Sequence[tuple[Ragged, Sequence[str]]]) -> tuple[Ragged, list[str]]:
    """Coded rows of several parts, one after the other, under the keys that are in use."""
    tables, keys = common_keys([(rows.columns, known) for rows, known in parts])
    return chained(
        [replace(rows, columns=table[rows.columns]) for (rows, _), table in zip(parts, tables, strict=True)]
    ), keys


def chained(parts: Sequence[Ragged]) -> Ragged:
    """The rows of all, one after the other."""
    ends = np.cumsum([0, *(one.starts[-1] for one in parts)])
    return Ragged(
        np.concatenate([ends[:1], *(one.starts[1:] + end for one, end in zip(parts, ends, strict=False))]),
        np.concatenate([NO_ROWS.columns, *(one.columns for one in parts)]),
        np.concatenate([NO_ROWS.weights, *(one.weights for one in parts)]),
    )
