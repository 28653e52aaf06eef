"""What ranking takes in and gives out: values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from nashra.core.rank.correcting import Correction
from nashra.core.rank.ragged import NO_ROWS, Ragged

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Mention:
    """A followed name in an article: its key, how it is written there, and the rule by which that is a form of it."""

    key: str
    form: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that may be shown; `words` and `authors` are those that the reader follows and that it has."""

    id: int
    source: int
    published: datetime
    topics: tuple[str, ...] = ()
    words: tuple[Mention, ...] = ()
    authors: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()  # followed ones that it answers
    story: int | None = None
    story_sources: int = 1  # distinct sources that this reader may see
    language: str = ""
    has_image: bool = False
    names: tuple[str, ...] = ()  # keys of the people, places and organisations in it
    terms: Mapping[int, float] = field(default_factory=dict, compare=False)  # hashed terms by weight, of length 1
    shown: tuple[float, float] = (0.0, 0.0)  # readers who were shown it and looked, by half-lives of 6 and 24 hours
    opened: tuple[float, float] = (0.0, 0.0)  # readers who opened it, by the same half-lives
    readers: int = 0  # distinct readers who opened it, ever
    passed: float = 0.0  # how often this reader was shown it, looked, and passed by
    picked: bool = False  # by the editors
    vector: Floats | None = field(default=None, compare=False)  # of length 1, where an embedding model is set up


@dataclass(frozen=True, slots=True)
class Taste:
    """One line of a profile: its share of what is read (0 to 1), from how many articles, and what the reader said."""

    share: float = 0.0
    opened: int = 0
    factor: float = 1.0  # more of this: above 1; less: below
    passed: float = 0.0  # pieces of it shown and passed by, as far as looked at
    pinned: bool = False  # counts in full, whatever was learned
    weight: float = 0.0  # what speaks for it, decayed (an open counts 1); below 0: against it


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """The articles from which a profile was learned, the latest first: m of them."""

    ids: tuple[int, ...] = ()  # lessons' numbers, for the account of a reason
    terms: Ragged = NO_ROWS  # m rows of hashed terms, each of length 1
    weights: Floats = field(default_factory=lambda: np.zeros(0, np.float32))  # above 0: more like this; below: less
    vectors: Floats | None = None  # (m, dim), zeros where an article has none; None: no embedding model


@dataclass(frozen=True, slots=True)
class Profile:
    """All that the score may know of a reader. An empty one is a reader without a history."""

    subscriptions: frozenset[int] = frozenset()
    topics: frozenset[str] = frozenset()  # followed
    words: frozenset[str] = frozenset()  # followed, folded
    authors: frozenset[str] = frozenset()  # followed, folded
    searches: frozenset[str] = frozenset()  # followed, as they read when written out anew
    source_taste: Mapping[int, Taste] = field(default_factory=dict)
    topic_taste: Mapping[str, Taste] = field(default_factory=dict)
    name_taste: Mapping[str, Taste] = field(default_factory=dict)
    term_taste: Mapping[int, Taste] = field(default_factory=dict)  # by hashed term: what the reader said of words
    lessons: Lessons = field(default_factory=Lessons)
    personalise: bool = True


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many items each part of an edition holds at most."""

    lead: int = 1
    stories: int = 3
    for_you: int = 6
    followed: int = 8
    outside: int = 1
    latest: int = 7


@dataclass(frozen=True, slots=True)
class Context:
    """What else decides an edition beside the reader's profile."""

    sizes: Sizes = Sizes()
    per_source: int = 2  # items of one source among ten chosen ones
    seed: int = 0  # the edition's own, for its free choices
    discover: int = 0  # the reader's wish for what is outside their habits: -2 (as little as there is) to 2
    newest: int = 0  # the reader's wish for the newest against the most read and told: -2 to 2
    floor: float | None = None  # of the quality of what is tried out (see `shortlisted`); none: these' median
    weights: Mapping[str, float] = field(default_factory=dict)  # by signal's key, instead of the shipped ones
    correction: Correction | None = None  # a second model, where the installation has one that gains


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item is there: a key with a text in each language, and what the text names."""

    key: str
    about: str = ""  # a topic's key, a word, an author, a source's id, a lesson's number
    count: int = 0
    form: str = ""  # of a word: as it is written there
    rule: str = ""  # and by which rule that is a form of it
    part: float = field(default=0.0, compare=False)  # what it adds to the score


@dataclass(frozen=True, slots=True)
class Ranked:
    """An item of an edition: part, score, true reasons (strongest first), and the chance with which it was chosen."""

    item: Candidate
    score: float
    reasons: tuple[Reason, ...]
    slot: str
    propensity: float = 1.0
    features: tuple[float, ...] = field(default=(), compare=False)  # of all signals in the registry's order
