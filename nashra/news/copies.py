"""The same text in several sources, such as an agency's: one is shown, the others point at it.

What is compared, and when two texts are the same, is decided in `core.stories.near`. What may point where is the rule
of `ingest.duplicates`: nothing points at a private article, and a paper's only at another of the paper's, so that
whoever may see a copy may see what stands for it. The paper's own articles stand for any others, and else the one that
was published first; but what readers may have seen for a while is not turned round.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.db.models.functions import Left

from nashra.core.stories import near
from nashra.core.stories.sampling import Pair, Sample
from nashra.news.ingest.duplicates import BY_TEXT, may_point, point
from nashra.news.models import Article, Visibility

_SETTLED = timedelta(minutes=30)  # after that long, what was shown as the first stays the first
_LOOKED_AT = 50  # texts whose source is looked up for one: many of its own may be alike
_AT_ONCE = 256  # ids in one query
_CANDIDATES = 3  # texts with which one is compared in full


@dataclass(frozen=True, slots=True, eq=False)
class Fresh:
    """An article that has just come in, with the shingles of the beginning of its text."""

    pk: int
    shingles: near.Hashes
    published_at: datetime
    visibility: str
    is_own: bool


@dataclass(eq=False)
class _Head:
    """An article that is compared in full."""

    pk: int
    title: str
    source: int
    visibility: str
    is_own: bool
    published_at: datetime
    first_seen_at: datetime
    duplicate_of: int | None
    text: str

    @cached_property
    def print(self) -> near.Fingerprint:
        return near.fingerprint(self.title, self.text or "")

    def is_settled(self, now: datetime) -> bool:
        return now - self.first_seen_at > _SETTLED


def portions(ids: Iterable[int]) -> Iterator[list[int]]:
    """Ids for queries, up to 256 at once. A shorter portion is filled up to the next power of two with numbers that no
    row has: SQLite's driver keeps its last 128 different statements prepared, each with room for all its parameters.
    """
    every = list(ids)
    for start in range(0, len(every), _AT_ONCE):
        some = every[start : start + _AT_ONCE]
        yield [*some, *range(len(some) - (1 << (len(some) - 1).bit_length()), 0)]


class Copies:
    """The memory of one process: samples of the texts that stand for themselves."""

    def __init__(self) -> None:
        self._sample = Sample()

    def look(self, articles: Iterable[Fresh], now: datetime) -> int:
        """Links those of these articles that repeat others; how many. Private ones may only point, not be pointed at.

        Articles that are known to be copies are not to be given.
        """
        ordered = sorted(articles, key=lambda one: (not one.is_own, one.published_at, one.pk))
        texts = [(one.pk, one.shingles) for one in ordered]
        pairs = self._sample.meet(texts, keep=[one.visibility != Visibility.PRIVATE for one in ordered])
        return _store(_linked(pairs, now)) if pairs else 0


def _linked(pairs: Sequence[Pair], now: datetime) -> dict[int, _Head]:
    """The copies among these pairs, by their ids, each with the head of its original."""
    candidates = _candidates(pairs)
    heads = _heads({pk for new, some in candidates.items() for pk in (new, *some)})
    found: dict[int, _Head] = {}
    for new, some in candidates.items():  # in the order of the sample: what is first stands before its copies
        for known in some:
            one, other = heads.get(new), heads.get(known)
            if one is None or other is None or one.pk in found or other.pk in found:
                continue
            if verdict := _verdict(one, other, now):
                found[verdict[0].pk] = verdict[1]
    return found


def _candidates(pairs: Sequence[Pair]) -> dict[int, list[int]]:
    """For each new article the few of other sources that share most with it, and stand for themselves."""
    strongest = sorted(pairs, key=lambda pair: -pair.shared)
    seen: Counter[int] = Counter()
    ids: set[int] = set()
    for pair in strongest:
        seen[pair.new] += 1
        if seen[pair.new] <= _LOOKED_AT:
            ids |= {pair.new, pair.known}
    sources: dict[int, int] = {}
    for some in portions(ids):
        sources |= dict(Article.objects.filter(pk__in=some, duplicate_of=None).values_list("pk", "source_id"))
    candidates: dict[int, list[int]] = defaultdict(list)
    for pair in strongest:
        if not {pair.new, pair.known} <= sources.keys() or sources[pair.new] == sources[pair.known]:
            continue
        if len(candidates[pair.new]) < _CANDIDATES:
            candidates[pair.new].append(pair.known)
    order = dict.fromkeys(pair.new for pair in pairs)
    return {new: candidates[new] for new in order if new in candidates}


def _heads(ids: Iterable[int]) -> dict[int, _Head]:
    fields = (
        "pk",
        "title",
        "source_id",
        "source__visibility",
        "source__is_own",
        "published_at",
        "first_seen_at",
        "duplicate_of_id",
    )
    heads: dict[int, _Head] = {}
    for some in portions(ids):
        rows = Article.objects.filter(pk__in=some, duplicate_of=None)
        heads |= {row[0]: _Head(*row) for row in rows.values_list(*fields, Left("body__text", near.LONGEST))}
    return heads


def _verdict(new: _Head, known: _Head, now: datetime) -> tuple[_Head, _Head] | None:
    """Which of two articles is the copy, and the original; None when they are two articles.

    Where the first may not stand for the second because fewer people see it, the second stands for it if they are
    equals, and not a shortened one and its whole.
    """
    turned = new.is_own or (not known.is_settled(now) and _age(new) < _age(known))
    copy, original = (known, new) if turned else (new, known)
    if _may_point(copy, original):
        return (copy, original) if near.is_copy(copy.print, original.print) else None
    equals = near.is_copy(copy.print, original.print) and near.is_copy(original.print, copy.print)
    if equals and _may_point(original, copy) and not original.is_settled(now):
        return original, copy
    return None


def _may_point(copy: _Head, original: _Head) -> bool:
    return not copy.is_own and may_point(copy.visibility, original.visibility)


def _age(head: _Head) -> tuple[bool, datetime, int]:
    return (not head.is_own, head.published_at, head.pk)


def _store(found: Mapping[int, _Head]) -> int:
    """Writes the links down, those whose articles are as they were; a copy's own copies go with it."""
    stored = 0
    with transaction.atomic():
        ids = {pk for copy, original in found.items() for pk in (copy, original.pk)}
        now: dict[int, str] = {}
        for some in portions(ids):
            rows = Article.objects.filter(pk__in=some, duplicate_of=None)
            now |= dict(rows.values_list("pk", "source__visibility"))
        for copy, original in found.items():
            if copy in now and original.pk in now and may_point(now[copy], now[original.pk]):
                point(copy, original.pk, BY_TEXT)
                stored += 1
    return stored
