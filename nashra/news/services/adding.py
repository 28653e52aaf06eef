"""Adding a source from what a person typed: a feed's address, or a site's whose feed is looked for.

The one request that this takes is made at once, within ten seconds, so that the person sees the answer; what a feed
said then is stored at once, too, and the feed is not asked a second time.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nashra.accounts.models import Reader
from nashra.base.net import Response, judge_url, without_credentials
from nashra.core.feeds.address import has_secret, normalise
from nashra.core.feeds.discovery import Candidate, discover, guesses
from nashra.core.feeds.watching import Selectors, Suggestion
from nashra.news import catalogue
from nashra.news.errors import SourceError
from nashra.news.models import Source, Subscription, Visibility
from nashra.news.services.subscriptions import check_room, room, subscribe, unsubscribe, wake
from nashra.news.services.topics import catalogue_topic
from nashra.news.watching import following, pages, previews, sitemaps
from nashra.news.watching.asking import SECONDS, ask, normalised
from nashra.news.watching.seeing import see

_GUESSES = 4


@dataclass(frozen=True, slots=True)
class AddResult:
    """The source and the subscription; or, when a site has several feeds, those to choose from; or, when it has none,
    the address of a page that can be watched and the lists in it.
    """

    source: Source | None = None
    subscription: Subscription | None = None
    found: list[Candidate] = field(default_factory=list)
    watch: str = ""
    lists: list[Suggestion] = field(default_factory=list)


def add_source(
    reader: Reader, address: str, *, folder: str = "", visibility: str | None = None, offer_watch: bool = False
) -> AddResult:
    """Follows the feed at an address, or the one of the site there. SourceError says what is wrong, for a person.

    A source that is known is followed without a request. An address with a password or token makes a private source.
    `visibility` "private" follows it as this reader's alone, in the place of an open source at the same address;
    "paper" is for editors and makes the source the paper's own choice. Of a site without a feed its news sitemap is
    followed, else the entries that are marked in the page; else, with `offer_watch`, its lists are offered.
    """
    url = normalised(address)
    private = visibility == Visibility.PRIVATE
    known = _known(reader, url, private)
    if known is not None:
        return _follow(reader, known, folder, visibility)
    check_room(reader)
    deadline = time.monotonic() + SECONDS
    answer = ask(url)
    seen = see(answer)
    if seen.what == "feed":
        return _follow(reader, _make(reader, _lasting(url, answer), visibility, answer, seen.kind), folder, visibility)
    if seen.what == "other":
        raise SourceError("not-a-feed", _("There is no feed and no web page at this address."))
    if seen.what == "sitemaps":
        found = sitemaps.among([seen.sitemaps], deadline)
    else:
        found = _feeds_of(answer) or _guessed(answer, deadline) or sitemaps.of_site(answer, deadline)
    if len(found) > 1:
        return AddResult(found=found)
    if found:
        return _follow(reader, _found(reader, found[0], visibility), folder, visibility)
    if seen.what == "entries":
        return _follow(reader, _make(reader, _lasting(url, answer), visibility, answer, seen.kind), folder, visibility)
    return _offered(reader, url, answer, offer_watch)


def _found(reader: Reader, one: Candidate, visibility: str | None) -> Source:
    kind = Source.Kind.SITEMAP if one.kind == "sitemap" else Source.Kind.FEED
    known = _known(reader, normalised(one.url), visibility == Visibility.PRIVATE)
    return known or _make(reader, one.url, visibility, kind=kind)


def _offered(reader: Reader, url: str, answer: Response, wanted: bool) -> AddResult:
    """The lists of a page without a feed, when the caller can show them and there are some."""
    page = pages.keep(reader, url, answer) if wanted else None
    lists = previews.suggestions(page) if page else []
    if not lists:
        raise SourceError("no-feed", _("This site names no feed. If it has one, its own address works here."))
    return AddResult(watch=url, lists=lists)


def watch_page(
    reader: Reader, address: str, selectors: Selectors, *, folder: str = "", visibility: str | None = None
) -> AddResult:
    """Follows the page at an address by these selectors. What a reader watches is theirs alone; an editor's is there
    for all readers unless `visibility` is "private". SourceError, `SelectorsWrong` among them, says what is wrong.
    """
    url = normalised(address)
    check_room(reader)
    return _follow(reader, following.watched(reader, url, selectors, visibility), folder, visibility)


def add_catalogue(
    reader: Reader, entries: Iterable[catalogue.CatalogueEntry], *, folder: str = "", visibility: str | None = None
) -> list[Source]:
    """Follows feeds of the starter catalogue, up to the reader's limit; the worker fetches them."""
    made: list[Source] = []
    with transaction.atomic():
        for entry in list(entries)[: room(reader)]:
            source, _created = Source.objects.get_or_create(
                url=normalise(entry.feed), owner=None, defaults=_described(reader, entry)
            )
            wake(source)
            Subscription.objects.get_or_create(reader=reader, source=source, defaults={"folder": folder})
            made.append(source)
        if visibility == Visibility.PAPER and reader.is_editor:
            Source.objects.filter(pk__in=[one.pk for one in made]).update(visibility=Visibility.PAPER)
    return made


def _described(reader: Reader, entry: catalogue.CatalogueEntry) -> dict[str, object]:
    return {
        "title": entry.title,
        "site_url": entry.site,
        "language": entry.language,
        "country": entry.country,
        "topic": catalogue_topic(entry.topic),
        "added_by": reader,
        "due_reason": {"code": "new"},
    }


def _known(reader: Reader, url: str, private: bool) -> Source | None:
    """The source at an address that this reader may follow already; with `private`, only one of their own."""
    own = Source.objects.filter(url=url, owner=reader).first()
    return own if own or private else Source.objects.filter(url=url, owner=None).first()


def _follow(reader: Reader, source: Source, folder: str, visibility: str | None) -> AddResult:
    subscription = subscribe(reader, source, folder=folder)
    if source.owner_id is not None:
        _leave_open(reader, source.url)
    if visibility == Visibility.PAPER and reader.is_editor and source.owner_id is None:
        Source.objects.filter(pk=source.pk).update(visibility=Visibility.PAPER)
        source.visibility = Visibility.PAPER
    if source.state == Source.State.GONE:  # perhaps it is back: a person asked
        source.state, source.due_at, source.due_reason = Source.State.ACTIVE, timezone.now(), {"code": "asked"}
        source.save(update_fields=["state", "due_at", "due_reason"])
    return AddResult(source, subscription)


def _leave_open(reader: Reader, url: str) -> None:
    """Whoever follows a source as theirs alone follows the open one at the same address no more."""
    for row in Subscription.objects.filter(reader=reader, source__url=url, source__owner=None).select_related("source"):
        unsubscribe(reader, row.source)


def _lasting(url: str, answer: Response) -> str:
    """The address to keep: where permanent redirects lead, else what was typed."""
    return answer.final_url if answer.permanent and len(answer.final_url) <= 2000 else url


def _feeds_of(page: Response) -> list[Candidate]:
    """The feeds that a page announces, or else links to; feeds of comments only when there are no others."""
    found = discover(page.body, url=without_credentials(page.final_url))
    fit = [one for one in found if not judge_url(one.url) and len(one.url) <= 2000]
    return [one for one in fit if "comment" not in one.url.lower()] or fit


def _guessed(page: Response, deadline: float) -> list[Candidate]:
    """The first of the usual places that has a feed."""
    for url in guesses(without_credentials(page.final_url))[:_GUESSES]:
        left = deadline - time.monotonic()
        if left < 1:
            break
        try:
            answer = ask(url, left)
        except SourceError:
            continue
        if see(answer).what == "feed":
            return [Candidate(answer.final_url, None, "unknown")]
    return []


def _make(
    reader: Reader, url: str, visibility: str | None, answer: Response | None = None, kind: str = Source.Kind.FEED
) -> Source:
    """The source at an address that was not known; with the answer that it just gave, its articles, too."""
    url = normalised(url)
    private = has_secret(url) or visibility == Visibility.PRIVATE
    return following.made(reader, url, answer, kind=kind, owner=reader if private else None)
