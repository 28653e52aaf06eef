"""All articles that may be shown, as arrays: tens of thousands are scored at once.

An installation keeps them in files that processes map into memory; a pool can as well be made of a few candidates.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from nashra.core.rank.model import Candidate, Mention
from nashra.core.rank.ragged import Ragged, ragged
from nashra.core.rank.texts import Basis
from nashra.core.rank.vectors import stacked

BASE_RATE = 0.08
"""Of readers who look at a piece, how many open it, while an installation has seen too little to know."""


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """n articles as arrays of n rows. Topics and names are numbers: the places of their keys in `topic_keys` and
    `name_keys`. What only some articles have for this reader is in maps by place.
    """

    ids: npt.NDArray[np.int64]
    sources: npt.NDArray[np.int64]
    published: npt.NDArray[np.float64]  # seconds since 1970
    stories: npt.NDArray[np.int64]  # 0: none
    story_sources: npt.NDArray[np.int32]
    images: npt.NDArray[np.bool_]
    topics: Ragged
    names: Ragged
    terms: Ragged
    shown: npt.NDArray[np.float32]  # (n, 2), see `Candidate`
    opened: npt.NDArray[np.float32]  # (n, 2)
    readers: npt.NDArray[np.int32]
    picked: npt.NDArray[np.bool_]
    passed: npt.NDArray[np.float32]
    topic_keys: Sequence[str] = ()
    name_keys: Sequence[str] = ()
    words: Mapping[int, tuple[Mention, ...]] = field(default_factory=dict)
    authors: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    searches: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    base_rate: float = BASE_RATE
    vectors: npt.NDArray[np.floating] | None = None  # (n, dim), zeros where an article has none; see `vectors`
    vector_rows: npt.NDArray[np.integer] | None = None  # (n,) which row is each one's, -1 for none; None: in this order
    basis: Basis | None = None  # the directions of gists
    gists: npt.NDArray[np.floating] | None = None  # (n, dims), what each is about in that basis; see `texts`
    drawn: npt.NDArray[np.floating] | None = None  # (n, dims), what its readers have in common; see `texts.Crowd`
    drawn_rows: npt.NDArray[np.integer] | None = None  # (n,) which row is each one's, -1 for none; None: in this order
    candidates: Sequence[Candidate] = ()  # of which the pool was made, if it was

    def __len__(self) -> int:
        return len(self.ids)

    def take(self, places: npt.NDArray[np.intp]) -> "Pool":
        """The articles at these places, in this order."""
        mentioned = {name: getattr(self, name) for name in ("words", "authors", "searches")}
        new = {int(old): at for at, old in enumerate(places)} if any(mentioned.values()) else {}
        taken: dict[str, Any] = {name: getattr(self, name)[places] for name in _ARRAYS}
        taken |= {name: getattr(self, name).take(places) for name in ("topics", "names", "terms")}
        taken |= {name: _moved(found, new) for name, found in mentioned.items()}
        kept = [self.candidates[place] for place in places] if self.candidates else ()
        vectors = "vectors" if self.vector_rows is None else "vector_rows"
        for name in ("gists", vectors, "drawn" if self.drawn_rows is None else "drawn_rows"):
            taken[name] = None if (rows := getattr(self, name)) is None else rows[places]
        return replace(self, **taken, candidates=kept)

    def candidate(self, place: int) -> Candidate:
        """One article of the pool as a value."""
        if self.candidates:
            return self.candidates[place]
        return Candidate(
            id=int(self.ids[place]),
            source=int(self.sources[place]),
            published=datetime.fromtimestamp(float(self.published[place]), UTC),
            topics=tuple(self.topic_keys[column] for column in self.topics.row(place)),
            words=self.words.get(place, ()),
            authors=self.authors.get(place, ()),
            searches=self.searches.get(place, ()),
            story=int(self.stories[place]) or None,
            story_sources=int(self.story_sources[place]),
            has_image=bool(self.images[place]),
            names=tuple(self.name_keys[column] for column in self.names.row(place)),
            readers=int(self.readers[place]),
            passed=float(self.passed[place]),
            picked=bool(self.picked[place]),
        )


_ARRAYS = (
    "ids", "sources", "published", "stories", "story_sources", "images", "shown", "opened", "readers", "picked",
    "passed",
)  # fmt: skip


def _moved(by_place: Mapping[int, Any], new: Mapping[int, int]) -> dict[int, Any]:
    return {new[place]: value for place, value in by_place.items() if place in new}


def seconds(moment: datetime) -> float:
    """Seconds since 1970; a time without a zone is taken as UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def pool_of(candidates: Sequence[Candidate], *, base_rate: float = BASE_RATE, basis: Basis | None = None) -> Pool:
    """These candidates as arrays, and what they are about where a basis is given."""
    terms = ragged([one.terms for one in candidates])
    topic_keys = sorted({key for one in candidates for key in one.topics})
    name_keys = sorted({key for one in candidates for key in one.names})

    def column(name: str, kind: npt.DTypeLike) -> Any:
        return np.array([getattr(one, name) for one in candidates], kind)

    def mentioned(name: str) -> dict[int, Any]:
        return {place: found for place, one in enumerate(candidates) if (found := getattr(one, name))}

    return Pool(
        ids=column("id", np.int64),
        sources=column("source", np.int64),
        published=np.array([seconds(one.published) for one in candidates], np.float64),
        stories=np.array([one.story or 0 for one in candidates], np.int64),
        story_sources=column("story_sources", np.int32),
        images=column("has_image", np.bool_),
        topics=_coded([one.topics for one in candidates], topic_keys),
        names=_coded([one.names for one in candidates], name_keys),
        terms=terms,
        shown=column("shown", np.float32).reshape(-1, 2),
        opened=column("opened", np.float32).reshape(-1, 2),
        readers=column("readers", np.int32),
        picked=column("picked", np.bool_),
        passed=column("passed", np.float32),
        topic_keys=topic_keys,
        name_keys=name_keys,
        words=mentioned("words"),
        authors=mentioned("authors"),
        searches=mentioned("searches"),
        base_rate=base_rate,
        vectors=stacked([one.vector for one in candidates]),
        basis=basis,
        gists=basis.encode(terms) if basis else None,
        candidates=candidates,
    )


def _coded(rows: Sequence[tuple[str, ...]], keys: Sequence[str]) -> Ragged:
    code = {key: place for place, key in enumerate(keys)}
    return ragged([[code[key] for key in row] for row in rows])
