"""What an answer means for its source: an outcome, a reason to show, and what changes in the source's row.

Outcomes: `new` (a feed was read), `unchanged`, `part` (read, but cut or damaged), `moved`, `refused` (an answer that
is no feed), `failed` (no usable answer), `waiting` (the server asked to wait; no fault of the feed), `gone` (410),
`pushed` (a hub sent it, nobody was asked).
"""

import hashlib
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from nashra.base.net import FetchError, Response
from nashra.core.feeds import Feed, FeedError
from nashra.core.feeds.address import has_secret
from nashra.news.fetching import parsing, rhythm, schedule
from nashra.news.fetching.download import Answer
from nashra.news.fetching.sandbox import SandboxError
from nashra.news.fetching.schedule import USUAL, Circumstances, Due
from nashra.news.keys import host_of
from nashra.news.models import Source
from nashra.news.websub.links import Offer, offered

_MOVES = 2  # permanent redirects in a row to the same place, before we believe them
_dice = random.Random()  # noqa: S311  (only keeps sources out of step)


@dataclass(slots=True)
class Verdict:
    """One fetch, judged. `changes` are fields of the source's row; `feed` is to be ingested when there is one."""

    source: Source
    at: datetime
    outcome: str
    detail: dict[str, Any] = field(default_factory=dict)
    changes: dict[str, Any] = field(default_factory=dict)
    feed: Feed | None = None
    circumstances: Circumstances = USUAL
    hub: Offer | None = None  # of an answer that was read: where it can be pushed from, if it can
    move_to: str = ""
    host: str = ""
    wait_until: datetime | None = None
    asked: bool = True  # its host had a request of ours
    status: int | None = None
    size: int = 0
    took_ms: int = 0
    added: int = 0
    updated: int = 0

    def due(self, due: Due) -> "Verdict":
        """The same with the time of the next fetch, outside the hours and days that the feed leaves out."""
        hours = self.changes.get("skip_hours", self.source.skip_hours)
        days = self.changes.get("skip_days", self.source.skip_days)
        if hours or days:
            due = schedule.outside(due, hours, days, _dice)
        self.changes |= {"due_at": due.at, "due_reason": due.reason}
        return self


def judge(source: Source, answer: Answer, now: datetime, circumstances: Circumstances = USUAL) -> Verdict:
    """Everything that follows from one answer, but what the entries need of the database."""
    if isinstance(answer, FetchError):
        detail = {"code": answer.code, **({"reason": answer.reason} if answer.reason else {})}
        return _failure(_verdict(source, now, "failed", detail, host=host_of(answer.url) or source.host))
    host = source.host if answer.final_url == source.url else host_of(answer.final_url)
    verdict = _verdict(source, now, "", {}, host=host)
    verdict.circumstances = circumstances
    verdict.status, verdict.size = answer.status, len(answer.body)
    verdict.took_ms = int(answer.elapsed * 1000)
    if answer.status == 429 or (answer.status == 503 and answer.headers.get("Retry-After")):
        return _wait(verdict, answer)
    if answer.status == 410:
        verdict.outcome, verdict.detail = "gone", {"code": "gone"}
        verdict.changes |= {"state": Source.State.GONE, "attempts": 0, "failing_since": source.failing_since or now}
        return verdict
    if answer.status == 304:
        return _unchanged(verdict, answer)
    if not 200 <= answer.status < 300:
        verdict.outcome, verdict.detail = "failed", {"code": "status", "status": answer.status}
        return _failure(verdict)
    return _read(verdict, answer)


def judge_push(source: Source, answer: Response, now: datetime) -> Verdict:
    """What follows from entries that a hub sent: they are stored, and the source need not be asked for a while. What
    the row knows of the source's own answers stays. FeedError or SandboxError when they are not a whole feed.
    """
    feed, _second = parsing.read(answer, second_first=source.second_parser)
    if feed.damaged:
        raise FeedError("not-a-feed", "What the hub sent is cut off or damaged.")
    verdict = Verdict(source, now, "pushed", {"code": "pushed"}, {"claimed_until": None, "attempts": 0}, feed=feed)
    verdict.size, verdict.asked = len(answer.body), False
    wait = schedule.SAFETY * _dice.uniform(0.9, 1.1)
    due = Due(now + timedelta(seconds=wait), {"code": "hub", "minutes": schedule.SAFETY // 60})
    return verdict.due(max(due, Due(source.due_at, source.due_reason), key=lambda one: one.at))


def broken(source: Source, now: datetime) -> Verdict:
    """When judging or storing failed by a fault of ours: the source is asked again later, like a failing one."""
    return _failure(_verdict(source, now, "failed", {"code": "internal"}, host=source.host))


def _verdict(source: Source, now: datetime, outcome: str, detail: dict[str, Any], *, host: str) -> Verdict:
    return Verdict(source, now, outcome, detail, {"claimed_until": None, "fetched_at": now}, host=host)


def _failure(verdict: Verdict) -> Verdict:
    source = verdict.source
    verdict.changes["failing_since"] = source.failing_since or verdict.at
    return verdict.due(schedule.after_failure(verdict.at, attempts=source.attempts, dice=_dice))


def _refusal(verdict: Verdict, code: str, **parameters: Any) -> Verdict:
    verdict.outcome, verdict.detail = "refused", {"code": code, **parameters}
    return _failure(verdict)


def _wait(verdict: Verdict, answer: Response) -> Verdict:
    due = schedule.after_refusal_to_serve(verdict.at, headers=answer.headers, default_s=schedule.WAIT_UNTOLD)
    verdict.outcome, verdict.wait_until = "waiting", due.at
    verdict.detail = {"code": "asked-to-wait", "status": answer.status, "until": due.at.isoformat()}
    verdict.changes["attempts"] = max(0, verdict.source.attempts - 1)  # no fault of the feed
    return verdict.due(due)


def _unchanged(verdict: Verdict, answer: Response) -> Verdict:
    verdict.outcome, verdict.detail = "unchanged", {"code": "unchanged"}
    _keep_validators(verdict, answer)
    return _success(verdict, answer)


def _read(verdict: Verdict, answer: Response) -> Verdict:
    source, whole = verdict.source, not (answer.short or answer.truncated)
    key = hashlib.blake2b(answer.body, digest_size=16).hexdigest() if whole else ""
    if key and key == source.body_hash and source.ok_at:
        return _unchanged(verdict, answer)
    try:
        feed, second = parsing.read(
            answer, kind=source.kind, selectors=source.selectors, second_first=source.second_parser
        )
    except FeedError as error:
        return _refusal(verdict, error.code, **({"feeds": error.feeds[:5]} if error.feeds else {}))
    except SandboxError:
        return _refusal(verdict, "too-hard")
    if answer.truncated and feed.truncated_at and len(feed.entries) < feed.truncated_at // 2:
        return _refusal(verdict, "endless")  # the same entries again and again, without an end
    damaged = feed.damaged or answer.short
    verdict.feed, verdict.outcome, verdict.detail = feed, "new", {"code": "read"}
    if damaged or answer.truncated or feed.truncated_at:
        verdict.outcome = "part"
        cut = "too-large" if answer.truncated else "too-many" if feed.truncated_at else "damaged"
        verdict.detail = {"code": f"part-{cut}", "entries": len(feed.entries)}
    verdict.changes |= {"body_hash": key, "damaged": damaged, "second_parser": second}
    if source.kind != Source.Kind.PAGE:  # what a hub would send could not be read
        verdict.hub = offered(feed, answer.headers, answer.final_url)
    _keep_validators(verdict, answer)
    _learn(verdict, feed)
    return _success(verdict, answer)


def _learn(verdict: Verdict, feed: Feed) -> None:
    """What the feed says about itself; a name that somebody gave stays."""
    source, changes = verdict.source, verdict.changes
    dates = [date for entry in feed.entries if (date := entry.published or entry.updated) and date <= verdict.at]
    changes["interval_s"] = schedule.interval(dates)
    changes["ttl_s"] = min(max(feed.ttl or 0, feed.update_period or 0), schedule.WEEK)
    known = rhythm.from_row(source.hours)
    if (learnt := rhythm.learn(known, dates, verdict.at)) is not known:
        changes["hours"] = rhythm.to_row(learnt)
    for name, asked in (("skip_hours", sorted(set(feed.skip_hours))), ("skip_days", sorted(set(feed.skip_days)))):
        if asked != getattr(source, name):
            changes[name] = asked
    if not source.title and feed.title:
        changes["title"] = feed.title[:300]
    if not source.site_url and feed.link and len(feed.link) <= 2000:
        changes["site_url"] = feed.link
    if not source.language and feed.language:
        changes["language"] = feed.language[:10]


def _success(verdict: Verdict, answer: Response) -> Verdict:
    source, changes = verdict.source, verdict.changes
    changes |= {"ok_at": verdict.at, "failing_since": None, "attempts": 0}
    if source.told_at:
        changes["told_at"] = None
    _follow_move(verdict, answer)
    due = schedule.after_success(
        verdict.at,
        interval_s=changes.get("interval_s", source.interval_s),
        ttl_s=changes.get("ttl_s", source.ttl_s),
        headers=answer.headers,
        dice=_dice,
        rhythm=rhythm.from_row(changes.get("hours", source.hours)),
        circumstances=verdict.circumstances,
    )
    return verdict.due(due)


def _follow_move(verdict: Verdict, answer: Response) -> None:
    source, target = verdict.source, answer.final_url
    moved = answer.permanent and target != source.url and len(target) <= 2000
    if not (moved and (source.owner_id is not None or not has_secret(target))):
        if source.moved_times:
            verdict.changes |= {"moved_to": "", "moved_times": 0}
        return
    times = source.moved_times + 1 if source.moved_to == target else 1
    verdict.changes |= {"moved_to": target, "moved_times": times}
    if times >= _MOVES:
        verdict.move_to = target
        verdict.outcome, verdict.detail = "moved", {"code": "moved"}


def _keep_validators(verdict: Verdict, answer: Response) -> None:
    """Both, as they came, from 200 and from 304 alike; a 304 that names none leaves the old ones valid."""
    for name, value in (("etag", answer.etag), ("last_modified", answer.last_modified)):
        if value and len(value) <= (1000 if name == "etag" else 200):
            verdict.changes[name] = value
        elif answer.status != 304:
            verdict.changes[name] = ""
