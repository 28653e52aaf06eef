"""Which articles of the shelf a reader's page may be chosen from, by arrays alone.

This only saves work: what is chosen is asked of the gate and of the mutes again, as the database knows them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from nashra.front.shelf.building import Part

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a reader may be offered, as ids and keys."""

    since: float  # seconds since 1970
    hidden: Collection[int]  # sources that they may not see
    followed: Collection[int] = ()  # sources
    languages: Collection[str] | None = None  # of other sources; none: all
    gone: Collection[int] = ()  # articles that were read or hidden
    read: Mapping[int, float] = field(default_factory=dict)  # when something of a story was read last, by story
    topics: Collection[str] = ()  # muted
    muted: Collection[int] = ()  # sources
    stories: Collection[int] = ()  # muted
    copies: bool = False  # whether copies of unwanted originals may be wanted


def mask(part: Part, limits: Limits) -> Mask:
    """For each article of a part whether it may be offered."""
    segment, now = part.segment, part.standing
    kept = now.alive & (segment.published > limits.since)
    if limits.hidden:
        kept &= ~among(now.sources, limits.hidden)
    if limits.languages is not None:
        spoken = np.array([key in limits.languages for key in segment.language_keys], np.bool_)
        kept &= spoken[segment.languages] | among(now.sources, limits.followed)
    if limits.muted:
        kept &= ~among(now.sources, limits.muted)
    if limits.stories:
        kept &= ~among(now.stories, limits.stories)
    if limits.topics:
        kept &= ~_about(part, limits.topics)
    kept[segment.places(np.fromiter(limits.gone, np.int64))] = False
    kept &= moved_on(now.stories, segment.published, limits.read)
    return kept & _firsts(part, kept, limits.copies)


def among(values: npt.NDArray[np.int64], ids: Collection[int]) -> Mask:
    """Which of these numbers are among the ids: by a table of all up to the highest, for there are few sources."""
    wanted = np.fromiter(ids, np.int64, len(ids))
    highest = int(values.max(initial=0))
    if highest > 20 * (len(values) + 1_000):
        return np.isin(values, wanted)
    table = np.zeros(highest + 1, np.bool_)
    table[wanted[(wanted >= 0) & (wanted <= highest)]] = True
    return table[values]


def moved_on(stories: npt.NDArray[np.int64], published: npt.NDArray[np.float64], read: Mapping[int, float]) -> Mask:
    """Which articles tell nothing of a story of which the reader has read, or came after that."""
    fine = np.ones(len(stories), np.bool_)
    if read:
        known = np.array(sorted(read), np.int64)
        moments = np.array([read[story] for story in known.tolist()])
        at = np.minimum(np.searchsorted(known, stories), len(known) - 1)
        fine = (known[at] != stories) | (published > moments[at])
    return fine


def _about(part: Part, topics: Collection[str]) -> Mask:
    rows = part.segment.topics
    wanted = np.array([key in topics for key in part.segment.topic_keys], np.bool_)
    found = np.zeros(len(rows), np.bool_)
    if wanted.any():
        found[rows.owners()[wanted[rows.columns]]] = True
    return found


def _firsts(part: Part, kept: Mask, copies: bool) -> Mask:
    """Of copies of one text the original; where copies may be wanted, also those whose original is not offered."""
    of = part.standing.copies_of
    if not copies:
        return np.asarray(of == 0)
    return np.asarray((of == 0) | ~np.isin(of, part.segment.ids[kept & (of == 0)]))
