"""What a reader last said of articles: more like this, less like this, not interested in its source."""

from collections.abc import Collection
from datetime import datetime
from operator import itemgetter

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast

from nashra.accounts.models import Reader
from nashra.front.models import Interest, Kind, Mark, Signal
from nashra.news.models import Article

MORE, LESS, SOURCE, UNDO = Signal.What.MORE, Signal.What.LESS, Signal.What.SOURCE, Signal.What.UNDO


def said_of(reader: Reader, articles: Collection[Article]) -> dict[int, frozenset[str]]:
    """By article what holds of it: `more` or `less`, and `source`. What was taken back does not hold."""
    if not articles:
        return {}
    of_articles = Signal.objects.filter(reader=reader, article__in=articles, what__in=[MORE, LESS, UNDO])
    sources = Interest.objects.filter(reader=reader, kind=Kind.SOURCE, state=Interest.State.LESS)
    sources = sources.filter(key__in={str(one.source_id) for one in articles})
    rows = of_articles.order_by().values_list(Cast("article", CharField()), "what", "at", "pk")
    unwanted = sources.order_by().values_list("key", Value(SOURCE.value), "at", "pk")
    said = sorted(rows.union(unwanted, all=True), key=itemgetter(2, 3))  # one question for both
    last = {int(key): what for key, what, *_ in said if what != SOURCE}
    less = {int(key) for key, what, *_ in said if what == SOURCE}
    holding = {one.pk: {last.get(one.pk, UNDO), SOURCE if one.source_id in less else UNDO} for one in articles}
    return {article_id: frozenset(map(str, what - {UNDO})) for article_id, what in holding.items() if what - {UNDO}}


def read_of(reader: Reader, articles: Collection[Article]) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """When the reader read each of these articles, and when they last read of each of their stories; both only of what
    was read.
    """
    stories = {one.story_id for one in articles if one.story_id}
    marks = Mark.objects.filter(reader=reader, read_at__isnull=False)
    marks = marks.filter(Q(article__in=articles) | Q(article__story_id__in=stories)).order_by("read_at", "pk")
    rows = list(marks.values_list("article", "article__story", "read_at"))
    of_articles = {article: at for article, _, at in rows if at}
    return of_articles, {story: at for _, story, at in rows if story and at}
