"""What is to be stored of some feeds: compared with what is there, cleaned where it is new. Reads only."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from nashra.base import bulk
from nashra.core.feeds import Entry, Feed
from nashra.news.ingest import strangers
from nashra.news.ingest.drafts import Draft, Given, drafts, language_of
from nashra.news.keys import digest, entry_key
from nashra.news.models import Article, Source, Tombstone

FIRST = 200  # entries kept of a source's first fetch


@dataclass(slots=True)
class SourcePlan:
    """For one source: articles to make, stored ones beside what their entries say now, ids that were passed over."""

    source: Source
    at: datetime
    new: list[Draft] = field(default_factory=list)
    changed: dict[int, Draft] = field(default_factory=dict)  # by the stored article's id
    renamed: set[int] = field(default_factory=set)  # stored articles that have got the id of what changed
    passed: list[str] = field(default_factory=list)
    first: bool = False


@dataclass(slots=True)
class Plan:
    """For many sources, by their ids."""

    sources: dict[int, SourcePlan] = field(default_factory=dict)


Known = dict[tuple[int, str], tuple[int, str]]  # (source, guid) -> (article, key of its entry)


def plan(feeds: Sequence[tuple[Source, Feed, datetime]]) -> Plan:
    """What to do with these feeds, each fetched at its moment."""
    guids = {source.pk: [guid_of(entry) for entry in feed.entries] for source, feed, _ in feeds}
    known, gone = _known(guids), _gone(guids)
    made = Plan()
    for source, feed, at in feeds:
        made.sources[source.pk] = _one(source, feed, at, guids[source.pk], known, gone)
    return made


def guid_of(entry: Entry) -> str:
    """The id under which an entry is stored."""
    return digest(entry.id)


def _known(guids: dict[int, list[str]]) -> Known:
    rows = bulk.select_pairs(Article, ("source_id", "guid", "id", "content_hash"), ("source_id", "guid"), _pairs(guids))
    return {(source, guid): (pk, key) for source, guid, pk, key in rows}


def _gone(guids: dict[int, list[str]]) -> set[tuple[int, str]]:
    rows = bulk.select_pairs(Tombstone, ("source_id", "guid"), ("source_id", "guid"), _pairs(guids))
    return {(source, guid) for source, guid in rows}


def _pairs(guids: dict[int, list[str]]) -> Iterator[tuple[int, str]]:
    return ((source, guid) for source, some in guids.items() for guid in some)


def _one(
    source: Source, feed: Feed, at: datetime, guids: list[str], known: Known, gone: set[tuple[int, str]]
) -> SourcePlan:
    made = SourcePlan(source, at, first=source.ok_at is None)
    oldest = None if made.first else _oldest(feed, at)
    changed: dict[int, int] = {}  # id of the stored article -> place in the feed
    unseen: dict[str, int] = {}  # guid -> place
    for place, (guid, entry) in enumerate(zip(guids, feed.entries, strict=True)):
        stored = known.get((source.pk, guid))
        if stored is not None and stored[1] != entry_key(entry):
            changed[stored[0]] = place
        elif stored is None and (source.pk, guid) not in gone and not _is_older(entry, oldest):
            unseen.setdefault(guid, place)
    places = list(unseen.values())
    if made.first:
        places, passed = _newest(places, feed)
        made.passed = [guids[place] for place in passed]
    found = _drafts([*changed.values(), *places], source, feed, at, guids)
    made.changed, made.new = dict(zip(changed, found, strict=False)), found[len(changed) :]
    if made.new and not made.first:
        _tell_strangers(made, set(guids))
    return made


def _tell_strangers(made: SourcePlan, listed: set[str]) -> None:
    """Leaves only those drafts among the new ones that are no stored article under another id."""
    found = strangers.sort(made.source, made.new, listed=listed, taken=made.changed, at=made.at)
    made.new, made.renamed = found.new, found.renamed
    made.changed |= found.known


def _oldest(feed: Feed, at: datetime) -> datetime | None:
    """Before when an entry with an unknown id is nothing new: it would have been let go long ago.

    None where dates do not tell: a feed that dates everything long ago has a wrong clock, or is of old things.
    """
    oldest = at - timedelta(days=settings.NASHRA_RETENTION_DAYS)
    return oldest if any((date := _date(entry)) and date >= oldest for entry in feed.entries) else None


def _is_older(entry: Entry, oldest: datetime | None) -> bool:
    date = _date(entry)
    return oldest is not None and date is not None and date < oldest


def _date(entry: Entry) -> datetime | None:
    return entry.published or entry.updated


def _drafts(places: Sequence[int], source: Source, feed: Feed, at: datetime, guids: Sequence[str]) -> list[Draft]:
    """Of the entries at these places; the feed's language is looked for only when there are any."""
    if not places:
        return []
    given = [Given(feed.entries[place], guids[place], place) for place in places]
    return drafts(given, source, now=at, stated=language_of(feed, source))


def _newest(places: list[int], feed: Feed) -> tuple[list[int], list[int]]:
    """The places of a first fetch's newest entries, in the feed's order, and those of the rest."""
    if len(places) <= FIRST:
        return places, []

    def age(place: int) -> tuple[float, int]:
        date = feed.entries[place].published or feed.entries[place].updated
        return (-date.timestamp() if date else 0.0, place)

    kept = set(sorted(places, key=age)[:FIRST])
    return [place for place in places if place in kept], [place for place in places if place not in kept]
