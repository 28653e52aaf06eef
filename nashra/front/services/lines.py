"""The profile as a table that its reader sees and edits: each line, how it is known, and what the reader says of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.front.models import Follow, Interest, Kind, Lesson, Mute
from nashra.front.muting import muting_of
from nashra.front.services import learning
from nashra.front.services.errors import FollowError
from nashra.front.services.learning.names import name_of
from nashra.front.services.mentioned import meaning
from nashra.front.services.muted import hidden_lately
from nashra.front.services.profile import MOST, about_of, follows_of, key_for
from nashra.front.services.signals import decayed, profile_changed
from nashra.front.words import named_of
from nashra.news import catalogue
from nashra.news.models import Subscription

State = Interest.State
ADDED = (Kind.TOPIC, Kind.WORD)
FULL = 10.0  # a weight of so many opened articles fills the bar


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: `weight` from -1 to 1, learned from `opened` articles, and what was said of it."""

    interest: Interest
    label: str
    weight: float
    opened: int
    passed: int
    follow: Follow | None = None
    is_followed: bool = False  # also a source on the list
    mute: Mute | None = None

    @property
    def state(self) -> str:
        """What holds: "muted", or the line's own state."""
        return "muted" if self.mute else self.interest.state

    @property
    def mute_key(self) -> str:
        """What the mute button sends: words for names and words, the key for everything else."""
        one = self.interest
        return f"{Kind.WORD}:{self.label}" if one.kind in (Kind.WORD, Kind.TERM) else f"{one.kind}:{one.key}"


@dataclass(frozen=True, slots=True)
class Muted:
    """A mute, and how many pieces of the last week it keeps away."""

    mute: Mute
    hidden: int


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Everything the service knows of a reader's taste. `lines` by kind, the weightiest first."""

    follows: list[Follow]
    mutes: list[Muted]
    lines: Mapping[str, list[Line]]
    lessons: int

    @property
    def has_lines(self) -> bool:
        """Whether anything is in the table."""
        return any(self.lines.values())


def profile_of(reader: Reader, *, now: datetime) -> ProfileView:
    """What the profile page shows."""
    mutes = _mutes(reader, now)
    hidden = hidden_lately(reader, muting_of(reader, now), now) if mutes else Counter[tuple[str, str]]()
    lines = lines_of(reader, now=now, mutes=mutes)
    return ProfileView(
        follows=follows_of(reader),
        mutes=[Muted(mute, hidden[mute.kind, mute.key]) for mute in mutes],
        lines={kind: [line for line in lines if line.interest.kind == kind] for kind in learning.KINDS},
        lessons=Lesson.objects.filter(reader=reader).count(),
    )


def lines_of(reader: Reader, *, now: datetime, mutes: Iterable[Mute] | None = None) -> list[Line]:
    """All lines of a reader: what they said first, then the weightiest."""
    follows = {_meant(one): one for one in Follow.objects.filter(reader=reader)}
    muted = {_meant(one): one for one in (_mutes(reader, now) if mutes is None else mutes)}
    sources = {str(pk) for pk in Subscription.objects.filter(reader=reader).values_list("source", flat=True)}
    lines = [_line(row, reader, follows, muted, sources, now) for row in Interest.objects.filter(reader=reader)]
    return sorted(lines, key=lambda line: (line.interest.state == State.NORMAL, -line.weight, line.label))


def _line(
    row: Interest,
    reader: Reader,
    follows: Mapping[tuple[str, str], Follow],
    muted: Mapping[tuple[str, str], Mute],
    sources: set[str],
    now: datetime,
) -> Line:
    label = _label(row, reader.language)
    what = (Kind.WORD.value, key_of_words(label)) if row.kind == Kind.TERM else (row.kind, row.key)
    follow = follows.get(what)
    return Line(
        row,
        label,
        max(-1.0, min(1.0, decayed(row.weight, row.at, now) / FULL)),
        row.opened,
        round(decayed(row.passed, row.at, now)),
        follow,
        follow is not None or (row.kind == Kind.SOURCE and row.key in sources),
        muted.get(what),
    )


def _label(row: Interest, language: str) -> str:
    """What it is called in the reader's language, as far as that is known."""
    if row.kind == Kind.TOPIC:
        topic = catalogue.topic(row.key)
        return topic.name(language) if topic else row.label
    return name_of(row.key, language, row.label) if row.kind == Kind.WORD else row.label


def key_of_words(words: str) -> str:
    """The key of a line of these words: a place's, or `word:` and the folded words."""
    return meaning(named_of(Follow(kind=Kind.WORD, key=key_for(Kind.WORD, words), label=words)))


def _meant(one: Follow | Mute) -> tuple[str, str]:
    return (one.kind, meaning(named_of(one)) if one.kind == Kind.WORD else one.key)


def _mutes(reader: Reader, now: datetime) -> list[Mute]:
    return list(Mute.objects.filter(Q(until=None) | Q(until__gt=now), reader=reader).order_by("-at"))


def set_interest(line: Interest, state: str) -> str:
    """More, less, as learned or always of one line; it holds from the next page on. The state before."""
    before = line.state
    if state in State.values and state != before:
        line.state = state
        line.save(update_fields=["state"])
        profile_changed(line.reader)
    return before


def add_interest(reader: Reader, kind: str, key: str, *, now: datetime) -> Interest:
    """A line that the reader adds: a topic (by key or name) or words. It is pinned. Raises `FollowError`."""
    about = about_of(reader, kind, key, ADDED)
    if Interest.objects.filter(reader=reader).exclude(state=State.NORMAL).count() >= MOST:
        raise FollowError(gettext("The list is full. Everything on it was kept: let something go first."))
    known = key_of_words(about.label) if kind == Kind.WORD else about.key
    made = {"label": about.label, "at": now}
    line, _ = Interest.objects.get_or_create(
        reader=reader, kind=about.kind, key=known, defaults={**made, "state": State.PINNED}
    )
    set_interest(line, State.PINNED)
    profile_changed(reader)
    return line
