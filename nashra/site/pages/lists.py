"""Lists of articles: latest, a source's, a topic's, recently read. They end, and carry no reasons."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from nashra.accounts import services as accounts
from nashra.accounts.access import current_reader, reader_of, reader_required, sign_in_first
from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.base.answers import done, row_ids
from nashra.base.notices import Undo, say
from nashra.core.text import clean
from nashra.front import services
from nashra.front.models import Kind, Mark
from nashra.front.muting import Muting, muting_of
from nashra.news import access
from nashra.news import services as news
from nashra.news.models import Article, Source, Topic
from nashra.site.pages import cards

ON_PAGE = 30
DEPTH = 40  # pages that a list goes back


def _reader(request: HttpRequest) -> Reader | None:
    return current_reader(request)


def _visitors_may_look(request: HttpRequest) -> bool:
    return request.user.is_authenticated or accounts.paper().public


def page_of(
    request: HttpRequest, articles: QuerySet[Article], *, copies: bool = False, muting: Muting | None = None
) -> "tuple[Page[Article], list[cards.Card]]":
    """One page of a list, without what the reader muted, newest first; each text once, unless with `copies`."""
    reader = _reader(request)
    muting = muting or muting_of(reader, timezone.now())
    articles = articles if copies else muting.firsts(articles, reader)
    rows = muting.limit(articles).select_related("source").order_by("-published_at", "-pk")
    paginator: Paginator[Article] = Paginator(rows[: ON_PAGE * DEPTH], ON_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    return page, cards.build(reader, muting.keep(page.object_list))


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """Everything by time, not personal (what is muted stays away)."""
    if not _visitors_may_look(request):
        return sign_in_first(request)
    page, items = page_of(request, access.visible_articles(_reader(request)))
    return render(request, "pages/latest.html", {"page": page, "items": items, "now": timezone.now()})


@require_safe
def source(request: HttpRequest, source_id: int) -> HttpResponse:
    """One source's articles, with unread count, follow, mute, and mark all as read."""
    if not _visitors_may_look(request):
        return sign_in_first(request)
    reader = _reader(request)
    found = get_object_or_404(access.visible_sources(reader), pk=source_id)
    muting = muting_of(reader, timezone.now())
    page, items = page_of(request, _of_source(reader, found), copies=True, muting=muting)
    context: dict[str, Any] = {"source": found, "page": page, "items": items}
    if reader:
        context["muted"] = services.mute_of(reader, Kind.SOURCE, str(found.pk), muting)
        context["subscription"] = news.subscription_of(reader, found)
        context["unread"] = services.unread_by_source(reader, [found.pk]).get(found.pk, 0)
    return render(request, "pages/source.html", context)


def _of_source(reader: Reader | None, found: Source) -> QuerySet[Article]:
    return access.visible_articles(reader).filter(source=found)


@require_safe
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """One topic's articles, with follow, mute, and mark all as read."""
    if not _visitors_may_look(request):
        return sign_in_first(request)
    found = get_object_or_404(Topic, key=key)
    reader = _reader(request)
    muting = muting_of(reader, timezone.now())
    muted = services.mute_of(reader, Kind.TOPIC, key, muting) if reader else []
    page, items = page_of(request, _of_topic(reader, found), muting=muting)
    if not page.paginator.count and not found.is_catalogue and not muted:
        raise Http404  # a topic known only from what this reader may not see is not told apart from none
    follows = services.follows_of(reader) if reader else []
    context = {
        "topic": cards.topic_link(found, locale.current().language),
        "page": page,
        "items": items,
        "muted": muted,
        "following": (Kind.TOPIC, key) in {(one.kind, one.key) for one in follows},
        "unread": services.unread_by_topic(reader, [found.pk]).get(found.pk, 0) if reader else 0,
    }
    return render(request, "pages/topic.html", context)


def _of_topic(reader: Reader | None, found: Topic) -> QuerySet[Article]:
    tagged = Article.topics.through.objects.filter(topic=found).values("article_id")
    return access.visible_articles(reader).filter(pk__in=tagged)


@require_POST
@reader_required
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Marks a source's or topic's articles as read (`what=source:3`), or takes that back (`undo=ids`)."""
    if back := request.POST.get("undo"):
        services.mark_unread(reader_of(request), row_ids(back.split(","))[:2000])
        return done(request)
    kind, _, key = request.POST.get("what", "").partition(":")
    if kind == "source":
        found = get_object_or_404(access.visible_sources(reader_of(request)), pk__in=row_ids([key]))
        articles = _of_source(reader_of(request), found)
    elif kind == "topic":
        articles = _of_topic(reader_of(request), get_object_or_404(Topic, key=clean(key)))
    else:
        raise Http404
    ids = services.mark_all_read(reader_of(request), articles, now=timezone.now())
    text = ngettext("%(count)s piece marked as read.", "%(count)s pieces marked as read.", len(ids))
    undo = Undo(reverse("mark_all_read"), "undo", ",".join(map(str, ids[:500]))) if ids and len(ids) <= 500 else None
    say(request, text % {"count": locale.number(len(ids))}, undo=undo)
    return done(request)


@require_safe
@reader_required
def history(request: HttpRequest) -> HttpResponse:
    """What the reader read, last first. What is muted stays: it was read."""
    reader = reader_of(request)
    read = Mark.objects.filter(reader=reader, read_at__isnull=False, article__in=access.visible_articles(reader))
    marks = read.select_related("article", "article__source").order_by("-read_at", "-pk")
    paginator: Paginator[Mark] = Paginator(marks[: ON_PAGE * DEPTH], ON_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    items = cards.build(reader, [mark.article for mark in page.object_list])
    return render(request, "pages/history.html", {"page": page, "items": items})
