"""Whose turn it is: due rows claimed together with their hosts, so that no host has two requests of ours at once.

A host's row says before when nothing may be asked of it. It is moved ahead while a request is under way, and set when
the request ends; a killed process frees it when the lease is over. Waiting for a host costs a source no attempt.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from nashra.news.fetching import schedule
from nashra.news.keys import host_of
from nashra.news.models import Article, Host, Source

LEASE = timedelta(seconds=60)
GAP_MS = 1000
LONGEST_GAP_MS = 60_000
_LOOK_AT = 4  # candidates looked at for each place
R = TypeVar("R", Source, Article)


@dataclass(frozen=True, slots=True)
class Ended:
    """A request that is over: with which host, when, and until when that host asked for silence, if it did.

    `strained`: it had enough (503) but did not say for how long.
    """

    host: str
    at: datetime
    wait_until: datetime | None = None
    strained: bool = False


def due_sources(now: datetime) -> QuerySet[Source]:
    """Active sources whose time has come and whose host may be asked."""
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    busy = Host.objects.filter(next_at__gt=now).values("name")
    rows = Source.objects.filter(free, state=Source.State.ACTIVE, due_at__lte=now).exclude(host__in=busy)
    return rows.order_by("due_at", "pk")


def claim_sources(limit: int, now: datetime) -> list[Source]:
    """Up to `limit` sources to fetch now, each of another host."""
    if limit <= 0 or not due_sources(now).exists():
        return []
    with transaction.atomic():
        found = _one_for_each_host(_locked(due_sources(now))[: limit * _LOOK_AT], _source_host, limit, now)
        Source.objects.filter(pk__in=[source.pk for source in found]).update(
            claimed_until=now + LEASE, attempts=F("attempts") + 1
        )
    for source in found:
        source.claimed_until, source.attempts = now + LEASE, source.attempts + 1
    return found


def give_back(sources: Sequence[Source]) -> None:
    """Claims whose work was broken off are free at once, as if they had not been taken, and so are their hosts."""
    if not sources:
        return
    with transaction.atomic():
        for source in sources:
            mine = Source.objects.filter(pk=source.pk, claimed_until=source.claimed_until)
            mine.update(claimed_until=None, attempts=max(0, source.attempts - 1))
        hosts = Host.objects.filter(name__in=[source.host for source in sources], asked_to_wait=False)
        hosts.update(next_at=timezone.now())


def free_hosts() -> None:
    """Ends the turns of a process that died. Only for a start at which no other worker can be running."""
    now = timezone.now()
    Host.objects.filter(asked_to_wait=False, next_at__gt=now).update(next_at=now)


def claim_pages(limit: int, now: datetime) -> list[Article]:
    """Up to `limit` articles whose page is to be fetched now, each of another host; the others get a later turn."""
    free = Q(page_claimed_until=None) | Q(page_claimed_until__lte=now)
    rows = Article.objects.filter(free, page_due_at__lte=now).order_by("page_due_at", "pk")
    if limit <= 0 or not rows.exists():
        return []
    with transaction.atomic():
        candidates = list(_locked(rows)[: limit * _LOOK_AT])
        found = _one_for_each_host(candidates, lambda article: host_of(article.url), limit, now)
        chosen = {article.pk for article in found}
        Article.objects.filter(pk__in=chosen).update(
            page_claimed_until=now + LEASE, page_attempts=F("page_attempts") + 1
        )
        _put_off([article for article in candidates if article.pk not in chosen], now)
    for article in found:
        article.page_claimed_until, article.page_attempts = now + LEASE, article.page_attempts + 1
    return found


def release(ended: Iterable[Ended]) -> None:
    """Sets when each host may be asked next. Call it inside the transaction that records what came of the requests."""
    requests = {one.host: one for one in ended if one.host}
    hosts = {host.name: host for host in Host.objects.filter(name__in=requests)}
    for name in requests.keys() - hosts.keys():  # where a redirect led
        hosts[name] = Host.objects.get_or_create(name=name)[0]
    calm: dict[int, list[int]] = {}
    for name, host in hosts.items():
        one = requests[name]
        if one.wait_until or one.strained or host.asked_to_wait or host.gap_ms != GAP_MS:
            _adapt(host, one)
        else:
            calm.setdefault(int(one.at.timestamp() * 4), []).append(host.pk)
    for quarter, ids in calm.items():  # rounded up to a quarter of a second: one write for many hosts
        after = datetime.fromtimestamp((quarter + 1) / 4, tz=UTC)
        Host.objects.filter(pk__in=ids).update(next_at=after + timedelta(milliseconds=GAP_MS))


def hush(host: str, headers: Mapping[str, str], now: datetime) -> None:
    """A host has asked for silence outside a fetch of a source, while a person waited for instance."""
    until = schedule.after_refusal_to_serve(now, headers=headers, default_s=schedule.WAIT_UNTOLD).at
    release([Ended(host, now, until)])


def may_ask(url: str, now: datetime) -> bool:
    """Whether the host of this address has not asked for silence; for requests that a person waits for."""
    return not Host.objects.filter(name=host_of(url), asked_to_wait=True, next_at__gt=now).exists()


def _adapt(host: Host, one: Ended) -> None:
    """A host that had enough is asked half as often, and slowly as before when it answers again."""
    if one.wait_until or one.strained:
        host.gap_ms = min(max(host.gap_ms, GAP_MS) * 2, LONGEST_GAP_MS)
        after = one.at + timedelta(milliseconds=host.gap_ms)
        host.next_at, host.asked_to_wait = one.wait_until or after, one.wait_until is not None
    else:
        if host.gap_ms > GAP_MS:
            host.gap_ms = max(GAP_MS, int(host.gap_ms * 0.9))
        host.next_at, host.asked_to_wait = one.at + timedelta(milliseconds=host.gap_ms), False
    host.save(update_fields=["gap_ms", "next_at", "asked_to_wait"])


def _locked(rows: QuerySet[R]) -> QuerySet[R]:
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows


def _one_for_each_host(rows: Iterable[R], host: Callable[[R], str], limit: int, now: datetime) -> list[R]:
    """The first row of each host that is free, and those hosts marked as busy for the length of the lease."""
    by_host: dict[str, R] = {}
    for row in rows:
        by_host.setdefault(host(row), row)
    ready = _ready(list(by_host), now)
    found = [(name, row) for name, row in by_host.items() if name in ready or not name][:limit]
    Host.objects.filter(name__in=[name for name, _ in found]).update(next_at=now + LEASE)
    return [row for _, row in found]


def _ready(names: Sequence[str], now: datetime) -> set[str]:
    """Those hosts that may be asked now; their rows are made where missing and locked where the database can."""
    known = set(Host.objects.filter(name__in=names).values_list("name", flat=True))
    Host.objects.bulk_create(
        [Host(name=name, next_at=now) for name in names if name and name not in known], ignore_conflicts=True
    )
    rows = Host.objects.filter(name__in=names, next_at__lte=now)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(skip_locked=True)
    return {host.name for host in rows}


def _source_host(source: Source) -> str:
    """The host in the row; rows that were made in bulk may not have learnt it yet."""
    if not source.host and (host := host_of(source.url)):
        source.host = host
        Source.objects.filter(pk=source.pk).update(host=host)
    return source.host


def _put_off(articles: Sequence[Article], now: datetime) -> None:
    """Gives each a turn after those before it at the same host."""
    places: dict[str, int] = {}
    hosts = [host_of(article.url) for article in articles]
    next_at = dict(Host.objects.filter(name__in=set(hosts)).values_list("name", "next_at"))
    for article, host in zip(articles, hosts, strict=True):
        places[host] = places.get(host, 0) + 1
        start = next_at.get(host, now)
        if start - now >= LEASE - timedelta(seconds=1):  # busy for the moment, not for the whole lease
            start = now
        Article.objects.filter(pk=article.pk).update(page_due_at=start + timedelta(seconds=1) * places[host])
