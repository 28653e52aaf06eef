"""What bears on a source's next fetch beside its answers: whether anybody reads it lately, whether a hub pushes it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import OuterRef, Q

from nashra.accounts import services as accounts
from nashra.accounts.models import Reader
from nashra.news import registry
from nashra.news.fetching.schedule import USUAL, Circumstances
from nashra.news.models import Hub, Source, Subscription, Visibility

AWAY = timedelta(days=14)  # a reader who was not seen for so long is away


def of(sources: Sequence[Source], now: datetime) -> dict[int, Circumstances]:
    """The circumstances of these sources by their id; two queries for all of them."""
    ids = [source.pk for source in sources]
    hubs = Hub.objects.filter(source__in=ids, state=Hub.State.ACTIVE, lease_until__gt=now)
    pushed = set(hubs.values_list("source_id", flat=True))
    unread = _unread(sources, now)
    return {pk: Circumstances(pk in unread, pk in pushed) if pk in unread or pk in pushed else USUAL for pk in ids}


def _unread(sources: Sequence[Source], now: datetime) -> set[int]:
    """Those that nobody has looked at lately: no follower, and for the paper's own choice no reader at all."""
    present = _present("reader__", now)
    read = Subscription.objects.filter(present, source__in=[source.pk for source in sources])
    left = {source.pk: source for source in sources}
    for pk in set(read.values_list("source_id", flat=True)):
        left.pop(pk, None)
    papers = {pk for pk, source in left.items() if source.visibility == Visibility.PAPER}
    if papers and (accounts.paper().public or Reader.objects.filter(_present("", now)).exists()):
        return left.keys() - papers
    return set(left)


def _present(prefix: str, now: datetime) -> Q:
    """Readers who visited lately, who are new, or whom an app above knows to be reading (by mail for instance)."""
    since = now - AWAY
    present = Q(**{f"{prefix}visit_at__gte": since}) | Q(**{f"{prefix}date_joined__gte": since})
    for condition in registry.active_readers:
        present |= Q(condition(OuterRef(f"{prefix}pk"), since))
    return present & Q(**{f"{prefix}is_active": True})
