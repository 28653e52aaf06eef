"""Encoding articles in the background: new ones first, then back to the window's edge, then what lessons refer to.

The truth is in rows: an article without a vector of the chosen model waits for one. A worker holds the row of this work
(`Periodic`, as any claimed row) while it is at it and stores each batch by itself, so a killed worker loses the batch
it was at, and another goes on when the lease has run out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from nashra.base import claims, courtesy, jobs
from nashra.base.models import Periodic
from nashra.front.embedding import choosing, serving
from nashra.front.embedding.model import Embedder, EmbeddingError
from nashra.front.models import Embedding, Lesson
from nashra.news.models import Article

NAME = "front.embedding"
BATCH = 64
LEASE = timedelta(minutes=5)  # for one batch, renewed with each
REST = timedelta(seconds=20)  # between two looks when nothing waits
KEPT = timedelta(days=30)  # vectors of older articles go, unless a profile was learned from them
_FIRST_WAIT, _LONGEST_WAIT = 60.0, 3600.0  # seconds, doubled with each failure
_FORGOTTEN = 500  # rows deleted at once

log = structlog.get_logger(__name__)


def is_due() -> bool:
    """Whether it is time to look for articles without a vector."""
    if not choosing.chosen().kind:
        return False
    now, row = timezone.now(), Periodic.objects.filter(name=NAME).first()
    return row is None or (row.due_at <= now and (row.claimed_until is None or row.claimed_until <= now))


def run(now: datetime) -> int:
    """Encodes what waits, until nothing does or this process is about to end; how many articles."""
    Periodic.objects.get_or_create(name=NAME, defaults={"due_at": now})
    done = 0
    for row in claims.claim(Periodic.objects.filter(name=NAME), limit=1, lease=LEASE, now=now):
        try:
            embedder = choosing.load()
            while not jobs.stopping() and (count := _batch(row, embedder)):
                done += count
                courtesy.give_way()
            replaced = serving.serving(timezone.now()) == embedder.name and _forget_others(embedder.name)
            _rest(row, done, again=bool(replaced))
        except EmbeddingError as error:
            log.warning("embedding.failed", code=error.code, detail=error.detail)
            _put_off(row, error)
    return done


def _batch(row: Periodic, embedder: Embedder) -> int:
    """Encodes and stores the next articles; how many, 0 when none waits or the work is in other hands."""
    ids = _next(timezone.now(), embedder.name)
    if not ids:
        return 0
    texts = _texts(ids, embedder.max_chars)
    vectors = embedder.encode([texts[pk] for pk in ids if pk in texts])
    known = Embedding.objects.filter(model=embedder.name).values_list("vector", flat=True).first()
    if known is not None and len(known) != 2 * vectors.shape[1]:
        raise EmbeddingError("size", f"vectors of {vectors.shape[1]} numbers instead of {len(known) // 2}")
    rows = [
        Embedding(article_id=pk, model=embedder.name, vector=vector.astype(np.float16).tobytes())
        for pk, vector in zip([pk for pk in ids if pk in texts], vectors, strict=True)
    ]
    return len(ids) if _store(row, rows) else 0


def _store(row: Periodic, rows: Sequence[Embedding]) -> bool:
    """One short transaction, in which the lease is still ours; articles that have left meanwhile are left out."""
    now = timezone.now()
    with transaction.atomic():
        held = Periodic.objects.select_for_update().filter(name=NAME, claimed_until=row.claimed_until)
        if held.first() is None:
            return False
        there = set(Article.objects.filter(pk__in=[one.article_id for one in rows]).values_list("pk", flat=True))
        Embedding.objects.bulk_create([one for one in rows if one.article_id in there], ignore_conflicts=True)
        row.claimed_until = now + LEASE
        Periodic.objects.filter(name=NAME).update(claimed_until=row.claimed_until, attempts=0, ran_at=now, error="")
    return True


def _next(now: datetime, model: str) -> list[int]:
    missing = ~Exists(Embedding.objects.filter(article=OuterRef("pk"), model=model))
    newest = serving.wanted(now).filter(missing).order_by("-published_at", "-pk")
    found = list(newest.values_list("pk", flat=True)[:BATCH])
    return found or list(
        _learned().filter(missing).order_by("-published_at", "-pk").values_list("pk", flat=True)[:BATCH]
    )


def _learned() -> QuerySet[Article]:
    """Articles from which a profile was learned."""
    articles = Article.objects.filter(Exists(Lesson.objects.filter(article=OuterRef("pk"))))
    return articles.exclude(serving.private()) if choosing.chosen().kind == "address" else articles


def _texts(ids: Sequence[int], longest: int) -> dict[int, str]:
    """Title, summary and the beginning of the text, as many letters as the model reads."""
    rows = Article.objects.filter(pk__in=ids)
    parts = rows.values_list("pk", "title", "summary", Substr("body__text", 1, longest))
    return {
        pk: "\n".join(part for part in (title, summary, text) if part)[:longest] for pk, title, summary, text in parts
    }


def _rest(row: Periodic, done: int, *, again: bool) -> None:
    now = timezone.now()
    took = int((now - (row.claimed_until or now) + LEASE).total_seconds() * 1000) if done else 0
    held = Periodic.objects.filter(name=NAME, claimed_until=row.claimed_until)
    held.update(due_at=now if again else now + REST, claimed_until=None, attempts=0, ran_at=now, took_ms=took, error="")


def _put_off(row: Periodic, error: EmbeddingError) -> None:
    """Another try later: when the address said, or after a time that doubles."""
    failed = max(1, row.attempts)
    wait = max(error.wait, min(_FIRST_WAIT * 2 ** min(failed - 1, 10), _LONGEST_WAIT))
    now = timezone.now()
    Periodic.objects.filter(name=NAME, claimed_until=row.claimed_until).update(
        due_at=now + timedelta(seconds=wait), claimed_until=None, ran_at=now, error=str(error)[:500]
    )
    choosing.forget()  # a folder may be mended until then


def _forget_others(model: str) -> int:
    """Some vectors of models that no longer serve go; how many."""
    old = list(Embedding.objects.exclude(model=model).values_list("pk", flat=True)[:_FORGOTTEN])
    return Embedding.objects.filter(pk__in=old).delete()[0] if old else 0


def forget_old(now: datetime) -> int:
    """Vectors of articles of more than 30 days ago from which no profile was learned; how many."""
    learned = Exists(Lesson.objects.filter(article=OuterRef("article")))
    old = Embedding.objects.filter(article__first_seen_at__lt=now - KEPT, article__published_at__lt=now - KEPT)
    gone = 0
    while ids := list(old.exclude(learned).values_list("pk", flat=True)[:_FORGOTTEN]):
        gone += Embedding.objects.filter(pk__in=ids).delete()[0]
    return gone
