"""Fixtures of the site's tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from command_line import Console, logging_kept
from django.utils import translation

from nashra.base import locale
from nashra.site.demo.server import DemoServer


@pytest.fixture
def console(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Console]:
    """The command line on this test's data folder and database."""
    monkeypatch.setenv("NASHRA_DATA", str(settings.NASHRA_DATA))
    looks = locale.current()
    with logging_kept(), translation.override("en"):
        yield Console(capsys)
    locale.activate(looks)


@pytest.fixture
def sample(settings: Any) -> Iterator[DemoServer]:
    """The sample sources on this machine, allowed to be fetched."""
    with DemoServer() as server:
        settings.NASHRA_ALLOW_HOSTS = (server.base.removeprefix("http://"),)
        yield server
