"""Vectors for the score: of the model that serves now, which is the chosen one once it has most articles.

While a new model encodes the articles, the one before it serves: vectors of two models are never compared.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from nashra.front.embedding import choosing
from nashra.front.embedding.model import EmbeddingError
from nashra.front.models import Embedding
from nashra.news.models import Article, Visibility

ENOUGH = 0.9  # the share of the window's articles from which a new model serves
_KEPT = 30.0  # seconds that an answer holds
_MANY = 500
_kept: tuple[float, str] = (0.0, "")


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Of articles in the order that was asked for: whether there is one, and rows of length 1 (zeros where not)."""

    model: str
    present: npt.NDArray[np.bool_]  # (n,)
    matrix: npt.NDArray[np.float16]  # (n, dim)


def wanted(now: datetime) -> QuerySet[Article]:
    """The window's articles that the chosen model may see: an address never gets what belongs to one reader alone."""
    articles = Article.objects.filter(published_at__gt=now - timedelta(days=settings.NASHRA_LIVE_DAYS))
    return articles.exclude(private()) if choosing.chosen().kind == "address" else articles


def private() -> Q:
    """Articles of private sources: feeds with a secret, letters."""
    return Q(source__visibility=Visibility.PRIVATE)


def coverage(now: datetime, model: str) -> tuple[int, int]:
    """How many of the window's articles this model has encoded, and how many there are."""
    has = Exists(Embedding.objects.filter(article=OuterRef("pk"), model=model))
    found = wanted(now).aggregate(total=Count("pk"), done=Count("pk", filter=has))
    return found["done"], found["total"]


def serving(now: datetime) -> str:
    """The name of the model whose vectors count now; empty without a model."""
    try:
        new = choosing.name()
    except EmbeddingError:
        return ""
    if not new:
        return ""
    old = list(Embedding.objects.exclude(model=new).values("model").annotate(n=Count("pk")).order_by("-n", "model")[:1])
    if not old:
        return new
    done, total = coverage(now, new)
    return new if done >= ENOUGH * total else str(old[0]["model"])


def current() -> str:
    """`serving`, asked once in half a minute."""
    global _kept
    at, found = _kept
    if not at or time.monotonic() - at > _KEPT:
        found = serving(timezone.now())
        _kept = (time.monotonic(), found)
    return found


def forget() -> None:
    """The next answer is looked up anew."""
    global _kept
    _kept = (0.0, "")


def vectors_of(ids: Sequence[int]) -> Vectors | None:
    """The vectors of these articles; None without a model, or where none of them has one."""
    model = current()
    rows = _rows(ids, model) if model else {}
    if not rows:
        return None
    dim = len(next(iter(rows.values()))) // 2
    matrix = np.zeros((len(ids), dim), np.float16)
    for place, pk in enumerate(ids):
        if pk in rows and len(rows[pk]) == 2 * dim:
            matrix[place] = np.frombuffer(rows[pk], np.float16)
    return Vectors(model, np.asarray(matrix.any(1)), matrix)


def _rows(ids: Sequence[int], model: str) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for start in range(0, len(ids), _MANY):
        some = Embedding.objects.filter(model=model, article__in=list(ids[start : start + _MANY]))
        found |= dict(some.values_list("article_id", "vector"))
    return found
