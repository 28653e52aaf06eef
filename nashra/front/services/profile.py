"""The profile: what a reader follows and mutes, what was learned, and how all of it is changed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.core import text
from nashra.front.models import Edition, Follow, Interest, Kind, Mark, Mute, Signal
from nashra.front.services.signals import decayed, profile_changed
from nashra.news import access
from nashra.news import services as news
from nashra.news.models import RuleHit, Topic

MOST = 500  # follows, and mutes, of one reader


class FollowError(Exception):
    """Something that cannot be followed or muted; the message is for the reader."""


@dataclass(frozen=True, slots=True)
class Line:
    """One learned interest as the profile shows it: `weight` from -1 to 1, learned from `opened` articles."""

    interest: Interest
    weight: float
    opened: int


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Everything the service knows of a reader's taste."""

    follows: list[Follow]
    mutes: list[Mute]
    topics: list[Line]
    sources: list[Line]


def follow(reader: Reader, kind: str, key: str, *, now: datetime) -> Follow:
    """Follows a topic (by key) or a word (as written). Following twice is following once."""
    kind, key, label = _about(reader, kind, key, (Kind.TOPIC, Kind.WORD))
    if Follow.objects.filter(reader=reader).count() >= MOST:
        raise FollowError(gettext("The list is full. Everything on it was kept: let something go first."))
    Mute.objects.filter(reader=reader, kind=kind, key=key).delete()
    found, _ = Follow.objects.update_or_create(
        reader=reader, kind=kind, key=key, defaults={"label": label}, create_defaults={"label": label, "at": now}
    )
    profile_changed(reader)
    return found


def follows_of(reader: Reader) -> list[Follow]:
    """What the reader follows, topics and words, newest first."""
    return list(Follow.objects.filter(reader=reader).order_by("-at"))


def unfollow(reader: Reader, kind: str, key: str) -> None:
    """Follows it no more."""
    Follow.objects.filter(reader=reader, kind=kind, key=_key(kind, key)).delete()
    profile_changed(reader)


def mute(reader: Reader, kind: str, key: str, *, now: datetime, days: int | None = None) -> Mute:
    """Mutes a topic, source, story or word at once, for some days or for good; the next visit makes a new edition."""
    kind, key, label = _about(reader, kind, key, tuple(Kind))
    if Mute.objects.filter(reader=reader).count() >= MOST:
        raise FollowError(gettext("The list is full. Everything on it was kept: let something go first."))
    until = now + timedelta(days=days) if days else None
    Follow.objects.filter(reader=reader, kind=kind, key=key).delete()
    found, _ = Mute.objects.update_or_create(
        reader=reader, kind=kind, key=key, defaults={"label": label, "at": now, "until": until}
    )
    profile_changed(reader)
    return found


def unmute(reader: Reader, kind: str, key: str) -> None:
    """Ends a mute."""
    Mute.objects.filter(reader=reader, kind=kind, key=_key(kind, key)).delete()
    profile_changed(reader)


def _key(kind: str, key: str) -> str:
    return text.fold(text.clean(key)).strip()[:200] if kind == Kind.WORD else text.clean(key, longest=200)


def _about(reader: Reader, kind: str, key: str, allowed: tuple[str, ...]) -> tuple[str, str, str]:
    """Kind, key and label of what is meant; only things that this reader may see."""
    if kind not in allowed:
        raise FollowError(gettext("This cannot be followed or muted."))
    if kind == Kind.WORD:
        label, folded = text.clean(key).strip()[:200], _key(kind, key)
        if len(folded) < 2:
            raise FollowError(gettext("A word needs at least two letters."))
        return kind, folded, label
    if kind == Kind.TOPIC:
        topic = Topic.objects.filter(key=_key(kind, key)).first()
        if topic and (topic.is_catalogue or access.visible_articles(reader).filter(topics=topic).exists()):
            return kind, topic.key, news.topic_name(topic, reader.language)[:200]
    elif key.isdecimal() and len(key) < 18:
        if kind == Kind.SOURCE and (source := access.visible_sources(reader).filter(pk=int(key)).first()):
            return kind, key, str(source)[:200]
        story = access.visible_articles(reader).filter(story_id=int(key)).order_by("published_at").first()
        if kind == Kind.STORY and story:
            return kind, key, story.title[:200]
    raise FollowError(gettext("This is not here any more."))


def profile_of(reader: Reader, *, now: datetime) -> ProfileView:
    """What the profile page shows."""
    mutes = Mute.objects.filter(Q(until=None) | Q(until__gt=now), reader=reader).order_by("-at")
    lines = [
        Line(interest, max(-1.0, min(1.0, decayed(interest.weight, interest.at, now) / 10)), interest.opened)
        for interest in Interest.objects.filter(reader=reader)
    ]
    lines.sort(key=lambda line: (-line.weight, line.interest.label))
    return ProfileView(
        follows=follows_of(reader),
        mutes=list(mutes),
        topics=[line for line in lines if line.interest.kind == Kind.TOPIC],
        sources=[line for line in lines if line.interest.kind == Kind.SOURCE],
    )


def set_interest(reader: Reader, interest_id: int, state: str) -> None:
    """More, less or as learned of one interest; it holds from the next page on."""
    if state in Interest.State.values:
        Interest.objects.filter(reader=reader, pk=interest_id).update(state=state)
        profile_changed(reader)


def forget(reader: Reader, interest_id: int) -> None:
    """Removes a learned interest; it may be learned anew."""
    Interest.objects.filter(reader=reader, pk=interest_id).delete()
    profile_changed(reader)


def reset(reader: Reader) -> None:
    """Forgets all that was learned, signals included. Follows, mutes and read marks stay."""
    Interest.objects.filter(reader=reader).delete()
    Signal.objects.filter(reader=reader).delete()
    profile_changed(reader)


def forget_history(reader: Reader) -> None:
    """Erases which articles were read and hidden, and the editions that were shown; what a rule hid stays hidden."""
    ruled = RuleHit.objects.filter(rule__reader=reader, article=OuterRef("article"), at=OuterRef("hidden_at"))
    Mark.objects.filter(~Exists(ruled), reader=reader).delete()
    Mark.objects.filter(reader=reader).update(read_at=None)
    Edition.objects.filter(reader=reader).delete()
    reset(reader)
