"""Every hostile feed, end to end: claimed, fetched, judged, stored, and found again; other sources go on meanwhile."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from nashra.accounts.models import Reader
from nashra.front.models import Mark
from nashra.news.fetching.sweep import fetch_due
from nashra.news.models import Article, ArticleText, Fetch, Host, Source
from nashra.news.services import explain, search

ROOT = str(Path(__file__).resolve().parents[2])
CASES = [
    case for case in json.loads((Path(__file__).parent / "cases.json").read_text("utf-8")) if case["class"] == "feed"
]
BY_ID = {case["id"]: case for case in CASES}
READ = {"new", "unchanged"}
EXPECTED = {"accept": READ, "clean": READ, "part": READ | {"part"}, "reject": {"refused", "failed"}}
GOOD = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>مصدر سليم</title><item><title>خبر سليم</title>'
    "<guid>good-1</guid><description>نصّ.</description></item></channel></rss>"
).encode()


class Good(BaseHTTPRequestHandler):
    """A sound feed on a host of its own."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(GOOD)))
        self.end_headers()
        self.wfile.write(GOOD)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def good(evil: Any, settings: Any, db: None) -> Iterator[Source]:
    """A source that must be stored whatever the others do."""
    server = ThreadingHTTPServer(("127.0.0.2", 0), Good)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.NASHRA_ALLOW_HOSTS = (*evil.allowed, f"127.0.0.2:{server.server_port}")
    yield Source.objects.create(url=f"http://127.0.0.2:{server.server_port}/feed")
    server.shutdown()
    server.server_close()


def poll() -> None:
    """Makes everything due, and every host ready, and fetches."""
    Source.objects.update(due_at=timezone.now(), claimed_until=None)
    Host.objects.update(next_at=timezone.now())
    fetch_due()


def stored(source: Source) -> list[tuple[Any, ...]]:
    """Everything that a reader may come to see of a source."""
    articles = Article.objects.filter(source=source).order_by("pk")
    fields = ("pk", "title", "summary", "author", "url", "image_url", "published_at", "body__html", "body__text")
    return list(articles.values_list(*fields))


@pytest.mark.parametrize("case_id", BY_ID)
def test_a_hostile_feed_does_no_harm_and_gives_what_is_sound_of_it(
    case_id: str, evil: Any, good: Source, layla: Reader
) -> None:
    case, source = BY_ID[case_id], Source.objects.create(url=evil.get(case_id))
    checks = case.get("checks", {})
    for _ in range(checks.get("polls", 1)):
        poll()
    source.refresh_from_db()
    said = str(stored(source)) + source.title
    assert Fetch.objects.filter(source=source).latest("pk").outcome in EXPECTED[case["outcome"]]
    assert Article.objects.filter(source=source).count() == checks.get("entries", len(stored(source)))
    assert Article.objects.filter(source=source).count() >= checks.get("min_entries", 0)
    if "titles" in checks:
        assert sorted(row[1] for row in stored(source)) == sorted(checks["titles"])
    assert [text for text in checks.get("absent", []) if text in said] == []
    for words, number in checks.get("find", {}).items():
        assert len(search(layla, words, limit=100).ids) == number
    assert [article.title for article in good.articles.all()] == ["خبر سليم"]


@pytest.mark.parametrize("case_id", BY_ID)
def test_polling_a_hostile_feed_again_leaves_the_same_state(case_id: str, evil: Any, db: None) -> None:
    source = Source.objects.create(url=evil.get(case_id))
    poll()
    before = stored(source)
    poll()
    assert stored(source) == before


@pytest.mark.parametrize("case_id", [case["id"] for case in CASES if case["outcome"] in ("reject", "part")])
def test_what_was_wrong_with_a_feed_is_said_in_a_sentence(case_id: str, evil: Any, db: None) -> None:
    source = Source.objects.create(url=evil.get(case_id))
    for _ in range(BY_ID[case_id].get("checks", {}).get("polls", 1)):
        poll()
    explanation = explain(Source.objects.get(pk=source.pk))
    sentence = explanation.fetches[0].sentence
    assert sentence.endswith(".")
    assert not any(mark in sentence for mark in ("Traceback", "Error", ROOT, "lxml", "<", "xml."))


def test_a_rejected_feed_is_asked_again_later_and_never_given_up(evil: Any, db: None) -> None:
    source = Source.objects.create(url=evil.get("feed-is-a-page"))
    for _ in range(5):
        poll()
    source.refresh_from_db()
    assert source.state == Source.State.ACTIVE
    assert source.failing_since is not None
    assert (source.due_at - timezone.now()).total_seconds() > 3600


def test_an_article_of_a_feed_with_drifting_ids_stays_read(evil: Any, layla: Reader) -> None:
    source = Source.objects.create(url=evil.get("feed-id-drifts"))
    poll()
    read = source.articles.first()
    Mark.objects.create(reader=layla, article=read, read_at=timezone.now())
    for _ in range(3):
        poll()
    assert source.articles.count() == 3
    assert Mark.objects.get(reader=layla).article == read


def test_the_source_of_a_cut_feed_is_marked_damaged(evil: Any, db: None) -> None:
    source = Source.objects.create(url=evil.get("feed-truncated"))
    poll()
    source.refresh_from_db()
    assert source.damaged
    assert source.outcome == "part"


def test_no_date_of_a_feed_lies_after_its_fetch(evil: Any, db: None) -> None:
    source = Source.objects.create(url=evil.get("feed-dates"))
    poll()
    assert source.articles.filter(published_at__gt=timezone.now()).count() == 0


def test_a_link_that_is_a_script_is_dropped_and_its_text_kept(evil: Any, db: None) -> None:
    source = Source.objects.create(url=evil.get("feed-links"))
    poll()
    found = source.articles.get(title="خطر")
    assert found.url == ""
    assert ArticleText.objects.get(pk=found.pk).text == "نصّ الخبر."
    links = source.articles.exclude(url="").values_list("url", flat=True)
    assert all(link.startswith("http://127.0.0.1") for link in links)


def test_the_feed_that_a_page_names_is_offered(evil: Any, db: None) -> None:
    source = Source.objects.create(url=evil.get("feed-is-a-page"))
    poll()
    assert Fetch.objects.get(source=source).detail["feeds"]


def test_of_more_entries_than_the_limit_the_first_ones_are_kept(evil: Any, db: None) -> None:
    source = Source.objects.create(url=evil.get("feed-many-entries"))
    poll()
    assert Fetch.objects.get(source=source).outcome == "part"
    assert source.articles.count() == 200
