"""Analysed articles as arrays, in the order of their ids: what of them stays the same while they read the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from nashra.core.rank.ragged import NO_ROWS, Ragged, ragged
from nashra.front.shelf.analysing import Analysed
from nashra.front.shelf.arrays import Arrays

Places = npt.NDArray[np.intp]
_PLAIN = ("ids", "stamps", "published", "images", "languages")
_CODED = ("topics", "names")
_KEYS = ("topic_keys", "name_keys", "language_keys")


@dataclass(frozen=True, slots=True, eq=False)
class Segment:
    """n articles. Topics, names and languages are numbers: the places of their keys in the lists of keys."""

    ids: npt.NDArray[np.int64]
    stamps: npt.NDArray[np.int64]  # see `analysing.stamp_of`
    published: npt.NDArray[np.float64]  # seconds since 1970
    images: npt.NDArray[np.bool_]
    languages: npt.NDArray[np.int32]
    topics: Ragged
    names: Ragged
    terms: Ragged  # counted
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
        plain = {name: getattr(self, name)[places] for name in _PLAIN}
        rows = {name: getattr(self, name).take(places) for name in (*_CODED, "terms")}
        return replace(self, **plain, **rows)

    def arrays(self, prefix: str) -> Arrays:
        """All of it but the keys, by name."""
        plain = {f"{prefix}{name}": getattr(self, name) for name in _PLAIN}
        return plain | flat(prefix, {name: getattr(self, name) for name in (*_CODED, "terms")})

    def keys(self) -> dict[str, list[str]]:
        """The keys, by name."""
        return {name: list(getattr(self, name)) for name in _KEYS}


NO_ARTICLES = Segment(
    np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.bool_), np.zeros(0, np.int32),
    NO_ROWS, NO_ROWS, NO_ROWS,
)  # fmt: skip


def from_arrays(arrays: Arrays, prefix: str, keys: Mapping[str, Sequence[str]]) -> Segment:
    """What `arrays` and `keys` gave. Raises LookupError."""
    found: dict[str, Any] = {name: arrays[f"{prefix}{name}"] for name in _PLAIN}
    found |= {name: unflat(arrays, f"{prefix}{name}") for name in (*_CODED, "terms")}
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


def segment_of(rows: Sequence[Analysed]) -> Segment:
    """These articles as arrays."""
    ordered = sorted(rows)
    columns: dict[str, Any] = dict(zip(Analysed._fields, zip(*ordered, strict=True), strict=True)) if ordered else {}
    if not columns:
        return NO_ARTICLES
    languages = sorted(set(columns["language"]))
    topics, names = (sorted({key for row in columns[name] for key in row}) for name in _CODED)
    return Segment(
        np.array(columns["id"], np.int64),
        np.array(columns["stamp"], np.int64),
        np.array(columns["published"], np.float64),
        np.array(columns["has_image"], np.bool_),
        np.array([languages.index(code) for code in columns["language"]], np.int32),
        _coded(columns["topics"], topics),
        _coded(columns["names"], names),
        ragged(columns["terms"]),
        topics,
        names,
        languages,
    )


def _coded(rows: Sequence[Sequence[str]], keys: Sequence[str]) -> Ragged:
    code = {key: place for place, key in enumerate(keys)}
    return ragged([[code[key] for key in row] for row in rows])


def joined(one: Segment, other: Segment) -> Segment:
    """Both, in the order of their ids. Keys that no article has any more are left out."""
    topics, names, languages = (_merged(one, other, name) for name in ("topics", "names", "languages"))
    order = np.argsort(np.concatenate((one.ids, other.ids)), kind="stable")
    plain: dict[str, Any] = {
        name: np.concatenate((getattr(one, name), getattr(other, name)))[order] for name in _PLAIN[:-1]
    }
    return Segment(
        **plain,
        languages=languages[0].columns[order],
        topics=topics[0].take(order),
        names=names[0].take(order),
        terms=chained(one.terms, other.terms).take(order),
        topic_keys=topics[1],
        name_keys=names[1],
        language_keys=languages[1],
    )


def _merged(one: Segment, other: Segment, name: str) -> tuple[Ragged, list[str]]:
    """The coded rows of both under common keys."""
    return recoded([(_rows(part, name), getattr(part, f"{name.rstrip('s')}_keys")) for part in (one, other)])


def _rows(part: Segment, name: str) -> Ragged:
    rows = getattr(part, name)
    if isinstance(rows, Ragged):
        return rows
    return Ragged(np.arange(len(rows) + 1), rows, np.ones(len(rows), np.float32))


def recoded(parts: Sequence[tuple[Ragged, Sequence[str]]]) -> tuple[Ragged, list[str]]:
    """Coded rows of several parts, one after the other, under the keys that are in use."""
    used = [np.unique(rows.columns) for rows, _ in parts]
    keys = sorted({known[code] for (_, known), codes in zip(parts, used, strict=True) for code in codes.tolist()})
    code = {key: place for place, key in enumerate(keys)}
    found = NO_ROWS
    for (rows, known), codes in zip(parts, used, strict=True):
        table = np.zeros(int(codes[-1]) + 1 if len(codes) else 1, np.int32)
        table[codes] = [code[known[old]] for old in codes.tolist()]
        found = chained(found, replace(rows, columns=table[rows.columns]))
    return found, keys


def chained(one: Ragged, other: Ragged) -> Ragged:
    """The rows of both, one after the other."""
    return Ragged(
        np.concatenate((one.starts, other.starts[1:] + one.starts[-1])),
        np.concatenate((one.columns, other.columns)),
        np.concatenate((one.weights, other.weights)),
    )
