"""A search's filters as conditions on articles."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from functools import partial

from django.db.models import OuterRef, Q, Subquery, Value

from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.core.text import fold
from nashra.core.text.asking import Filter, Note, first_day
from nashra.core.text.asking.naming import called
from nashra.news import catalogue
from nashra.news.access import Visitor, visible_sources
from nashra.news.models import Article, Subscription, Topic
from nashra.news.registry import search_filters
from nashra.news.services.searching.compiling import NONE


@dataclass(slots=True)
class ArticleFilters:
    """The filters of one search by a reader (or a visitor) at a moment; notes what nothing is called."""

    reader: Visitor
    now: datetime
    notes: list[Note] = field(default_factory=list)

    def __call__(self, wanted: Filter) -> Q:
        """The condition of one filter."""
        conditions: dict[str, Callable[[str], Q]] = {
            "source": self._source,
            "lang": lambda code: Q(language=code),
            "tag": self._tag,
            "since": lambda value: Q(published_at__gte=self._moment(value)),
            "before": lambda value: Q(published_at__lt=self._moment(value)),
        }
        return conditions.get(wanted.name, partial(self._of_upper_apps, wanted.name))(wanted.value)

    def _moment(self, value: str) -> datetime:
        return beginning(value, self.reader, self.now)

    def _source(self, name: str) -> Q:
        rows = visible_sources(self.reader).annotate(own=_own_name(self.reader))
        named = rows.values_list("pk", "title", "own", "host", "site_url")
        found = [pk for pk, title, own, *hosts in named if called(name, (title, own or ""), hosts)]
        return self._known(f"source:{name}", Q(source_id__in=found), found)

    def _tag(self, name: str) -> Q:
        found = topics_called(name)
        tagged = Article.topics.through.objects.filter(topic__in=found).values("article")
        return self._known(f"tag:{name}", Q(pk__in=tagged), found)

    def _known(self, what: str, condition: Q, found: Sequence[int]) -> Q:
        if found:
            return condition
        self.notes.append(Note("unknown", what))
        return NONE

    def _of_upper_apps(self, name: str, value: str) -> Q:
        asked = search_filters.get(f"{name}:{value}")
        if asked is None or not isinstance(self.reader, Reader):
            return NONE  # nobody has read or saved anything
        return asked(self.reader)


def _own_name(reader: Visitor) -> Subquery | Value:
    """What the reader calls a source."""
    if not isinstance(reader, Reader):
        return Value("")
    return Subquery(Subscription.objects.filter(reader=reader, source=OuterRef("pk")).values("title")[:1])


def topics_called(name: str) -> list[int]:
    """The topics of this name: a feed's own tag, or one of the catalogue in any of its languages, «العلوم» also as
    «علوم».
    """
    wanted = " ".join(fold(name).split())
    keys = {
        topic.key
        for topic in catalogue.topics()
        if wanted in map(fold, (topic.name_ar, topic.name_ar.removeprefix("ال"), topic.name_en, topic.name_fr))
    }
    return list(Topic.objects.filter(key__in={wanted, *keys}).values_list("pk", flat=True))


def beginning(value: str, reader: Visitor, now: datetime) -> datetime:
    """The moment with which a date begins where the reader is."""
    zone = locale.zone(reader.time_zone if isinstance(reader, Reader) else locale.current().time_zone)
    return datetime.combine(first_day(value, now.astimezone(zone).date()), time(), zone)
