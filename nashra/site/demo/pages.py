"""The demo's web pages: a newspaper's site, with everything around the text that an extractor must drop.

The few words around the articles belong to the invented sites, so they are in each site's own language and are
not part of the program's translations.
"""

import json
from dataclasses import dataclass
from html import escape

from nashra.site.demo.content import DemoArticle, DemoSource, load
from nashra.site.demo.feeds import CONTENT_TYPES
from nashra.site.demo.markup import Moment, body_html, figure_html, joined, picture_path


@dataclass(frozen=True, slots=True)
class _Words:
    """The words that an invented site writes around its articles."""

    home: str
    search: str
    cookies: str
    accept: str
    read_also: str
    letter_head: str
    letter_text: str
    subscribe: str
    share: str
    comments: str
    no_comments: str
    contact: str
    terms: str
    rights: str


_WORDS = {
    "ar": _Words(
        home="الرئيسية",
        search="بحث في الموقع",
        cookies="يستعمل هذا الموقع ملفات ارتباط لتذكّر اختيارك.",
        accept="قبول",
        read_also="اقرأ أيضًا",
        letter_head="رسالتنا الأسبوعية",
        letter_text="أهم ما نُشر في أسبوع، كل جمعة في البريد.",
        subscribe="اشتراك",
        share="مشاركة الصفحة",
        comments="التعليقات",
        no_comments="لا تعليقات بعد.",
        contact="اتصل بنا",
        terms="شروط الاستخدام",
        rights="جميع الحقوق محفوظة",
    ),
    "en": _Words(
        home="Home",
        search="Search this site",
        cookies="This site uses cookies to remember your choice.",
        accept="Accept",
        read_also="Read also",
        letter_head="Our weekly letter",
        letter_text="The best of the week, in your mailbox every Friday.",
        subscribe="Subscribe",
        share="Share this page",
        comments="Comments",
        no_comments="No comments yet.",
        contact="Contact",
        terms="Terms of use",
        rights="All rights reserved",
    ),
    "fr": _Words(
        home="Accueil",
        search="Rechercher sur le site",
        cookies="Ce site utilise des cookies pour retenir votre choix.",
        accept="Accepter",
        read_also="À lire aussi",
        letter_head="Notre lettre hebdomadaire",
        letter_text="L’essentiel de la semaine, chaque vendredi.",
        subscribe="S’abonner",
        share="Partager cette page",
        comments="Commentaires",
        no_comments="Aucun commentaire pour l’instant.",
        contact="Contact",
        terms="Conditions d’utilisation",
        rights="Tous droits réservés",
    ),
}


def index_page(moment: Moment) -> str:
    """The server's own first page: a list of the sample sources."""
    items = "\n".join(
        f'<li lang="{source.language}" dir="{source.direction}"><a href="/{source.key}/">{escape(source.name)}</a>'
        f' <a href="{source.feed_path}">feed</a></li>'
        for source in load()
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>Sample sources</title></head>'
        f"<body><h1>Sample sources</h1><ul>{items}</ul></body></html>\n"
    )


def source_page(source: DemoSource, moment: Moment) -> str:
    """The home page of a source; its head announces the feed."""
    items = "\n".join(
        f'<li><h2><a href="{article.path}">{escape(article.title)}</a></h2><p>{escape(article.summary)}</p></li>'
        for article in moment.visible(source)
    )
    main = f"<main><h1>{escape(source.name)}</h1><p>{escape(source.tagline)}</p><ul>{items}</ul></main>"
    return _page(source, moment, head=f"<title>{escape(source.name)}</title>", main=main)


def article_page(source: DemoSource, article: DemoArticle, moment: Moment) -> str:
    """The page of one article."""
    main = joined(
        [
            '<div class="layout"><main>',
            _article(source, article, moment),
            "</main>",
            _comments(source),
            _aside(source, article, moment),
            "</div>",
        ]
    )
    return _page(source, moment, head=_article_head(source, article, moment), main=main)


def _page(source: DemoSource, moment: Moment, *, head: str, main: str) -> str:
    feed = f'<link rel="alternate" type="{CONTENT_TYPES[source.format]}" title="{escape(source.name)}"'
    return joined(
        [
            "<!doctype html>",
            f'<html lang="{source.language}" dir="{source.direction}">',
            '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
            head,
            f'{feed} href="{source.feed_path}">',
            "</head><body>",
            _header(source),
            main,
            _footer(source),
            "</body></html>",
        ]
    )


def _article_head(source: DemoSource, article: DemoArticle, moment: Moment) -> str:
    address = moment.address(article.path)
    published = article.published(moment.began).isoformat()
    properties = {
        "og:type": "article",
        "og:title": article.title,
        "og:description": article.summary,
        "og:site_name": source.name,
        "og:url": address,
        "og:image": moment.address(picture_path(article.picture)) if article.picture else "",
        "article:published_time": published,
        "article:modified_time": article.updated(moment.began, moment.now).isoformat(),
        "article:section": article.section,
    }
    return joined(
        [
            f"<title>{escape(article.title)} | {escape(source.name)}</title>",
            f'<link rel="canonical" href="{address}">',
            f'<meta name="description" content="{escape(article.summary)}">',
            f'<meta name="author" content="{escape(article.byline)}">',
            *(f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items() if value),
            f'<script type="application/ld+json">{_json_ld(source, article, moment)}</script>',
        ]
    )


def _json_ld(source: DemoSource, article: DemoArticle, moment: Moment) -> str:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.summary,
        "inLanguage": source.language,
        "articleSection": article.section,
        "keywords": list(article.tags),
        "datePublished": article.published(moment.began).isoformat(),
        "dateModified": article.updated(moment.began, moment.now).isoformat(),
        "author": {"@type": "Person", "name": article.byline},
        "publisher": {"@type": "NewsMediaOrganization", "name": source.name},
        "mainEntityOfPage": moment.address(article.path),
        "isAccessibleForFree": True,
    }
    if article.picture:
        data["image"] = [moment.address(picture_path(article.picture))]
    # "<" could end the script element early.
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _article(source: DemoSource, article: DemoArticle, moment: Moment) -> str:
    words = _WORDS[source.language]
    published = article.published(moment.began)
    tags = "".join(f"<li>{escape(tag)}</li>" for tag in article.tags)
    return joined(
        [
            "<article>",
            f'<p class="kicker">{escape(article.section)}</p>',
            f"<h1>{escape(article.title)}</h1>",
            f'<p class="standfirst">{escape(article.summary)}</p>',
            f'<p class="byline"><span rel="author">{escape(article.byline)}</span>'
            f' <time datetime="{published.isoformat()}">{published:%Y-%m-%d %H:%M}</time></p>',
            figure_html(article, moment),
            f'<div class="text">\n{body_html(article, moment)}\n</div>',
            f'<ul class="tags">{tags}</ul>',
            f'<p class="share"><a href="#share">{escape(words.share)}</a></p>',
            "</article>",
        ]
    )


def _header(source: DemoSource) -> str:
    words = _WORDS[source.language]
    sections = dict.fromkeys(article.section for article in source.articles)
    links = "".join(f'<li><a href="/{source.key}/">{escape(section)}</a></li>' for section in sections)
    return joined(
        [
            f'<div class="cookies"><p>{escape(words.cookies)}</p><button>{escape(words.accept)}</button></div>',
            f'<header><a href="/{source.key}/">{escape(source.name)}</a><p>{escape(source.tagline)}</p>',
            f'<nav><ul><li><a href="/{source.key}/">{escape(words.home)}</a></li>{links}</ul></nav>',
            f'<form role="search"><input type="search" aria-label="{escape(words.search)}"></form></header>',
        ]
    )


def _aside(source: DemoSource, article: DemoArticle, moment: Moment) -> str:
    words = _WORDS[source.language]
    others = [other for other in moment.visible(source) if other is not article][:5]
    links = "".join(f'<li><a href="{other.path}">{escape(other.title)}</a></li>' for other in others)
    return joined(
        [
            f'<aside class="related"><h2>{escape(words.read_also)}</h2><ul>{links}</ul>',
            f'<section class="letter"><h2>{escape(words.letter_head)}</h2><p>{escape(words.letter_text)}</p>',
            f'<form><input type="email"><button>{escape(words.subscribe)}</button></form></section></aside>',
        ]
    )


def _comments(source: DemoSource) -> str:
    words = _WORDS[source.language]
    return f'<section class="comments"><h2>{escape(words.comments)}</h2><p>{escape(words.no_comments)}</p></section>'


def _footer(source: DemoSource) -> str:
    words = _WORDS[source.language]
    return (
        f'<footer><p>{escape(source.name)}. {escape(words.rights)}.</p><ul><li><a href="#contact">'
        f'{escape(words.contact)}</a></li><li><a href="#terms">{escape(words.terms)}</a></li></ul></footer>'
    )
