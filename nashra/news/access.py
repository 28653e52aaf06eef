"""The one gate to articles and sources: what a reader, or a visitor, may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Value
from django.http import Http404
from django.shortcuts import get_object_or_404

from nashra.accounts.models import Reader
from nashra.base.gathering import Gathered
from nashra.news.models import Article, Rule, Source, Subscription, Visibility

Visitor = Reader | AnonymousUser | None
_HIDDEN = "-"  # no language
_LISTED = (
    "source", "url", "title", "summary", "author", "language", "direction", "image_url", "image_width", "image_height",
    "minutes", "published_at", "corrected_at", "story", "source__url", "source__title", "source__visibility",
    "source__owner", "source__is_own",
)  # fmt: skip


def _allowed(reader: Visitor, at: str = "") -> Q:
    """The rule of the gate, as a condition on sources, or on rows that reach their source by `at`."""
    allowed = Q(**{f"{at}visibility": Visibility.PAPER})
    if reader is not None and reader.is_authenticated:
        allowed |= Q(**{f"{at}visibility": Visibility.LISTED})
        allowed |= Q(**{f"{at}visibility": Visibility.PRIVATE, f"{at}owner": reader})
    return allowed


def visible_sources(reader: Visitor) -> QuerySet[Source]:
    """The paper's sources for anybody; listed ones for every reader; private ones for their owner alone."""
    return Source.objects.filter(_allowed(reader))


@dataclass(frozen=True, slots=True)
class Reach:
    """The ids of the sources that a reader follows, by language, and of those that they may not see."""

    followed: Mapping[str, Sequence[int]]
    hidden: Sequence[int]


def reach_of(reader: Visitor) -> Reach:
    """What stands outside the database is sieved with this before its few are asked of the gate. One row for each
    language, and one for all that is hidden: a reader follows thousands of sources.
    """
    hidden = Source.objects.exclude(_allowed(reader)).order_by().annotate(about=Value(_HIDDEN))
    rows: Any = hidden.values("about").annotate(ids=Gathered("pk")).values_list("about", "ids")
    if reader is not None and reader.is_authenticated:
        followed = Subscription.objects.filter(reader=reader).order_by().values("source__language")
        gathered: Any = followed.annotate(ids=Gathered("source_id")).values_list("source__language", "ids")
        rows = gathered.union(rows, all=True)  # one question for both
    found = dict(rows)
    return Reach(found, found.pop(_HIDDEN, None) or ())  # where there is none, PostgreSQL gathers no list


def visible_articles(reader: Visitor) -> QuerySet[Article]:
    """Articles of visible sources. Every list, search, count, feed and digest starts from here.

    Visitors see only what the paper's own sources give; the full text of foreign articles is for readers.
    """
    return Article.objects.filter(_allowed(reader, "source__"))


def for_lists(articles: QuerySet[Article]) -> QuerySet[Article]:
    """With their sources; of both the columns that a list shows, which are half of all."""
    return articles.select_related("source").only(*_LISTED)


def subscribed_sources(reader: Reader) -> QuerySet[Source]:
    """Sources that this reader follows."""
    return visible_sources(reader).filter(subscriptions__reader=reader)


def source_for(reader: Visitor, source_id: int) -> Source:
    """A source that this reader, or a visitor, may see; 404 for any other."""
    return get_object_or_404(visible_sources(reader), pk=source_id)


def may_change(reader: Reader, source: Source) -> bool:
    """Whether this reader decides about a source: the owner about shared ones, a reader about their private ones."""
    return source.owner_id == reader.pk if source.owner_id is not None else reader.is_owner


def source_to_change(reader: Reader, source_id: int) -> Source:
    """A source about which this reader decides; 404 for any other."""
    found = source_for(reader, source_id)
    if not may_change(reader, found):
        raise Http404
    return found


def subscription_of(reader: Reader, source_id: int) -> Subscription:
    """This reader's subscription to a source; 404 when there is none."""
    return get_object_or_404(Subscription.objects.select_related("source"), reader=reader, source_id=source_id)


def rule_for(reader: Reader, rule_id: int) -> Rule:
    """This rule of the reader's; 404 for any other."""
    return get_object_or_404(Rule.objects.select_related("reader"), reader=reader, pk=rule_id)


def may_change_selectors(reader: Reader, source: Source) -> bool:
    """Whether a source is a watched page whose selectors this reader may change: their own, or as an editor a shared
    one.
    """
    mine = source.owner_id == reader.pk if source.owner_id is not None else reader.is_editor
    return mine and source.kind == Source.Kind.PAGE


def watched_source(reader: Reader, source_id: int) -> Source:
    """A watched page whose selectors this reader may change; 404 for any other."""
    found = source_for(reader, source_id)
    if not may_change_selectors(reader, found):
        raise Http404
    return found
