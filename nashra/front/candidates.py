"""Which articles may be shown to a reader: from the shelf by arrays, then through the gate and the mutes."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db.models import BigIntegerField, Count, Exists, ExpressionWrapper, OuterRef, Q, Subquery, Value

from nashra.accounts.models import Reader
from nashra.core.rank import Context, Mention, Pool, Sizes, exploring, shortlisted
from nashra.core.rank.examining import looked
from nashra.core.rank.mix import Languages, Mix
from nashra.core.rank.ragged import NO_ROWS, Ragged
from nashra.core.rank.scoring import scores
from nashra.core.rank.shortlisting import chosen
from nashra.core.rank.signals import shipped
from nashra.front import boosting, profiling
from nashra.front.drawing import named_lately
from nashra.front.embedding.table import attached
from nashra.front.models import Edition, Follow, Mark
from nashra.front.muting import NOTHING, Muting
from nashra.front.profiling import NOBODY, Wishes
from nashra.front.services.fitting.weights import current_weights
from nashra.front.services.mixing import mix_of
from nashra.front.shelf import Shelf, current
from nashra.front.shelf.analysing import Row, rows_of
from nashra.front.shelf.building import window
from nashra.front.shelf.masking import Limits, mask
from nashra.front.shelf.pooling import pool_of_rows
from nashra.front.shelf.segment import Places
from nashra.front.shelf.standing import overlap
from nashra.front.words import Named, by, finder
from nashra.news import access
from nashra.news.models import Article, Source

FURTHER = timedelta(days=14)  # what is followed, and a paper with little news, is looked for so far back
ENOUGH = 60
THIN = 12
MOST = 100  # articles of the shelf that are weighed for a page
POOL = 160  # further ones, the newest first
LATELY = 2_000  # ids among which those that the shelf lacks are looked for
PASSED = 10  # editions of which is remembered what was passed by
VISIT = timedelta(minutes=30)  # a page that gives way to the next sooner is of the same visit
DEFAULT = Sizes()
_GONE = Q(read_at__isnull=False) | Q(hidden_at__isnull=False)


@dataclass(frozen=True, slots=True, eq=False)
class Offered:
    """The articles that a page may be made of, and the context in which to rank them."""

    pool: Pool
    context: Context


def wishes_of(reader: Reader, now: datetime, follows: Iterable[Follow] | None = None) -> Wishes:
    """What the reader follows, and what was learned. `follows`: all of them, where they have been loaded."""
    return profiling.wishes_of(reader, now, current(now), follows)


def for_reader(reader: Reader, wishes: Wishes, muting: Muting, now: datetime) -> Pool:
    """Articles that may stand in this reader's next edition: new enough, unread, not hidden, not muted."""
    return offered(reader, wishes, muting, now).pool


def offered(reader: Reader, wishes: Wishes, muting: Muting, now: datetime, context: Context | None = None) -> Offered:
    """The same with the context of ranking: as given (else with this installation's weights), and the bar for what is
    tried out. Many readers' pages are made from one shelf: a process maps it once.
    """
    return _Choice(reader, wishes, muting, now, context or context_of(reader)).offered()


def context_of(reader: Reader | None, *, sizes: Sizes = DEFAULT, seed: int = 0) -> Context:
    """How pages are ranked here now, with the reader's wishes for the page."""
    given = current_weights()
    mix = mix_of(reader) if reader else Mix()
    return Context(
        sizes=sizes, seed=seed, discover=mix.discover, newest=-mix.important, weights=given,
        correction=boosting.correction(shipped() | given),
    )  # fmt: skip


def for_visitors(now: datetime) -> Pool:
    """Articles of the paper's own choice, for its general front page."""
    return _Choice(None, NOBODY, NOTHING, now, context_of(None)).offered().pool


class _Choice:
    """One reader's candidates, from many to few. Without a reader: a visitor's."""

    def __init__(self, reader: Reader | None, wishes: Wishes, muting: Muting, now: datetime, context: Context) -> None:
        self.reader, self.wishes, self.muting, self.now = reader, wishes, muting, now
        self.profile = wishes.profile
        self.context = context
        self.shelf = current(now)
        self.pools = self.shelf.pools(now)
        self.marks, self.came = _marks_and_came(reader, self.shelf, now)
        self.limits = self._limits()

    def offered(self) -> Offered:
        """What is left in the end."""
        ids, found = self._from_shelf()
        further = self._older() if found < ENOUGH else set()
        wanted = set(self.wishes.answering) | (self._followed() if found > MOST else set())
        seen = self._gated({*ids, *further, *heapq.nlargest(POOL, wanted)})
        words = {row.id: _mentions(self.wishes.names, row) for row in seen} if self.wishes.names else {}
        authors = {row.id: by(row.author, self.profile.authors) for row in seen} if self.profile.authors else {}
        further |= self._fresh(seen)
        rows = [row for row in seen if row.id in ids or self._fits(row, row.id in further, words, authors)]
        rows = _once_each(rows)
        pool = pool_of_rows(self.shelf, self.pools, rows, self.now)
        sources = self._story_sources(rows)
        return Offered(
            replace(
                pool,
                words=_by_place(rows, words), authors=_by_place(rows, authors),
                searches=_by_place(rows, self.wishes.answering), passed=_passed(self.reader, pool.ids),
                story_sources=np.array([sources.get(row.story_id or 0, 1) for row in rows], np.int32),
            ),
            self.context,
        )  # fmt: skip

    # ---------------------------------------------------------------------------------------- by arrays

    def _from_shelf(self) -> tuple[set[int], int]:
        """The ids of the shelf's best for this reader, and how many articles there are in all."""
        masks = [mask(part, self.limits) for part in self.shelf.parts]
        if self.limits.languages is not None and sum(int(one.sum()) for one in masks) < THIN:
            self.limits = replace(self.limits, languages=None)  # another language is better than an empty page
            masks = [mask(part, self.limits) for part in self.shelf.parts]
        large, small = (np.flatnonzero(one) for one in masks)
        ids = {*self._few(self.pools[1], small), *self._few(self.pools[0], large)}  # the bar is that of the large part
        return ids, len(large) + len(small)

    def _few(self, pool: Pool, places: Places) -> list[int]:
        few: list[int] = pool.ids[self._best(pool, places) if len(places) > MOST else places].tolist()
        return few

    def _limits(self) -> Limits:
        reader, muting = self.reader, self.muting
        since = (self.now - window()).timestamp()
        hidden = self.wishes.hidden
        if hidden is None:
            hidden = access.reach_of(reader).hidden
        if reader is None:
            return Limits(since, hidden)
        languages, exempt = self._languages(reader)
        return Limits(
            since, hidden, exempt, languages, self.marks.keys(), _read_stories(self.marks, self.shelf),
            muting.topics, muting.sources, muting.stories, muting.wants_copies,
        )  # fmt: skip

    def _languages(self, reader: Reader) -> tuple[frozenset[str] | None, frozenset[int]]:
        """The languages that the reader reads (None: any), and the sources that may be in another."""
        wish = mix_of(reader).languages
        if wish == Languages.ALL:
            return None, frozenset()
        own = frozenset(("", reader.language or settings.LANGUAGE_CODE))
        if wish == Languages.OWN:
            return own, frozenset()
        return own | self.wishes.languages, self.profile.subscriptions

    def _best(self, pool: Pool, places: Places) -> Places:
        """The places of the articles that this page could need, and the bar for what is tried out."""
        pool = attached(pool)
        if len(places) < len(pool) // 4:
            best, floor = shortlisted(pool.take(places), self.profile, self.context, now=self.now, most=MOST)
        else:  # scoring all costs less than taking most of them out, but for their terms, which nobody asks for again
            found = scores(pool, self.profile, self.context, self.now)
            found = replace(found, pool=_without_terms(pool)).take(places)
            floor = exploring.floor(found)
            best = chosen(found, self.profile, MOST, floor)
        self.context = replace(self.context, floor=floor)
        return places[best]

    # ---------------------------------------------------------------------------------------- by the database

    def _fresh(self, rows: Sequence[Row]) -> set[int]:
        """Those of these articles that are not on the shelf yet."""
        ids = np.array([row.id for row in rows], np.int64)
        there = [np.isin(ids, part.segment.ids[part.standing.alive]) for part in self.shelf.parts]
        return set(ids[~(there[0] | there[1]) & (ids > self.shelf.mark - overlap())].tolist())

    def _older(self) -> set[int]:
        """The newest of those that are too old for the shelf, for a paper with little news."""
        rows = access.visible_articles(self.reader).filter(published_at__gt=self.now - FURTHER)
        rows = rows.filter(published_at__lte=self.now - window()).order_by("-published_at", "-pk")
        return set(rows.values_list("pk", flat=True)[:POOL])

    def _followed(self) -> set[int]:
        """What the index finds for followed names and authors, and the newest article of each followed source that has
        none on the shelf.
        """
        if self.reader is None:
            return set()
        codes = sorted({self.reader.language or settings.LANGUAGE_CODE, "ar", "en"})
        found = set(named_lately(self.wishes.names, sorted(self.profile.authors), codes))
        told = np.concatenate([part.standing.sources[part.standing.alive] for part in self.shelf.parts])
        silent = self.profile.subscriptions - set(np.unique(told).tolist())
        return found | _newest_of_each(silent, self.now) if silent else found

    def _gated(self, ids: Collection[int]) -> list[Row]:
        """Those of these articles, and of what came since the shelf was made, that the reader may be offered, as the
        database knows them now, the newest first.
        """
        rows = access.visible_articles(self.reader).filter(pk__in={*ids, *self.came})
        rows = rows.filter(published_at__gt=self.now - FURTHER)
        if self.reader is not None:
            rows = rows.exclude(Exists(Mark.objects.filter(_GONE, reader=self.reader, article=OuterRef("pk"))))
        rows = self.muting.limit_kinds(self.muting.firsts_and_more(rows))
        return [row for row in rows_of(rows.order_by("-published_at", "-pk")) if self._may(row)]

    def _may(self, row: Row) -> bool:
        """Whether it is not muted by its words, and tells nothing that the reader knows."""
        if self.muting.judges and self.muting.hides(row.title, row.summary, row.language, row.author):
            return False
        return row.published_at.timestamp() > self.limits.read.get(row.story_id or 0, 0.0)

    def _story_sources(self, rows: Sequence[Row]) -> dict[int, int]:
        told = {(row.story_id or 0, row.source_id) for row in rows if row.story_id}
        sources = Counter(story for story, _ in told)
        for pool in self.pools:
            sources.update(pool.stories[pool.story_sources > 1].tolist())
        several = {story for story, _ in told if sources[story] > 1}  # what one source alone tells is not looked up
        return story_sources(several, self.reader, self.muting, {pair for pair in told if pair[0] in several})

    def _fits(self, row: Row, further: bool, words: Mapping[int, Any], authors: Mapping[int, Any]) -> bool:
        """Whether an article from elsewhere is followed, judged by more than the stems that the index knows; or, where
        it is no more than new or old, in a language that the reader reads.
        """
        if row.source_id in self.limits.followed or row.id in self.wishes.answering:
            return True
        languages = self.limits.languages
        fits = further and (languages is None or row.language in languages)
        return fits or bool(words.get(row.id) or authors.get(row.id))


def _by_place(rows: Sequence[Row], found: Mapping[int, Any]) -> dict[int, Any]:
    return {place: found[row.id] for place, row in enumerate(rows) if found.get(row.id)}


def _marks_and_came(
    reader: Reader | None, shelf: Shelf, now: datetime
) -> tuple[dict[int, datetime | None], Collection[int]]:
    """The articles of the shelf, and some more, that the reader has read (and when) or hidden; and the ids of the last
    that came since the shelf was made: when thousands come, a page does not wait for all of them.
    """
    last = ExpressionWrapper(Subquery(Article.objects.order_by("-pk").values("pk")[:1]) - LATELY, BigIntegerField())
    came = access.visible_articles(reader).filter(pk__gt=shelf.mark - overlap()).filter(pk__gt=last)
    rows: Any = came.order_by().values_list("pk", "published_at", Value(1))
    if reader is not None:
        first = min((int(part.segment.ids[0]) for part in shelf.parts if len(part)), default=0)
        gone = Mark.objects.filter(_GONE, reader=reader, article_id__gte=first).order_by()
        rows = gone.values_list("article_id", "read_at", Value(0)).union(rows, all=True)  # one question for both
    found, since = list(rows), now - window()
    fresh = heapq.nlargest(POOL, ((at, pk) for pk, at, is_new in found if is_new and at > since))
    return {pk: at for pk, at, is_new in found if not is_new}, [pk for _, pk in fresh]


def _read_stories(marks: Mapping[int, datetime | None], shelf: Shelf) -> dict[int, float]:
    """When the reader last read something of each story. What was published before that tells them nothing."""
    read: dict[int, float] = {}
    ids = np.fromiter((pk for pk, at in marks.items() if at), np.int64)
    for part in shelf.parts:
        places = part.segment.places(ids)
        for pk, story in zip(part.segment.ids[places].tolist(), part.standing.stories[places].tolist(), strict=True):
            if story and (at := marks[pk]):
                read[story] = max(read.get(story, 0.0), at.timestamp())
    return read


def _newest_of_each(sources: Collection[int], now: datetime) -> set[int]:
    recent = Article.objects.filter(source=OuterRef("pk"), published_at__gt=now - FURTHER)
    newest = Subquery(recent.order_by("-published_at", "-pk").values("pk")[:1])
    found = Source.objects.filter(pk__in=sources).annotate(newest=newest).values_list("newest", flat=True)
    return {pk for pk in found if pk}


def _passed(reader: Reader | None, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """How often each of these was on a page of the reader's last editions, as far as its place is looked at: once for a
    visit, in which a change of the profile or a wish makes one page follow another at once. The visit that goes on does
    not count: its pieces may still be read.
    """
    passed: defaultdict[int, float] = defaultdict(float)
    if reader is not None:
        shown = Edition.objects.filter(reader=reader, shown_at__isnull=False).order_by("-made_at", "-pk")
        for visit in _visits(shown.values_list("made_at", "shown_at", "items")[:PASSED])[1:]:
            for article_id, chance in visit.items():
                passed[article_id] += chance
    return np.array([passed[pk] for pk in ids.tolist()], np.float32)


def _visits(shown: Iterable[tuple[datetime, datetime | None, Any]]) -> list[dict[int, float]]:
    """These editions, the newest first, by visit: by article how surely its best place there was looked at."""
    visits: list[dict[int, float]] = []
    later: datetime | None = None
    for made_at, last_seen, items in shown:
        if later is None or later - (last_seen or made_at) >= VISIT:
            visits.append({})
        for position, (article_id, *_) in enumerate(items):
            visits[-1][article_id] = max(visits[-1].get(article_id, 0.0), looked(position))
        later = made_at
    return visits


def _without_terms(pool: Pool) -> Pool:
    return replace(pool, terms=Ragged(np.zeros(len(pool) + 1, np.int64), NO_ROWS.columns, NO_ROWS.weights))


def _once_each(rows: list[Row]) -> list[Row]:
    """Of copies behind one unwanted original the first."""
    first: dict[int, int] = {}
    for row in rows:
        if row.duplicate_of_id:
            first[row.duplicate_of_id] = min(row.id, first.get(row.duplicate_of_id, row.id))
    return [row for row in rows if not row.duplicate_of_id or first[row.duplicate_of_id] == row.id]


def _mentions(names: tuple[Named, ...], row: Row) -> tuple[Mention, ...]:
    """The followed names that stand in an article, each with its first form."""
    first = finder(names).first((row.title, row.summary, row.author), row.language)
    return tuple(Mention(found.key, found.form, found.rule) for found in first.values())


def story_sources(
    stories: set[int], reader: Reader | None, muting: Muting, known: Collection[tuple[int, int]] = ()
) -> dict[int, int]:
    """How many sources tell each story, of those that this reader may see and did not hide or mute. `known`: stories
    and sources of which that has been found already.
    """
    told = muting.limit(access.visible_articles(reader).filter(story_id__in=stories))
    if muting.judges:
        columns = told.order_by().values_list("story_id", "source_id", "title", "summary", "language", "author")
        pairs = set(known)
        for story, source, *where in columns:
            if (story, source) not in pairs and not muting.hides(*where):
                pairs.add((story, source))
        return dict(Counter(story for story, _ in pairs))
    counted = told.values("story_id")
    return {row["story_id"]: row["n"] for row in counted.annotate(n=Count("source", distinct=True)).order_by()}
