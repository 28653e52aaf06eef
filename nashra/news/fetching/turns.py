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

from nashra.base import bulk, claims
from nashra.news.fetching import schedule
from nashra.news.keys import host_of
from nashra.news.models import Article, Host, Source

LEASE = timedelta(seconds=60)
GAP_MS = 1000
LONGEST_GAP_MS = 60_000
_LOOK_AT = 4  # candidates looked at for each place
R = TypeVar("R", Source, Article)
T = TypeVar("T")


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
    busy = Host.objects.filter(next_at__gt=now).values("name")
    return _due(now).exclude(host__in=busy).order_by("due_at", "pk")


def is_anything_due() -> bool:
    """Whether a source may be fetched now."""
    return _SOURCES_DUE.holds(timezone.now())


def is_a_page_due() -> bool:
    """Whether an article's page is to be fetched."""
    return _PAGES_DUE.holds(timezone.now())


def claim_sources(limit: int, now: datetime) -> list[Source]:
    """Up to `limit` sources to fetch now, each of another host."""
    if limit <= 0:
        return []
    first = _first_of_each_host(_WAITING.answer(now, f"LIMIT {limit * _LOOK_AT:d}"), _host_of_row)
    if not first:
        return []  # idle polling takes no write lock
    with transaction.atomic():
        ready = _ready(list(first), now)
        chosen = [pk for name, (pk, _, _) in first.items() if name in ready or not name][:limit]
        found = [source for source in bulk.claimed(Source, chosen) if _is_due(source, now)]
        found.sort(key=lambda source: (source.due_at, source.pk))
        for source in found:
            source.claimed_until, source.attempts = now + LEASE, source.attempts + 1
        taken = ((source.claimed_until, source.attempts, source.pk) for source in found)
        bulk.update(Source, ("claimed_until", "attempts"), taken)
        _mark_busy((ready[source.host] for source in found if source.host), now)
    return found


def next_free(now: datetime, within: timedelta) -> datetime | None:
    """When the first host may be asked that has a due source, in the past too; None if not `within` so short a time."""
    first = bulk.select(Host, ("next_at",), "id", [pk for (pk,) in _FIRST_FREE.answer(now, "LIMIT 1")])
    return first[0][0] if first and first[0][0] <= now + within else None


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
    rows = _due_pages(now).order_by("page_due_at", "pk")
    if limit <= 0 or not rows.exists():
        return []
    with transaction.atomic():
        candidates = list(_locked(rows)[: limit * _LOOK_AT])
        first = _first_of_each_host(candidates, lambda article: host_of(article.url))
        ready = _ready(list(first), now)
        turns = {name: article for name, article in first.items() if name in ready or not name}
        found = list(turns.values())[:limit]
        chosen = {article.pk for article in found}
        _mark_busy((ready[name] for name in list(turns)[:limit] if name), now)
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
    calm: list[tuple[datetime, int]] = []
    for name, pk, gap, waits in bulk.select(Host, ("name", "id", "gap_ms", "asked_to_wait"), "name", list(requests)):
        usual = gap == GAP_MS and not waits
        if usual and not (requests[name].wait_until or requests[name].strained):
            calm.append((_round_up(requests.pop(name).at + timedelta(milliseconds=GAP_MS)), pk))
    bulk.update(Host, ("next_at",), calm)
    for name, one in requests.items():
        _adapt(Host.objects.get_or_create(name=name)[0], one)  # it is new where a redirect led there


def _round_up(moment: datetime) -> datetime:
    """To a quarter of a second, so that hosts which become free one by one are taken up together."""
    return datetime.fromtimestamp((int(moment.timestamp() * 4) + 1) / 4, tz=UTC)


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


def _due(now: datetime) -> QuerySet[Source]:
    free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    return Source.objects.filter(free, state=Source.State.ACTIVE, due_at__lte=now)


def _is_due(source: Source, now: datetime) -> bool:
    """The same of one source that is locked."""
    free = source.claimed_until is None or source.claimed_until <= now
    return free and source.state == Source.State.ACTIVE and source.due_at <= now


def _due_pages(now: datetime) -> QuerySet[Article]:
    free = Q(page_claimed_until=None) | Q(page_claimed_until__lte=now)
    return Article.objects.filter(free, page_due_at__lte=now)


def _first_of_each_host(rows: Iterable[T], host: Callable[[T], str]) -> dict[str, T]:
    by_host: dict[str, T] = {}
    for row in rows:
        by_host.setdefault(host(row), row)
    return by_host


def _mark_busy(hosts: Iterable[int], now: datetime) -> None:
    """For the length of the lease, unless the request ends before."""
    bulk.update(Host, ("next_at",), ((now + LEASE, pk) for pk in hosts))


def _ready(names: Sequence[str], now: datetime) -> dict[str, int]:
    """Those hosts that may be asked now, with their ids; their rows are made where missing and locked where the
    database can.
    """
    rows = _hosts(names)
    known = {name for name, _, _ in rows}
    if missing := [name for name in names if name and name not in known]:
        bulk.insert(Host, ("name", "next_at"), ((name, now) for name in missing), ignore_known=True)
        rows += _hosts(missing)
    return {name: pk for name, pk, next_at in rows if next_at <= now}


def _hosts(names: Sequence[str]) -> list[tuple[str, int, datetime]]:
    if not connection.features.has_select_for_update_skip_locked:
        return [(name, pk, at) for name, pk, at in bulk.select(Host, ("name", "id", "next_at"), "name", names)]
    rows = Host.objects.filter(name__in=names).select_for_update(skip_locked=True)
    return list(rows.values_list("name", "pk", "next_at"))


def _host_of_row(row: tuple[int, str, str]) -> str:
    """The host in the row; rows that were made in bulk may not have learnt it yet."""
    pk, host, url = row
    if not host and (host := host_of(url)):
        Source.objects.filter(pk=pk).update(host=host)
    return host


_SOURCES_DUE = claims.Question(lambda now: due_sources(now).values_list("pk"))
_WAITING = claims.Question(lambda now: due_sources(now).values_list("pk", "host", "url"))
_FIRST_FREE = claims.Question(
    lambda now: (
        Host.objects.filter(asked_to_wait=False, name__in=_due(now).values("host"))
        .order_by("next_at", "pk")
        .values_list("pk")
    )
)
_PAGES_DUE = claims.Question(lambda now: _due_pages(now).values_list("pk"))


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
