"""The job that makes a saved item's copy: whole text, pictures, the page as it came. The truth is the item's row.

Each step is written down when it is done, so a killed worker costs the length of a lease and loses nothing; what did
not work is tried again after a minute, ten minutes and an hour, and then says so until the reader presses «try again».
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from nashra.base import claims
from nashra.core import text
from nashra.library import terms
from nashra.library.models import SavedItem
from nashra.library.services import pages
from nashra.library.services.copying import bare_title, copy_of, text_columns
from nashra.library.services.errors import CopyFailed
from nashra.library.services.keeping import keep_blob, keep_pictures
from nashra.news.ingest.drafts import SHORT
from nashra.news.models import Article

log = structlog.get_logger(__name__)
LEASE = timedelta(minutes=3)
PICTURE_SECONDS = 90.0  # of one try; the rest comes at the next
RETRY = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
Archive = SavedItem.Archive


@dataclass(slots=True)
class _Outcome:
    state: str
    detail: dict[str, Any] = field(default_factory=dict)
    wait: timedelta | None = None  # until the next try; None: there is none


def is_anything_due(now: datetime) -> bool:
    """Whether an item's copy is to be made now."""
    return _DUE.holds(now)


_DUE = claims.Question(lambda now: claims.due(SavedItem.every.filter(removed_at=None), now=now).values_list("pk"))


def archive_next(item_id: int | None = None, *, now: datetime) -> bool:
    """Claims one due item (this one, if it is given) and makes its copy; false when there was none."""
    rows = SavedItem.every.filter(removed_at=None)
    claimed = claims.claim(rows.filter(pk=item_id) if item_id else rows, limit=1, lease=LEASE, now=now)
    for item in claimed:
        archive(item, now=now)
    return bool(claimed)


def archive(item: SavedItem, *, now: datetime) -> None:
    """Makes the copy of a claimed item and writes down how it went. Never raises."""
    try:
        outcome = _copy(item, now)
    except CopyFailed as failure:
        outcome = _failed(item, failure)
    except Exception:
        log.exception("library.archive_failed", item=item.pk)
        outcome = _failed(item, CopyFailed("internal"))
    due_at = now + outcome.wait if outcome.wait else None
    _record(item, archive=outcome.state, archive_detail=outcome.detail, due_at=due_at, claimed_until=None)


def _copy(item: SavedItem, now: datetime) -> _Outcome:
    problem = _complete_text(item, now)
    kept = keep_pictures(item, seconds=PICTURE_SECONDS, now=now)
    detail: dict[str, Any] = {"code": "short", "why": problem.detail} if problem else {}
    if kept.missing:
        detail["missing"] = kept.missing
    again = kept.again or (problem is not None and not problem.lasting)
    wait = _wait(item, problem.wait if problem else None) if again else None
    return _Outcome(Archive.PART if kept.missing else Archive.KEPT, detail, wait)


def _failed(item: SavedItem, failure: CopyFailed) -> _Outcome:
    wait = None if failure.lasting else _wait(item, failure.wait)
    state = Archive.WAITING if wait else (Archive.PART if item.text else Archive.FAILED)
    return _Outcome(state, failure.detail, wait)


def _wait(item: SavedItem, asked: timedelta | None) -> timedelta | None:
    """How long until the next try after this many; None when there were enough."""
    if item.attempts > len(RETRY):
        return None
    return max(RETRY[item.attempts - 1], asked or timedelta(0))


def is_short(plain: str) -> bool:
    """Whether a text seems to be the beginning of one: feeds often give no more."""
    return len(plain) < SHORT or plain.rstrip(" ]").endswith(("…", "..."))


def _complete_text(item: SavedItem, now: datetime) -> CopyFailed | None:
    """Takes the whole text where the item has only its beginning; why that was not possible, if something is here."""
    if not is_short(item.text):
        return None
    article = Article.objects.filter(pk=item.article_id or 0).select_related("source").first()
    if article is not None:
        _take_longer(item, copy_of(article))
    if not is_short(item.text) or item.page or not item.url or (article and _is_whole(article)):
        return None
    if article is not None and article.page_outcome == "paywall":
        return CopyFailed("closed", lasting=True)
    try:
        _take_page(item, pages.read(item.url, now=now))
    except CopyFailed as failure:
        if not item.text and not item.excerpt:
            raise
        return failure
    return None


def _is_whole(article: Article) -> bool:
    """Whether there is no more to an article than is known here: its page was read, or it is the paper's own."""
    return article.source.is_own or article.page_outcome in ("full", "short")


def _take_longer(item: SavedItem, columns: dict[str, Any]) -> None:
    if len(columns["text"]) > len(item.text):
        names = ("html", "text", "folded", "excerpt", "minutes", "image_url")
        _record(item, **{name: columns[name] for name in names})


def _take_page(item: SavedItem, page: pages.Page) -> None:
    """What a page gives: its text if that is more than what is here, and what the item does not know of itself yet."""
    changes: dict[str, Any] = {"page": keep_blob(page.original)} if page.original else {}
    changes |= _metadata(item, page)
    if len(page.text) > len(item.text):
        title = changes.get("title", item.title)
        given = item.language if item.article_id else page.article.language
        language = text.detect(f"{title} {page.text[:1000]}", declared=given, candidates=text.LANGUAGES)
        changes |= text_columns(page.html, page.text, title=title, language=language)
    _record(item, **changes)
    if not item.text and not item.excerpt:
        raise CopyFailed("no-text", lasting=True)


def _metadata(item: SavedItem, page: pages.Page) -> dict[str, Any]:
    """Title, author and so on, for an item that was saved by its address alone."""
    found, changes = page.article, {}
    if item.title == bare_title(item.url) and (title := text.clean(found.title or "", longest=1000)):
        changes["title"] = title
    if not item.author:
        changes["author"] = text.clean("، ".join(found.authors[:5]), longest=300)
    if item.article_id is None and (name := text.clean(found.site_name or "", longest=300)):
        changes["source_name"] = name
    if not item.image_url and found.image and len(found.image) <= 2000:
        changes["image_url"] = found.image
    if item.published_at is None:
        changes["published_at"] = found.published
    return changes


def _record(item: SavedItem, **changes: Any) -> None:
    """Writes columns of an item, if it is still ours: another worker may have taken it after our lease ended."""
    with transaction.atomic():
        held = SavedItem.every.filter(pk=item.pk, claimed_until=item.claimed_until)
        if held.update(**changes) and terms.READ & changes.keys():
            terms.store([item.pk])
    for name, value in changes.items():
        if name != "claimed_until":
            setattr(item, name, value)
