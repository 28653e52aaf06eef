"""The columns of a saved item: what an article or a page gives to its copy."""

from typing import Any

from nashra.core import extract, text
from nashra.news.models import Article, ArticleText

EXCERPT = 300  # characters


def bare_title(url: str) -> str:
    """What stands for a title until the page has been read: the address without scheme."""
    return url.partition("://")[2].rstrip("/")[:1000] or url[:1000]


def copy_of(article: Article) -> dict[str, Any]:
    """The columns of a saved item that come from an article."""
    body = ArticleText.objects.filter(article=article).first()
    return {
        "article": article,
        "url": article.url,
        "title": article.title,
        "author": article.author,
        "source_name": str(article.source)[:300],
        "published_at": article.published_at,
        "image_url": article.image_url,
        **text_columns(
            body.html if body else "",
            body.text if body else "",
            title=article.title,
            language=article.language,
            direction=article.direction,
            summary=article.summary,
        ),
    }


def text_columns(
    html: str, plain: str, *, title: str, language: str, direction: str = "", summary: str = ""
) -> dict[str, Any]:
    """The columns that hold a text: sanitised HTML, plain text, and what is counted on them."""
    return {
        "html": html,
        "text": plain,
        "folded": "",
        "excerpt": (summary or extract.excerpt(plain, EXCERPT))[:600],
        "language": language[:10],
        "direction": direction or text.direction(f"{title} {plain[:1000]}", language),
        "minutes": min(extract.reading_minutes(plain or summary, language), 32_767),
    }
