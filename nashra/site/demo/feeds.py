"""The demo's feeds: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1, the same articles in each source's own format.

The bytes depend only on what is visible, so a feed that has not grown has the same ETag.
"""

import json
from collections.abc import Callable
from datetime import datetime
from email.utils import format_datetime
from html import escape
from typing import Any

from nashra.site.demo.content import DemoArticle, DemoSource, FeedFormat, picture
from nashra.site.demo.markup import Moment, body_html, figure_html, joined, picture_path

CONTENT_TYPES: dict[FeedFormat, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def render(source: DemoSource, moment: Moment) -> bytes:
    """The feed of a source as it stands at this moment."""
    return _RENDERERS[source.format](source, moment).encode("utf-8")


def _rss(source: DemoSource, moment: Moment) -> str:
    return joined(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">',
            "<channel>",
            _element("title", source.name),
            _element("link", moment.address(f"/{source.key}/")),
            _element("description", source.tagline),
            _element("language", source.language),
            _element("lastBuildDate", _rfc822(moment.changed(source))),
            f'<atom:link rel="self" href="{moment.address(source.feed_path)}" type="{CONTENT_TYPES["rss"]}"/>',
            *(_rss_item(source, article, moment) for article in moment.visible(source)),
            "</channel></rss>",
        ]
    )


def _rss_item(source: DemoSource, article: DemoArticle, moment: Moment) -> str:
    return joined(
        [
            "<item>",
            _element("title", article.title),
            _element("link", moment.address(article.path)),
            f'<guid isPermaLink="false">{article.source}:{article.slug}</guid>',
            _element("pubDate", _rfc822(article.published(moment.began))),
            _element("dc:creator", article.byline),
            *(_element("category", tag) for tag in _categories(article)),
            _element("description", article.summary),
            _element("content:encoded", _full_html(article, moment)) if source.full_text else "",
            _enclosure(article, moment),
            "</item>",
        ]
    )


def _enclosure(article: DemoArticle, moment: Moment) -> str:
    data = picture(article.picture) if article.picture else None
    if data is None:
        return ""
    address = moment.address(picture_path(article.picture))
    return f'<enclosure url="{address}" length="{len(data)}" type="image/png"/>'


def _atom(source: DemoSource, moment: Moment) -> str:
    return joined(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{source.language}">',
            _element("title", source.name),
            _element("subtitle", source.tagline),
            _element("id", f"tag:demo.invalid,2026:{source.key}"),
            f'<link rel="alternate" type="text/html" href="{moment.address(f"/{source.key}/")}"/>',
            f'<link rel="self" type="{CONTENT_TYPES["atom"]}" href="{moment.address(source.feed_path)}"/>',
            _element("updated", moment.changed(source).isoformat()),
            *(_atom_entry(source, article, moment) for article in moment.visible(source)),
            "</feed>",
        ]
    )


def _atom_entry(source: DemoSource, article: DemoArticle, moment: Moment) -> str:
    content = f'<content type="html">{escape(_full_html(article, moment), quote=False)}</content>'
    return joined(
        [
            "<entry>",
            _element("title", article.title),
            _element("id", f"tag:demo.invalid,2026:{article.source}/{article.slug}"),
            f'<link rel="alternate" type="text/html" href="{moment.address(article.path)}"/>',
            f"<author>{_element('name', article.byline)}</author>",
            _element("published", article.published(moment.began).isoformat()),
            _element("updated", article.updated(moment.began, moment.now).isoformat()),
            *(f'<category term="{escape(tag)}"/>' for tag in _categories(article)),
            _element("summary", article.summary),
            content if source.full_text else "",
            "</entry>",
        ]
    )


def _json(source: DemoSource, moment: Moment) -> str:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": source.name,
        "description": source.tagline,
        "language": source.language,
        "home_page_url": moment.address(f"/{source.key}/"),
        "feed_url": moment.address(source.feed_path),
        "items": [_json_item(source, article, moment) for article in moment.visible(source)],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(source: DemoSource, article: DemoArticle, moment: Moment) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": f"{article.source}:{article.slug}",
        "url": moment.address(article.path),
        "title": article.title,
        "summary": article.summary,
        "date_published": article.published(moment.began).isoformat(),
        "date_modified": article.updated(moment.began, moment.now).isoformat(),
        "authors": [{"name": article.byline}],
        "tags": _categories(article),
    }
    if source.full_text:
        item["content_html"] = _full_html(article, moment)
    else:
        item["content_text"] = article.summary
    if article.picture:
        item["image"] = moment.address(picture_path(article.picture))
    return item


def _full_html(article: DemoArticle, moment: Moment) -> str:
    return joined([figure_html(article, moment), body_html(article, moment)])


def _categories(article: DemoArticle) -> list[str]:
    """Section and tags without repeats, as a newspaper's own software would list them."""
    return list(dict.fromkeys((article.section, *article.tags)))


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text, quote=False)}</{name}>"


def _rfc822(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


_RENDERERS: dict[FeedFormat, Callable[[DemoSource, Moment], str]] = {"rss": _rss, "atom": _atom, "json": _json}
