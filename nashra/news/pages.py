"""The full text from an article's page, where its feed gives only the beginning.

An article that wants its page has `page_due_at`. Pages are fetched like feeds: one request at a time for each host, and
read in the sandbox. Three tries; what came of them is in `page_outcome`: full, short (the page gives no more than the
feed), paywall, failed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from nashra.base import jobs
from nashra.base.net import FetchError, Request, Response, without_credentials
from nashra.core import extract
from nashra.core.text.entries import Entry, entry
from nashra.news import registry
from nashra.news.fetching import sandbox, schedule, turns
from nashra.news.fetching.download import Answer, Downloads
from nashra.news.fetching.turns import Ended
from nashra.news.ingest.duplicates import learn_address
from nashra.news.keys import address_key, host_of
from nashra.news.models import Article, ArticleText
from nashra.news.terms import ARTICLES

log = structlog.get_logger(__name__)
TRIES = 3
LARGEST = 4_000_000  # bytes of a page
SECONDS = 10.0  # for reading one
_AGAIN = timedelta(minutes=5)  # after a first failure, three times as long after a second
_AT_ONCE = 8
_FINAL_CODES = ("blocked-address", "redirect-loop", "bad-redirect", "downgrade", "tls", "too-large")


@dataclass(slots=True)
class _Page:
    """One page, judged: columns of the article and of its text."""

    article: Article
    ended: Ended
    changes: dict[str, Any] = field(default_factory=dict)
    body: dict[str, str] = field(default_factory=dict)
    terms: Entry | None = None
    address: str = ""  # where the page itself says that it is


def fetch_pages() -> int:
    """Fetches the pages that are due; how many articles got their full text."""
    claimed = turns.claim_pages(_places(0), timezone.now())
    if not claimed:
        return 0
    try:
        with Downloads[Article](_AT_ONCE) as downloads:
            return _work(downloads, claimed)
    except sandbox.Stopping:
        return 0


def _work(downloads: Downloads[Article], claimed: Sequence[Article]) -> int:
    full = 0
    _start(downloads, claimed)
    while downloads.running and not jobs.stopping():
        results = downloads.finished(_AT_ONCE, wait=0.25, gather=0.05)
        _start(downloads, turns.claim_pages(_places(downloads.running), timezone.now()))
        full += _record(results, timezone.now())
    return full


def want(article: Article) -> None:
    """Asks for the page of an article that was never fetched; the worker takes it up."""
    rows = Article.objects.filter(pk=article.pk, page_due_at=None, page_outcome="").exclude(url="")
    rows.update(page_due_at=timezone.now(), page_attempts=0)


def _places(running: int) -> int:
    return min(_AT_ONCE, int(settings.NASHRA_FETCH_CONCURRENCY)) - running


def _start(downloads: Downloads[Article], claimed: Sequence[Article]) -> None:
    downloads.start(
        [(article, Request(article.url, kind="page", max_bytes=LARGEST, keep_cut=True)) for article in claimed]
    )


def _record(results: Sequence[tuple[Article, Answer]], now: datetime) -> int:
    pages = [_judged(article, answer, now) for article, answer in results]
    if not pages:
        return 0
    with transaction.atomic():
        full = [page.article.pk for page in pages if _store(page)]
        turns.release(page.ended for page in pages)
    registry.ingested(full)
    return len(full)


def _store(page: _Page) -> bool:
    """Writes one page down unless another worker has taken it over; whether it brought the full text."""
    held = Article.objects.filter(pk=page.article.pk, page_claimed_until=page.article.page_claimed_until)
    if not held.update(page_claimed_until=None, **page.changes) or not page.body:
        return False
    ArticleText.objects.filter(pk=page.article.pk).update(**page.body)
    if page.terms:
        ARTICLES.put([(page.article.pk, page.terms)])
    learn_address(page.article, address_key(page.address))
    return True


def _judged(article: Article, answer: Answer, now: datetime) -> _Page:
    try:
        return _judge(article, answer, now)
    except sandbox.Stopping:
        raise
    except Exception:
        log.exception("news.page_failed", article=article.pk)
        return _Page(article, Ended(host_of(article.url), now), _given_up("failed"))


def _judge(article: Article, answer: Answer, now: datetime) -> _Page:
    page = _Page(article, Ended(host_of(article.url), now))
    if isinstance(answer, FetchError):
        page.changes = _given_up("failed") if answer.code in _FINAL_CODES else _again(article, now)
    elif answer.status == 429 or (answer.status == 503 and answer.headers.get("Retry-After")):
        due = schedule.after_refusal_to_serve(now, headers=answer.headers, default_s=schedule.WAIT_UNTOLD)
        page.ended = Ended(host_of(answer.final_url), now, due.at)
        page.changes = {"page_due_at": due.at, "page_attempts": max(0, article.page_attempts - 1)}
    elif answer.status >= 500:
        page.changes = _again(article, now)
    elif not 200 <= answer.status < 300 or not answer.body:
        page.changes = _given_up("failed")
    else:
        _read(page, answer)
    return page


def _again(article: Article, now: datetime) -> dict[str, Any]:
    if article.page_attempts >= TRIES:
        return _given_up("failed")
    return {"page_due_at": now + _AGAIN * 3 ** (article.page_attempts - 1)}


def _given_up(outcome: str) -> dict[str, Any]:
    return {"page_due_at": None, "page_outcome": outcome}


def _read(page: _Page, answer: Response) -> None:
    """Takes text and picture of the page when they are more than the feed gave."""
    article = page.article
    try:
        found = sandbox.run("extract", answer.body, without_credentials(answer.final_url), seconds=SECONDS)
    except sandbox.SandboxError:
        page.changes = _given_up("failed")
        return
    had = ArticleText.objects.filter(pk=article.pk).values_list("text", flat=True).first() or ""
    page.changes = _given_up("paywall" if found.paywalled else "short")
    if found.image and not article.image_url and len(found.image) <= 2000:
        page.changes["image_url"] = found.image
    if len(found.text) > max(len(had) * 1.2, 200):
        page.body = {
            "html": found.html,
            "text": found.text,
            "folded": "",
        }
        page.terms = entry(article.title, article.author, found.text, language=article.language)
        page.address = found.canonical_url
        page.changes["minutes"] = extract.reading_minutes(found.text, article.language)
        page.changes["page_outcome"] = "paywall" if found.paywalled else "full"
