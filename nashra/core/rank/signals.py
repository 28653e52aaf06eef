"""The signals of the score: each a small function of a candidate, a profile and the time, from 0 to 1, with its reason.

To add one: write the function with `@signal(weight, reason key)` and give the reason's text in `front/reasons.py`. The
scorer, the explanation and the evaluation go through the registry. A signal that returns 0 gives no reason, so no
reason is ever shown that did not raise the score.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from nashra.core.rank.model import Candidate, Profile, Reason

HALF_LIFE_HOURS = 18.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """A signal's value from 0 to 1 and what its reason names."""

    value: float
    about: str = ""
    count: int = 0
    form: str = ""
    rule: str = ""


Function = Callable[[Candidate, Profile, datetime], Evidence]
NOTHING = Evidence(0.0)


@dataclass(frozen=True, slots=True)
class Signal:
    """A registered signal: `weight` is hand-set; `personal` ones are silent when a reader has switched that off."""

    key: str
    weight: float
    function: Function
    personal: bool


REGISTRY: list[Signal] = []


def signal(key: str, weight: float, *, personal: bool = True) -> Callable[[Function], Function]:
    """Registers a signal under its reason's key."""

    def register(function: Function) -> Function:
        REGISTRY.append(Signal(key, weight, function, personal))
        return function

    return register


@signal("follow_word", 1.2)
def follow_word(item: Candidate, profile: Profile, now: datetime) -> Evidence:
    """A word that the reader follows: the most explicit wish there is, hence the largest weight."""
    found = [word for word in item.words if word.key in profile.words]
    return Evidence(1.0, found[0].key, 0, found[0].form, found[0].rule) if found else NOTHING


@signal("follow_author", 1.1)
def follow_author(item: Candidate, profile: Profile, now: datetime) -> Evidence:
    """An author whom the reader follows."""
    found = [author for author in item.authors if author in profile.authors]
    return Evidence(1.0, found[0]) if found else NOTHING


@signal("follow_search", 1.1)
def follow_search(item: Candidate, profile: Profile, now: datetime) -> Evidence:
    """A search that the reader follows."""
    found = [search for search in item.searches if search in profile.searches]
    return Evidence(1.0, found[0]) if found else NOTHING


@signal("follow_topic", 1.0)
def follow_topic(item: Candidate, profile: Profile, now: datetime) -> Evidence:
    """A topic that the reader follows."""
    found = [topic for topic in item.topics if topic in profile.topics]
    return Evidence(1.0, found[0]) if found else NOTHING


@signal("source_opened", 0.9)
def source_opened(item: Candidate, profile: Profile, now: datetime) -> Evidence:
    """A source that the reader opens: its share of what was opened, trusted more with every opened article."""
    taste = profile.source_taste.get(item.source)
    return (
        Evidence(_trusted(taste.share, taste.opened) * taste.factor, str(item.source), taste.opened)
        if taste
        else NOTHING
    )


@signal("topic_opened", 0.8)
def topic_opened(item: Candidate, profile: Profile, now: datetime) -> Evidence:
    """The one of its topics that the reader opens most."""
    known = [(profile.topic_taste[key], key) for key in item.topics if key in profile.topic_taste]
    if not known:
        return NOTHING
    taste, key = max(known, key=lambda pair: (_trusted(pair[0].share, pair[0].opened) * pair[0].factor, pair[1]))
    return Evidence(_trusted(taste.share, taste.opened) * taste.factor, key, taste.opened)


@signal("subscribed", 0.35)
def subscribed(item: Candidate, profile: Profile, now: datetime) -> Evidence:
    """A source on the reader's list: a weaker wish than a topic, since one feed tells of many things."""
    return Evidence(1.0, str(item.source)) if item.source in profile.subscriptions else NOTHING


@signal("story_sources", 0.7, personal=False)
def story_sources(item: Candidate, profile: Profile, now: datetime) -> Evidence:
    """How many sources tell of the same event: two are a hint, six or more the full weight."""
    return (
        Evidence(min(1.0, (item.story_sources - 1) / 5), "", item.story_sources) if item.story_sources > 1 else NOTHING
    )


@signal("fresh", 0.8, personal=False)
def fresh(item: Candidate, profile: Profile, now: datetime) -> Evidence:
    """Newness, halved every 18 hours, so that yesterday's great story can still stand above a fresh triviality."""
    hours = max(0.0, (now - item.published).total_seconds() / 3600)
    return Evidence(0.5 ** (hours / HALF_LIFE_HOURS))


def _trusted(share: float, opened: int) -> float:
    """A share drawn towards 0 while only few articles were opened (four of them count half)."""
    return min(1.0, 2 * share) * opened / (opened + 4)


def reasons_and_score(item: Candidate, profile: Profile, now: datetime) -> tuple[float, tuple[Reason, ...]]:
    """The score, and the signals that raised it as reasons, strongest first."""
    parts: list[tuple[float, Reason]] = []
    for one in REGISTRY:
        if one.personal and not profile.personalise:
            continue
        evidence = one.function(item, profile, now)
        if evidence.value > 0:
            reason = Reason(one.key, evidence.about, evidence.count, evidence.form, evidence.rule)
            parts.append((one.weight * evidence.value, reason))
    parts.sort(key=lambda part: -part[0])
    return sum(part for part, _ in parts), tuple(reason for _, reason in parts)
