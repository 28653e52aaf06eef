"""Following what a file of subscriptions names: rows in bulk, a thousand in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.base import bulk
from nashra.core.feeds.address import has_secret
from nashra.core.feeds.opml import Outline
from nashra.core.text import clean
from nashra.news.keys import host_of
from nashra.news.models import Source, Subscription, Visibility
from nashra.news.services.opml.planning import OpmlPlan, Refused, folder_of, plan_opml, selectors_of, tags_of

_STEP = timedelta(milliseconds=20)  # between the first turns of imported sources
_CHUNK = 1_000
_SOURCE = (
    "url", "host", "owner_id", "visibility", "kind", "selectors", "title", "site_url", "added_by_id", "due_at",
    "due_reason",
)  # fmt: skip
_SUBSCRIPTION = ("reader_id", "source_id", "folder", "tags", "title")


@dataclass(frozen=True, slots=True)
class OpmlReport:
    """What became of a file: how many sources are newly followed, how many were before, lines left out, how many were
    left out because the account is full, how many rules are new, and rules left out with the reason.
    """

    added: int = 0
    known: int = 0
    refused: list[Refused] = field(default_factory=list)
    over_limit: int = 0
    rules: int = 0
    refused_rules: list[tuple[str, str]] = field(default_factory=list)


def import_opml(reader: Reader, body: bytes, *, private: bool = False, rules: bool = False) -> OpmlReport:
    """Follows the feeds of an OPML file, up to the reader's limit; with `private`, new ones as the reader's alone; with
    `rules`, the rules in it act from now on. SourceError when the file is none.
    """
    return follow_opml(reader, plan_opml(reader, body), private=private, rules=rules)


def follow_opml(reader: Reader, plan: OpmlPlan, *, private: bool = False, rules: bool = False) -> OpmlReport:
    """Does what a plan says. To do it again changes nothing, so one that was broken off is simply repeated."""
    now, added = timezone.now(), 0
    for start in range(0, len(plan.new), _CHUNK):
        with transaction.atomic():
            added += _follow(reader, plan.new[start : start + _CHUNK], now + _STEP * start, private)
    taken, refused = _rules(reader, plan.rules) if rules and plan.rules else (0, [])
    return OpmlReport(added, len(plan.known), plan.refused, len(plan.over), taken, refused)


def _rules(reader: Reader, rules: Sequence[str]) -> tuple[int, list[tuple[str, str]]]:
    from nashra.news.filters.services import import_rules  # rules stand on sources, not the other way round

    report = import_rules(reader, rules)
    return report.added, report.refused


def _follow(reader: Reader, outlines: Sequence[Outline], now: datetime, private: bool) -> int:
    ids = _sources(reader, outlines, now, private)
    rows = [_subscription(reader, outline, ids[outline.xml_url]) for outline in outlines if outline.xml_url in ids]
    bulk.insert(Subscription, _SUBSCRIPTION, rows, ignore_known=True)
    resting = Source.objects.filter(pk__in=list(ids.values()), state=Source.State.PAUSED, due_reason__code="nobody")
    resting.update(state=Source.State.ACTIVE, due_at=now, due_reason={"code": "asked"})
    return len(rows)


def _subscription(reader: Reader, outline: Outline, source_id: int) -> list[Any]:
    own = clean(outline.title, longest=300) if outline.feed_title else ""
    return [reader.pk, source_id, folder_of(outline), tags_of(outline), own]


def _sources(reader: Reader, outlines: Sequence[Outline], now: datetime, private: bool) -> dict[str, int]:
    """The sources of these outlines by address; missing ones are made, secret ones for this reader alone."""
    secret = {one.xml_url for one in outlines if private or one.private or has_secret(one.xml_url)}
    secret |= _own_pages(reader, outlines)
    ids = _ids(reader, outlines, secret)
    missing = [outline for outline in outlines if outline.xml_url not in ids]
    made = (
        _source(reader, outline, outline.xml_url in secret, now + _STEP * place)
        for place, outline in enumerate(missing)
    )
    bulk.insert(Source, _SOURCE, made, ignore_known=True)
    return ids | _ids(reader, missing, secret)


def _own_pages(reader: Reader, outlines: Sequence[Outline]) -> set[str]:
    """Watched pages that become this reader's alone: those that no editor watches for all (see `news.watching`)."""
    pages = {one.xml_url for one in outlines if one.reads == "page"}
    if not pages or reader.is_editor:
        return set()
    return pages - set(Source.objects.filter(owner=None, url__in=pages).values_list("url", flat=True))


def _ids(reader: Reader, outlines: Sequence[Outline], secret: set[str]) -> dict[str, int]:
    open_ones = [one.xml_url for one in outlines if one.xml_url not in secret]
    rows = Source.objects.filter(owner=None, url__in=open_ones).values_list("url", "pk")
    own = Source.objects.filter(owner=reader, url__in=[one.xml_url for one in outlines if one.xml_url in secret])
    return dict(rows) | dict(own.values_list("url", "pk"))


def _source(reader: Reader, outline: Outline, private: bool, due_at: datetime) -> list[Any]:
    title = outline.feed_title or outline.title
    return [
        outline.xml_url,
        host_of(outline.xml_url),
        reader.pk if private else None,
        Visibility.PRIVATE if private else Visibility.LISTED,
        outline.reads,
        selectors_of(outline),
        clean(title, longest=300) if title != outline.xml_url else "",
        outline.html_url or "",
        reader.pk,
        due_at,
        {"code": "new"},
    ]
