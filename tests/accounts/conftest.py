"""What tests about accounts share."""

from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from account_helpers import PASSWORD
from django.core.cache import cache
from django.test import Client

from nashra.accounts.models import Reader
from nashra.base.models import Message


@pytest.fixture(autouse=True)
def _no_limits_from_the_test_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def sign_in() -> Callable[[Reader], Client]:
    """A browser in which this person has signed in through the page, so that the session is in the list."""

    def browser(reader: Reader) -> Client:
        client = Client()
        client.post("/accounts/login/", {"login": reader.email, "password": PASSWORD})
        return client

    return browser


@pytest.fixture
def letters(db: None) -> Callable[[], list[EmailMessage]]:
    """All letters in the outbox, the oldest first."""

    def read() -> list[EmailMessage]:
        rows = Message.objects.order_by("pk")
        return [message_from_bytes(bytes(row.body), policy=policy.default) for row in rows]  # type: ignore[misc]

    return read
