"""The search page: one search over the news and over the reader's library, what could not be read of it, what to drop
where nothing was found; and suggestions while one types.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from nashra.accounts import services as accounts
from nashra.accounts.access import current_reader, sign_in_first
from nashra.accounts.models import Reader
from nashra.base import fulltext, locale
from nashra.core.text import Snippet
from nashra.core.text.asking import Filter, Query, leaves, parse, written
from nashra.core.text.asking.loosening import loosen
from nashra.front.muting import Muting, muting_of
from nashra.library import services as library
from nashra.library.views.showing import pieces_of
from nashra.news import access
from nashra.news import services as news
from nashra.news.services.searching import telling
from nashra.site.pages import cards, search_words, suggesting

ON_PAGE = 30
MOST = 300  # newest hits that are listed; the search itself narrows to older ones
COUNTED = 100  # hits of a suggested search that are counted
IN_ADDRESS = 500  # letters of a search that links carry as it was typed; a longer one is written out anew
Place = Literal["news", "library"]
_EPOCH, _UNIT = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: who asks what, where, in which order, and whether what is muted is shown."""

    request: HttpRequest
    reader: Reader | None
    text: str
    place: Place
    order: news.SearchOrder
    show_muted: bool
    now: datetime
    before: news.Before | None = None  # only what is older than this article

    @property
    def place_in_time(self) -> str:
        """Where the hits begin, as the page's address says it; empty for the newest."""
        return f"{(self.before[0] - _EPOCH) // _UNIT}-{self.before[1]}" if self.before else ""

    def address(self, **changes: str) -> str:
        """The page's address with these parts changed; parts that say what goes without saying are left out, and so is
        where the hits begin.
        """
        parts = {
            "q": self.text,
            "in": self.place if self.place == "library" else "",
            "order": self.order if self.order == "best" else "",
            "muted": "show" if self.show_muted else "",
        }
        said = {name: value for name, value in (parts | changes).items() if value}
        return reverse("search") + (f"?{urlencode(said)}" if said else "")


def _asked(request: HttpRequest) -> Asked:
    reader, get = current_reader(request), request.GET.get
    return Asked(
        request=request,
        reader=reader,
        text=get("q", ""),
        place="library" if get("in") == "library" and reader else "news",
        order="best" if get("order") == "best" else "newest",
        show_muted=get("muted") == "show",
        now=timezone.now(),
        before=_before(get("older", "")),
    )


def _before(said: str) -> "news.Before | None":
    """What `place_in_time` says; None for anything else."""
    found = re.fullmatch(r"(\d{1,16})-(\d{1,18})", said, re.ASCII)
    return (_EPOCH + int(found[1]) * _UNIT, int(found[2])) if found else None


def _may_look(request: HttpRequest) -> bool:
    return request.user.is_authenticated or accounts.paper().public


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Search over the news and one's library; says how many hits are muted and shows them when asked."""
    if not _may_look(request):
        return sign_in_first(request)
    asked = _asked(request)
    context: dict[str, Any] = {"q": asked.text, "examples": search_words.examples(), "place": asked.place}
    if asked.text.strip():
        context |= _answer(asked, parse(asked.text))
    return render(request, "pages/search.html", context)


def _answer(asked: Asked, query: Query) -> dict[str, Any]:
    """Everything that the page says about one search."""
    if len(asked.text) > IN_ADDRESS:
        asked = replace(asked, text=written(query))
    muting = muting_of(asked.reader, asked.now)
    result = news.search(asked.reader, query, limit=MOST, order=asked.order, before=asked.before, now=asked.now)
    visible = access.visible_articles(asked.reader).filter(pk__in=result.ids)
    offered = muting.offered(visible)
    wanted = result.ids if asked.show_muted else [pk for pk in result.ids if pk in offered]
    ids = _once_each(wanted, dict(visible.exclude(duplicate_of=None).values_list("pk", "duplicate_of")))
    saved = library.answering(asked.reader, query, now=asked.now) if asked.reader else None
    saved_count = saved.rows.count() if saved else 0
    in_library = asked.place == "library" and saved is not None
    shown = _saved(asked, saved) if in_library and saved else _news(asked, result, ids)
    count = saved_count if in_library else len(ids)
    return {
        **shown,
        "searched": True,
        "error": telling.error_sentence(result.error),
        "notes": _notes(asked, query, saved.notes if in_library and saved else result.notes),
        "count": count,
        "count_shown": locale.number(count) + ("+" if result.more and not in_library else ""),
        "tabs": _tabs(asked, len(ids), result.more, saved_count) if saved else (),
        "chips": search_words.chips(asked.address, query, asked.now),
        "narrower": search_words.narrower(asked.address, query, saved=in_library) if asked.reader else (),
        "muted": 0 if in_library else len(result.ids) - len(offered),
        "show_muted": asked.show_muted,
        "muted_url": asked.address(muted="" if asked.show_muted else "show", older=asked.place_in_time),
        "orders": () if in_library else search_words.orders(asked.address, asked.order),
        "looser": _looser(asked, query, muting) if not count and not result.error else (),
        "progress": fulltext.progress("library" if in_library else "news"),
        "query": asked.address(older=asked.place_in_time).partition("?")[2] + "&",
    }


def _once_each(ids: list[int], originals: dict[int, int | None]) -> list[int]:
    """Hits without copies: of one text the original if it is a hit, else the copy that came first."""
    first: dict[int, int] = {}
    for pk in sorted(ids, key=lambda pk: (pk in originals, pk)):
        first.setdefault(originals.get(pk) or pk, pk)
    kept = set(first.values())
    return [pk for pk in ids if pk in kept]


def _news(asked: Asked, result: "news.SearchResult", ids: list[int]) -> dict[str, Any]:
    """One page of the hits in the news; only its articles are read whole."""
    page: Page[int] = Paginator(ids, ON_PAGE).get_page(asked.request.GET.get("page"))
    visible = access.visible_articles(asked.reader).select_related("source")
    found = visible.in_bulk(list(page.object_list))
    items = cards.build(asked.reader, [found[pk] for pk in page.object_list if pk in found])
    rest = replace(asked, before=result.before) if result.before and not page.has_next() else None
    return {
        "page": page,
        "items": items,
        "snippets": result.snippets(list(found)),
        "marked_titles": {card.id: result.titled(card.title, card.language) for card in items},
        "older": asked.address(older=rest.place_in_time) if rest else "",
    }


def _saved(asked: Asked, saved: "library.Found") -> dict[str, Any]:
    """One page of the hits in the library."""
    rows = saved.rows.prefetch_related("tags").defer("html", "folded").order_by("-saved_at", "-pk")
    page = Paginator(rows, ON_PAGE).get_page(asked.request.GET.get("page"))
    items = list(page.object_list)
    snippets: dict[int, Snippet] = {item.pk: saved.snippet(item) for item in items}
    titles = {item.pk: saved.titled(item) for item in items}
    return {"page": page, "pieces": pieces_of(items), "snippets": snippets, "marked_titles": titles}


def _notes(asked: Asked, query: Query, notes: "news.Notes") -> list[str]:
    said = telling.note_sentences(notes)
    wanted = any(isinstance(leaf, Filter) and leaf.name == "has" for leaf in leaves(query.node, wanted=True))
    if wanted and (asked.reader is None or not library.has_highlights(asked.reader)):
        said.append(search_words.nothing_highlighted())
    return said


def _tabs(asked: Asked, in_news: int, more: bool, in_library: int) -> list[search_words.Link]:
    plain = replace(asked, show_muted=False, order="newest")
    return search_words.tabs(
        (plain.address(**{"in": ""}), locale.number(in_news) + ("+" if more else ""), asked.place == "news"),
        (plain.address(**{"in": "library"}), locale.number(in_library), asked.place == "library"),
    )


def _looser(asked: Asked, query: Query, muting: Muting) -> list[search_words.Link]:
    """Searches that ask for less and do find something here, with how many."""
    found = []
    for one in loosen(query):
        if asked.place == "library" and asked.reader:
            number = library.answering(asked.reader, one.query, now=asked.now).rows.count()
        else:
            rows = muting.limit(news.answering(asked.reader, one.query, now=asked.now)).order_by()
            ids = list(rows.values_list("pk", flat=True)[:COUNTED])
            number = len(muting.offered(access.visible_articles(asked.reader).filter(pk__in=ids))) if ids else 0
        if number:
            shown = locale.number(number) + ("+" if number >= COUNTED else "")
            found.append(search_words.looser(asked.address, one, shown, asked.now))
    return found


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """What could be meant by what is typed so far (`q`): {"suggestions": [{"text", "label", "kind"}]}."""
    if not _may_look(request):
        return sign_in_first(request)
    found = suggesting.suggestions(current_reader(request), request.GET.get("q", ""), now=timezone.now())
    answer = JsonResponse({"suggestions": [{"text": s.text, "label": s.label, "kind": s.kind} for s in found]})
    answer["Cache-Control"] = "private, no-store"  # what is muted is gone at once
    return answer
