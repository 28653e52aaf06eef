"""A page that is saved: fetched through the one door out, read in a process that may be killed."""

import gzip
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nashra.base.net import FetchError, Request, Response, fetch_one, without_credentials
from nashra.core import extract
from nashra.core.feeds.encoding import decode
from nashra.library.services.errors import CopyFailed
from nashra.news.fetching import sandbox, schedule, turns
from nashra.news.keys import host_of
from nashra.news.models import Host

LARGEST_KEPT = 5 * 1024 * 1024  # bytes of a page that is kept as it came
LONGEST_HTML = 2_000_000  # characters; a text beyond that is kept without its markup
SECONDS = 15.0
_PAGES = re.compile(r"text/|application/(?:xhtml\+xml|xml)", re.IGNORECASE)
_LASTING = ("blocked-address", "too-large", "redirect-loop", "bad-redirect", "downgrade", "encoding")
_NO_USE = {404: "gone", 410: "gone", 401: "closed", 402: "closed", 403: "closed", 451: "closed"}


@dataclass(frozen=True, slots=True)
class Page:
    """A page that was read: its article, its clean HTML and text, and the page as it came (gzipped, or empty)."""

    article: Any
    html: str
    text: str
    original: bytes


def read(url: str, *, now: datetime) -> Page:
    """Fetches and reads a page, whose text may be empty. Raises CopyFailed when there is none to read."""
    answer = _fetch(url, now)
    article = _extract(answer)
    html = article.html if len(article.html) <= LONGEST_HTML else extract.paragraphs_of(extract.to_text(article.html))
    body = extract.to_text(html)
    original = gzip.compress(answer.body, mtime=0) if len(answer.body) <= LARGEST_KEPT else b""
    return Page(article, html if body else "", body, original)


def _fetch(url: str, now: datetime) -> Response:
    silence = Host.objects.filter(name=host_of(url), asked_to_wait=True, next_at__gt=now).first()
    if silence is not None:
        raise CopyFailed("asked-to-wait", wait=silence.next_at - now)
    try:
        answer = fetch_one(Request(url, kind="page"))
    except FetchError as error:
        raise CopyFailed(error.code, lasting=error.code in _LASTING, reason=error.reason) from error
    if answer.status in _NO_USE:
        raise CopyFailed(_NO_USE[answer.status], lasting=True)
    if answer.status == 429 or (answer.status == 503 and answer.headers.get("Retry-After")):
        turns.hush(host_of(answer.final_url), answer.headers, now)  # whoever asks next: all keep to it
        due = schedule.after_refusal_to_serve(now, headers=answer.headers, default_s=schedule.WAIT_UNTOLD)
        raise CopyFailed("asked-to-wait", wait=due.at - now)
    if answer.status != 200:
        raise CopyFailed("status", status=answer.status, lasting=answer.status < 500 and answer.status != 408)
    if answer.short:
        raise CopyFailed("short-body")
    if not _PAGES.match(answer.content_type or "text/html"):
        raise CopyFailed("not-a-page", lasting=True)
    return answer


def _extract(answer: Response) -> Any:
    """The article of the page. A charset in the header is heard here, for the extractor sees only the page."""
    body: str | bytes = answer.body
    if "charset" in (answer.content_type or "").lower():
        body = decode(answer.body, answer.content_type)[0]
    try:
        return sandbox.run("extract", body, without_credentials(answer.final_url), seconds=SECONDS)
    except sandbox.SandboxError as error:
        raise CopyFailed("unreadable") from error
