"""What was passed by, in the profile: its topics and sources are opened less often than they are shown."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from nashra.accounts.models import Reader
from nashra.core.rank.learning import Line, passed_by
from nashra.front.models import Interest, Kind
from nashra.news.models import Article


def passed(reader: Reader, looks: Mapping[int, float], now: datetime) -> None:
    """Notes in the reader's lines of these articles' topics and sources that they were looked at and passed by.

    Lines that do not exist are not made: what nothing speaks for needs nothing against it.
    """
    by: dict[tuple[str, str], float] = defaultdict(float)
    for pk, source in Article.objects.filter(pk__in=looks).values_list("pk", "source_id"):
        by[Kind.SOURCE, str(source)] += looks[pk]
    topics = Article.topics.through.objects.filter(article_id__in=looks)
    for pk, key in topics.values_list("article_id", "topic__key"):
        by[Kind.TOPIC, key] += looks[pk]
    for row in Interest.objects.filter(reader=reader, key__in={key for _, key in by}):
        if more := by.get((row.kind, row.key)):
            line = Line(row.weight, row.opened, row.passed)
            line = passed_by(line, more, (now - row.at).total_seconds())
            Interest.objects.filter(pk=row.pk).update(weight=line.weight, passed=line.passed, at=now)
