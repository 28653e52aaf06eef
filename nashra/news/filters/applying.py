"""Rules at work: what came in is held against everybody's rules, and what they say is done once for each article.

The truth is rows: a `RuleHit` is written in the same transaction as what the rule does, so neither is without the other
and nothing is done twice; a sweep looks again at what came in lately, in case a worker was killed in between.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import structlog
from django.db import transaction
from django.utils import timezone

from nashra.base.models import Periodic
from nashra.core.text.rules import Rule as Meaning
from nashra.core.text.rules import RuleError, parse
from nashra.core.text.sifting import Origin, Owned, Sifter
from nashra.news.filters.loading import load
from nashra.news.models import Article, Revision, Rule, RuleHit
from nashra.news.registry import FilterAction, FilterHit, filter_actions

log = structlog.get_logger(__name__)
SWEEP = "nashra.news.tasks.apply_rules"
OVERLAP = timedelta(minutes=15)  # looked at again in every sweep
CATCH_UP = timedelta(hours=6)  # looked at when this process is new, or the sweep before failed
_BATCH = 500  # articles
_HITS = 2_000  # in one transaction
Hit = tuple[int, int]  # rule, article


class _Row(NamedTuple):
    """An enabled rule of somebody who can sign in."""

    id: int
    reader_id: int
    text: str
    at: datetime


@lru_cache(maxsize=20_000)
def meaning_of(text: str) -> Meaning | None:
    """A stored rule as a value; None if it cannot be read (it was written by hand, or by a later version)."""
    try:
        return parse(text)
    except RuleError as error:
        log.warning("news.rule_unreadable", code=error.code)
        return None


@lru_cache(maxsize=2)
def _sifter(rules: tuple[tuple[int, int, str], ...]) -> Sifter:
    return Sifter(
        Owned(key, reader, meaning) for key, reader, text in rules if (meaning := meaning_of(text)) is not None
    )


def on_ingest(ids: list[int]) -> None:
    """What `registry.after_ingest` calls."""
    apply(ids, now=timezone.now())


def apply(ids: Iterable[int], *, now: datetime) -> int:
    """Holds all rules against these articles and does what they say; how many hits are new.

    A rule acts on articles that were first seen after it was made, changed or switched on.
    """
    enabled = Rule.objects.filter(enabled=True, reader__is_active=True).order_by("pk")
    rules = {row[0]: _Row(*row) for row in enabled.values_list(*_Row._fields)}
    if not rules:
        return 0
    wanted, done = sorted(set(ids)), 0
    origins: dict[int, tuple[Origin, int | None]] = {}
    for start in range(0, len(wanted), _BATCH):
        done += _act(_hits(rules, wanted[start : start + _BATCH], origins), rules, now)
    return done


def _hits(rules: dict[int, _Row], ids: Sequence[int], origins: dict[int, tuple[Origin, int | None]]) -> list[Hit]:
    sifter = _sifter(tuple((row.id, row.reader_id, row.text) for row in rules.values()))
    articles = Article.objects.filter(pk__in=ids).order_by("pk")
    readers = {row.reader_id for row in rules.values()}
    return [
        (key, one.id)
        for one in load(articles, text=sifter.needs_text, readers=readers, origins=origins)
        for key in sifter.match(one.item, owner=one.only)
        if rules[key].at <= one.first_seen_at
    ]


def _act(hits: Sequence[Hit], rules: dict[int, _Row], now: datetime) -> int:
    """Writes hits down and does what their rules say, in short transactions."""
    done, moments = 0, _moments(rules, now)
    for start in range(0, len(hits), _HITS):
        part = hits[start : start + _HITS]
        with transaction.atomic():
            held = _held({rule for rule, _ in part}, {row.id: row.text for row in rules.values()})
            known = _known(part)
            fresh = [hit for hit in part if hit[0] in held and hit not in known]
            RuleHit.objects.bulk_create(
                (RuleHit(rule_id=rule, article_id=article, at=moments[rule]) for rule, article in fresh),
                ignore_conflicts=True,
                batch_size=_BATCH,
            )
            _do([(held[rule], article, moments[rule]) for rule, article in fresh])
            done += len(fresh)
    return done


def _held(ids: Collection[int], texts: dict[int, str]) -> dict[int, Rule]:
    """These rules, locked until the end of the transaction: two workers never act for one rule at a time. A rule that
    was changed, switched off or deleted meanwhile is left out.
    """
    rows = Rule.objects.select_for_update(of=("self",)).filter(pk__in=ids, enabled=True).order_by("pk")
    return {row.pk: row for row in rows if texts.get(row.pk) == row.text}


def _known(hits: Sequence[Hit]) -> dict[Hit, datetime]:
    rows = RuleHit.objects.filter(rule__in={rule for rule, _ in hits}, article__in={article for _, article in hits})
    return {(rule, article): at for rule, article, at in rows.values_list("rule_id", "article_id", "at")}


def _moments(rules: Iterable[int], now: datetime) -> dict[int, datetime]:
    """A moment of its own for each rule, by which its marks are known from those of the others."""
    return {rule: now + timedelta(microseconds=place) for place, rule in enumerate(sorted(rules))}


def _do(hits: Sequence[tuple[Rule, int, datetime]]) -> None:
    by_deed: dict[str, list[FilterHit]] = {}
    for rule, article, at in hits:
        meaning = meaning_of(rule.text)
        for action in meaning.actions if meaning else ():
            names = (action.name,) if action.name else ()
            by_deed.setdefault(action.deed, []).append(FilterHit(rule.reader_id, article, at, names))
    for deed, wanted in by_deed.items():
        if deed in filter_actions:
            filter_actions[deed].do(wanted)


def act_now(rule: Rule, article_ids: Sequence[int], *, now: datetime) -> int:
    """Does what one rule says for these articles, at the reader's word; for how many.

    What it did already is not done again, unless the rule said something else then.
    """
    done = 0
    for start in range(0, len(article_ids), _BATCH):
        hits = [(rule.pk, article) for article in article_ids[start : start + _BATCH]]
        with transaction.atomic():
            if not _held([rule.pk], {rule.pk: rule.text}):
                return done
            known = _known(hits)
            wanted = [(hit, known.get(hit, now)) for hit in hits if known.get(hit) is None or known[hit] < rule.at]
            RuleHit.objects.bulk_create(
                (RuleHit(rule=rule, article_id=article, at=now) for (_, article), _ in wanted), ignore_conflicts=True
            )
            _do([(rule, article, at) for (_, article), at in wanted])
            done += len(wanted)
    return done


def take_back(rule: Rule, articles: Collection[int] | None = None) -> int:
    """Takes back what a rule did and its reader has not touched since; from how many articles.

    With `articles` only from those, and the rule leaves them alone from now on; else its hits go.
    """
    rows = RuleHit.objects.filter(rule=rule).order_by("pk")
    rows = rows if articles is None else rows.filter(article__in=articles)
    touched: set[int] = set()
    last = 0
    while page := list(rows.filter(pk__gt=last)[:_BATCH]):
        last = page[-1].pk
        with transaction.atomic():
            for action in _distinct():
                undone = action.undo(as_hits(rule, page))
                touched |= {hit.article_id for hit in undone}
                _again(rule, action, undone)
            if articles is None:
                RuleHit.objects.filter(pk__in=[row.pk for row in page]).delete()
    return len(touched)


def standing(rule: Rule, rows: Sequence[RuleHit]) -> set[int]:
    """The articles among these hits for which what the rule did still stands."""
    hits = as_hits(rule, rows)
    return {hit.article_id for action in _distinct() for hit in action.standing(hits)}


def as_hits(rule: Rule, rows: Sequence[RuleHit]) -> list[FilterHit]:
    """Rows of a rule as its actions know them, with all of its tags."""
    meaning = meaning_of(rule.text)
    names = tuple(one.name for one in meaning.actions if one.name) if meaning else ()
    return [FilterHit(rule.reader_id, row.article_id, row.at, names) for row in rows]


def _distinct() -> list[FilterAction]:
    """One action of each kind of mark."""
    return list({action.undo: action for action in filter_actions.values()}.values())


def _again(rule: Rule, action: FilterAction, undone: Sequence[FilterHit]) -> None:
    """What other rules of the reader say of the same articles holds on."""
    same = {deed for deed, one in filter_actions.items() if one.undo == action.undo}
    articles = [hit.article_id for hit in undone]
    rows = RuleHit.objects.filter(rule__reader=rule.reader_id, rule__enabled=True, article__in=articles)
    for row in rows.exclude(rule=rule).select_related("rule").order_by("pk"):
        meaning = meaning_of(row.rule.text)
        for one in meaning.actions if meaning else ():
            if one.deed in same:
                names = (one.name,) if one.name else ()
                filter_actions[one.deed].do([FilterHit(rule.reader_id, row.article_id, row.at, names)])


class _Process:
    """Whether this process has swept before."""

    swept = False


def catch_up(*, now: datetime) -> int:
    """Looks again at what came in or was corrected lately, in case a worker was killed before it could."""
    if not Rule.objects.filter(enabled=True).exists():
        return 0
    since = _since(now)
    done = apply(_seen_since(since), now=now)
    _Process.swept = True
    return done


def _since(now: datetime) -> datetime:
    last = Periodic.objects.filter(name=SWEEP).first()
    recent = last.ran_at - OVERLAP if last is not None and last.ran_at is not None else now - CATCH_UP
    sure = _Process.swept and last is not None and not last.error
    return recent if sure else min(recent, now - CATCH_UP)


def _seen_since(since: datetime) -> list[int]:
    """Articles first seen or corrected since then; walked from the newest, for they came in this order."""
    found: list[int] = []
    rows = Article.objects.order_by("-pk").values_list("pk", "first_seen_at")
    page = list(rows[:_BATCH])
    while fresh := [pk for pk, seen in page if seen >= since]:
        found += fresh
        page = list(rows.filter(pk__lt=page[-1][0])[:_BATCH])
    corrected = Revision.objects.order_by("-pk").values_list("article_id", "at")[: 4 * _BATCH]
    return [*found, *(article for article, at in corrected if at >= since)]
