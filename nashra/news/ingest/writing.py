"""Storing a plan: rows in bulk, inside the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from operator import attrgetter

from nashra.base import bulk
from nashra.news.ingest.correcting import correct
from nashra.news.ingest.drafts import Draft
from nashra.news.ingest.duplicates import BY_ADDRESS, Originals
from nashra.news.ingest.planning import Plan, SourcePlan
from nashra.news.ingest.tagging import tag
from nashra.news.models import Article, ArticleText, Tombstone
from nashra.news.terms import ARTICLES

PAGES_OF_FIRST = 10  # pages fetched for the entries of a first fetch
PAGE_AGE = timedelta(days=7)
_GIVEN = (
    "guid",
    "url",
    "canonical_key",
    "title",
    "summary",
    "author",
    "language",
    "direction",
    "image_url",
    "image_width",
    "image_height",
    "minutes",
    "published_at",
    "text_hash",
)
_TEXT = ("html", "text")
_ARTICLE = (
    "id",
    "source_id",
    "first_seen_at",
    "duplicate_of_id",
    "duplicate_why",
    "page_due_at",
    *_GIVEN,
    "content_hash",
)
_given, _text = attrgetter(*_GIVEN, "key"), attrgetter(*_TEXT)  # of a draft
Counts = Mapping[int, tuple[int, int]]


def write(plan: Plan, sources: Collection[int]) -> tuple[Counts, list[int]]:
    """Stores the part of a plan that concerns these sources: (added, updated) of each, and ids of all touched
    articles.
    """
    plans = [one for pk, one in plan.sources.items() if pk in sources]
    made = _create(plans)
    corrected = correct(plans)
    _pass_over(plans)
    counts = {one.source.pk: (len(one.new), sum(pk in corrected for pk in one.changed)) for one in plans}
    return counts, [*made, *corrected]


def _create(plans: Sequence[SourcePlan]) -> list[int]:
    pairs = [(one, draft) for one in plans for draft in one.new]
    if not pairs:
        return []
    ids = bulk.new_keys(Article, len(pairs))
    made = [(pk, draft, plan.source) for pk, (plan, draft) in zip(ids, pairs, strict=True)]
    repeats = Originals({draft.canonical_key for _, draft in pairs}).link_new(made)
    pages = {id(draft) for one in plans for draft in _with_page(one)}
    bulk.insert(
        Article,
        _ARTICLE,
        (
            (
                pk,
                plan.source.pk,
                plan.at,
                *_original(repeats.get(pk)),
                plan.at if id(draft) in pages else None,
                *_given(draft),
            )
            for pk, (plan, draft) in zip(ids, pairs, strict=True)
        ),
    )
    bulk.insert(ArticleText, ("article_id", *_TEXT), ((pk, *_text(draft)) for pk, draft, _ in made))
    ARTICLES.put((pk, draft.terms) for pk, draft, _ in made)
    tag([(pk, source, draft.tags) for pk, draft, source in made])
    return ids


def _original(pk: int | None) -> tuple[int | None, str]:
    """Of what an article is a copy, and why."""
    return pk, BY_ADDRESS if pk else ""


def _with_page(plan: SourcePlan) -> Iterable[Draft]:
    """The new articles whose page is fetched at once: those that the feed gives only in part, when they are recent."""
    wanted = plan.source.full_text
    if wanted is False:
        return []
    since = plan.at - PAGE_AGE
    found = [draft for draft in plan.new if draft.url and draft.published_at >= since and (wanted or draft.is_short)]
    if not plan.first:
        return found
    return sorted(found, key=lambda draft: draft.published_at, reverse=True)[:PAGES_OF_FIRST]


def _pass_over(plans: Sequence[SourcePlan]) -> None:
    """Entries that a first fetch left out are not taken for new by the second."""
    passed = ((one.source.pk, guid, one.at) for one in plans for guid in one.passed)
    bulk.insert(Tombstone, ("source_id", "guid", "at"), passed, ignore_known=True)
