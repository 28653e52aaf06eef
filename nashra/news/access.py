"""The one gate to articles and sources: what a reader, or a visitor, may see."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from nashra.accounts.models import Reader
from nashra.news.models import Article, Rule, Source, Subscription, Visibility

Visitor = Reader | AnonymousUser | None


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


def visible_source_ids(reader: Visitor) -> list[int]:
    """The same as ids: what stands outside the database is sieved with them, before its few are asked of the gate."""
    return list(visible_sources(reader).order_by().values_list("pk", flat=True))


def visible_articles(reader: Visitor) -> QuerySet[Article]:
    """Articles of visible sources. Every list, search, count, feed and digest starts from here.

    Visitors see only what the paper's own sources give; the full text of foreign articles is for readers.
    """
    return Article.objects.filter(_allowed(reader, "source__"))


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
