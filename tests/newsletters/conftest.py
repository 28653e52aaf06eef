"""The morning of Tuesday 24 November 2026, and news for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from nashra.news.models import Article

Make = Callable[..., Article]


@pytest.fixture
def seven() -> datetime:
    """07:00 in Amman on Tuesday 24 November 2026."""
    return datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture
def some_news(make_article: Make, seven: datetime) -> list[Article]:
    """Twelve articles of three sources, the newest first."""
    return [make_article(f"خبر {number}", hours=number + 6, summary=f"ملخص {number}") for number in range(12)]
