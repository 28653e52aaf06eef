"""What owners and editors do with sources, and subscribers with their private ones."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nashra.news import sentences
from nashra.news.errors import SourceError
from nashra.news.ingest import duplicates
from nashra.news.models import Host, Source, Visibility


def set_visibility(source: Source, visibility: str) -> None:
    """Makes a shared source the paper's choice or a listed one. SourceError for private ones, and for making one
    private.
    """
    if source.visibility == Visibility.PRIVATE or visibility not in (Visibility.PAPER, Visibility.LISTED):
        raise SourceError("private", _("A private source belongs to its reader alone; it cannot be shared."))
    with transaction.atomic():
        Source.objects.filter(pk=source.pk).update(visibility=visibility)
        if visibility == Visibility.LISTED:
            # Articles that visitors may see must not be hidden behind one that they may not.
            duplicates.set_free(source)
    source.visibility = visibility


def pause(source: Source) -> None:
    """Stops fetching until `resume`; its articles stay."""
    Source.objects.filter(pk=source.pk).update(state=Source.State.PAUSED, due_reason={})
    source.state, source.due_reason = Source.State.PAUSED, {}


def resume(source: Source) -> None:
    """Fetches a paused or closed source again, soon."""
    source.state = Source.State.ACTIVE
    _make_due(source)


def fetch_now(source: Source) -> None:
    """Makes a source due at once. SourceError "waiting" when its server asked for silence: that binds everybody."""
    until = waits_until(source, timezone.now())
    if until:
        raise SourceError("waiting", sentences.wait(until))
    source.state = Source.State.ACTIVE
    _make_due(source)


def _make_due(source: Source) -> None:
    source.due_at, source.due_reason = timezone.now(), {"code": "asked"}
    if waits_until(source, source.due_at):
        source.due_at, source.due_reason = Source.objects.values_list("due_at", "due_reason").get(pk=source.pk)
    source.save(update_fields=["state", "due_at", "due_reason"])


def waits_until(source: Source, now: datetime) -> datetime | None:
    """Until when the source's server asked for silence, if it did."""
    host = Host.objects.filter(name=source.host, asked_to_wait=True, next_at__gt=now).first()
    own = Source.objects.filter(pk=source.pk, outcome="waiting", due_at__gt=now).first()
    moments = [*([host.next_at] if host else []), *([own.due_at] if own else [])]
    return max(moments, default=None)


def remove_source(source: Source) -> None:
    """Takes a source away for all readers, with its articles; what readers saved is theirs and stays."""
    source.delete()
