"""Hostile articles through every page and letter that shows them: nothing runs, and no browser calls anybody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from evil_rules import faults, links_are_closed

from nashra.accounts.models import Reader
from nashra.base.models import Message
from nashra.core import extract
from nashra.library import services as library
from nashra.news import services as news
from nashra.news.fetching.sweep import fetch_due
from nashra.news.models import Article, ArticleText, Source
from nashra.newsletters import services as newsletters
from nashra.newsletters.delivery import issuing

CASES = ["html-articles", "html-in-every-field", "feed-deep-html", "feed-bidi-titles", "feed-links"]
ARTICLES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "html" / "articles.json").read_text("utf-8"))


@pytest.fixture
def followed(evil: Any, layla: Reader) -> Callable[[str], Source]:
    """Layla follows a case's feed, which has been fetched."""

    def follow(case_id: str) -> Source:
        source = Source.objects.create(url=evil.get(case_id), visibility="paper", due_at=timezone.now())
        news.subscribe(layla, source)
        fetch_due()
        assert source.articles.exists()
        return source

    return follow


@pytest.fixture
def browser(layla: Reader, sign_in: Callable[[Reader], Client]) -> Client:
    return sign_in(layla)


def page(browser: Client, url: str) -> str:
    answer = browser.get(url)
    assert answer.status_code == 200, url
    return answer.content.decode()


@pytest.mark.parametrize("case_id", CASES)
def test_no_list_runs_or_loads_anything_of_a_strangers(
    case_id: str, followed: Callable[[str], Source], browser: Client, evil: Any
) -> None:
    source = followed(case_id)
    word = source.articles.latest("pk").title.split()[-1]
    for url in (
        "/",
        "/latest",
        f"/source/{source.pk}",
        f"/search?q={word}",
        "/sources",
        f"/sources/{source.pk}",
        "/profile",
    ):
        shown = page(browser, url)
        assert faults(shown) == [], url
        assert links_are_closed(shown) == [], url


@pytest.mark.parametrize("case_id", CASES)
def test_no_article_runs_or_loads_anything_of_a_strangers(
    case_id: str, followed: Callable[[str], Source], browser: Client
) -> None:
    source = followed(case_id)
    for article in source.articles.all():
        shown = page(browser, f"/article/{article.pk}")
        assert faults(shown) == [], article.title
        assert links_are_closed(shown) == [], article.title
    for url in ("/history", "/"):
        assert faults(page(browser, url)) == []


def test_what_is_sound_around_an_attack_is_there_to_be_read(followed: Callable[[str], Source], browser: Client) -> None:
    source = followed("html-articles")
    for case in ARTICLES:
        [article] = source.articles.filter(title=f"مقال {case['n']}")
        shown = page(browser, f"/article/{article.pk}")
        assert case["keep"][0] in shown, case["why"]


@pytest.mark.parametrize("case_id", CASES)
def test_no_topic_and_no_page_of_operation_runs_anything(
    case_id: str, followed: Callable[[str], Source], omar: Reader, sign_in: Callable[[Reader], Client]
) -> None:
    source = followed(case_id)
    owner = sign_in(omar)
    for url in ("/operation", "/operation/sources", f"/operation/sources/{source.pk}", "/operation/jobs"):
        assert faults(page(owner, url)) == [], url
    for key in {key for article in source.articles.all() for key in article.topics.values_list("key", flat=True)}:
        from urllib.parse import quote

        assert faults(page(owner, f"/topic/{quote(key, safe='')}")) == [], key


@pytest.mark.parametrize("case_id", CASES)
def test_a_saved_copy_is_as_harmless(
    case_id: str, followed: Callable[[str], Source], browser: Client, layla: Reader
) -> None:
    for article in followed(case_id).articles.all():
        item = library.save(layla, article, now=timezone.now())
        shown = page(browser, f"/saved/{item.pk}")
        assert faults(shown) == [], article.title
        assert links_are_closed(shown) == [], article.title
    assert faults(page(browser, "/saved?shelf=all")) == []
    assert faults(page(browser, "/saved?shelf=all&edit=1&q=خبر")) == []


def digests(reader: Reader) -> list[Message]:
    """Letters with all that there is, fifteen pieces in each."""
    now = timezone.now()
    digest = newsletters.change_digest(reader, is_on=True, hour=7, minute=0, days=127, length=15, quiet=True, now=now)
    for number in range(1, 8):
        issuing.issue_extra(digest, number, now)
    return list(Message.objects.filter(reader=reader, kind="digest"))


@pytest.mark.parametrize("case_id", CASES)
def test_a_letter_runs_nothing_calls_nobody_and_has_the_headers_that_we_wrote(
    case_id: str, followed: Callable[[str], Source], browser: Client, layla: Reader, evil: Any
) -> None:
    source = followed(case_id)
    Article.objects.update(published_at=timezone.now())
    letters = digests(layla)
    assert letters
    usual = None
    for letter in letters:
        mail = message_from_bytes(bytes(letter.body), policy=policy.default)
        body = mail.get_body(("html",))
        assert body is not None
        assert faults(body.get_content(), mail=True) == []
        assert "/thirdparty/" not in body.get_content().replace("href", "")
        assert mail["To"].addresses[0].addr_spec == "layla@example.com"
        usual = usual or list(mail.keys())
        assert list(mail.keys()) == usual
        assert "\n" not in letter.subject
        shown = page(browser, f"/mail/{letter.pk}")
        assert faults(shown) == []
        assert links_are_closed(shown) == []
    assert faults(page(browser, "/mail")) == []
    assert faults(page(browser, "/newsletters")) == []
    assert source.articles.exists()


@pytest.mark.parametrize("case_id", CASES)
def test_visitors_of_a_public_paper_are_as_safe(case_id: str, followed: Callable[[str], Source], paper: Any) -> None:
    source = followed(case_id)
    type(paper).objects.update(public=True)
    for url in ("/", "/latest", f"/source/{source.pk}", "/search?q=خبر"):
        shown = page(Client(), url)
        assert faults(shown) == [], url
        assert links_are_closed(shown) == [], url


def test_every_text_field_of_html_in_every_field_is_plain_text(followed: Callable[[str], Source]) -> None:
    source = followed("html-in-every-field")
    source.refresh_from_db()
    article = source.articles.get()
    shown = [
        source.title,
        article.title,
        article.author,
        article.summary,
        *article.topics.values_list("name", flat=True),
    ]
    assert [
        text for text in shown if "<script" in text.lower() or "<img" in text.lower() or "<svg" in text.lower()
    ] == []
    assert "خبر" in article.title
    assert "كاتب" in article.author


def test_what_is_stored_is_sanitised_already(followed: Callable[[str], Source]) -> None:
    source = followed("html-articles")
    for body in ArticleText.objects.filter(article__source=source):
        assert extract.sanitise(body.html, base_url=source.url) == body.html


def test_a_browser_of_the_reader_asks_no_one_but_us(
    followed: Callable[[str], Source], browser: Client, evil: Any
) -> None:
    """Pages were made and letters composed; by the server itself, too, nothing more was asked for than the feed."""
    followed("html-articles")
    before = len(evil.log())
    for article in Article.objects.all():
        page(browser, f"/article/{article.pk}")
    assert len(evil.log()) == before
