"""Telling the hub of our own feeds that they have something new: at most once a minute, again until it was heard."""

import structlog
from django.conf import settings
from django.utils import timezone

from nashra.accounts import services as accounts
from nashra.base import jobs
from nashra.base.net import FetchError, Request, fetch_one
from nashra.news.fetching import turns
from nashra.news.keys import host_of
from nashra.site.health.beat import note, noted
from nashra.site.pages import feeds

log = structlog.get_logger(__name__)
ANNOUNCED = "feed announced"
_SECONDS = 10.0


@jobs.sweep(every=60, single=True)
def announce() -> None:
    """Pings the hub when visitors may see an article, or a correction, that is newer than the last ping."""
    hub = settings.NASHRA_WEBSUB_HUB
    if not hub or not accounts.paper().public:
        return
    newest, last = feeds.moved_at(), noted(ANNOUNCED)
    if newest is None or (last is not None and newest <= last) or not turns.may_ask(hub, timezone.now()):
        return
    if _ping(hub):
        note(ANNOUNCED, newest)


def _ping(hub: str) -> bool:
    """Whether the hub took it."""
    try:
        answer = fetch_one(Request(hub, kind="hub", timeout=_SECONDS, form=feeds.announcement(), max_bytes=10_000))
    except FetchError as error:
        log.warning("feed.hub_unreachable", hub=hub, error=str(error))
        return False
    if not 200 <= answer.status < 300:
        log.warning("feed.hub_refused", hub=hub, status=answer.status)
    if answer.status in (429, 503):
        turns.hush(host_of(hub), answer.headers, timezone.now())
    return 200 <= answer.status < 300
