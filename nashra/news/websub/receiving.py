"""What hubs say to us: that they mean to send or to stop, that they will not, and what is new.

Only what we asked for is confirmed. What is sent counts only when it is signed with the secret that the hub was told;
anything else is acknowledged and left alone (WebSub, section 8), and noted in the hub's row.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db.models import Q
from django.utils import timezone
from multidict import CIMultiDict, CIMultiDictProxy

from nashra.base.net import Response
from nashra.core.feeds import FeedError
from nashra.news.fetching import sandbox, turns
from nashra.news.fetching.record import store
from nashra.news.fetching.verdict import judge_push
from nashra.news.models import Hub, Source
from nashra.news.websub import signatures, subscribing
from nashra.news.websub.subscribing import AFTER_DENIAL, LEASE_S, RENEW_AT

log = structlog.get_logger(__name__)
LARGEST = 5_000_000  # bytes of one push
PER_MINUTE = 60
SHORTEST_LEASE, LONGEST_LEASE = 300, 90 * 24 * 3600  # seconds
_SEEN = 20  # pushes whose repetition is recognised
_ASKED_LATELY = timedelta(minutes=1)
_TRIES, _PAUSE = 3, 0.3  # for a source that is being fetched at this moment


@dataclass(frozen=True, slots=True)
class Push:
    """A request that claims to bring what is new: its body and the header fields that matter."""

    body: bytes
    content_type: str
    signature: str


def hub_of(token: str) -> Hub | None:
    """The subscription with this callback; None when there is none."""
    return Hub.objects.filter(token=token).first()


def confirm(hub: Hub, mode: str, topic: str, lease_s: int | None, now: datetime) -> bool:
    """Whether we mean it: the hub asks before it begins or stops. Yes only to what we asked for, under this topic."""
    if topic != hub.topic:
        return False
    if mode == "unsubscribe" and hub.state == Hub.State.LEFT:
        Hub.objects.filter(pk=hub.pk).delete()
        return True
    if mode != "subscribe" or hub.state not in (Hub.State.ASKED, Hub.State.ACTIVE):
        return False
    lease = timedelta(seconds=min(max(lease_s or LEASE_S, SHORTEST_LEASE), LONGEST_LEASE))
    Hub.objects.filter(pk=hub.pk).update(
        state=Hub.State.ACTIVE,
        lease_until=now + lease,
        confirmed_at=now,
        due_at=now + lease * RENEW_AT,
        claimed_until=None,
        attempts=0,
        detail={"code": "active"},
    )
    return True


def deny(hub: Hub, topic: str, reason: str, now: datetime) -> bool:
    """The hub will not send this topic, or not any more: the source is polled."""
    if topic != hub.topic or hub.state == Hub.State.LEFT:
        return False
    subscribing.give_up([hub.pk], {"code": "denied", "why": reason[:200]}, now + AFTER_DENIAL, now)
    return True


def is_too_much(hub: Hub, now: datetime) -> bool:
    """Counts one push; whether this callback was called more than 60 times in this minute."""
    minute = int(now.timestamp()) // 60
    count = hub.detail.get("count", 0) + 1 if hub.detail.get("minute") == minute else 1
    _note(hub, minute=minute, count=count)
    return int(count) > PER_MINUTE


def refuse_large(hub: Hub, now: datetime) -> None:
    """What was sent is larger than we take in this way: the source is asked itself, where larger answers are read."""
    _note(hub, code="too-large", at=now.isoformat())
    _ask_soon(hub.source_id, now)


def take(hub: Hub, push: Push, now: datetime) -> str:
    """Takes in what a hub sent. How it went: "stored", "repeated", "asked" (the source is fetched instead), "unsigned"
    (nothing was done), "busy" (the hub should send it again).
    """
    if not signatures.verifies(push.signature, push.body, hub.secret):
        _note(hub, code="bad-signature", at=now.isoformat())
        log.warning("websub.bad_signature", source=hub.source_id, hub=hub.url)
        return "unsigned"
    digest = hashlib.blake2b(push.body, digest_size=12).hexdigest()
    seen: list[str] = hub.detail.get("seen", [])
    if digest in seen:
        return "repeated"
    result = _store(hub, push, now)
    if result != "busy":
        _note(hub, code="active", seen=[*seen, digest][-_SEEN:])
        Hub.objects.filter(pk=hub.pk).update(pushed_at=now)
    return result


def _store(hub: Hub, push: Push, now: datetime) -> str:
    source = _hold(hub.source_id)
    if source is None:
        return "busy"
    try:
        verdict = judge_push(source, _answer(source, push), now)
    except (FeedError, sandbox.SandboxError):
        verdict = None
    if verdict is not None:
        store([verdict])
        return "stored"
    Source.objects.filter(pk=source.pk, claimed_until=source.claimed_until).update(claimed_until=None)
    _ask_soon(source.pk, now)
    return "asked"


def _answer(source: Source, push: Push) -> Response:
    """What was sent as if the source had answered it."""
    headers = CIMultiDictProxy(CIMultiDict({"Content-Type": push.content_type} if push.content_type else {}))
    return Response(url=source.url, final_url=source.url, status=200, headers=headers, body=push.body)


def _hold(source_id: int) -> Source | None:
    """The source under a claim of ours; None when it is not fetched any more, or when another holds it."""
    for turn in range(_TRIES):
        if turn:
            time.sleep(_PAUSE)
        now = timezone.now()
        free = Q(claimed_until=None) | Q(claimed_until__lte=now)
        rows = Source.objects.filter(free, pk=source_id, state=Source.State.ACTIVE)
        if rows.update(claimed_until=now + turns.LEASE):
            return Source.objects.get(pk=source_id)
    return None


def _ask_soon(source_id: int, now: datetime) -> None:
    """The source is due, unless it was asked a moment ago."""
    rows = Source.objects.filter(pk=source_id, state=Source.State.ACTIVE, due_at__gt=now)
    rows.exclude(fetched_at__gt=now - _ASKED_LATELY).update(due_at=now, due_reason={"code": "pushed"})


def _note(hub: Hub, **more: Any) -> None:
    hub.detail = {**hub.detail, **more}
    Hub.objects.filter(pk=hub.pk).update(detail=hub.detail)
