"""What a reader may act upon: visible articles, and their own lines of the profile."""

from django.http import Http404

from nashra.accounts.models import Reader
from nashra.news.access import visible_articles
from nashra.news.models import Article


def article_for(reader: Reader, article_id: int) -> Article:
    """This article, if the reader may see it; else 404."""
    article = visible_articles(reader).filter(pk=article_id).select_related("source").first()
    if article is None:
        raise Http404
    return article
