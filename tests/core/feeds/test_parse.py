"""Every pair in tests/data/feeds: NAME.feed is what a server sent, NAME.expect.json what must be read from it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from nashra.core.feeds import Feed, FeedError, parse

DATA = Path(__file__).parents[2] / "data" / "feeds"
PAIRS = sorted(DATA.glob("*/*.feed"))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _read(path: Path) -> tuple[Feed, dict[str, Any]]:
    expect = json.loads(path.with_suffix(".expect.json").read_text("utf-8"))
    return parse(path.read_bytes(), content_type=expect.get("content_type"), url=expect["url"]), expect


@pytest.mark.parametrize("path", PAIRS, ids=[f"{path.parent.name}/{path.stem}" for path in PAIRS])
def test_a_feed_is_read_as_its_pair_says(path: Path) -> None:
    expect = json.loads(path.with_suffix(".expect.json").read_text("utf-8"))
    if "error" in expect:
        with pytest.raises(FeedError) as caught:
            _read(path)
        assert (caught.value.code, caught.value.feeds) == (expect["error"], expect.get("feeds", []))
        return
    feed, _ = _read(path)
    whole = _plain(asdict(feed))
    assert {key: whole[key] for key in expect.get("feed", {})} == expect.get("feed", {})
    if "titles" in expect:
        assert [entry.title for entry in feed.entries] == expect["titles"]
    if "entries" in expect:
        wanted = expect["entries"]
        found = whole["entries"]
        assert [{key: one[key] for key in want} for one, want in zip(found, wanted, strict=True)] == wanted
    ids = [entry.id for entry in feed.entries]
    assert all(ids)
    assert len(set(ids)) == expect.get("distinct_ids", len(feed.entries))


def test_there_are_at_least_sixty_pairs_in_arabic() -> None:
    assert len([path for path in PAIRS if path.parent.name == "arabic"]) >= 60
    assert len(PAIRS) == len(list(DATA.glob("*/*.expect.json")))


@pytest.mark.parametrize("name", ["broken/one-guid-for-all", "broken/one-link-for-all", "arabic/utf8-declared"])
def test_ids_stay_the_same_from_poll_to_poll_and_do_not_depend_on_the_order(name: str) -> None:
    feed, _ = _read(DATA / f"{name}.feed")
    again, _ = _read(DATA / f"{name}.feed")
    assert [entry.id for entry in feed.entries] == [entry.id for entry in again.entries]
    body = (DATA / f"{name}.feed").read_text("utf-8")
    head, *items, tail = body.replace("</item>", "<item>").split("<item>")
    turned = head + "".join(f"<item>{item}</item>" for item in reversed(items) if item.strip()) + tail
    ids = {entry.id for entry in parse(turned.encode(), url="https://paper.example/feed").entries}
    assert ids == {entry.id for entry in feed.entries}
