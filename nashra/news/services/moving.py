"""Giving a source another address by hand: its followers and articles stay."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nashra.core.feeds.address import has_secret
from nashra.news.errors import SourceError
from nashra.news.fetching import moving
from nashra.news.keys import host_of
from nashra.news.models import Source
from nashra.news.services.subscriptions import wake
from nashra.news.watching.asking import normalised

_FORGOTTEN = {
    "etag": "", "last_modified": "", "body_hash": "", "moved_to": "", "moved_times": 0, "attempts": 0, "ok_at": None,
    "failing_since": None, "told_at": None, "outcome": "", "claimed_until": None,
}  # fmt: skip


def change_address(source: Source, address: str) -> Source:
    """The source is read at this address from now on, soon; what its old address answered is forgotten. When another
    source is there already, the followers go to it, and that one comes back. SourceError says what is wrong.
    """
    url = _checked(source, address)
    if url == source.url:
        return source
    with transaction.atomic():
        other = moving.at(source, url)
        if other is not None:
            moving.hand_over(source, other)
            Source.objects.filter(pk=source.pk).update(state=Source.State.GONE, outcome="moved", claimed_until=None)
            wake(other)
            return other
        due = {"state": Source.State.ACTIVE, "due_at": timezone.now(), "due_reason": {"code": "asked"}}
        Source.objects.filter(pk=source.pk).update(url=url, host=host_of(url), **due, **_FORGOTTEN)
    source.refresh_from_db()
    return source


def _checked(source: Source, address: str) -> str:
    url = normalised(address)
    if source.owner_id is None and has_secret(url):
        raise SourceError("private", _("This address holds a secret; a source that others read cannot have it."))
    return url
