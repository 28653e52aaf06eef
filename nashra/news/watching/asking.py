"""Requests that a person waits for: at once, within a few seconds, and never to a server that asked for silence."""

from datetime import datetime

from django.utils import timezone

from nashra.base.net import FetchError, Request, Response, fetch_one, judge_url
from nashra.core.feeds.address import AddressError, normalise
from nashra.news import sentences
from nashra.news.errors import SourceError
from nashra.news.fetching import turns
from nashra.news.keys import host_of
from nashra.news.models import Host

SECONDS = 10.0
LARGEST = 3_000_000  # bytes read of what a person waits for


def normalised(address: str) -> str:
    """The address that a person means. SourceError "address" or "blocked"."""
    try:
        url = normalise(address)
    except AddressError as error:
        raise SourceError("address", sentences.address(error.code)) from error
    refusal = judge_url(url)
    if refusal is not None:
        raise SourceError("blocked", refusal.message)
    return url


def ask(url: str, seconds: float = SECONDS, *, kind: str = "feed", accept: str = "") -> Response:
    """The answer to one request. SourceError says why there is none that can be used."""
    now = timezone.now()
    waiting = Host.objects.filter(name=host_of(url), asked_to_wait=True, next_at__gt=now).first()
    if waiting is not None:
        raise SourceError("waiting", sentences.wait(waiting.next_at))
    try:
        answer = fetch_one(
            Request(url, kind=kind, accept=accept, timeout=seconds, max_bytes=LARGEST, keep_cut=True),
        )
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
