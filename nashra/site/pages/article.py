"""An article's page: its text in the reader's type, why it is here, its story, and what can be followed or muted."""

from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from nashra.accounts import services as accounts
from nashra.accounts.access import current_reader, reader_of, reader_required, sign_in_first
from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.base.answers import done, is_script
from nashra.base.notices import say
from nashra.core.text.authors import author_key, each_author
from nashra.front import reasons, services
from nashra.front.models import Kind
from nashra.front.muting import Muting, muting_of
from nashra.front.views import arrival, place_of, place_query
from nashra.news import access
from nashra.news import services as news
from nashra.news.models import Article, ArticleText
from nashra.news.pictures import proxied
from nashra.site.pages import cards

STORY = 8  # other pieces of the story shown
COPIES = 8  # other sources of the same text shown
AUTHORS = 4  # who can be followed or muted
CHANGES = 10  # corrections on a page


@require_safe
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    """The text for readers; visitors of a public paper read only the paper's own articles here.

    Looking marks the article as read: that is no secret change of state but what the reader asked for, like a browser's
    own history, and nothing else is changed by it. Asking by HEAD, or ahead of time, is not looking.
    """
    reader, found = current_reader(request), _readable(request, article_id)
    if found is None:
        return sign_in_first(request)
    if reader and request.method == "GET" and request.headers.get("Sec-Purpose", "") != "prefetch":
        services.opened(reader, found, now=timezone.now(), **arrival(request, reader))
    return render(request, "pages/article.html", _context(reader, found, place_query(place_of(request))))


@require_safe
def changes(request: HttpRequest, article_id: int) -> HttpResponse:
    """What corrections changed in an article, word by word, for whoever may read it."""
    found = _readable(request, article_id)
    if found is None:
        return sign_in_first(request)
    page = Paginator(news.changes_of(found), CHANGES).get_page(request.GET.get("page"))
    card = cards.build(current_reader(request), [found])[0]
    return render(request, "pages/article_changes.html", {"card": card, "page": page, "changes": page.object_list})


def _readable(request: HttpRequest, article_id: int) -> Article | None:
    """The article; None for a visitor who has to sign in for it, 404 when there is none for a reader."""
    reader = current_reader(request)
    if reader is None and not accounts.paper().public:
        return None  # whether there is such an article is not told either
    found = access.visible_articles(reader).select_related("source").filter(pk=article_id).first()
    if found is None:
        raise Http404
    return found if reader or found.source.is_own else None


def _context(reader: Reader | None, found: Article, place: str) -> dict[str, object]:
    followed = services.follows_of(reader) if reader else []
    follows = {(one.kind, one.key) for one in followed}
    topics = sorted(found.topics.all(), key=lambda t: (not t.is_catalogue, t.pk))[:8]
    language = locale.current().language
    card = cards.build(reader, [found], followed=[key for kind, key in follows if kind == Kind.TOPIC])[0]
    card.place = place
    now = timezone.now()
    muting = muting_of(reader, now)
    if reader:
        card.reasons = _reasons(reader, found, muting, language)
    body = ArticleText.objects.filter(article=found).first()
    html = proxied(body.html) if body else ""
    return {
        "card": card,
        "article": found,
        "html": html,
        "standfirst": _standfirst(found, body),
        "lead_image": card.image if card.image and card.image not in html else "",
        "topics": [(*cards.topic_link(topic, language), (Kind.TOPIC, topic.key) in follows) for topic in topics],
        "authors": [(one, (Kind.AUTHOR, author_key(one)) in follows) for one in each_author(found.author)[:AUTHORS]],
        "names": services.mentioned(
            found, body.text if body else "", follows=followed, muting=muting, language=language, now=now
        ),
        "measured": bool(reader and reader.personalise and reader.learns and reader.measures_reading),
        "subscribed": news.subscription_of(reader, found.source) is not None,
        "story": _story(reader, found, muting),
        "copies": _copies(reader, found, muting),
        "muted": services.mutes_over(reader, found, muting) if reader else [],
        "picked_until": _picked_until(reader, found, now),
    }


def _reasons(reader: Reader, found: Article, muting: Muting, language: str) -> list[str]:
    """Why it stood on the reader's page, as sentences."""
    why = services.reasons_of(reader, found, muting)
    names = reasons.names_for(why, language, reader)
    return reasons.sentences(why, names)


def _picked_until(reader: Reader | None, found: Article, now: datetime) -> datetime | None:
    """Until when the article is set on the front page, for those who may change that."""
    return services.picked_now(now=now, among=[found.pk]).get(found.pk) if reader and reader.is_editor else None


def _standfirst(found: Article, body: ArticleText | None) -> str:
    """The summary, unless the text begins with the same words or there is no text for it to stand above."""
    if body is None or not body.html:
        return ""
    return "" if body.text.lstrip()[:400].find(found.summary[:40].rstrip("… ")) >= 0 else found.summary


def _story(reader: Reader | None, found: Article, muting: Muting) -> list[cards.Card]:
    """The other pieces of the story, unread first."""
    if found.story_id is None:
        return []
    others = access.visible_articles(reader).filter(story_id=found.story_id).exclude(pk=found.pk)
    rows = muting.keep(muting.limit(others).select_related("source").order_by("-published_at")[: 3 * STORY])
    pieces = cards.build(reader, rows[:STORY])
    return sorted(pieces, key=lambda piece: piece.is_read)


def _copies(reader: Reader | None, found: Article, muting: Muting) -> list[cards.Card]:
    """The same text at other sources that this reader sees, the original first."""
    original = found.duplicate_of_id or found.pk
    same = access.visible_articles(reader).filter(Q(pk=original) | Q(duplicate_of=original)).exclude(pk=found.pk)
    rows = muting.limit(same).select_related("source").order_by(F("duplicate_of").asc(nulls_first=True), "pk")
    return cards.build(reader, muting.keep(rows[: 3 * COPIES])[:COPIES])


@require_POST
@reader_required
def mark_read(request: HttpRequest, article_id: int) -> HttpResponse:
    """Marks an article as read, or as unread with `on=0`."""
    found = access.visible_articles(reader_of(request)).filter(pk=article_id).first()
    if found is None:
        raise Http404
    if request.POST.get("on") != "0":
        services.opened(reader_of(request), found, now=timezone.now())
        return done(request)
    services.mark_unread(reader_of(request), [found.pk])
    if is_script(request):
        return done(request)
    say(request, gettext("Marked as unread."))
    return redirect("front")  # the article's own page would mark it as read again
