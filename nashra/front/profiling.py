"""What ranking may know of a reader, from their rows: follows, lines of the profile, lessons."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import attrgetter

import numpy as np

from nashra.accounts.models import Reader
from nashra.core.rank import Lessons, Profile, Taste, texts
from nashra.core.rank.learning import MOST, Line, faded, taste
from nashra.core.rank.ragged import ragged
from nashra.front.embedding.table import taught
from nashra.front.models import Follow, Interest, Kind, Lesson
from nashra.front.services.searches import found
from nashra.front.shelf import Shelf
from nashra.front.words import Named, named_of
from nashra.news import access

State = Interest.State
FACTORS = {State.MORE: 1.6, State.NORMAL: 1.0, State.LESS: 0.25, State.PINNED: 1.0}
_LINES = ("kind", "key", "weight", "opened", "passed", "state", "at")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a reader wants: the profile as ranking sees it, the followed words as texts are searched for them, and by
    the ids of articles which followed searches they answer.
    """

    profile: Profile
    names: tuple[Named, ...] = ()
    answering: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    languages: frozenset[str] = frozenset()  # of followed sources
    hidden: Sequence[int] | None = None  # sources that the reader may not see, where they have been asked for


NOBODY = Wishes(Profile(personalise=False))


def wishes_of(reader: Reader, now: datetime, shelf: Shelf, follows: Iterable[Follow] | None = None) -> Wishes:
    """What the reader follows, and what was learned. `follows`: all of them, where they have been loaded."""
    rows = sorted(Follow.objects.filter(reader=reader) if follows is None else follows, key=attrgetter("pk"))
    keys = {kind: frozenset(one.key for one in rows if one.kind == kind) for kind in Kind.values}
    names = tuple(named_of(one) for one in rows if one.kind == Kind.WORD)
    searches = [one.key for one in reversed(rows) if one.kind == Kind.SEARCH]  # the newest first
    reach = access.reach_of(reader)
    profile = _profile(reader, keys, frozenset(chain.from_iterable(reach.followed.values())), shelf, now)
    answering = found(reader, searches, now=now) if searches else {}
    return Wishes(profile, names, answering, frozenset(reach.followed) - {""}, reach.hidden)


def _profile(
    reader: Reader, follows: Mapping[str, frozenset[str]], sources: frozenset[int], shelf: Shelf, now: datetime
) -> Profile:
    tastes = _tastes(reader, now) if reader.personalise else {}
    return Profile(
        subscriptions=sources,
        topics=follows[Kind.TOPIC],
        words=follows[Kind.WORD],
        authors=follows[Kind.AUTHOR],
        searches=follows[Kind.SEARCH],
        source_taste={int(key): value for key, value in tastes.get(Kind.SOURCE, {}).items()},
        topic_taste=tastes.get(Kind.TOPIC, {}),
        name_taste=tastes.get(Kind.WORD, {}),
        term_taste={_term(key): value for key, value in tastes.get(Kind.TERM, {}).items()},
        lessons=lessons_of(reader, shelf, now) if reader.personalise else Lessons(),
        personalise=reader.personalise,
    )


def _tastes(reader: Reader, now: datetime) -> dict[str, dict[str, Taste]]:
    """The lines of the profile as they stand now, by kind and key."""
    rows: dict[str, dict[str, tuple[Line, State]]] = {}
    for kind, key, weight, opened, passed, state, at in Interest.objects.filter(reader=reader).values_list(*_LINES):
        line = limited(faded(Line(weight, opened, passed), (now - at).total_seconds()))
        rows.setdefault(kind, {})[key] = (line, State(state))
    return {kind: _of_kind(lines) for kind, lines in rows.items()}


def limited(line: Line) -> Line:
    """A line within what can be learned of one, its chance of being opened as it was."""
    over = max(1.0, line.weight / MOST)
    return Line(max(-MOST, line.weight / over), line.opened, line.passed / over)


def _of_kind(lines: Mapping[str, tuple[Line, State]]) -> dict[str, Taste]:
    total = sum(max(0.0, line.weight) for line, _ in lines.values())
    return {
        key: taste(line, total, factor=FACTORS[state], pinned=state == State.PINNED)
        for key, (line, state) in lines.items()
    }


def lessons_of(reader: Reader, shelf: Shelf, now: datetime) -> Lessons:
    """The articles from which the profile was learned, the latest first, their terms by what the shelf says of them."""
    lessons = Lesson.objects.filter(reader=reader).order_by("-at", "-pk")
    rows = list(lessons.values_list("pk", "weight", "at", "terms", "article_id"))
    weights = [faded(Line(weight), (now - at).total_seconds()).weight for _, weight, at, *_ in rows]
    counts = ragged([texts.unpacked(bytes(row[3])) for row in rows])
    known = Lessons(tuple(row[0] for row in rows), shelf.statistics.weigh(counts), np.array(weights, np.float32))
    return taught(known, [row[4] for row in rows])


def _term(stem: str) -> int:
    """The number of a term, as `texts.counted` gives it."""
    return zlib.crc32(stem.encode()) % texts.SIZE
