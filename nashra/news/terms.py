"""The index in which articles are searched, and its upkeep. Who stores a text stores its terms along with it."""

from collections.abc import Iterator, Sequence
from typing import cast

import structlog
from django.db.models import Model, QuerySet

from nashra.base.fulltext import Index, Renewal
from nashra.core.text.entries import Entry, entry
from nashra.news.models import Article, ArticleText

log = structlog.get_logger(__name__)
ARTICLES = Index("news", table="news_terms", owner="news_article", unread="body__folded")
"""`ARTICLES.condition(tree, languages=…)` is about articles; with `field="article_id"`, about what refers to one."""


def store(ids: Sequence[int]) -> None:
    """Analyses these articles as they are stored and stores their terms; in the transaction that stored them."""
    ARTICLES.hold(ids)
    ARTICLES.put(_read(ids))


def _rows() -> "QuerySet[Model]":
    return cast("QuerySet[Model]", Article.objects.all())


def _read(ids: Sequence[int]) -> Iterator[tuple[int, Entry]]:
    """The terms of stored articles; one that cannot be analysed is found by its title alone."""
    columns = ("pk", "title", "author", "body__text", "language")
    for pk, title, author, text, language in Article.objects.filter(pk__in=ids).order_by("pk").values_list(*columns):
        try:
            yield pk, entry(title, author, text or "", language=language)
        except Exception:
            log.exception("news.terms_failed", article=pk)
            yield pk, entry(title, "", "", language="und")


def _forget(ids: Sequence[int]) -> None:
    ArticleText.objects.filter(pk__in=ids).exclude(folded="").update(folded="")


RENEWAL = Renewal(ARTICLES, _rows, _read, _forget)
