"""Runs a command in this process as the console script would, and puts the logging back as it was."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

from nashra.site.cli import main


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What a program reads from it."""
        return json.loads(self.out)


class Console:
    """`console("source", "list")` runs `nashra source list`."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> Ended:
        """Runs the command; whatever was printed before is dropped."""
        self._capture.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        out, err = self._capture.readouterr()
        return Ended(int(ended.value.code or 0), out, err)


@contextmanager
def logging_kept() -> Iterator[None]:
    """The commands set the logging up for a terminal; afterwards it is the tests' again."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        structlog.configure(**before)
