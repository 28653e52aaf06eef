"""The one way by which what a reader does becomes a signal, a mark and a line of the profile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.core.rank import learning as arithmetic
from nashra.front.models import Edition, Interest, Mark, Signal
from nashra.front.muting import muting_of
from nashra.front.services import learning
from nashra.front.services.said import said_of
from nashra.news import access
from nashra.news.models import Article, RuleHit

MOST_AT_ONCE = 5000
LOOKED_AT = 2000  # unread pieces in which muted words are looked for
What = Signal.What
STATES = list(Interest.State)


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a page something happened."""

    edition_id: int | None = None
    slot: str = ""
    position: int | None = None


NOWHERE = Place()
SHORT = {"lead": "l", "story": "s", "for_you": "y", "followed": "f", "outside": "o", "latest": "n"}
"""Parts of a page as addresses call them: a page has a hundred and forty of these. Old links have the whole name."""


def signal(
    reader: Reader, article: Article, what: Signal.What, *, now: datetime, place: Place = NOWHERE, value: int = 0
) -> bool:
    """Records what a reader did and learns from it; whether it was recorded.

    Nothing is while personalisation or learning is off; marks are kept all the same.
    """
    if not (reader.personalise and reader.learns):
        return False
    with transaction.atomic():
        known = place.edition_id and Edition.objects.filter(pk=place.edition_id, reader=reader).exists()
        Signal.objects.create(
            reader=reader, article=article, what=what, at=now, value=value,
            edition_id=place.edition_id if known else None, slot=place.slot[:12], position=place.position,
        )  # fmt: skip
        learning.learn(reader, article, what, value=value, now=now)
    return True


def opened(reader: Reader, article: Article, *, now: datetime, place: Place = NOWHERE, from_mail: bool = False) -> None:
    """The reader opened the article: it is read from now on. Only the first time counts as a signal. `from_mail`: from
    a letter, of which nothing is kept unless the reader allows it.
    """
    what = What.MAIL if from_mail and reader.counts_mail else What.OPEN
    with transaction.atomic():
        mark, _ = Mark.objects.get_or_create(reader=reader, article=article)
        if mark.read_at is None or _read_by_rule(mark):
            Mark.objects.filter(pk=mark.pk).update(read_at=now)
            signal(reader, article, what, now=now, place=place)


def _read_by_rule(mark: Mark) -> bool:
    """Whether a rule marked it as read, not the reader."""
    hits = RuleHit.objects.filter(rule__reader=mark.reader_id, article=mark.article_id)
    return mark.read_at in hits.values_list("at", flat=True)


def mark_unread(reader: Reader, article_ids: Iterable[int]) -> None:
    """Takes the read mark back; what was learned stays."""
    Mark.objects.filter(reader=reader, article_id__in=list(article_ids)).update(read_at=None)


def mark_all_read(reader: Reader, articles: QuerySet[Article], *, now: datetime) -> list[int]:
    """Marks these articles as read without learning from it; returns those that were unread, for undoing. What is
    muted is not on the list that the reader has seen, and stays unread.
    """
    muting = muting_of(reader, now)
    unread = articles.exclude(marks__in=Mark.objects.filter(reader=reader, read_at__isnull=False))
    unread = muting.limit_kinds(unread).order_by("-published_at", "-pk")
    ids = muting.kept_ids(unread[:MOST_AT_ONCE])
    with transaction.atomic():
        Mark.objects.filter(reader=reader, article_id__in=ids).update(read_at=now)
        rows = [Mark(reader=reader, article_id=article_id, read_at=now) for article_id in ids]
        Mark.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    return ids


def unread_by_source(reader: Reader, source_ids: Sequence[int]) -> dict[int, int]:
    """How many unread articles each of these sources has for this reader, without what is hidden or muted."""
    unread = _unmuted(reader, _unread(reader).filter(source_id__in=source_ids))
    return dict(unread.order_by().values_list("source_id").annotate(n=Count("pk")))


def unread_by_topic(reader: Reader, topic_ids: Sequence[int]) -> dict[int, int]:
    """How many unread articles each of these topics has for this reader, without what is hidden or muted."""
    tagged = Article.topics.through.objects.filter(topic_id__in=topic_ids)
    unread = _unmuted(reader, _unread(reader).filter(pk__in=tagged.values("article_id")))
    return dict(tagged.filter(article__in=unread).order_by().values_list("topic_id").annotate(n=Count("pk")))


def _unread(reader: Reader) -> QuerySet[Article]:
    seen = Mark.objects.filter(Q(read_at__isnull=False) | Q(hidden_at__isnull=False), reader=reader)
    return access.visible_articles(reader).filter(duplicate_of=None).exclude(pk__in=seen.values("article_id"))


def _unmuted(reader: Reader, unread: QuerySet[Article]) -> QuerySet[Article]:
    """Without what is muted. Muted words and authors are looked for in the newest pieces, as many as a page can wait
    for; older ones are counted as they are.
    """
    muting = muting_of(reader, timezone.now())
    unread = muting.limit_kinds(unread)
    if not muting.judges:
        return unread
    newest = list(unread.order_by("-published_at", "-pk").values_list("pk", flat=True)[:LOOKED_AT])
    kept = set(muting.kept_ids(Article.objects.filter(pk__in=newest)))
    return unread.exclude(pk__in=[pk for pk in newest if pk not in kept])


def hide(reader: Reader, article: Article, *, now: datetime, place: Place = NOWHERE) -> None:
    """The article is offered to this reader no more."""
    _set_hidden(reader, article, now)
    signal(reader, article, What.HIDE, now=now, place=place)


def unhide(reader: Reader, article: Article, *, now: datetime) -> None:
    """Takes `hide` back."""
    _set_hidden(reader, article, None)
    signal(reader, article, What.UNHIDE, now=now)


def _set_hidden(reader: Reader, article: Article, at: datetime | None) -> None:
    Mark.objects.update_or_create(reader=reader, article=article, defaults={"hidden_at": at})


def more_like(reader: Reader, article: Article, *, now: datetime, place: Place = NOWHERE) -> bool:
    """More like this: what it is about counts for more, from the next page on. Whether it was noted."""
    return _say(reader, article, What.MORE, now=now, place=place)


def less_like(reader: Reader, article: Article, *, now: datetime, place: Place = NOWHERE) -> bool:
    """Less like this: what it is about counts for less, from the next page on. Whether it was noted."""
    return _say(reader, article, What.LESS, now=now, place=place)


def not_interested(reader: Reader, article: Article, *, now: datetime, place: Place = NOWHERE) -> bool:
    """Not interested in its source: the source counts for less until the reader says otherwise. Whether it was noted.

    The signal's value says how the source stood before, for `undo`.
    """
    if not (reader.personalise and reader.learns):
        return False
    with transaction.atomic():
        before = learning.set_source(reader, article.source, Interest.State.LESS, now=now)
        if before == Interest.State.LESS:
            return True
        return _say(reader, article, What.SOURCE, now=now, place=place, value=STATES.index(before))


def undo(reader: Reader, article: Article, what: str, *, now: datetime) -> bool:
    """Takes back exactly what was said of an article: "more", "less" or "source". Whether there was anything."""
    if what not in said_of(reader, [article]).get(article.pk, ()):
        return False
    with transaction.atomic():
        if what == What.SOURCE:
            _undo_source(reader, article, now)
        else:
            last = Signal.objects.filter(reader=reader, article=article, what=what).aggregate(at=Max("at"))["at"]
            Signal.objects.create(reader=reader, article=article, what=What.UNDO, at=max(now, last))
            learning.learn(reader, article, What.UNDO, now=now)
        profile_changed(reader)
    return True


def _undo_source(reader: Reader, article: Article, now: datetime) -> None:
    said = Signal.objects.filter(reader=reader, article__source=article.source_id, what=What.SOURCE)
    last = said.order_by("-at", "-pk").first()
    before = STATES[last.value] if last else Interest.State.NORMAL
    learning.set_source(reader, article.source, before, now=now)
    said.delete()


def _say(reader: Reader, article: Article, what: Signal.What, *, now: datetime, place: Place, value: int = 0) -> bool:
    noted = signal(reader, article, what, now=now, place=place, value=value)
    if noted:
        profile_changed(reader)
    return noted


def profile_changed(reader: Reader) -> None:
    """A profile edit makes the next edition due at once."""
    Edition.objects.filter(reader=reader, stale=False).update(stale=True)


def marks_of(reader: Reader, article_ids: Iterable[int]) -> dict[int, Mark]:
    """The reader's marks on these articles, by article."""
    return {mark.article_id: mark for mark in Mark.objects.filter(reader=reader, article_id__in=list(article_ids))}


def decayed(weight: float, since: datetime, now: datetime) -> float:
    """A learned weight after its half-life of 30 days."""
    return arithmetic.decayed(weight, (now - since).total_seconds())
