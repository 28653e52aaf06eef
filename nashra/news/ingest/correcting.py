"""Stored articles whose entries say something else now: a revision when a reader should see it, else as little as
possible.
"""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from nashra.core.extract import images
from nashra.core.text.entries import Entry, entry
from nashra.news.ingest.drafts import Draft
from nashra.news.ingest.planning import SourcePlan
from nashra.news.ingest.strangers import FULL
from nashra.news.keys import address_key
from nashra.news.models import Article, ArticleText, Revision
from nashra.news.terms import ARTICLES

MOST = 50  # revisions of an article: the first one and the last ones
_SHOWN = ("summary", "author", "image_url", "image_width", "image_height")


def correct(plans: Sequence[SourcePlan]) -> set[int]:
    """Applies the changes of these plans; ids of the articles that were corrected for readers.

    Other title or other words make a revision. A new address, author or picture is taken over silently. Whatever
    differs in spaces, counters or parameters alone leaves the row as it is.
    """
    changes = {pk: (one.at, draft) for one in plans for pk, draft in one.changed.items()}
    if not changes:
        return set()
    renamed = {pk for one in plans for pk in one.renamed}
    articles = Article.objects.filter(pk__in=list(changes)).select_related("body", "source").order_by("pk")
    corrected: set[int] = set()
    terms: list[tuple[int, Entry]] = []
    for article in articles:
        at, draft = changes[article.pk]
        if article.pk in renamed:
            article.guid = draft.guid
        if article.text_hash != draft.text_hash:
            _revise(article, draft, at)
            corrected.add(article.pk)
        elif article.pk in renamed or _shown_differs(article, draft):
            _take_over(article, draft)
        else:
            continue
        terms.append((article.pk, _terms(article, draft)))
    ARTICLES.put(terms)
    return corrected


def _terms(article: Article, draft: Draft) -> Entry:
    """The terms of an article after its correction: its text is the entry's unless it is its page's."""
    if article.page_outcome != FULL:
        return draft.terms
    return entry(article.title, article.author, article.body.text, language=article.language)


def _revise(article: Article, draft: Draft, at: datetime) -> None:
    Revision.objects.create(article=article, at=at, title=article.title, html=article.body.html)
    _thin_out(article)
    article.corrected_at = at
    article.title, article.text_hash, article.content_hash = draft.title, draft.text_hash, draft.key
    if article.page_outcome == FULL:  # the page is fetched again; until then its former text stays
        article.page_due_at, article.page_attempts = at, 0
    else:
        article.minutes, article.language, article.direction = draft.minutes, draft.language, draft.direction
        _store_text(draft, article)
    _show(article, draft)
    article.save()


def _thin_out(article: Article) -> None:
    """Lets the second revision go when there are too many: what was said first and what was said last is kept."""
    ids = list(Revision.objects.filter(article=article).order_by("at", "pk").values_list("pk", flat=True))
    if len(ids) > MOST:
        Revision.objects.filter(pk__in=ids[1 : 1 + len(ids) - MOST]).delete()


def _take_over(article: Article, draft: Draft) -> None:
    article.content_hash = draft.key
    if article.page_outcome != FULL:
        _store_text(draft, article)
    _show(article, draft)
    article.save()


def _store_text(draft: Draft, article: Article) -> None:
    ArticleText.objects.filter(pk=article.pk).update(html=draft.html, text=draft.text, folded="")


def _show(article: Article, draft: Draft) -> None:
    if _moved(article, draft):
        article.canonical_key = draft.canonical_key
    article.url = draft.url
    for name in _SHOWN:
        value = getattr(draft, name)
        if value or not name.startswith("image"):  # a picture that the page gave stays when the entry has none
            setattr(article, name, value)


def _shown_differs(article: Article, draft: Draft) -> bool:
    if _moved(article, draft) or article.author != draft.author:
        return True
    if draft.image_url and _bare(article.image_url) != _bare(draft.image_url):
        return True
    return article.page_outcome != FULL and _pictures(article.body.html) != _pictures(draft.html)


def _moved(article: Article, draft: Draft) -> bool:
    """Whether the entry has another address; the article's key may be the one that its page gave."""
    return address_key(article.url) != draft.canonical_key


def _pictures(html: str) -> list[str]:
    return [_bare(picture.src) for picture in images(html)] if "<img" in html else []


def _bare(url: str) -> str:
    """An address without its query, which signs and sizes pictures anew at every poll."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.netloc}{parts.path}"
