"""Editions: what a reader was shown, frozen; and the general one that visitors see."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db.models import Q

from nashra.accounts.models import Reader
from nashra.core import rank
from nashra.core.rank import Context, Profile, Reason, Sizes
from nashra.front import candidates
from nashra.front.models import Edition, Follow
from nashra.front.muting import Muting, muting_of
from nashra.news import access
from nashra.news.models import Article

REFRESH = timedelta(minutes=30)
THIN = 12  # an edition with fewer items is made anew as soon as there is more: feeds are still arriving
KEPT = timedelta(days=14)  # an edition stays at least a week; older ones leave at night
GENERAL = Sizes(lead=1, stories=3, for_you=8, followed=0, outside=0, latest=8)


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an edition."""

    article_id: int
    slot: str
    reasons: tuple[Reason, ...]
    score: float = 0.0
    propensity: float = 1.0


@dataclass(frozen=True, slots=True)
class Shown:
    """An edition as it stands now: its items that may still be shown, in order."""

    edition_id: int | None
    made_at: datetime
    items: tuple[Item, ...]
    since: datetime | None = None  # the visit before
    articles: Mapping[int, Article] = field(default_factory=dict)  # of the items, with their sources, if loaded


def edition_for(
    reader: Reader, *, now: datetime, muting: Muting | None = None, follows: Iterable[Follow] | None = None
) -> Shown:
    """The reader's edition: the one they were shown, or the next one when that is due. `muting` and `follows` save
    queries where they have been loaded.
    """
    muting = muting or muting_of(reader, now)
    last = Edition.objects.filter(reader=reader).order_by("-made_at", "-pk").first()
    if last is None or _is_due(last, now):
        last = _make(reader, muting, now, after=last, follows=follows)
    return _shown(last, reader, muting)


def last_edition(reader: Reader, *, now: datetime, muting: Muting) -> Shown:
    """The reader's edition as it stands, due or not; nothing is made. Without items when there is none yet."""
    last = Edition.objects.filter(reader=reader).order_by("-made_at", "-pk").first()
    return _shown(last, reader, muting) if last else Shown(None, now, ())


def refresh(reader: Reader, *, now: datetime) -> Shown:
    """The next edition, asked for by the reader."""
    muting = muting_of(reader, now)
    last = Edition.objects.filter(reader=reader).order_by("-made_at", "-pk").first()
    return _shown(_make(reader, muting, now, after=last), reader, muting)


def _is_due(last: Edition, now: datetime) -> bool:
    age = now - (last.shown_at or last.made_at)
    thin = not last.items or (len(last.items) < THIN and age >= timedelta(seconds=5))
    return last.stale or age >= REFRESH or thin


def _make(
    reader: Reader,
    muting: Muting,
    now: datetime,
    *,
    after: Edition | None,
    follows: Iterable[Follow] | None = None,
) -> Edition:
    wishes = candidates.wishes_of(reader, now, follows)
    offered = candidates.for_reader(reader, wishes, muting, now)
    seed = (reader.pk * 1_000_003 + now.toordinal()) & 0x7FFFFFFF
    ranked = rank.rank(offered, wishes.profile, Context(seed=seed), now=now)
    items = [_row(one) for one in ranked]
    if after is not None and not after.stale and [row[0] for row in items] == [row[0] for row in after.items]:
        Edition.objects.filter(pk=after.pk).update(shown_at=now)
        return after  # nothing new: the same edition goes on
    return Edition.objects.create(reader=reader, made_at=now, shown_at=now, model=rank.MODEL, items=items)


def forget_old(*, now: datetime) -> int:
    """Lets go editions that nobody was shown for two weeks; their signals stay. How many rows went."""
    return Edition.objects.filter(made_at__lt=now - KEPT, shown_at__lt=now - KEPT).delete()[0]


def _row(one: rank.Ranked) -> list[object]:
    reasons = [_said(reason) for reason in one.reasons]
    return [one.item.id, one.slot, round(one.score, 4), round(one.propensity, 4), reasons]


def _said(reason: Reason) -> list[object]:
    """A reason as it is stored; the form and rule of a word follow only where there are any, as in older rows."""
    said: list[object] = [reason.key, reason.about, reason.count]
    return [*said, reason.form, reason.rule] if reason.form else said


def _items(rows: list[list[object]]) -> list[Item]:
    return [
        Item(row[0], row[1], tuple(Reason(*reason) for reason in row[4]), row[2], row[3])  # type: ignore[arg-type, attr-defined]
        for row in rows
    ]


def _shown(edition: Edition, reader: Reader, muting: Muting) -> Shown:
    """Mute, hide and deletion take effect in a frozen edition at once; nothing else changes it."""
    items = _items(edition.items)
    ids = [item.article_id for item in items]
    allowed = muting.limit(access.visible_articles(reader).filter(pk__in=ids))
    still = {article.pk: article for article in muting.keep(allowed.select_related("source"))}
    kept = tuple(item for item in items if item.article_id in still)
    return Shown(edition.pk, edition.made_at, kept, reader.seen_at, still)


def general_edition(*, now: datetime) -> Shown:
    """The paper's general front page, the same for every visitor."""
    ranked = rank.rank(candidates.for_visitors(now), Profile(personalise=False), Context(sizes=GENERAL), now=now)
    return Shown(None, now, tuple(_items([_row(one) for one in ranked])))


def reasons_of(reader: Reader, article: Article, muting: Muting) -> tuple[Reason, ...]:
    """Why an article stood in one of the reader's last editions; empty when it did not.

    How many sources tell of its story is counted anew: one of them may have been muted since.
    """
    for edition in editions_of(reader, limit=3):
        for item in _items(edition.items):
            if item.article_id == article.pk:
                return tuple(_counted_anew(item.reasons, reader, article, muting))
    return ()


def _counted_anew(reasons: Iterable[Reason], reader: Reader, article: Article, muting: Muting) -> Iterator[Reason]:
    for reason in reasons:
        if reason.key != "story_sources":
            yield reason
        elif article.story_id:
            count = candidates.story_sources({article.story_id}, reader, muting).get(article.story_id, 0)
            if count > 1:
                yield replace(reason, count=count)


def editions_of(reader: Reader, *, limit: int = 14) -> list[Edition]:
    """The reader's last editions, newest first."""
    return list(Edition.objects.filter(Q(reader=reader)).order_by("-made_at", "-pk")[:limit])
