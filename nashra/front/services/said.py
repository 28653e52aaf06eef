"""What a reader last said of articles: more like this, less like this, not interested in its source."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Max

from nashra.accounts.models import Reader
from nashra.front.models import Interest, Kind, Mark, Signal
from nashra.news import access
from nashra.news.models import Article

MORE, LESS, SOURCE, UNDO = Signal.What.MORE, Signal.What.LESS, Signal.What.SOURCE, Signal.What.UNDO


def said_of(reader: Reader, articles: Collection[Article]) -> dict[int, frozenset[str]]:
    """By article what holds of it: `more` or `less`, and `source`. What was taken back does not hold."""
    rows = Signal.objects.filter(reader=reader, article__in=articles, what__in=[MORE, LESS, UNDO])
    last = dict(rows.order_by("at", "pk").values_list("article", "what"))
    sources = Interest.objects.filter(reader=reader, kind=Kind.SOURCE, state=Interest.State.LESS)
    unwanted = set(sources.filter(key__in={str(one.source_id) for one in articles}).values_list("key", flat=True))
    holding: dict[int, set[str]] = defaultdict(set)
    for article in articles:
        if (what := last.get(article.pk, UNDO)) != UNDO:
            holding[article.pk].add(what)
        if str(article.source_id) in unwanted:
            holding[article.pk].add(SOURCE.value)
    return {article_id: frozenset(what) for article_id, what in holding.items()}


def stories_read(reader: Reader, story_ids: Iterable[int]) -> dict[int, datetime]:
    """When the reader last read a piece of each of these stories, of those that they read anything of."""
    wanted = set(story_ids)
    if not wanted:
        return {}
    marks = Mark.objects.filter(reader=reader, read_at__isnull=False)
    marks = marks.filter(article__in=access.visible_articles(reader).filter(story_id__in=wanted))
    return dict(marks.order_by().values_list("article__story_id").annotate(last=Max("read_at")))
