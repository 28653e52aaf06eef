"""What a reader follows and mutes, said in so many words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.core import text
from nashra.core.text.authors import author_key
from nashra.front.models import Follow, Kind, Mute
from nashra.front.services import searches
from nashra.front.services.errors import FollowError
from nashra.front.services.signals import profile_changed
from nashra.front.words import language_of
from nashra.news import access
from nashra.news import services as news
from nashra.news.models import Article, Topic

MOST = 500  # follows, and mutes, of one reader


def follow(reader: Reader, kind: str, key: str, *, now: datetime) -> Follow:
    """Follows a topic (by key), words, an author or a search (as written). Following twice is following once."""
    about = about_of(reader, kind, key, FOLLOWED)
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
    Follow.objects.filter(reader=reader, kind=kind, key=key_for(kind, key)).delete()
    profile_changed(reader)


def mute(reader: Reader, kind: str, key: str, *, now: datetime, days: int | None = None) -> Mute:
    """Mutes a topic, source, story, author or words at once, for some days or for good; the next visit makes a new
    edition.
    """
    about = about_of(reader, kind, key, MUTED)
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
    Mute.objects.filter(reader=reader, kind=kind, key=key_for(kind, key)).delete()
    profile_changed(reader)


@dataclass(frozen=True, slots=True)
class About:
    """What is followed or muted; the language is that of words."""

    kind: str
    key: str
    label: str
    language: str = ""


def key_for(kind: str, key: str) -> str:
    """The key under which what was typed is kept."""
    if kind == Kind.WORD:
        return text.fold(text.clean(key)).strip()[:200]
    if kind == Kind.AUTHOR:
        return author_key(text.clean(key))[:200]
    if kind == Kind.SEARCH:
        return searches.written(key)
    return text.clean(key, longest=200)


def about_of(reader: Reader, kind: str, key: str, allowed: tuple[str, ...]) -> About:
    """What is meant; only things that this reader may see."""
    if kind not in allowed:
        raise FollowError(gettext("This cannot be followed or muted."))
    found = _FINDERS[kind](reader, key)
    if found is None:
        raise FollowError(gettext("This is not here any more."))
    return found


def _topic(reader: Reader, key: str) -> About | None:
    topic = Topic.objects.filter(key=key_for(Kind.TOPIC, key)).first()
    if topic and (topic.is_catalogue or access.visible_articles(reader).filter(topics=topic).exists()):
        return About(Kind.TOPIC, topic.key, news.topic_name(topic, reader.language)[:200])
    return None


def _word(reader: Reader, key: str) -> About:
    label, folded = text.clean(key).strip()[:200], key_for(Kind.WORD, key)
    if len(folded) < 2 or not any(map(str.isalnum, folded)):
        raise FollowError(gettext("A word needs at least two letters."))
    return About(Kind.WORD, folded, label, language_of(label, reader.language))


def _author(reader: Reader, key: str) -> About:
    label, folded = text.clean(key).strip()[:200], key_for(Kind.AUTHOR, key)
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
