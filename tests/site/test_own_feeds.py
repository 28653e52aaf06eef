"""The paper's own feeds: what visitors see, nothing more, and only where they see anything; hubs hear of it."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client
from django.utils import timezone

from nashra.accounts.models import Paper, Reader
from nashra.core.feeds import parse
from nashra.news.models import Article, Source, Visibility
from nashra.site.announcing import announce

FEEDS = ("/feed.atom", "/feed.json")
Make = Callable[..., Any]


@pytest.fixture
def public(paper: Paper) -> Paper:
    """A paper that is shown to visitors."""
    paper.public = True
    paper.save()
    return paper


@pytest.fixture
def coast(make_source: Make) -> Source:
    """A source of the paper's own choice."""
    made: Source = make_source("صحيفة المرفأ", visibility=Visibility.PAPER, site_url="https://harbour.example/")
    return made


def titles(path: str = "/feed.atom") -> list[str | None]:
    return [entry.title for entry in parse(Client().get(path).content).entries]


@pytest.mark.parametrize("path", FEEDS)
def test_a_paper_that_is_not_shown_to_visitors_has_no_feed(
    path: str, paper: Paper, coast: Source, make_article: Make, omar: Reader, sign_in: Make
) -> None:
    make_article("تحلية تعمل بالشمس", source=coast)
    assert Client().get(path).status_code == 404
    assert sign_in(omar).get(path).status_code == 404


@pytest.mark.parametrize("path", FEEDS)
def test_the_feed_holds_what_visitors_may_see_and_nothing_else(
    path: str, public: Paper, coast: Source, make_source: Make, make_article: Make, layla: Reader, sign_in: Make
) -> None:
    make_article("تحلية تعمل بالشمس", source=coast, hours=1)
    make_article("سوق السمك", source=coast, hours=2)
    make_article("مدرج", source=make_source("أخرى"))
    make_article("خاص", source=make_source("خاصة", visibility=Visibility.PRIVATE, owner=layla))
    assert titles(path) == ["تحلية تعمل بالشمس", "سوق السمك"]
    hers = sign_in(layla).get(path)
    assert hers.content == Client().get(path).content  # the same for everybody


@pytest.mark.parametrize("path", FEEDS)
def test_foreign_texts_are_not_given_away_and_lead_to_their_source(
    path: str, public: Paper, coast: Source, make_article: Make
) -> None:
    made = make_article("تحلية", source=coast, summary="ملخص قصير", text="النص الكامل للخبر لا يخرج من هنا")
    body = Client().get(path).content.decode()
    assert "ملخص قصير" in body
    assert "النص الكامل" not in body
    assert parse(body.encode()).entries[0].link == made.url
    assert coast.title in body


def test_the_paper_s_own_articles_lead_to_their_page_here(public: Paper, make_source: Make, make_article: Make) -> None:
    own = make_article("افتتاحية", source=make_source("نشرة", visibility=Visibility.PAPER, is_own=True), url="")
    (entry,) = parse(Client().get("/feed.atom").content).entries
    assert entry.link == f"http://localhost:8000/article/{own.pk}"


def test_copies_and_what_leads_nowhere_are_left_out(public: Paper, coast: Source, make_article: Make) -> None:
    first = make_article("تحلية", source=coast)
    make_article("تحلية أيضا", source=coast, duplicate_of=first)
    make_article("بلا عنوان", source=coast, url="")
    assert titles() == ["تحلية"]


@pytest.mark.parametrize("path", FEEDS)
def test_a_feed_that_did_not_change_is_not_sent_again(
    path: str, public: Paper, coast: Source, make_article: Make
) -> None:
    made = make_article("تحلية", source=coast)
    first = Client().get(path)
    assert set(first["Cache-Control"].split(", ")) == {"public", "max-age=300"}
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    Article.objects.filter(pk=made.pk).update(title="تحلية مصححة", corrected_at=timezone.now() + timedelta(hours=1))
    changed = {"If-None-Match": first["ETag"], "If-Modified-Since": first["Last-Modified"]}
    assert Client().get(path, headers=changed).status_code == 200


def test_the_types_and_links_are_those_of_the_formats(public: Paper, settings: Any) -> None:
    settings.NASHRA_WEBSUB_HUB = "https://hub.example.org/"
    answer = Client().get("/feed.json")
    assert answer["Content-Type"].startswith("application/feed+json")
    assert Client().get("/feed.atom")["Content-Type"].startswith("application/atom+xml")
    assert '<http://localhost:8000/feed.json>; rel="self"' in answer["Link"]
    assert '<https://hub.example.org/>; rel="hub"' in answer["Link"]
    assert json.loads(answer.content)["hubs"][0]["url"] == "https://hub.example.org/"


def test_public_pages_name_the_feeds(public: Paper) -> None:
    page = Client().get("/").content.decode()
    assert 'rel="alternate" type="application/atom+xml" href="/feed.atom"' in page
    Paper.objects.update(public=False)
    assert "feed.atom" not in Client().get("/", follow=True).content.decode()


class Hub:
    """Hears of new things, or does not."""

    def __init__(self) -> None:
        self.heard: list[dict[str, list[str]]] = []
        self.status = 204
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.heard.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                self.send_response(outer.status)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def hub(settings: Any) -> Iterator[Hub]:
    """The hub of our own feeds."""
    made = Hub()
    port = made.server.server_port
    settings.NASHRA_WEBSUB_HUB, settings.NASHRA_ALLOW_HOSTS = f"http://127.0.0.1:{port}/", (f"127.0.0.1:{port}",)
    yield made
    made.server.shutdown()
    made.server.server_close()


def test_the_hub_hears_of_each_new_article_and_correction_once(
    hub: Hub, public: Paper, coast: Source, make_article: Make
) -> None:
    announce()
    assert hub.heard == []  # nothing is there yet
    made = make_article("تحلية", source=coast)
    announce()
    announce()
    assert hub.heard == [
        {"hub.mode": ["publish"], "hub.url": [f"http://localhost:8000{path}" for path in FEEDS]},
    ]
    Article.objects.filter(pk=made.pk).update(corrected_at=timezone.now() + timedelta(minutes=1))
    announce()
    assert len(hub.heard) == 2


def test_a_hub_that_did_not_listen_is_told_again(hub: Hub, public: Paper, coast: Source, make_article: Make) -> None:
    make_article("تحلية", source=coast)
    hub.status = 500
    announce()
    hub.status = 204
    announce()
    announce()
    assert len(hub.heard) == 2


@pytest.mark.parametrize("why", ["not public", "only for readers"])
def test_a_hub_hears_nothing_of_what_visitors_do_not_see(
    why: str, hub: Hub, public: Paper, coast: Source, make_article: Make
) -> None:
    make_article("تحلية", source=coast)
    if why == "not public":
        Paper.objects.update(public=False)
    else:
        Source.objects.update(visibility=Visibility.LISTED)
    announce()
    assert hub.heard == []
