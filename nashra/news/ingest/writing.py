"""Storing a plan: rows in bulk, inside the caller's transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from nashra.news.ingest.correcting import correct
from nashra.news.ingest.drafts import Draft
from nashra.news.ingest.duplicates import Originals
from nashra.news.ingest.planning import Plan, SourcePlan
from nashra.news.ingest.tagging import tag
from nashra.news.models import Article, ArticleText, Tombstone

PAGES_OF_FIRST = 10  # pages fetched for the entries of a first fetch
PAGE_AGE = timedelta(days=7)
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
    originals = Originals({draft.canonical_key for _, draft in pairs})
    pages = {id(draft) for one in plans for draft in _with_page(one)}
    articles = [_article(one, draft, originals, id(draft) in pages) for one, draft in pairs]
    Article.objects.bulk_create(articles)
    ArticleText.objects.bulk_create(
        ArticleText(article_id=article.pk, html=draft.html, text=draft.text, folded=draft.folded)
        for article, (_, draft) in zip(articles, pairs, strict=True)
    )
    tag([(article.pk, one.source, draft.tags) for article, (one, draft) in zip(articles, pairs, strict=True)])
    originals.link_new([(article, one.source) for article, (one, _) in zip(articles, pairs, strict=True)])
    return [article.pk for article in articles]


def _article(plan: SourcePlan, draft: Draft, originals: Originals, page: bool) -> Article:
    return Article(
        source_id=plan.source.pk,
        guid=draft.guid,
        url=draft.url,
        canonical_key=draft.canonical_key,
        title=draft.title,
        summary=draft.summary,
        author=draft.author,
        language=draft.language,
        direction=draft.direction,
        image_url=draft.image_url,
        image_width=draft.image_width,
        image_height=draft.image_height,
        minutes=draft.minutes,
        published_at=draft.published_at,
        first_seen_at=plan.at,
        content_hash=draft.key,
        text_hash=draft.text_hash,
        duplicate_of_id=originals.of(draft.canonical_key, plan.source),
        page_due_at=plan.at if page else None,
    )


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
    Tombstone.objects.bulk_create(
        (Tombstone(source_id=one.source.pk, guid=guid, at=one.at) for one in plans for guid in one.passed),
        ignore_conflicts=True,
    )
