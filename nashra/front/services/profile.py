"""The profile: what a reader follows and mutes, what was learned, and how all of it is changed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.core import text
from nashra.core.text.authors import author_key
from nashra.front.models import Edition, Follow, Interest, Kind, Mark, Mute, Signal
from nashra.front.muting import muting_of
from nashra.front.services import searches
from nashra.front.services.errors import FollowError
from nashra.front.services.muted import hidden_lately
from nashra.front.services.signals import decayed, profile_changed
from nashra.front.words import language_of
from nashra.news import access
from nashra.news import services as news
from nashra.news.models import Article, RuleHit, Topic

MOST = 500  # follows, and mutes, of one reader


@dataclass(frozen=True, slots=True)
class Line:
    """One learned interest as the profile shows it: `weight` from -1 to 1, learned from `opened` articles."""

    interest: Interest
    weight: float
    opened: int


@dataclass(frozen=True, slots=True)
class Muted:
    """A mute, and how many pieces of the last week it keeps away."""

    mute: Mute
    hidden: int


@dataclass(frozen=True, slots=True)
class ProfileView:
    """Everything the service knows of a reader's taste."""

    follows: list[Follow]
    mutes: list[Muted]
    topics: list[Line]
    sources: list[Line]


def follow(reader: Reader, kind: str, key: str, *, now: datetime) -> Follow:
    """Follows a topic (by key), words, an author or a search (as written). Following twice is following once."""
    about = _about(reader, kind, key, FOLLOWED)
    if Follow.objects.filter(reader=reader).count() >= MOST:
        raise FollowError(gettext("The list is full. Everything on it was kept: let something go first."))
    Mute.objects.filter(reader=reader, kind=about.kind, key=about.key).delete()
    said = {"label": about.label}
    found, _ = Follow.objects.update_or_create(
        reader=reader, kind=about.kind, key=about.key, defaults=said,
        create_defaults={**said, "language": about.language, "at": now},
    )  # fmt: skip
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
    """Mutes a topic, source, story, author or words at once, for some days or for good; the next visit makes a new
    edition.
    """
    about = _about(reader, kind, key, MUTED)
    if Mute.objects.filter(reader=reader).count() >= MOST:
        raise FollowError(gettext("The list is full. Everything on it was kept: let something go first."))
    until = now + timedelta(days=days) if days else None
    Follow.objects.filter(reader=reader, kind=about.kind, key=about.key).delete()
    said = {"label": about.label, "at": now, "until": until}
    found, _ = Mute.objects.update_or_create(
        reader=reader, kind=about.kind, key=about.key, defaults=said,
        create_defaults={**said, "language": about.language},
    )  # fmt: skip
    profile_changed(reader)
    return found


def unmute(reader: Reader, kind: str, key: str) -> None:
    """Ends a mute."""
    Mute.objects.filter(reader=reader, kind=kind, key=_key(kind, key)).delete()
    profile_changed(reader)


@dataclass(frozen=True, slots=True)
class About:
    """What is followed or muted; the language is that of words."""

    kind: str
    key: str
    label: str
    language: str = ""


def _key(kind: str, key: str) -> str:
    if kind == Kind.WORD:
        return text.fold(text.clean(key)).strip()[:200]
    if kind == Kind.AUTHOR:
        return author_key(text.clean(key))[:200]
    if kind == Kind.SEARCH:
        return searches.written(key)
    return text.clean(key, longest=200)


def _about(reader: Reader, kind: str, key: str, allowed: tuple[str, ...]) -> About:
    """What is meant; only things that this reader may see."""
    if kind not in allowed:
        raise FollowError(gettext("This cannot be followed or muted."))
    found = _FINDERS[kind](reader, key)
    if found is None:
        raise FollowError(gettext("This is not here any more."))
    return found


def _topic(reader: Reader, key: str) -> About | None:
    topic = Topic.objects.filter(key=_key(Kind.TOPIC, key)).first()
    if topic and (topic.is_catalogue or access.visible_articles(reader).filter(topics=topic).exists()):
        return About(Kind.TOPIC, topic.key, news.topic_name(topic, reader.language)[:200])
    return None


def _word(reader: Reader, key: str) -> About:
    label, folded = text.clean(key).strip()[:200], _key(Kind.WORD, key)
    if len(folded) < 2 or not any(map(str.isalnum, folded)):
        raise FollowError(gettext("A word needs at least two letters."))
    return About(Kind.WORD, folded, label, language_of(label, reader.language))


def _author(reader: Reader, key: str) -> About:
    label, folded = text.clean(key).strip()[:200], _key(Kind.AUTHOR, key)
    if len(folded) < 2:
        raise FollowError(gettext("A name needs at least two letters."))
    return About(Kind.AUTHOR, folded, label)


def _source(reader: Reader, key: str) -> About | None:
    source = access.visible_sources(reader).filter(pk=int(key)).first() if _is_id(key) else None
    return About(Kind.SOURCE, key, str(source)[:200]) if source else None


def _story(reader: Reader, key: str) -> About | None:
    told = access.visible_articles(reader).filter(story_id=int(key)) if _is_id(key) else Article.objects.none()
    first = told.order_by("published_at").first()
    return About(Kind.STORY, key, first.title[:200]) if first else None


def _search(reader: Reader, key: str) -> About:
    return About(Kind.SEARCH, *searches.asked(key))


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdecimal() and len(key) < 18


_FINDERS: dict[str, Callable[[Reader, str], About | None]] = {
    Kind.TOPIC: _topic,
    Kind.WORD: _word,
    Kind.AUTHOR: _author,
    Kind.SOURCE: _source,
    Kind.STORY: _story,
    Kind.SEARCH: _search,
}
FOLLOWED = (Kind.TOPIC, Kind.WORD, Kind.AUTHOR, Kind.SEARCH)
MUTED = (Kind.TOPIC, Kind.SOURCE, Kind.STORY, Kind.WORD, Kind.AUTHOR)


def profile_of(reader: Reader, *, now: datetime) -> ProfileView:
    """What the profile page shows."""
    mutes = Mute.objects.filter(Q(until=None) | Q(until__gt=now), reader=reader).order_by("-at")
    hidden = hidden_lately(reader, muting_of(reader, now), now) if mutes else Counter[tuple[str, str]]()
    lines = [
        Line(interest, max(-1.0, min(1.0, decayed(interest.weight, interest.at, now) / 10)), interest.opened)
        for interest in Interest.objects.filter(reader=reader)
    ]
    lines.sort(key=lambda line: (-line.weight, line.interest.label))
    return ProfileView(
        follows=follows_of(reader),
        mutes=[Muted(mute, hidden[mute.kind, mute.key]) for mute in mutes],
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
