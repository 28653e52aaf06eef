"""Writing down what many fetches brought: one short transaction for all of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.utils import timezone

from nashra.base import bulk, courtesy
from nashra.news import registry, tallies
from nashra.news.fetching import circumstances, moving, turns
from nashra.news.fetching.download import Answer
from nashra.news.fetching.sandbox import Stopping
from nashra.news.fetching.schedule import USUAL, Circumstances
from nashra.news.fetching.turns import Ended
from nashra.news.fetching.verdict import Verdict, broken, judge
from nashra.news.ingest import Plan, plan, write
from nashra.news.keys import host_of
from nashra.news.models import Fetch, Source
from nashra.news.websub.subscribing import notice

log = structlog.get_logger(__name__)
_HISTORY = ("source_id", "at", "took_ms", "status", "size", "outcome", "detail", "added", "updated")
Result = tuple[Source, Answer]


def record(results: Sequence[Result], now: datetime, memory: circumstances.Memory | None = None) -> int:
    """Judges and stores these results; how many articles are new. One result that cannot be stored hinders no other.

    `memory` is what a round of fetching remembers of sources' circumstances.
    """
    known = (memory or circumstances.Memory()).of([source for source, _ in results], now)
    verdicts = [_judged(source, answer, now, known.get(source.pk, USUAL)) for source, answer in results]
    try:
        return _store(verdicts)
    except Exception:
        log.exception("news.batch_failed", sources=[source.pk for source, _ in results])
    return sum(_store_alone(verdict) for verdict in verdicts)


def _judged(source: Source, answer: Answer, now: datetime, known: Circumstances) -> Verdict:
    courtesy.give_way()
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
    ids = [verdict.source.pk for verdict in verdicts]
    claims = dict(bulk.select(Source, ("id", "claimed_until"), "id", ids, lock=True))
    return [verdict for verdict in verdicts if claims.get(verdict.source.pk, 0) == verdict.source.claimed_until]


def _write(verdicts: Sequence[Verdict], entries: Plan) -> list[int]:
    counts, touched = write(entries, {verdict.source.pk for verdict in verdicts})
    for verdict in verdicts:
        verdict.added, verdict.updated = counts.get(verdict.source.pk, (0, 0))
        if verdict.outcome == "new" and not verdict.added and not verdict.updated:
            verdict.outcome, verdict.detail = "unchanged", {"code": "nothing-new"}
        if verdict.move_to:
            _move(verdict)
            _update([verdict])  # at once: another source may be moving to the same address
    _update([verdict for verdict in verdicts if not verdict.move_to])
    bulk.insert(Fetch, _HISTORY, (_history(verdict) for verdict in verdicts))
    turns.release(_ended(verdicts))
    tallies.count(verdicts)
    return touched


def _update(verdicts: Sequence[Verdict]) -> None:
    """Writes what changes in the sources' rows; one statement for all whose answers changed the same columns."""
    alike: dict[tuple[str, ...], list[list[Any]]] = {}
    for verdict in verdicts:
        columns = tuple(sorted(verdict.changes))
        row = [verdict.outcome, *(verdict.changes[name] for name in columns), verdict.source.pk]
        alike.setdefault(columns, []).append(row)
    for columns, rows in alike.items():
        bulk.update(Source, ("outcome", *columns), rows)


def _history(verdict: Verdict) -> list[Any]:
    return [verdict.source.pk, *(getattr(verdict, name) for name in _HISTORY[1:])]


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
    other = moving.at(source, target)
    if other is None:
        verdict.detail = {**verdict.detail, "from": source.url if source.owner_id is None else ""}
        verdict.changes |= {"url": target, "host": host_of(target)}
        return
    moving.hand_over(source, other)
    verdict.changes["state"] = Source.State.GONE
