"""Entries with ids that are not known: new articles, or old acquaintances under another id.

Some feeds give their entries new ids at every poll, others once, when their site moves. What readers read and saved
must not come back unread, and what was let go must not come back at all. The cheap ways come first; texts are read
only for an entry whose title an article has that its feed no longer lists.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

import numpy as np
from django.db.models.functions import Left

from nashra.core.stories import near
from nashra.news.ingest.drafts import Draft
from nashra.news.keys import address_key, digest
from nashra.news.models import Article, Source, Tombstone

FULL = "full"  # the article's text is its page's, not its entry's
RECENT = 200  # articles among which an entry with a new id may be an old acquaintance
NEIGHBOURS = 20  # articles whose texts say what a source prints every time
APART = timedelta(hours=12)  # one article under two ids keeps its date, more or less; what comes every day does not
MOMENT = timedelta(minutes=1)  # and to the minute where its words changed: a live report's lines share most of theirs
_UNDATED = timedelta(minutes=1)  # before the fetch: such a date is the fetch's own


class _Row(NamedTuple):
    """A recent article of the source that is not listed under its own id."""

    pk: int
    guid: str
    canonical_key: str
    text_hash: str
    url: str
    title: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Sorted:
    """Entries with unknown ids: new ones, those that are a stored article by its id, and which of these are to be known
    by their new id from now on.
    """

    new: list[Draft]
    known: dict[int, Draft]
    renamed: set[int]


def sort(source: Source, drafts: Sequence[Draft], *, listed: set[str], taken: Iterable[int], at: datetime) -> Sorted:
    """Tells new entries of a feed fetched at that moment from acquaintances. `listed` are all ids of the feed, `taken`
    articles that another entry has already.
    """
    drafts = _not_let_go(source, drafts)
    rows = Article.objects.filter(source=source).order_by("-published_at", "-pk").values_list(*_Row._fields)[:RECENT]
    recent = [row for row in map(_Row._make, rows) if row.guid not in listed]
    known = _by_keys(recent, drafts, set(taken))
    taken = {*taken, *known}
    found = {id(draft) for draft in known.values()}
    left = [draft for draft in drafts if id(draft) not in found]
    renamed = _by_text([row for row in recent if row.pk not in taken], left, source, at)
    found |= {id(draft) for draft in renamed.values()}
    return Sorted([draft for draft in drafts if id(draft) not in found], known | renamed, set(renamed))


def stone(url: str, text_hash: str) -> str:
    """Under what name the tombstone of an article is found when its entry has another id; empty without an address."""
    return _stone(address_key(url), text_hash)


def _stone(key: str, text_hash: str) -> str:
    return "=" + digest(key, text_hash) if key and text_hash else ""


def _not_let_go(source: Source, drafts: Sequence[Draft]) -> list[Draft]:
    stones = {id(draft): _stone(draft.canonical_key, draft.text_hash) for draft in drafts}
    rows = Tombstone.objects.filter(source=source, guid__in=[name for name in stones.values() if name])
    gone = set(rows.values_list("guid", flat=True))
    return [draft for draft in drafts if stones[id(draft)] not in gone]


def _by_keys(recent: Sequence[_Row], drafts: Sequence[Draft], taken: set[int]) -> dict[int, Draft]:
    """By the same text at the same path, or alone with the same specific address (the key may be its page's own)."""
    by_text = {(row.text_hash, _path(row.url)): row.pk for row in recent if row.text_hash}
    alone = _alone(row.canonical_key for row in recent) & _alone(one.canonical_key for one in drafts)
    by_address = {row.canonical_key: row.pk for row in recent if row.canonical_key in alone and _path(row.url)}
    written = _alone(row.url for row in recent) & _alone(one.url for one in drafts)
    by_url = {row.url: row.pk for row in recent if row.url in written and _path(row.url)}
    known: dict[int, Draft] = {}
    for one in drafts:
        pk = by_text.get((one.text_hash, _path(one.url))) or by_address.get(one.canonical_key) or by_url.get(one.url)
        if pk is not None and pk not in taken and pk not in known:
            known[pk] = one
    return known


def _by_text(recent: Sequence[_Row], drafts: Sequence[Draft], source: Source, at: datetime) -> dict[int, Draft]:
    """By nearly the same words under a title that is as good as the same, where nothing else may be meant."""
    pairs = list(_titled_alike(recent, drafts, at))
    rivals = Counter(row.pk for row, _ in pairs) + Counter(id(draft) for _, draft in pairs)
    pairs = [(row, draft) for row, draft in pairs if rivals[row.pk] == 1 == rivals[id(draft)]]
    if not pairs:
        return {}
    prints = _prints(source, {row.pk for row, _ in pairs})
    given = [near.fingerprint(one.title, one.text) for one in drafts[:NEIGHBOURS]]
    usual = near.usual([*(one for one, _ in prints.values()), *given], least=3)  # in these two, and in others
    found = {}
    for row, draft in pairs:
        stored, by_summary = prints[row.pk]
        said = near.fingerprint(draft.title, draft.summary if by_summary else draft.text)
        unchanged = np.array_equal(stored.shingles, said.shingles)
        if (unchanged or _apart(row, draft, at) <= MOMENT) and near.is_same(stored, said, usual=usual):
            found[row.pk] = draft
    return found


def _titled_alike(recent: Sequence[_Row], drafts: Sequence[Draft], at: datetime) -> Iterable[tuple[_Row, Draft]]:
    titles = [(row, near.words_of(row.title)) for row in recent] if drafts else []
    for draft in drafts:
        title = near.words_of(draft.title)
        for row, other in titles:
            if title and near.titles_alike(title, other) and _apart(row, draft, at) <= APART:
                yield row, draft


def _apart(row: _Row, draft: Draft, at: datetime) -> timedelta:
    """How far apart the dates of an article and an entry are; nothing for an entry without a date."""
    dated = at - draft.published_at > _UNDATED
    return abs(row.published_at - draft.published_at) if dated else timedelta(0)


def _prints(source: Source, wanted: set[int]) -> dict[int, tuple[near.Fingerprint, bool]]:
    """Fingerprints of these articles and of the newest ones; with True, of a summary: its text is its page's, which
    no entry has.
    """
    rows = Article.objects.filter(source=source)
    neighbours = rows.order_by("-published_at", "-pk").values_list("pk", flat=True)[:NEIGHBOURS]
    fields = rows.filter(pk__in={*wanted, *neighbours}).values_list(
        "pk", "title", "page_outcome", "summary", Left("body__text", near.LONGEST)
    )
    return {
        pk: (near.fingerprint(title, summary if outcome == FULL else text or ""), outcome == FULL)
        for pk, title, outcome, summary, text in fields
    }


def _alone(keys: Iterable[str]) -> set[str]:
    return {key for key, number in Counter(keys).items() if key and number == 1}


def _path(url: str) -> str:
    """The path of an address; empty for a site's front page, which belongs to no single article."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.path.strip("/") or parts.query
