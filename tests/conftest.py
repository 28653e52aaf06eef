"""The cast, and the rule that no test leaves this machine."""

import ipaddress
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from nashra.accounts.models import Paper, Reader, Registration, Role

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _refuse_outside(address: Any) -> None:
    if not isinstance(address, tuple):
        return  # a Unix socket
    host = address[0]
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        raise AssertionError(f"a test tried to reach {address}")


@pytest.fixture(autouse=True, scope="session")
def _nothing_leaves_this_machine() -> Iterator[None]:
    def connect(self: socket.socket, address: Any) -> None:
        _refuse_outside(address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(address)
        return _connect_ex(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    socket.socket.connect_ex = connect_ex  # type: ignore[method-assign]
    yield
    socket.socket.connect = _connect  # type: ignore[method-assign]
    socket.socket.connect_ex = _connect_ex  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _data_folder(settings: Any, tmp_path: Any) -> None:
    """Every test has a data folder of its own."""
    settings.NASHRA_DATA = tmp_path / "data"
    settings.NASHRA_DATA.mkdir()
    settings.NASHRA_MAIL_URL = f"file:{settings.NASHRA_DATA / 'mail'}"


@pytest.fixture
def paper(db: None) -> Paper:
    """نشرة الساحل: set up, with open registration, not shown to visitors."""
    from django.utils import timezone

    return Paper.objects.create(
        pk=1, name="نشرة الساحل", registration=Registration.OPEN, public=False, set_up_at=timezone.now()
    )


def _person(email: str, name: str, language: str = "ar", role: str = Role.READER) -> Reader:
    from allauth.account.models import EmailAddress
    from django.utils import timezone

    reader = Reader.objects.create_user(
        email, "palm-harbour-42", name=name, language=language, role=role, welcomed_at=timezone.now()
    )
    EmailAddress.objects.create(user=reader, email=email, primary=True, verified=True)
    return reader


@pytest.fixture
def layla(paper: Paper) -> Reader:
    """ليلى: reads in Arabic about water, energy and Marsa al-Nakhil."""
    return _person("layla@example.com", "ليلى")


@pytest.fixture
def karim(paper: Paper) -> Reader:
    """كريم: reads in Arabic about sport and the economy."""
    return _person("karim@example.com", "كريم")


@pytest.fixture
def sofia(paper: Paper) -> Reader:
    """Sofia: reads in English about travel and culture."""
    return _person("sofia@example.com", "Sofia", language="en")


@pytest.fixture
def nadia(paper: Paper) -> Reader:
    """نادية: edits."""
    return _person("nadia@example.com", "نادية", role=Role.EDITOR)


@pytest.fixture
def omar(paper: Paper) -> Reader:
    """عمر: owns the paper."""
    return _person("omar@example.com", "عمر", role=Role.OWNER)


@pytest.fixture
def sign_in() -> Callable[[Reader], Client]:
    """A browser in which this person is signed in."""

    def browser(reader: Reader) -> Client:
        client = Client()
        client.force_login(reader)
        return client

    return browser
