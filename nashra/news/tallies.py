"""Counters of fetching for operators' graphs: how often, how long, how much, and what went wrong.

They are rows, written in the transaction that records a batch of fetches, by one statement for each batch: what is
rolled back was not counted, and every process reads the same. Nothing about a reader or a private address is in them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import BooleanField, Count, ExpressionWrapper, Q

from nashra.base.metrics import Family
from nashra.news.fetching.verdict import Verdict
from nashra.news.models import Host, Hub, Source, Tally

# Upper ends of the parts of the histogram: milliseconds, and the label in seconds.
_BOUNDS = {ms: f"{ms / 1000:g}" for ms in (50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 20_000)}
_FLAG = BooleanField()
_LONGEST = 60  # letters of a label's column
_UPSERT = (
    "INSERT INTO news_tally (name, label, value) VALUES {} "
    "ON CONFLICT (name, label) DO UPDATE SET value = news_tally.value + excluded.value"
)
Key = tuple[str, str]


def count(verdicts: Sequence[Verdict]) -> None:
    """Adds what came of these fetches. Call it last inside the transaction that records them: until that ends, nobody
    else can count.
    """
    found: Counter[Key] = Counter()
    for verdict in verdicts:
        _count(verdict, found)
    _add(found)


def _count(verdict: Verdict, found: Counter[Key]) -> None:
    if verdict.asked:
        found["fetches", verdict.outcome] += 1
    else:
        found["pushes", ""] += 1
    if verdict.asked and verdict.status is not None:
        found["fetch_ms", _part(verdict.took_ms)] += 1
        found["fetch_ms", "sum"] += verdict.took_ms
    found["bytes", ""] += verdict.size
    found["articles", "added"] += verdict.added
    found["articles", "updated"] += verdict.updated
    if verdict.outcome in ("failed", "refused"):
        found["failures", _code(verdict)] += 1


def _part(milliseconds: int) -> str:
    return next((label for most, label in _BOUNDS.items() if milliseconds <= most), "+Inf")


def _code(verdict: Verdict) -> str:
    code = str(verdict.detail.get("code", ""))
    return f"http-{verdict.status}" if code == "status" else code[:_LONGEST]


def _add(found: Counter[Key]) -> None:
    """One statement; SQLite and PostgreSQL both speak it, and the ORM has no adding upsert. Rows are locked in the
    order of their names, so two workers never wait for each other.
    """
    rows = sorted((name, label, value) for (name, label), value in found.items() if value)
    if not rows:
        return
    places = ", ".join(["(%s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(_UPSERT.format(places), [part for row in rows for part in row])


def families(now: datetime) -> Iterable[Family]:
    """The counters, and how the sources, their hosts and hubs stand now."""
    return [*_counted(), *_standing(now)]


def _counted() -> Iterator[Family]:
    known: dict[str, dict[str, float]] = {}
    for name, label, value in Tally.objects.values_list("name", "label", "value"):
        known.setdefault(name, {})[label] = float(value)
    fetches, took, failures = (known.get(name, {}) for name in ("fetches", "fetch_ms", "failures"))
    received, pushes = ({"": known.get(name, {}).get("", 0.0)} for name in ("bytes", "pushes"))
    articles = {"added": 0.0, "updated": 0.0} | known.get("articles", {})
    parts = {label: took.get(label, 0.0) for label in (*_BOUNDS.values(), "+Inf")}
    total = took.get("sum", 0.0) / 1000
    yield Family("fetches", "counter", "Fetches of sources by what came of them.", "outcome", fetches)
    yield Family("fetch_duration_seconds", "histogram", "From a request to its whole answer.", "le", parts, total)
    yield Family("received_bytes", "counter", "Bytes of answers, unpacked.", "", received)
    yield Family("articles", "counter", "Articles stored: new ones, and corrected ones.", "change", articles)
    yield Family("fetch_failures", "counter", "Fetches that failed, by the fault's code.", "code", failures)
    yield Family("pushes", "counter", "Feeds that hubs sent (WebSub).", "", pushes)


def _standing(now: datetime) -> Iterator[Family]:
    states = dict.fromkeys(("ok", "new", "failing", "waiting", "paused", "gone"), 0.0)
    fails, is_new = Q(failing_since__isnull=False), Q(ok_at__isnull=True)
    rows = Source.objects.annotate(fails=ExpressionWrapper(fails, _FLAG), is_new=ExpressionWrapper(is_new, _FLAG))
    groups = rows.values_list("state", "outcome", "fails", "is_new").annotate(number=Count("pk")).order_by()
    for state, outcome, is_failing, is_new_one, number in groups:
        states[_state(state, outcome, is_failing, is_new_one)] += number
    yield Family("sources", "gauge", "Sources, private ones too, by how they are.", "state", states)
    waiting = Host.objects.filter(asked_to_wait=True, next_at__gt=now).count()
    yield Family("hosts_asked_to_wait", "gauge", "Hosts that asked for silence, now.", "", {"": waiting})
    hubs = dict(Hub.objects.values_list("state").annotate(n=Count("pk")))
    yield Family("hubs", "gauge", "Subscriptions to hubs (WebSub) by state.", "state", hubs)


def _state(state: str, outcome: str, is_failing: bool, is_new: bool) -> str:
    if state != Source.State.ACTIVE:
        return state
    if outcome == "waiting":
        return "waiting"
    if is_failing:
        return "failing"
    return "new" if is_new else "ok"
