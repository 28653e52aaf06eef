"""Asking hubs for a source, renewing before a lease ends, and leaving: each a `Hub` row that is due.

A hub answers our request with 202 and confirms it by a request of its own (see `receiving`). What is not confirmed is
asked again, each time later, and given up after five tries; the source is polled meanwhile and afterwards.
"""

import secrets
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from nashra.base import claims, jobs
from nashra.base.net import AllowList, FetchError, Request, Response, fetch_one, judge_url
from nashra.core.feeds.address import has_secret
from nashra.news.fetching import schedule, turns
from nashra.news.fetching.download import Answer
from nashra.news.keys import host_of
from nashra.news.models import Hub, Source
from nashra.news.websub.links import Offer

log = structlog.get_logger(__name__)
State = Hub.State
LEASE_S = 7 * 24 * 3600  # that we ask for; the hub decides
RENEW_AT = 0.8  # of the lease
TRIES = 5
AGAIN = timedelta(minutes=10)  # after a first try without a confirmation; three times as long after each further one
AFTER_FAILURE = timedelta(days=7)
AFTER_DENIAL = timedelta(days=30)
_SECONDS = 10.0  # for one request
_ROUND = 30.0  # seconds of one round; the rest waits for the next
_CLAIM = timedelta(minutes=2)
_LIVE = (State.ASKED, State.ACTIVE)


def may_subscribe() -> bool:
    """Whether hubs could reach us: it is not switched off, and our address is not one of a private network."""
    return bool(settings.NASHRA_WEBSUB) and judge_url(settings.NASHRA_URL, AllowList.parse(())) is None


def notice(offers: Mapping[Source, Offer | None], now: datetime) -> None:
    """Takes up what feeds that were just read say about their hubs: new ones are asked, others are left."""
    known = {hub.source_id: hub for hub in Hub.objects.filter(source__in=offers)}
    if not known and not any(offers.values()):
        return
    new: list[Hub] = []
    for source, offer in offers.items():
        hub = known.get(source.pk)
        if offer is None or not _may_know(source, offer):
            if hub is not None and hub.state in _LIVE:
                leave(Hub.objects.filter(pk=hub.pk), now)
        elif hub is None:
            new.append(Hub(source=source, due_at=now, **_fresh(offer)))
        elif (hub.url, hub.topic) != (offer.hub, offer.topic) or hub.state == State.LEFT or hub.due_at is None:
            Hub.objects.filter(pk=hub.pk).update(due_at=now, **_fresh(offer))
    Hub.objects.bulk_create(new, ignore_conflicts=True)


def _may_know(source: Source, offer: Offer) -> bool:
    """Addresses that are somebody's secret are told to no hub."""
    return may_subscribe() and source.owner_id is None and not has_secret(offer.topic)


def _fresh(offer: Offer) -> dict[str, Any]:
    """A subscription that nobody knows of yet, with a callback and a secret of its own."""
    return {
        "url": offer.hub,
        "topic": offer.topic,
        "token": secrets.token_urlsafe(32),
        "secret": secrets.token_urlsafe(32),
        "state": State.ASKED,
        "lease_until": None,
        "confirmed_at": None,
        "claimed_until": None,
        "attempts": 0,
        "detail": {},
    }


def leave(hubs: QuerySet[Hub], now: datetime) -> None:
    """Gives these subscriptions up; the hubs are told."""
    hubs.update(state=State.LEFT, due_at=now, claimed_until=None, attempts=0, detail={"code": "leaving"})


def attend(now: datetime) -> int:
    """One round: leaves what is not wanted any more, then asks, renews and leaves what is due; how many requests."""
    _leave_unwanted(now)
    count, end = 0, time.monotonic() + _ROUND
    while time.monotonic() < end and not jobs.stopping():
        found = claims.claim(Hub.objects.all(), limit=1, lease=_CLAIM, now=now)
        if not found:
            break
        _attend_one(found[0], now)
        count += 1
    return count


def _leave_unwanted(now: datetime) -> None:
    """Sources that nobody follows, that rest or are closed, and all of them where hubs cannot reach us any more."""
    hubs = Hub.objects.exclude(source__state=Source.State.ACTIVE) if may_subscribe() else Hub.objects.all()
    leave(hubs.filter(state__in=_LIVE), now)
    hubs.filter(state=State.FAILED, due_at__isnull=False).update(due_at=None)


def _attend_one(hub: Hub, now: datetime) -> None:
    if hub.state != State.LEFT and hub.attempts > TRIES:
        give_up([hub.pk], {"code": "unconfirmed"}, now + AFTER_FAILURE, now)
    elif not turns.may_ask(hub.url, now):
        rows = Hub.objects.filter(pk=hub.pk, claimed_until=hub.claimed_until)
        rows.update(claimed_until=None, attempts=hub.attempts - 1, due_at=now + AGAIN)
    else:
        _record(hub, _ask(hub), now)


def _ask(hub: Hub) -> Answer:
    form = [
        ("hub.callback", f"{settings.NASHRA_URL}{reverse('websub', args=[hub.token])}"),
        ("hub.mode", "unsubscribe" if hub.state == State.LEFT else "subscribe"),
        ("hub.topic", hub.topic),
    ]
    if hub.state != State.LEFT:
        form += [("hub.secret", hub.secret), ("hub.lease_seconds", str(LEASE_S))]
    try:
        return fetch_one(Request(hub.url, kind="hub", timeout=_SECONDS, form=tuple(form), max_bytes=10_000))
    except FetchError as error:
        return error


def _record(hub: Hub, answer: Answer, now: datetime) -> None:
    """What came of asking; nothing when the hub has confirmed meanwhile, for that took the claim away."""
    took = isinstance(answer, Response) and 200 <= answer.status < 300
    rows = Hub.objects.filter(pk=hub.pk, claimed_until=hub.claimed_until)
    if hub.state == State.LEFT:
        done = took or hub.attempts >= TRIES
        rows.update(claimed_until=None, due_at=None if done else now + _later(hub.attempts))
        return
    state = State.ACTIVE if hub.state == State.ACTIVE else State.ASKED
    detail = {"code": "asked"} if took else _complaint(answer)
    due_at = now + _later(hub.attempts)
    if isinstance(answer, Response) and answer.status in (429, 503):
        turns.hush(host_of(hub.url), answer.headers, now)
        wait = schedule.retry_after(answer.headers, now) or 0
        due_at = max(due_at, now + timedelta(seconds=wait))
    rows.update(claimed_until=None, state=state, due_at=due_at, detail=detail)


def _complaint(answer: Answer) -> dict[str, Any]:
    if isinstance(answer, FetchError):
        return {"code": "unreachable", "why": answer.code, "reason": answer.reason}
    return {"code": "refused", "status": answer.status}


def _later(attempts: int) -> timedelta:
    tries: int = min(max(attempts - 1, 0), TRIES)
    return AGAIN * int(3**tries)


def give_up(hub_ids: Iterable[int], detail: dict[str, Any], again: datetime, now: datetime) -> None:
    """These hubs push nothing: their sources are polled as if there was no hub, and the hubs asked once more later."""
    hubs = Hub.objects.filter(pk__in=list(hub_ids))
    hubs.update(state=State.FAILED, due_at=again, claimed_until=None, attempts=0, lease_until=None, detail=detail)
    resting = Source.objects.filter(hub__in=hubs, due_reason__code="hub", claimed_until=None, due_at__gt=now)
    Source.objects.filter(pk__in=list(resting.values_list("pk", flat=True))).update(
        due_at=now, due_reason={"code": "hub-lost"}
    )
    log.info("websub.given_up", hubs=list(hub_ids), why=detail.get("code"))


def forget(now: datetime) -> None:
    """Deletes subscriptions that were left, once no hub can still believe in them."""
    left = Hub.objects.filter(state=State.LEFT, due_at=None)
    left.exclude(lease_until__gt=now).delete()
