"""Writing down what many fetches brought: one short transaction for all of them."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone

from nashra.news import registry
from nashra.news.fetching import circumstances, turns
from nashra.news.fetching.download import Answer
from nashra.news.fetching.sandbox import Stopping
from nashra.news.fetching.schedule import USUAL, Circumstances
from nashra.news.fetching.turns import Ended
from nashra.news.fetching.verdict import Verdict, broken, judge
from nashra.news.ingest import Plan, plan, write
from nashra.news.keys import host_of
from nashra.news.models import Fetch, Source, Subscription, Visibility
from nashra.news.websub.subscribing import notice

log = structlog.get_logger(__name__)
Result = tuple[Source, Answer]


def record(results: Sequence[Result], now: datetime) -> int:
    """Judges and stores these results; how many articles are new. One result that cannot be stored hinders no other."""
    known = circumstances.of([source for source, _ in results], now)
    verdicts = [_judged(source, answer, now, known.get(source.pk, USUAL)) for source, answer in results]
    try:
        return _store(verdicts)
    except Exception:
        log.exception("news.batch_failed", sources=[source.pk for source, _ in results])
    return sum(_store_alone(verdict) for verdict in verdicts)


def _judged(source: Source, answer: Answer, now: datetime, known: Circumstances) -> Verdict:
    try:
        return judge(source, answer, now, known)
    except Stopping:
        raise
    except Exception:
        log.exception("news.judge_failed", source=source.pk)
        return broken(source, now)


def store(verdicts: Sequence[Verdict]) -> int:
    """Stores verdicts that were reached elsewhere; how many articles are new."""
    return sum(_store_alone(verdict) for verdict in verdicts)


def _store_alone(verdict: Verdict) -> int:
    try:
        return _store([verdict])
    except Exception:
        log.exception("news.store_failed", source=verdict.source.pk)
        return _store([broken(verdict.source, verdict.at)])


def _store(verdicts: Sequence[Verdict]) -> int:
    entries = plan([(v.source, v.feed, v.at) for v in verdicts if v.feed is not None])
    with transaction.atomic():
        held = _still_ours(verdicts)
        touched = _write(held, entries)
    registry.ingested(touched)
    _notice_hubs(held)
    return sum(verdict.added for verdict in held)


def _notice_hubs(verdicts: Sequence[Verdict]) -> None:
    """Feeds that were read say where they can be pushed from; to lose that costs no article."""
    offers = {verdict.source: verdict.hub for verdict in verdicts if verdict.feed is not None and verdict.asked}
    try:
        if offers:
            notice(offers, timezone.now())
    except Exception:
        log.exception("news.hubs_failed", sources=[source.pk for source in offers])


def _still_ours(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Those whose source exists and was not taken over by another worker after our lease."""
    rows = Source.objects.select_for_update(of=("self",)).filter(pk__in=[v.source.pk for v in verdicts])
    claims = dict(rows.order_by("pk").values_list("pk", "claimed_until"))
    return [verdict for verdict in verdicts if claims.get(verdict.source.pk, 0) == verdict.source.claimed_until]


def _write(verdicts: Sequence[Verdict], entries: Plan) -> list[int]:
    counts, touched = write(entries, {verdict.source.pk for verdict in verdicts})
    for verdict in verdicts:
        verdict.added, verdict.updated = counts.get(verdict.source.pk, (0, 0))
        if verdict.outcome == "new" and not verdict.added and not verdict.updated:
            verdict.outcome, verdict.detail = "unchanged", {"code": "nothing-new"}
        if verdict.move_to:
            _move(verdict)
        Source.objects.filter(pk=verdict.source.pk).update(**verdict.changes, outcome=verdict.outcome)
    Fetch.objects.bulk_create(_history(verdict) for verdict in verdicts)
    turns.release(_ended(verdicts))
    return touched


def _history(verdict: Verdict) -> Fetch:
    return Fetch(
        source=verdict.source,
        at=verdict.at,
        took_ms=verdict.took_ms,
        status=verdict.status,
        size=verdict.size,
        outcome=verdict.outcome,
        detail=verdict.detail,
        added=verdict.added,
        updated=verdict.updated,
    )


def _ended(verdicts: Sequence[Verdict]) -> list[Ended]:
    """Each host that was asked: the source's own, and the one that answered after redirects."""
    ended: list[Ended] = []
    for verdict in (one for one in verdicts if one.asked):
        strained = verdict.status == 503
        ended.append(Ended(verdict.source.host, verdict.at, verdict.wait_until, strained))
        if verdict.host and verdict.host != verdict.source.host:
            ended.append(Ended(verdict.host, verdict.at, verdict.wait_until, strained))
    return ended


def _move(verdict: Verdict) -> None:
    """Gives the source its new address, or its subscribers to the source that is at that address already."""
    source, target = verdict.source, verdict.move_to
    verdict.changes |= {"moved_to": "", "moved_times": 0}
    other = Source.objects.filter(url=target, owner=source.owner_id).exclude(pk=source.pk).first()
    if other is None:
        verdict.detail = {**verdict.detail, "from": source.url if source.owner_id is None else ""}
        verdict.changes |= {"url": target, "host": host_of(target)}
        return
    known = Subscription.objects.filter(source=other).values("reader")
    Subscription.objects.filter(source=source).exclude(reader__in=known).update(source=other)
    Subscription.objects.filter(source=source).delete()
    if source.visibility == Visibility.PAPER and other.visibility == Visibility.LISTED:
        Source.objects.filter(pk=other.pk).update(visibility=Visibility.PAPER)
    verdict.changes["state"] = Source.State.GONE
