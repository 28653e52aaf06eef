"""Forgetting: one article, a line, the last hour, all that was learned, the history; and taking that back."""

from collections import defaultdict
from datetime import datetime

from django.core import serializers
from django.db import transaction
from django.db.models import Exists, OuterRef

from nashra.accounts.models import Reader
from nashra.front.models import Edition, Interest, Lesson, Mark, Signal
from nashra.front.services import learning
from nashra.front.services.popularity import recounted, uncount
from nashra.front.services.signals import profile_changed
from nashra.news.models import Article, RuleHit, Source


def forget(line: Interest) -> None:
    """Removes a line of the profile; it may be learned anew."""
    learning.forget_line(line)
    profile_changed(line.reader)


def forget_article(lesson: Lesson, *, now: datetime) -> None:
    """Takes an article out of the profile and of the record, as if it had never been read; its read mark stays."""
    with recounted(lesson.reader):
        if lesson.article_id:
            Signal.objects.filter(reader=lesson.reader, article=lesson.article_id).delete()
        learning.forget_lessons([lesson], now=now)
        profile_changed(lesson.reader)


def forget_since(reader: Reader, since: datetime, *, now: datetime) -> int:
    """Forgets what was done since a moment: signals, what they taught, and read marks. How many articles."""
    with recounted(reader):
        rows = Signal.objects.filter(reader=reader, at__gte=since)
        done: dict[int, set[str]] = defaultdict(set)
        for article, what in rows.values_list("article", "what"):
            done[article].add(what)
        for article, what in Signal.objects.filter(reader=reader, at__lt=since, article__in=done).values_list(
            "article", "what"
        ):
            done[article].discard(what)
        rows.delete()
        learning.forget_acts(reader, done, now=now)
        marks = Mark.objects.filter(reader=reader, read_at__gte=since)
        read = set(marks.values_list("article", flat=True))
        marks.update(read_at=None)
        profile_changed(reader)
    return len(read | done.keys())


def reset(reader: Reader) -> None:
    """Forgets all that was learned, signals included. What the reader said of lines, follows, mutes and read marks
    stay.
    """
    with transaction.atomic():
        uncount(reader)
        Lesson.objects.filter(reader=reader).delete()
        lines = Interest.objects.filter(reader=reader)
        lines.filter(state=Interest.State.NORMAL).delete()
        lines.update(weight=0.0, opened=0, passed=0.0)
        Signal.objects.filter(reader=reader).delete()
        profile_changed(reader)


def forget_history(reader: Reader) -> None:
    """Erases which articles were read and hidden, and the editions that were shown; what a rule hid stays hidden."""
    ruled = RuleHit.objects.filter(rule__reader=reader, article=OuterRef("article"), at=OuterRef("hidden_at"))
    with transaction.atomic():
        uncount(reader)
        Mark.objects.filter(~Exists(ruled), reader=reader).delete()
        Mark.objects.filter(reader=reader).update(read_at=None)
        Edition.objects.filter(reader=reader).delete()
        reset(reader)


def picture_of(reader: Reader) -> str:
    """The learned part of the profile as text, for `bring_back`."""
    rows = [*Interest.objects.filter(reader=reader), *Lesson.objects.filter(reader=reader)]
    return str(serializers.serialize("json", rows))


def bring_back(reader: Reader, picture: str) -> None:
    """The learned part of the profile becomes what it was; signals and marks that were erased stay so."""
    rows = list(serializers.deserialize("json", picture))
    lines = [one.object for one in rows if isinstance(one.object, Interest)]
    lessons = [one.object for one in rows if isinstance(one.object, Lesson)]
    articles = set(Article.objects.filter(pk__in=[one.article_id for one in lessons]).values_list("pk", flat=True))
    sources = set(Source.objects.filter(pk__in=[one.source_id for one in lessons]).values_list("pk", flat=True))
    for one in lessons:
        one.article_id = one.article_id if one.article_id in articles else None
        one.source_id = one.source_id if one.source_id in sources else None
    with transaction.atomic():
        Lesson.objects.filter(reader=reader).delete()
        Interest.objects.filter(reader=reader).delete()
        Interest.objects.bulk_create([one for one in lines if one.reader_id == reader.pk])
        Lesson.objects.bulk_create([one for one in lessons if one.reader_id == reader.pk])
        profile_changed(reader)
