"""From scores to the parts of a finite page: lead, stories, for you, followed, one thing from outside, latest."""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np

from nashra.core.rank import scoring
from nashra.core.rank.model import Candidate, Context, Profile, Ranked, Reason
from nashra.core.rank.pool import Pool, pool_of

MODEL = "linear-2"
FOLLOWED = frozenset({"follow_word", "follow_author", "follow_search", "follow_topic", "subscribed"})
PERSONAL = FOLLOWED | {"source_opened", "topic_opened"}
# The short line of an item says what its part of the page is about; all other reasons stay behind it.
_FITTING = {"followed": FOLLOWED, "story": frozenset({"story_sources"})}


def score(
    candidates: Sequence[Candidate] | Pool, profile: Profile, now: datetime, given: Mapping[str, float] | None = None
) -> list[Ranked]:
    """All candidates with score and reasons, best first; ties go to the newer, then the higher id."""
    pool = candidates if isinstance(candidates, Pool) else pool_of(candidates)
    if not len(pool):
        return []
    matrix = scoring.values(pool, profile, now.timestamp())
    weight = scoring.weights(profile, given or {})
    totals = weight @ matrix
    order = np.lexsort((-pool.ids, -pool.published, -totals))
    return [
        Ranked(
            pool.candidate(place),
            float(totals[place]),
            scoring.reasons(pool, place, profile, matrix[:, place], weight),
            "",
            features=tuple(matrix[:, place].tolist()),
        )
        for place in order.tolist()
    ]


def rank(candidates: Sequence[Candidate] | Pool, profile: Profile, context: Context, *, now: datetime) -> list[Ranked]:
    """An edition in reading order. Each story appears once among the chosen; no source takes more than its places."""
    scored = score(candidates, profile, now, context.weights)
    page = _Page(context.per_source)
    sizes = context.sizes
    lead = page.take(_lead_first(scored), sizes.lead, "lead")
    stories = page.take((r for r in scored if r.item.story_sources > 1), sizes.stories, "story")
    for_you = page.take((r for r in scored if _is_personal(r)), sizes.for_you, "for_you")
    if not profile.personalise or len(for_you) < sizes.for_you:  # a reader without a history still gets a full page
        for_you += page.take(scored, sizes.for_you - len(for_you), "for_you")
    if len(for_you) < sizes.for_you:  # too few sources to be choosy: a page of two sources is better than half a page
        for_you += page.take(scored, sizes.for_you - len(for_you), "for_you", free=True)
    followed = page.take(_rare_first(scored, profile), sizes.followed, "followed")
    outside = page.outside(scored, profile, context.seed) if sizes.outside and profile.personalise else []
    newest = sorted(scored, key=lambda r: (-r.item.published.timestamp(), -r.item.id))
    latest = page.take(newest, sizes.latest, "latest", free=True)
    return [*lead, *stories, *for_you, *followed, *outside, *latest]


class _Page:
    """What is already on the page: articles, stories, and how many places each source has."""

    def __init__(self, per_source: int) -> None:
        self.items: set[int] = set()
        self.stories: set[int] = set()
        self.sources: Counter[int] = Counter()
        self.per_source = per_source

    def take(self, ranked: Iterable[Ranked], most: int, slot: str, *, free: bool = False) -> list[Ranked]:
        """Up to `most` that are not there yet; `free` ones (latest) repeat sources as they come."""
        taken: list[Ranked] = []
        for one in ranked:
            if len(taken) >= most:
                break
            if self._fits(one.item, free):
                taken.append(self._put(one, slot))
        return taken

    def _fits(self, item: Candidate, free: bool) -> bool:
        if item.id in self.items or (item.story is not None and item.story in self.stories):
            return False
        chosen = sum(self.sources.values())
        return free or self.sources[item.source] < self.per_source * (1 + chosen // 10)

    def _put(self, one: Ranked, slot: str, propensity: float = 1.0) -> Ranked:
        self.items.add(one.item.id)
        self.sources[one.item.source] += slot != "latest"
        if one.item.story is not None:
            self.stories.add(one.item.story)
        fitting = _FITTING.get(slot, PERSONAL)
        reasons = tuple(sorted(one.reasons, key=lambda reason: reason.key not in fitting))
        return replace(one, reasons=reasons, slot=slot, propensity=propensity)

    def outside(self, scored: Sequence[Ranked], profile: Profile, seed: int) -> list[Ranked]:
        """One good piece that nothing in the profile speaks for, drawn by lot from the best ten of its kind."""
        pool = [r for r in scored if not _is_personal(r) and self._fits(r.item, False)][:10]
        if not pool or not _is_known(profile):
            return []
        chosen = random.Random(seed).choice(pool)  # noqa: S311 (a lot, not a secret)
        taken = self._put(chosen, "outside", 1 / len(pool))
        return [replace(taken, reasons=(Reason("outside"), *taken.reasons))]


def _is_known(profile: Profile) -> bool:
    """Whether there is anything that this reader usually reads, for something to be outside of."""
    followed = profile.topics or profile.words or profile.authors or profile.searches or profile.subscriptions
    return bool(followed or profile.source_taste)


def _is_personal(one: Ranked) -> bool:
    return any(reason.key in PERSONAL for reason in one.reasons)


def _lead_first(scored: Sequence[Ranked]) -> Iterable[Ranked]:
    """The lead wants a picture: the best with one among the first five, else the best."""
    pictured = [r for r in scored[:5] if r.item.has_image]
    return [*pictured[:1], *scored]


def _rare_first(scored: Sequence[Ranked], profile: Profile) -> list[Ranked]:
    """What the reader follows, one of each follow before a second of any, so that busy sources drown nobody."""
    turn: Counter[str] = Counter()
    queue: list[tuple[int, int, Ranked]] = []
    for place, one in enumerate(scored):
        follow = next((reason for reason in one.reasons if reason.key in FOLLOWED), None)
        if follow is not None:
            name = f"{follow.key}:{follow.about}"
            queue.append((turn[name], place, one))
            turn[name] += 1
    queue.sort(key=lambda entry: entry[:2])
    return [one for _, _, one in queue]
