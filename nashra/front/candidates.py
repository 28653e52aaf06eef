"""From the database to ranking's values: which articles may be shown to a reader, and what is known of the reader."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from nashra.accounts.models import Reader
from nashra.core.rank import Candidate, Mention, Profile, Taste
from nashra.front.drawing import named_lately
from nashra.front.models import Follow, Interest, Kind, Mark
from nashra.front.muting import NOTHING, Muting, tagged_with
from nashra.front.services.searches import found
from nashra.front.services.signals import decayed
from nashra.front.words import Named, by, finder, named_of
from nashra.news import access
from nashra.news.models import Article, Source, Subscription

WINDOWS = (timedelta(days=3), timedelta(days=14))
ENOUGH = 60
THIN = 12
POOL = 160  # articles of each kind that are weighed: the newest, and the newest of what is followed
FACTORS = {Interest.State.MORE: 1.6, Interest.State.NORMAL: 1.0, Interest.State.LESS: 0.25}


class _Row(NamedTuple):
    """The columns of an article that ranking needs."""

    id: int
    source_id: int
    published_at: datetime
    story_id: int | None
    language: str
    title: str
    summary: str
    author: str
    image_url: str
    duplicate_of_id: int | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a reader wants: the profile as ranking sees it, the followed words as texts are searched for them, and by
    the ids of articles which followed searches they answer.
    """

    profile: Profile
    names: tuple[Named, ...] = ()
    answering: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


NOBODY = Wishes(Profile())


def wishes_of(reader: Reader, now: datetime, follows: Iterable[Follow] | None = None) -> Wishes:
    """What the reader follows, and what was learned. `follows`: all of them, where they have been loaded."""
    rows = sorted(Follow.objects.filter(reader=reader) if follows is None else follows, key=attrgetter("pk"))
    keys = {kind: frozenset(one.key for one in rows if one.kind == kind) for kind in Kind.values}
    names = tuple(named_of(one) for one in rows if one.kind == Kind.WORD)
    searches = [one.key for one in reversed(rows) if one.kind == Kind.SEARCH]  # the newest first
    return Wishes(_profile(reader, keys, now), names, found(reader, searches, now=now) if searches else {})


def _profile(reader: Reader, follows: Mapping[str, frozenset[str]], now: datetime) -> Profile:
    taste: dict[str, dict[str, Taste]] = {Kind.SOURCE: {}, Kind.TOPIC: {}}
    lines = [line for line in Interest.objects.filter(reader=reader) if line.kind in taste]
    weights = {line.pk: max(0.0, decayed(line.weight, line.at, now)) for line in lines}
    for kind in taste:
        total = sum(weights[line.pk] for line in lines if line.kind == kind) or 1.0
        for line in lines:
            if line.kind == kind and weights[line.pk] > 0:
                taste[kind][line.key] = Taste(
                    weights[line.pk] / total, line.opened, FACTORS[Interest.State(line.state)]
                )
    return Profile(
        subscriptions=frozenset(Subscription.objects.filter(reader=reader).values_list("source_id", flat=True)),
        topics=follows[Kind.TOPIC],
        words=follows[Kind.WORD],
        authors=follows[Kind.AUTHOR],
        searches=follows[Kind.SEARCH],
        source_taste={int(key): value for key, value in taste[Kind.SOURCE].items()},
        topic_taste=taste[Kind.TOPIC],
        personalise=reader.personalise,
    )


def for_reader(reader: Reader, wishes: Wishes, muting: Muting, now: datetime) -> list[Candidate]:
    """Articles that may stand in this reader's next edition: new enough, unread, not hidden, not muted."""
    gone = Q(read_at__isnull=False) | Q(hidden_at__isnull=False)
    offered = access.visible_articles(reader).exclude(
        Exists(Mark.objects.filter(gone, reader=reader, article=OuterRef("pk")))
    )
    offered = muting.limit_kinds(muting.firsts_and_more(offered))
    rows = _newest(offered.filter(_readable(reader)), now)
    if len(rows) < THIN:  # a paper in another language is better than an empty page
        rows = _newest(offered, now)
    rows = _with_followed(rows, offered, reader, wishes, now)
    rows = [row for row in _once_each(rows) if not muting.hides(row.title, row.summary, row.language, row.author)]
    return _values(rows, wishes, reader, muting)


def _once_each(rows: list[_Row]) -> list[_Row]:
    """Of copies behind one unwanted original the first."""
    first: dict[int, int] = {}
    for row in rows:
        if row.duplicate_of_id:
            first[row.duplicate_of_id] = min(row.id, first.get(row.duplicate_of_id, row.id))
    return [row for row in rows if not row.duplicate_of_id or first[row.duplicate_of_id] == row.id]


def _with_followed(
    rows: list[_Row], offered: QuerySet[Article], reader: Reader, wishes: Wishes, now: datetime
) -> list[_Row]:
    """What is followed as well: what is newer must not drown it, and followed searches find it in other languages, too.

    Of each followed source the newest piece, and what the search index finds for names, authors and searches.
    """
    more, wanted = list(rows), wishes.answering.keys() - {row.id for row in rows}
    drowned = len(rows) == POOL
    if drowned:
        more += _newest(offered.filter(_followed(reader, wishes.profile)), now)
        languages = sorted({reader.language or settings.LANGUAGE_CODE, "ar", "en"})
        wanted |= set(named_lately(wishes.names, sorted(wishes.profile.authors), languages))
    these = Q(pk__in=wanted - {row.id for row in more})
    if drowned:
        these |= Q(pk__in=_newest_of_each(reader, now))
    if drowned or wanted:
        more += [row for row in _since(offered.filter(these), now - WINDOWS[-1]) if _is_wanted(row, wishes)]
    return list({row.id: row for row in more}.values())


def _sources_of(reader: Reader) -> "QuerySet[Subscription, Any]":
    """The followed sources, for the database to look up: thousands of numbers cost more to send than to find."""
    return Subscription.objects.filter(reader=reader).values("source")


def _followed(reader: Reader, profile: Profile) -> Q:
    followed = Q(source__in=_sources_of(reader))
    return followed | Q(tagged_with(profile.topics)) if profile.topics else followed


def _newest_of_each(reader: Reader, now: datetime) -> QuerySet[Source, Any]:
    recent = Article.objects.filter(source=OuterRef("pk"), published_at__gt=now - WINDOWS[-1])
    newest = Subquery(recent.order_by("-published_at", "-pk").values("pk")[:1])
    return Source.objects.filter(pk__in=_sources_of(reader)).annotate(newest=newest).values("newest")


def _is_wanted(row: _Row, wishes: Wishes) -> bool:
    """Whether it is followed, judged by more than the stems that the index knows."""
    if row.source_id in wishes.profile.subscriptions or row.id in wishes.answering:
        return True
    return bool(_mentions(wishes.names, row) or by(row.author, wishes.profile.authors))


def _readable(reader: Reader) -> Q:
    """In a language that the reader reads (the interface, followed sources), or from a followed source."""
    followed = Subscription.objects.filter(reader=reader).exclude(source__language="").values("source__language")
    known = Q(language__in=("", reader.language or settings.LANGUAGE_CODE)) | Q(language__in=followed)
    return known | Q(source__in=_sources_of(reader))


def for_visitors(now: datetime) -> list[Candidate]:
    """Articles of the paper's own choice, for its general front page."""
    return _values(_newest(access.visible_articles(None).filter(duplicate_of=None), now), NOBODY, None, NOTHING)


def _newest(articles: QuerySet[Article], now: datetime) -> list[_Row]:
    """The newest articles of three days, or of two weeks when that is too few for a page."""
    rows: list[_Row] = []
    for window in WINDOWS:
        rows = _since(articles, now - window)
        if len(rows) >= ENOUGH:
            break
    return rows


def _since(articles: QuerySet[Article], moment: datetime) -> list[_Row]:
    recent = articles.filter(published_at__gt=moment).order_by("-published_at", "-id")
    return [_Row(*values) for values in recent.values_list(*_Row._fields)[:POOL]]


def _values(rows: Sequence[_Row], wishes: Wishes, reader: Reader | None, muting: Muting) -> list[Candidate]:
    topics: dict[int, list[str]] = defaultdict(list)
    tagged = Article.topics.through.objects.filter(article_id__in=[row.id for row in rows])
    for article_id, key in tagged.values_list("article_id", "topic__key"):
        topics[article_id].append(key)
    sources = story_sources({row.story_id for row in rows if row.story_id}, reader, muting)
    return [
        Candidate(
            id=row.id,
            source=row.source_id,
            published=row.published_at,
            topics=tuple(sorted(topics[row.id])),
            words=_mentions(wishes.names, row) if wishes.names else (),
            authors=by(row.author, wishes.profile.authors) if wishes.profile.authors else (),
            searches=wishes.answering.get(row.id, ()),
            story=row.story_id,
            story_sources=sources.get(row.story_id, 1) if row.story_id else 1,
            language=row.language,
            has_image=bool(row.image_url),
        )
        for row in rows
    ]


def _mentions(names: tuple[Named, ...], row: _Row) -> tuple[Mention, ...]:
    """The followed names that stand in an article, each with its first form."""
    first = finder(names).first((row.title, row.summary, row.author), row.language)
    return tuple(Mention(found.key, found.form, found.rule) for found in first.values())


def story_sources(stories: set[int], reader: Reader | None, muting: Muting) -> dict[int, int]:
    """How many sources tell each story, of those that this reader may see and did not hide or mute."""
    told = muting.limit(access.visible_articles(reader).filter(story_id__in=stories))
    if muting.judges:
        columns = told.order_by().values_list("story_id", "source_id", "title", "summary", "language", "author")
        pairs = {(story, source) for story, source, *where in columns if not muting.hides(*where)}
        return dict(Counter(story for story, _ in pairs))
    counted = told.values("story_id")
    return {row["story_id"]: row["n"] for row in counted.annotate(n=Count("source", distinct=True)).order_by()}
