"""The front page: a reader's edition, or the paper's general one for visitors."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from nashra.accounts import services as accounts
from nashra.accounts.access import reader_of, reader_required, sign_in_first
from nashra.accounts.models import Reader
from nashra.base import locale
from nashra.front import services
from nashra.front.models import Follow, Kind
from nashra.front.muting import NOTHING, muting_of
from nashra.front.profile_pages import let_go
from nashra.news import access
from nashra.news import services as news
from nashra.news.fetching.circumstances import AWAY
from nashra.news.models import Topic
from nashra.newsletters import services as newsletters
from nashra.site.pages import cards
from nashra.site.pages.parts import parts_of

_FOLLOWED = {"follow_word": Kind.WORD.value, "follow_author": Kind.AUTHOR.value, "follow_search": Kind.SEARCH.value}
VISIT = timedelta(minutes=30)


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """`/`: welcome for newcomers, the edition for readers, the general page for visitors of a public paper."""
    reader = request.user
    if not reader.is_authenticated:
        return _for_visitor(request)
    if reader.welcomed_at is None:
        return redirect("welcome")
    now = timezone.now()
    muting = muting_of(reader, now)
    follows = services.follows_of(reader)
    if request.method == "HEAD":  # asks whether the page is there: no visit, and nothing is made for it
        shown = services.last_edition(reader, now=now, muting=muting)
    else:
        _note_visit(reader)
        let_go(request)
        shown = services.edition_for(reader, now=now, muting=muting, follows=follows)
    items = cards.of_items(
        reader, shown.items, muting, edition_id=shown.edition_id, follows=follows, articles=shown.articles
    )
    context = {
        **parts_of(items, shown.items),
        "made_at": shown.made_at,
        "part": shown.part,
        "next_at": shown.next_at,
        "before": services.edition_before(reader, shown),
        "total": len(items),
        "read": sum(card.is_read for card in items),
        "today": now,
        "last_visit": reader.seen_at,
        "follows": _follow_links(follows, items, shown.items),
        "digest_at": newsletters.digest_of(reader).due_at,
        "fresh": sum(1 for c in items if not c.is_read and (reader.seen_at is None or c.published > reader.seen_at)),
        "minutes": sum(c.minutes for c in items if c.slot != "latest" and not c.is_read),
        **arriving_state(reader),
    }
    return render(request, "pages/front.html", context)


def _for_visitor(request: HttpRequest) -> HttpResponse:
    paper = accounts.paper()
    if not paper.public:
        return sign_in_first(request)
    now = timezone.now()
    shown = services.general_edition(now=now)
    items = cards.of_items(None, shown.items, NOTHING, edition_id=None, follows=())
    return render(request, "pages/front.html", {**parts_of(items, shown.items), "today": now, "made_at": now})


def _note_visit(reader: Reader) -> None:
    """A new visit begins half an hour after the last one began; the page tells what is new since the one before."""
    now = timezone.now()
    if reader.visit_at is not None and now - reader.visit_at > AWAY:
        news.welcome_back(reader)
    if reader.visit_at is None or now - reader.visit_at > VISIT:
        reader.seen_at, reader.visit_at = reader.visit_at, now
        Reader.objects.filter(pk=reader.pk).update(seen_at=reader.seen_at, visit_at=now)


def _follow_links(
    follows: list[Follow], built: list[cards.Card], items: Sequence[services.Item]
) -> list[dict[str, Any]]:
    """What the reader follows, with how many unread pieces of this edition belong to each."""
    topics = _topic_links([follow.key for follow in follows if follow.kind == Kind.TOPIC], built)
    unread = {card.id: card for card in built if not card.is_read}
    counts = Counter((Kind.TOPIC.value, key) for card in unread.values() for key in card.topic_keys)
    reasons = (reason for item in items if item.article_id in unread for reason in item.reasons)
    counts.update((_FOLLOWED[reason.key], reason.about) for reason in reasons if reason.key in _FOLLOWED)
    links = []
    for follow in follows:
        if topic := topics.get(follow.key) if follow.kind == Kind.TOPIC else None:
            _, label, url = topic
            links.append({"label": label, "url": url, "count": counts[follow.kind, follow.key]})
        elif follow.kind != Kind.TOPIC:
            quoted = f'author:"{follow.label}"' if follow.kind == Kind.AUTHOR else follow.label
            url = f"{reverse('search')}?{urlencode({'q': quoted})}"
            links.append({"label": follow.label, "url": url, "count": counts[follow.kind, follow.key]})
    return links


def _topic_links(keys: list[str], built: list[cards.Card]) -> dict[str, tuple[str, str, str]]:
    """Key, name and address of these topics, by key; only those that no card names are asked for."""
    known = {card.topic[0]: card.topic for card in built if card.topic}
    if missing := set(keys) - known.keys():
        language = locale.current().language
        known |= {one.key: cards.topic_link(one, language) for one in Topic.objects.filter(key__in=missing)}
    return known


def arriving_state(reader: Reader) -> dict[str, int]:
    """How many of the reader's sources have arrived, while some have not."""
    sources = access.subscribed_sources(reader).filter(state="active")
    counted = sources.aggregate(total=Count("pk"), waiting=Count("pk", filter=Q(fetched_at=None)))
    total, waiting = counted["total"], counted["waiting"]
    return {"arriving_total": total, "arriving_done": total - waiting} if waiting else {"arriving_total": 0}


@require_safe
@reader_required
def arriving(request: HttpRequest) -> HttpResponse:
    """The progress of feeds that are still arriving: a fragment, or 204 when all are here."""
    state = arriving_state(reader_of(request))
    if not state["arriving_total"]:
        return HttpResponse(status=204)
    context = {"done": state["arriving_done"], "total": state["arriving_total"], "poll_url": reverse("arriving")}
    return render(request, "components/arriving.html", context)
