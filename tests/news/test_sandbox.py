"""Work on strangers' bytes in children that can be killed."""

import signal

import pytest

from nashra.core.feeds import Feed, FeedError
from nashra.news.fetching import sandbox

RSS = b"<rss version='2.0'><channel><title>a</title><item><title>b</title></item></channel></rss>"


def test_a_feed_is_parsed_in_a_child_as_here() -> None:
    feed = sandbox.run("parse", RSS, None, None, seconds=5)
    assert isinstance(feed, Feed)
    assert [entry.title for entry in feed.entries] == ["b"]


def test_the_second_parser_answers_in_the_same_shapes() -> None:
    feed = sandbox.run("second", RSS, None, None, seconds=5)
    assert [entry.title for entry in feed.entries] == ["b"]


def test_what_is_no_feed_is_said_with_its_code_and_its_feeds() -> None:
    page = b"<html><head><link rel=alternate type=application/rss+xml href=/rss></head></html>"
    with pytest.raises(FeedError) as refused:
        sandbox.run("parse", page, "text/html", "http://a.example/", seconds=5)
    assert (refused.value.code, refused.value.feeds) == ("html-page", ["http://a.example/rss"])


def test_a_job_that_takes_too_long_is_killed_and_the_next_one_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(sandbox.SandboxError) as stopped:
        patch.setattr(sandbox, "_START_SECONDS", 0.0)
        sandbox.run("second", b"<" * 1_000_000, None, None, seconds=1)
    assert stopped.value.code == "timeout"
    assert sandbox.run("parse", RSS, None, None, seconds=5).title == "a"


def test_a_job_that_grows_too_large_ends_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    end_children()
    with monkeypatch.context() as patch, pytest.raises(sandbox.SandboxError) as stopped:
        patch.setattr(sandbox, "MEMORY", 64)
        sandbox.run("parse", b"<rss>" + b"<item/>" * 3_000_000, None, None, seconds=20)
    assert stopped.value.code == "crashed"
    assert sandbox.run("parse", RSS, None, None, seconds=5).title == "a"


def test_a_child_that_was_ended_from_outside_is_replaced() -> None:
    sandbox.run("parse", RSS, None, None, seconds=5)
    end_children()
    assert sandbox.run("parse", RSS, None, None, seconds=5).title == "a"


def test_a_child_knows_none_of_its_parent_s_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NASHRA_SECRET_KEY", "secret")
    assert not any(name.startswith("NASHRA_") for name in sandbox._environment())


def end_children() -> None:
    """Kills whatever children wait for work, as an operator might."""
    for child in sandbox._idle:
        child._process.send_signal(signal.SIGKILL)
        child._process.wait()
