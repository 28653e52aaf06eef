"""From all articles to the few hundred that a page could need, without a loop over articles.

Muted words are looked for in these only, so there are several times more of each kind than the page has places: the
best, the best stories, the best and the newest of what is followed, the newest of all, and what could be tried out.
"""

from collections.abc import Iterator
from datetime import datetime

import numpy as np
import numpy.typing as npt

from nashra.core.rank import exploring
from nashra.core.rank.model import Context, Floats, Profile
from nashra.core.rank.pool import Pool
from nashra.core.rank.scoring import Scores, scores

Places = npt.NDArray[np.intp]

EACH = 4
"""Articles of one source or story among the best: more of them would not find a place."""
DEEP = 6
"""How many times deeper one looks for the best when busy sources and stories take up the first places."""
_NONE: Places = np.zeros(0, np.intp)


def shortlist(pool: Pool, profile: Profile, context: Context, *, now: datetime, most: int = 300) -> Places:
    """The places of at most `most` articles that this reader's page could need, in no particular order."""
    found = scores(pool, profile, context, now)
    return chosen(found, profile, most, exploring.floor(found))


def shortlisted(
    pool: Pool, profile: Profile, context: Context, *, now: datetime, most: int = 300
) -> tuple[Places, float]:
    """The shortlist, and what quality an article of it needs to be tried out: the median of the whole pool. That goes
    into the `Context` with which the shortlist is ranked.
    """
    found = scores(pool, profile, context, now)
    floor = exploring.floor(found)
    return chosen(found, profile, most, floor), floor


def chosen(found: Scores, profile: Profile, most: int, floor: float) -> Places:
    """The shortlist of what was scored."""
    if len(found.pool) <= most:
        return np.arange(len(found.pool))
    parts = list(_parts(found, profile, most, floor))
    kept = np.zeros(len(found.pool), np.bool_)
    room = most
    for share, places in parts:  # each kind its share, then the best fill what is left
        fresh = places[~kept[places]][: min(room, max(1, int(most * share)))]
        kept[fresh] = True
        room -= len(fresh)
    rest = [places[~kept[places]] for _, places in parts]
    for places in rest:
        fresh = places[~kept[places]][:room]
        kept[fresh] = True
        room -= len(fresh)
    return np.flatnonzero(kept)


def _parts(found: Scores, profile: Profile, most: int, floor: float) -> Iterator[tuple[float, Places]]:
    """Each kind with its share of the list, best first."""
    pool = found.pool
    told = np.flatnonzero(pool.story_sources > 1)
    yield 0.3, best(found, None, most // 2)
    yield 0.05, best(found, np.flatnonzero(pool.picked), most // 10)
    yield 0.05, _pinned(found, profile)
    yield 0.1, best(found, told, most // 6, each=1)
    yield 0.25, _followed(found, profile, most // 2)
    yield 0.15, _newest(pool, most // 5)
    yield 0.1, _untried(found, profile, most // 6, floor)


def best(found: Scores, places: Places | None, count: int, *, each: int = EACH) -> Places:
    """The best `count` of these places (or of all), at most `each` of one source and of one story."""
    pool = found.pool
    at = np.arange(len(pool)) if places is None else places
    depth = count * DEEP
    while True:
        first = _sorted(found.totals, pool, _highest(found.totals, at, depth))
        first = _few_of_each(first, pool, each)
        if len(first) >= count or depth >= len(at):
            return first[:count]
        depth *= DEEP


def _few_of_each(places: Places, pool: Pool, each: int) -> Places:
    few: Places = places[turns(pool.sources[places]) < EACH]
    stories = pool.stories[few]
    told: Places = few[(stories == 0) | (turns(stories) < each)]
    return told


def _highest(values: npt.NDArray[np.floating], places: Places, count: int) -> Places:
    """Those of the places whose values are among the `count` highest, in no order; all that tie with the last.

    A sample says below which value nothing needs to be looked at.
    """
    if len(places) <= count:
        return places
    these = values if len(places) == len(values) else values[places]
    sample = np.sort(these[:: max(1, len(these) // 2000)])
    least = sample[max(0, int(len(sample) * (1 - 1.5 * count / len(these))) - 20)]
    high = np.flatnonzero(these >= least)
    if len(high) > count:
        these = these[high]
        high = high[these >= np.partition(these, len(these) - count)[len(these) - count]]
    elif len(high) < count:
        high = np.flatnonzero(these >= np.partition(these, len(these) - count)[len(these) - count])
    found: Places = places[high]
    return found


def _sorted(values: Floats, pool: Pool, places: Places) -> Places:
    """These places by value, the highest first, the newer first of those that are equal."""
    bits = (values[places] + np.float32(0)).view(np.int32).astype(np.int64)  # as numbers they sort like the values,
    bits = np.where(bits < 0, bits ^ 0x7FFFFFFF, bits)  # once those of negative values are turned round
    times = np.clip(pool.published[places], 0, 2**32 - 1).astype(np.int64)
    ordered: Places = places[np.argsort((bits << 32) + times)[::-1]]
    return ordered


def turns(groups: npt.NDArray[np.integer]) -> Places:
    """For each element how many of its group stand before it."""
    small = len(groups) and groups.min() >= 0 and groups.max() < 2**15
    codes = groups.astype(np.int16) if small else groups  # those are sorted several times as fast
    order = np.argsort(codes, kind="stable")
    at = np.arange(len(groups))
    sorted_codes = codes[order]
    begins = np.ones(len(groups), np.bool_)
    begins[1:] = sorted_codes[1:] != sorted_codes[:-1]
    counted = np.empty(len(groups), np.intp)
    counted[order] = at - np.maximum.accumulate(np.where(begins, at, 0))
    return counted


def _newest(pool: Pool, count: int) -> Places:
    at = _highest(pool.published, np.arange(len(pool)), count * 4)
    first: Places = at[np.lexsort((-pool.ids[at], -pool.published[at]))]
    stories = pool.stories[first]
    once: Places = first[(stories == 0) | (turns(stories) < 1)]
    return once[:count]


def _followed(found: Scores, profile: Profile, count: int) -> Places:
    """The best of each follow before the second of any, and of each subscribed source the newest as well."""
    if not profile.personalise or not found.followed.any():
        return _NONE
    pool, at = found.pool, _sorted(found.totals, found.pool, np.flatnonzero(found.followed))
    turn, newest = _of_sources(pool, at, np.array(sorted(profile.subscriptions), np.int64))
    topics = pool.topics.take(at)
    wanted = np.array([key in profile.topics for key in pool.topic_keys], np.bool_)[topics.columns]
    np.minimum.at(turn, topics.owners()[wanted], turns(topics.columns[wanted]))
    turn[np.isin(at, [*pool.words, *pool.authors, *pool.searches])] = 0  # few, and said most plainly
    return np.concatenate((at[np.argsort(turn, kind="stable")][:count], newest[:count]))


def _of_sources(pool: Pool, at: Places, subscribed: npt.NDArray[np.int64]) -> tuple[Places, Places]:
    """For each of these places how many of the same subscribed source stand before it (many, if it is of another),
    and of each source the newest.
    """
    turn = np.full(len(at), len(at), np.intp)
    if not len(subscribed):
        return turn, _NONE
    source = _places_of(subscribed, pool.sources[at])
    mine = np.flatnonzero(source >= 0)
    turn[mine] = turns(source[mine])
    newest = np.full(len(subscribed), -np.inf)
    np.maximum.at(newest, source[mine], pool.published[at[mine]])
    return turn, at[mine][pool.published[at[mine]] == newest[source[mine]]]


def _places_of(ids: npt.NDArray[np.int64], values: npt.NDArray[np.int64]) -> Places:
    """Where each value stands among the ascending ids, -1 for what is not there: by a table, where ids are small."""
    highest = max(int(ids[-1]), int(values.max(initial=0)))
    if ids[0] < 0 or values.min(initial=0) < 0 or highest > 20 * (len(values) + 1_000):
        at = np.minimum(np.searchsorted(ids, values), len(ids) - 1)
        return np.where(ids[at] == values, at, -1)
    table: Places = np.full(highest + 1, -1)
    table[ids] = np.arange(len(ids))
    found: Places = table[values]
    return found


def _pinned(found: Scores, profile: Profile) -> Places:
    """The best few of everything that the reader pinned."""
    parts = [best(found, np.flatnonzero(mask), EACH) for mask in pinned(found.pool, profile)]
    return np.concatenate(parts) if parts else _NONE


def pinned(pool: Pool, profile: Profile) -> list[npt.NDArray[np.bool_]]:
    """For everything that the reader pinned which articles have it."""
    if not profile.personalise:
        return []
    masks = [pool.sources == key for key, one in sorted(profile.source_taste.items()) if one.pinned]
    for rows, keys, taste in (
        (pool.topics, pool.topic_keys, profile.topic_taste),
        (pool.names, pool.name_keys, profile.name_taste),
    ):
        wanted = {key for key, one in taste.items() if one.pinned}
        masks += [rows.having(column) for column, key in enumerate(keys) if key in wanted]
    return masks + [pool.terms.having(term) for term, one in sorted(profile.term_taste.items()) if one.pinned]


def _untried(found: Scores, profile: Profile, count: int, floor: float) -> Places:
    """Good pieces of as many topics and sources as there are that nothing in the profile speaks for."""
    pool = found.pool
    at = np.flatnonzero(exploring.outside(found, profile, floor))
    at = _sorted(found.quality, pool, _highest(found.quality, at, count * DEEP * 2))
    spread = at[turns(pool.topics.firsts(at)) < EACH]
    spread = spread[turns(pool.sources[spread]) < EACH]
    return np.concatenate((spread, at[~np.isin(at, spread)]))[:count]
