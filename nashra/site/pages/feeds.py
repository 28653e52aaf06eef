"""Feeds of our own: the paper's, for everybody where it is shown to visitors, and those of followed searches, for
whoever knows their secret address. They hold headlines: what visitors, or the search's reader, may see.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from nashra.accounts import services as accounts
from nashra.accounts.models import Paper
from nashra.core.feeds import writing
from nashra.core.feeds.writing import Channel, Item
from nashra.front import services as front
from nashra.front.access import search_by_feed_key
from nashra.front.models import Follow
from nashra.news import access
from nashra.news.models import Article
from nashra.news.services import topic_name

ENTRIES = 50
FRESH = 300  # seconds


@require_safe
def atom(request: HttpRequest) -> HttpResponse:
    """`/feed.atom`: Atom 1.0."""
    return _feed(request, "feed_atom", writing.atom, writing.ATOM)


@require_safe
def json_feed(request: HttpRequest) -> HttpResponse:
    """`/feed.json`: JSON Feed 1.1."""
    return _feed(request, "feed_json", writing.json_feed, writing.JSON)


@require_safe
def search_atom(request: HttpRequest, key: str) -> HttpResponse:
    """`/search/<key>.atom`: what answers a followed search, as Atom 1.0."""
    return _search_feed(request, "search_atom", key, writing.atom, writing.ATOM)


@require_safe
def search_json(request: HttpRequest, key: str) -> HttpResponse:
    """`/search/<key>.json`: what answers a followed search, as JSON Feed 1.1."""
    return _search_feed(request, "search_json", key, writing.json_feed, writing.JSON)


def _feed(request: HttpRequest, route: str, write: Callable[[Channel], bytes], content_type: str) -> HttpResponse:
    """The paper's feed; 404 where visitors see nothing."""
    paper = accounts.paper()
    if not paper.public:
        raise Http404
    made = channel(paper, reverse(route))
    response = _answer(request, made, write(made), content_type, moved=int(made.updated.timestamp()))
    patch_cache_control(response, public=True, max_age=FRESH)
    return response


def _search_feed(
    request: HttpRequest, route: str, key: str, write: Callable[[Channel], bytes], content_type: str
) -> HttpResponse:
    """A search's feed, which no search engine lists and no cache between keeps; 404 for an address that is none."""
    made = _search_channel(search_by_feed_key(key), reverse(route, args=[key]))
    response = _answer(request, made, write(made), content_type)
    patch_cache_control(response, private=True, max_age=FRESH)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(
    request: HttpRequest, made: Channel, body: bytes, content_type: str, *, moved: int | None = None
) -> HttpResponse:
    """The feed, or 304 when nothing has changed. `moved`: when it last did, where nothing ever leaves it by a mute."""
    etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    if moved is not None:
        response["Last-Modified"] = http_date(moved)
    response["Content-Language"] = made.language
    links = {"self": made.url, **({"hub": made.hub} if made.hub else {})}
    response["Link"] = ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items())
    found = get_conditional_response(request, etag, moved, response)
    return response if found is None else found


def channel(paper: Paper, path: str) -> Channel:
    """The paper's feed under a path of this site: the newest articles that visitors may see."""
    articles = list(newest().select_related("source").prefetch_related("topics"))
    with translation.override(paper.language):
        subtitle = gettext("News chosen by %(paper)s.") % {"paper": paper.name}
    moved = max((_moved_at(article) for article in articles), default=paper.set_up_at or timezone.now())
    return Channel(
        url=f"{settings.NASHRA_URL}{path}",
        home=f"{settings.NASHRA_URL}{reverse('front')}",
        title=paper.name,
        subtitle=subtitle,
        language=paper.language,
        updated=moved,
        hub=settings.NASHRA_WEBSUB_HUB,
        items=tuple(_item(article, paper.language) for article in articles),
    )


def _search_channel(follow: Follow, path: str) -> Channel:
    """The feed of a followed search: the newest pieces that its reader may see and has not muted."""
    articles, _more = front.answers(follow, now=timezone.now(), limit=ENTRIES)
    prefetch_related_objects(articles, "topics")
    language, paper = follow.reader.language, accounts.paper()
    with translation.override(language):
        subtitle = gettext("What answers a search that you follow in %(paper)s.") % {"paper": paper.name}
    return Channel(
        url=f"{settings.NASHRA_URL}{path}",
        home=f"{settings.NASHRA_URL}{reverse('search')}?{urlencode({'q': follow.label})}",
        title=f"{follow.label} · {paper.name}",
        subtitle=subtitle,
        language=language,
        updated=max((_moved_at(article) for article in articles), default=follow.at),
        items=tuple(_item(article, language) for article in articles),
    )


def newest() -> QuerySet[Article]:
    """What stands in the feed: no second copy of a text, nothing that leads nowhere."""
    shown = access.visible_articles(None).filter(duplicate_of=None).exclude(url="", source__is_own=False)
    return shown.order_by("-published_at", "-pk")[:ENTRIES]


def _moved_at(article: Article) -> datetime:
    return article.corrected_at or article.first_seen_at


def _item(article: Article, language: str) -> Item:
    """An article as an entry, its topics in the feed's language; our own lead to their page here, all others to where
    they come from.
    """
    here = f"{settings.NASHRA_URL}{reverse('article', args=[article.pk])}"
    source = article.source
    return Item(
        id=here,
        link=here if source.is_own or not article.url else article.url,
        title=article.title,
        summary=article.summary,
        author=article.author,
        language=article.language,
        published=article.published_at,
        updated=max(_moved_at(article), article.published_at),
        origin=str(source),
        origin_url=source.site_url,
        tags=tuple(sorted(topic_name(topic, language) for topic in article.topics.all())),
    )


def moved_at() -> datetime | None:
    """When the feed got its newest entry or correction; None while it is empty."""
    return max((_moved_at(article) for article in newest().only("first_seen_at", "corrected_at")), default=None)


def announcement() -> tuple[tuple[str, str], ...]:
    """The form that tells a hub that both feeds have something new."""
    urls = [f"{settings.NASHRA_URL}{reverse(route)}" for route in ("feed_atom", "feed_json")]
    return (("hub.mode", "publish"), *(("hub.url", url) for url in urls))
