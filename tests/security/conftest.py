"""What tests of trust share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from security_world import Things, things_of

from nashra.accounts.models import Reader


@pytest.fixture(autouse=True)
def _no_limits_from_the_test_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def laylas(layla: Reader) -> Things:
    """What Layla keeps to herself."""
    return things_of(layla)
