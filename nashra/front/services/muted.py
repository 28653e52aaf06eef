"""What a mute hides: told on the page of an article that was asked for by its address, and counted for the profile."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.front.models import Kind, Mute
from nashra.front.muting import Because, Muting
from nashra.front.reasons import muted_form
from nashra.news import access
from nashra.news import services as news
from nashra.news.models import Article, Topic

LATELY = timedelta(days=7)
LOOKED_AT = 3000  # articles of that time that are looked at, newest first


@dataclass(frozen=True, slots=True)
class Over:
    """A mute that an article falls under, as one sentence. `what` is the mute's kind and key: "topic:sport"."""

    what: str
    text: str


def mutes_over(reader: Reader, article: Article, muting: Muting) -> list[Over]:
    """The reader's mutes that an article falls under."""
    return _told(reader, muting.because(article))


def mute_of(reader: Reader, kind: Kind, key: str, muting: Muting) -> list[Over]:
    """The reader's mute of one topic or source, for its own page; empty when it is not muted."""
    muted = key in (muting.topics if kind == Kind.TOPIC else map(str, muting.sources))
    return _told(reader, [Because(kind, key)] if muted else [])


def _told(reader: Reader, because: list[Because]) -> list[Over]:
    if not because:
        return []
    labels = _labels(reader, because)
    return [Over(f"{one.kind}:{one.key}", _sentence(one, labels[one.kind, one.key])) for one in because]


def _labels(reader: Reader, because: Iterable[Because]) -> dict[tuple[str, str], str]:
    wanted = Q()
    for one in because:
        wanted |= Q(kind=one.kind, key=one.key)
    labels = {(mute.kind, mute.key): mute.label for mute in Mute.objects.filter(wanted, reader=reader)}
    topics = [key for kind, key in labels if kind == Kind.TOPIC]
    for topic in Topic.objects.filter(key__in=topics) if topics else ():
        labels[Kind.TOPIC, topic.key] = news.topic_name(topic, reader.language)
    return labels


def _sentence(one: Because, label: str) -> str:
    if one.kind == Kind.WORD:
        return muted_form(label, one.form, one.rule)
    if one.kind == Kind.STORY:
        return gettext("You muted this story.")
    texts = {
        Kind.TOPIC: gettext("You muted the topic %(name)s."),
        Kind.SOURCE: gettext("You muted the source %(name)s."),
        Kind.AUTHOR: gettext("You muted the author %(name)s."),
    }
    return texts[Kind(one.kind)] % {"name": locale.apart(label)}


def hidden_lately(reader: Reader, muting: Muting, now: datetime) -> Counter[tuple[str, str]]:
    """How many of the newest articles of the last week each mute keeps away, by kind and key."""
    recent = access.visible_articles(reader).filter(duplicate_of=None, published_at__gt=now - LATELY)
    newest = list(recent.order_by("-published_at", "-pk").values_list("pk", flat=True)[:LOOKED_AT])
    rows = Article.objects.filter(pk__in=newest)
    counts: Counter[tuple[str, str]] = Counter()
    for source, story, *where in rows.values_list("source", "story", "title", "summary", "language", "author"):
        counts.update(muting.judged(*where))
        counts[Kind.SOURCE.value, str(source)] += 1
        counts[Kind.STORY.value, str(story)] += 1
    tagged = Article.topics.through.objects.filter(article__in=newest, topic__key__in=muting.topics)
    counts.update((Kind.TOPIC.value, key) for key in tagged.values_list("topic__key", flat=True))
    return counts
