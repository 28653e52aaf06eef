"""GET and HEAD of every route, by the owner with things of their own: not one row of the database is another."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from security_world import address, browser, in_parts, routes, things_of, undone

from nashra.accounts.models import Reader

Rows = dict[Any, dict[str, Any]]
# Reading is noted, as a browser notes its history: which article was opened, which page was shown, when a visit began.
VISIT = {"accounts.Reader.seen_at", "accounts.Reader.visit_at"}
OPENED = {"front.Mark", "front.Mark.read_at", "front.Signal", "front.Interest"}
NOTED: dict[str, set[str]] = {
    "front": {"front.Edition", "front.Edition.shown_at", "front.Edition.stale"} | VISIT,
    "article": OPENED | {"front.Interest.weight", "front.Interest.opened", "front.Interest.at"},
    "saved_item": OPENED | {"library.SavedItem.read_at"},
}


def rows() -> dict[str, Rows]:
    """The whole database but for sessions."""
    found: dict[str, Rows] = {}
    for model in apps.get_models(include_auto_created=True):
        if model is not Session and model._meta.label != "usersessions.UserSession":
            found[model._meta.label] = {
                row.pop("pk"): row for row in model._base_manager.values("pk", *_columns(model))
            }
    return found


def _columns(model: Any) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields if not field.primary_key]


def changes(before: dict[str, Rows], after: dict[str, Rows]) -> set[str]:
    """Tables with other rows, and columns with other values."""
    found: set[str] = set()
    for label, old in before.items():
        new = after[label]
        if old.keys() != new.keys():
            found.add(label)
        for pk in old.keys() & new.keys():
            found |= {f"{label}.{name}" for name, value in old[pk].items() if plain(new[pk][name]) != plain(value)}
    return found


def plain(value: Any) -> Any:
    """A value that can be compared on both databases."""
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.mark.parametrize("names", in_parts(routes(), 12), ids=lambda names: f"{names[0]} and {len(names) - 1} more")
def test_looking_at_a_route_changes_nothing(names: list[str], omar: Reader) -> None:
    own = things_of(omar)
    client = browser(omar)
    before, changed = rows(), {}
    for name in names:
        url = address(name, own)
        with undone():
            for _ in range(2):
                client.get(url)
                client.head(url)
            changed[name] = changes(before, rows()) - NOTED.get(name, set())
    assert {name: what for name, what in changed.items() if what} == {}
    assert changes(before, rows()) == set()


@pytest.mark.parametrize(("name", "column"), [
    ("front", "accounts.Reader.visit_at"), ("article", "front.Mark"), ("saved_item", "library.SavedItem.read_at"),
])  # fmt: skip
def test_what_is_noted_is_seen_here(name: str, column: str, omar: Reader) -> None:
    own = things_of(omar)
    omar.marks.all().delete()
    before = rows()
    browser(omar).get(address(name, own))
    assert column in changes(before, rows())


def test_a_stranger_who_looks_changes_nothing(omar: Reader) -> None:
    own, client = things_of(omar), browser(None)
    before = rows()
    for name in routes():
        client.get(address(name, own), {"url": "https://example.com/", "on": "0", "undo": "1", "what": "topic:x"})
        assert changes(before, rows()) == set(), name


def test_a_prefetching_browser_opens_nothing(omar: Reader) -> None:
    own = things_of(omar)
    client = browser(omar)
    before = rows()
    for name in ("article", "saved_item"):
        client.get(address(name, own), headers={"Sec-Purpose": "prefetch"})
    assert changes(before, rows()) == set()


def test_a_form_of_another_site_does_nothing(omar: Reader) -> None:
    """Every POST needs the form's own token, but for the one-click link of RFC 8058 and the callback of hubs, whose
    addresses are the secret.
    """
    own, client = things_of(omar), browser(omar)
    client.handler.enforce_csrf_checks = True
    before = rows()
    for name in routes():
        answer = client.post(address(name, own), {"on": "0", "List-Unsubscribe": "One-Click"})
        assert answer.status_code in ({404} if name in ("unsubscribe", "alert_stop", "websub") else {403, 405}), name
        assert changes(before, rows()) == set(), name
