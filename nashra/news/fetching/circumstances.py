"""What bears on a source's next fetch beside its answers: whether anybody reads it lately, whether a hub pushes it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q

from nashra.accounts import services as accounts
from nashra.accounts.models import Reader
from nashra.news import registry
from nashra.news.fetching.schedule import USUAL, Circumstances
from nashra.news.models import Hub, Source, Subscription, Visibility

_AHEAD = 1_000  # sources
AWAY = timedelta(days=14)  # a reader who was not seen for so long is away


class Memory:
    """What one round of fetching knows: asked for the first time, it also asks about what else is due."""

    def __init__(self) -> None:
        self._known: dict[int, Circumstances] = {}

    def of(self, sources: Sequence[Source], now: datetime) -> Mapping[int, Circumstances]:
        """The circumstances of these sources, and of others."""
        new = [source for source in sources if source.pk not in self._known]
        if new:
            due = Source.objects.filter(state=Source.State.ACTIVE, due_at__lte=now).order_by("due_at", "pk")
            ahead = dict(due.values_list("pk", "visibility")[:_AHEAD])
            self._known = _of(ahead | {source.pk: source.visibility for source in new}, now)
        return self._known


def of(sources: Sequence[Source], now: datetime) -> dict[int, Circumstances]:
    """The circumstances of these sources by their id; two queries for all of them where somebody reads them."""
    return _of({source.pk: source.visibility for source in sources}, now)


def _of(ids: Mapping[int, str], now: datetime) -> dict[int, Circumstances]:
    """Of sources given by their id, with their visibility."""
    hubs = Hub.objects.filter(source__in=list(ids), state=Hub.State.ACTIVE, lease_until__gt=now)
    pushed = set(hubs.values_list("source_id", flat=True))
    unread = _unread(ids, now - AWAY)
    return {pk: Circumstances(pk in unread, pk in pushed) if pk in unread or pk in pushed else USUAL for pk in ids}


def _unread(sources: Mapping[int, str], since: datetime) -> set[int]:
    """Those that nobody has looked at lately: no follower, and for the paper's own choice no reader at all."""
    left = dict(sources)
    for present in (_visited("reader__", since), _active("reader__", since)):  # the second question costs more
        if left:
            found = Subscription.objects.filter(present, source__in=list(left), reader__is_active=True)
            for pk in set(found.values_list("source_id", flat=True)):
                del left[pk]
    papers = {pk for pk, visibility in left.items() if visibility == Visibility.PAPER}
    if papers and (accounts.paper().public or _anybody(since)):
        return left.keys() - papers
    return set(left)


def _anybody(since: datetime) -> bool:
    present = _visited("", since) | _active("", since)
    return Reader.objects.filter(present, is_active=True).exists()


def _visited(prefix: str, since: datetime) -> Q:
    """Readers who visited lately, or who are new."""
    return Q(**{f"{prefix}visit_at__gte": since}) | Q(**{f"{prefix}date_joined__gte": since})


def _active(prefix: str, since: datetime) -> Q:
    """Readers whom an app above knows to be reading, by mail for instance."""
    present = Q(pk__in=[])
    for condition in registry.active_readers:
        present |= Q(condition(OuterRef(f"{prefix}pk"), since))
    return present
