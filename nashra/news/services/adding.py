"""Adding a source from what a person typed: a feed's address, or a site's whose feed is looked for.

The one request that this takes is made at once, within ten seconds, so that the person sees the answer; what a feed
said then is stored at once, too, and the feed is not asked a second time.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from nashra.accounts.models import Reader
from nashra.base.net import FetchError, Request, Response, fetch_one, judge_url, without_credentials
from nashra.core.feeds import FeedError, parse
from nashra.core.feeds.address import AddressError, has_secret, normalise
from nashra.core.feeds.discovery import Candidate, discover, guesses
from nashra.news import catalogue, sentences
from nashra.news.errors import SourceError
from nashra.news.fetching import turns
from nashra.news.fetching.record import record
from nashra.news.keys import host_of
from nashra.news.models import Host, Source, Subscription, Visibility
from nashra.news.services.subscriptions import check_room, room, subscribe, unsubscribe, wake
from nashra.news.services.topics import catalogue_topic

SECONDS = 10.0
LARGEST = 3_000_000  # bytes read of what a person waits for
_GUESSES = 4


@dataclass(frozen=True, slots=True)
class AddResult:
    """The source and the subscription; or, when a site has several feeds, those to choose from."""

    source: Source | None = None
    subscription: Subscription | None = None
    found: list[Candidate] = field(default_factory=list)


def add_source(reader: Reader, address: str, *, folder: str = "", visibility: str | None = None) -> AddResult:
    """Follows the feed at an address, or the one of the site there. SourceError says what is wrong, for a person.

    A source that is known is followed without a request. An address with a password or token makes a private source.
    `visibility` "private" follows it as this reader's alone, in the place of an open source at the same address;
    "paper" is for editors and makes the source the paper's own choice.
    """
    url = _normalised(address)
    private = visibility == Visibility.PRIVATE
    known = _known(reader, url, private)
    if known is not None:
        return _follow(reader, known, folder, visibility)
    check_room(reader)
    deadline = time.monotonic() + SECONDS
    answer = _ask(url, SECONDS)
    kind = _kind(answer)
    if kind == "feed":
        return _follow(reader, _make(reader, _lasting(url, answer), visibility, answer), folder, visibility)
    if kind == "other":
        raise SourceError("not-a-feed", _("There is no feed and no web page at this address."))
    found = _feeds_of(answer) or _guessed(answer, deadline)
    if not found:
        raise SourceError("no-feed", _("This site names no feed. If it has one, its own address works here."))
    if len(found) > 1:
        return AddResult(found=found)
    chosen = _known(reader, _normalised(found[0].url), private)
    return _follow(reader, chosen or _make(reader, found[0].url, visibility), folder, visibility)


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


def _normalised(address: str) -> str:
    try:
        url = normalise(address)
    except AddressError as error:
        raise SourceError("address", sentences.address(error.code)) from error
    refusal = judge_url(url)
    if refusal is not None:
        raise SourceError("blocked", refusal.message)
    return url


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


def _ask(url: str, seconds: float) -> Response:
    now = timezone.now()
    waiting = Host.objects.filter(name=host_of(url), asked_to_wait=True, next_at__gt=now).first()
    if waiting is not None:
        raise SourceError("waiting", sentences.wait(waiting.next_at))
    try:
        answer = fetch_one(Request(url, timeout=seconds, max_bytes=LARGEST, keep_cut=True))
    except FetchError as error:
        code = "blocked" if error.code == "blocked-address" else "unreachable"
        raise SourceError(code, error.describe()) from error
    if not 200 <= answer.status < 300:
        _heed(answer, now)
        raise SourceError("status", sentences.fetch({"code": "status", "status": answer.status}))
    return answer


def _heed(answer: Response, now: datetime) -> None:
    """A server that asks for silence binds everybody, whoever heard it."""
    if answer.status == 429 or (answer.status == 503 and answer.headers.get("Retry-After")):
        turns.hush(host_of(answer.final_url), answer.headers, now)


def _kind(answer: Response) -> str:
    """What came: "feed", "page" or "other"; judged by its beginning."""
    base = without_credentials(answer.final_url)
    try:
        parse(answer.body[:LARGEST], content_type=answer.content_type, url=base)
    except FeedError as error:
        is_html = b"<html" in answer.body[:100_000].lower() or "html" in (answer.content_type or "").lower()
        return "page" if error.code == "html-page" or is_html else "other"
    return "feed"


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
            answer = _ask(url, left)
        except SourceError:
            continue
        if _kind(answer) == "feed":
            return [Candidate(answer.final_url, None, "unknown")]
    return []


def _make(reader: Reader, url: str, visibility: str | None, answer: Response | None = None) -> Source:
    """The source at an address that was not known; with the answer that it just gave, its articles, too."""
    url = _normalised(url)
    private = has_secret(url) or visibility == Visibility.PRIVATE
    now = timezone.now()
    source, created = Source.objects.get_or_create(
        url=url,
        owner=reader if private else None,
        defaults={
            "visibility": Visibility.PRIVATE if private else Visibility.LISTED,
            "added_by": reader,
            "due_at": now,
            "due_reason": {"code": "new"},
            # Nobody else fetches what is about to be stored here.
            "claimed_until": now + turns.LEASE if answer is not None else None,
        },
    )
    if created and answer is not None:
        record([(source, replace(answer, redirects=(), permanent=False))], now)
        source.refresh_from_db()
    return source
