"""The paper's own feeds, for everybody where the paper is shown to visitors: what they may see, as headlines."""

import hashlib
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
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
from nashra.news import access
from nashra.news.models import Article

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


def _feed(request: HttpRequest, route: str, write: Callable[[Channel], bytes], content_type: str) -> HttpResponse:
    """The feed, or 304 when nothing has changed; 404 where visitors see nothing."""
    paper = accounts.paper()
    if not paper.public:
        raise Http404
    made = channel(paper, reverse(route))
    body = write(made)
    etag = f'"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    response = HttpResponse(body, content_type=content_type)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(made.updated.timestamp())
    response["Content-Language"] = paper.language
    links = {"self": made.url, **({"hub": made.hub} if made.hub else {})}
    response["Link"] = ", ".join(f'<{url}>; rel="{name}"' for name, url in links.items())
    patch_cache_control(response, public=True, max_age=FRESH)
    found = get_conditional_response(request, etag, int(made.updated.timestamp()), response)
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
        items=tuple(_item(article) for article in articles),
    )


def newest() -> QuerySet[Article]:
    """What stands in the feed: no second copy of a text, nothing that leads nowhere."""
    shown = access.visible_articles(None).filter(duplicate_of=None).exclude(url="", source__is_own=False)
    return shown.order_by("-published_at", "-pk")[:ENTRIES]


def _moved_at(article: Article) -> datetime:
    return article.corrected_at or article.first_seen_at


def _item(article: Article) -> Item:
    """An article as an entry; our own lead to their page here, all others to where they come from."""
    here = f"{settings.NASHRA_URL}{reverse('article', args=[article.pk])}"
    source = article.source
    return Item(
        id=here,
        link=here if source.is_own else article.url,
        title=article.title,
        summary=article.summary,
        author=article.author,
        language=article.language,
        published=article.published_at,
        updated=max(_moved_at(article), article.published_at),
        origin=str(source),
        origin_url=source.site_url,
        tags=tuple(sorted(topic.name for topic in article.topics.all())),
    )


def moved_at() -> datetime | None:
    """When the feed got its newest entry or correction; None while it is empty."""
    return max((_moved_at(article) for article in newest().only("first_seen_at", "corrected_at")), default=None)


def announcement() -> tuple[tuple[str, str], ...]:
    """The form that tells a hub that both feeds have something new."""
    urls = [f"{settings.NASHRA_URL}{reverse(route)}" for route in ("feed_atom", "feed_json")]
    return (("hub.mode", "publish"), *(("hub.url", url) for url in urls))
