"""Pages made to break saving: nothing inside is asked for, nothing runs, the text stays."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nashra.accounts.models import Reader
from nashra.base import blobs
from nashra.core import extract
from nashra.library import services
from nashra.library.models import SavedItem

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
Saved = tuple[SavedItem, str]


@pytest.fixture
def save(evil: Any, layla: Reader) -> Any:
    """Saves a case's page and makes its copy; the item and the page that its reader sees."""

    def saved(case: str) -> Saved:
        item = services.save_url(layla, evil.get(case), now=NOW)
        assert services.archive_next(now=NOW)
        browser = Client()
        browser.force_login(layla)
        page = browser.get(reverse("saved_item", args=[item.pk])).content.decode()
        return SavedItem.objects.get(pk=item.pk), page + browser.get("/saved?shelf=all").content.decode()

    return saved


def test_a_page_whose_pictures_and_links_lie_inside_keeps_its_text_and_asks_for_none_of_them(
    evil: Any, save: Any
) -> None:
    item, page = save("page-og-inside")
    assert "فقرة 5 من مقال عاديّ" in item.text
    assert item.title == "صورة داخلية"
    assert (item.archive, item.due_at, item.pictures.count()) == ("part", None, 0)
    assert evil.inside not in page
    assert len(evil.ended("page-og-inside")) == 1


def test_metadata_that_closes_a_script_is_text_wherever_it_is_shown(save: Any) -> None:
    item, page = save("page-jsonld")
    assert "onerror" not in item.html
    for attack in ("<img src=x", "</script><img", "<b>ب"):
        assert attack not in page
    assert "{" not in item.author


def test_an_svg_that_can_run_is_left_out(save: Any) -> None:
    item, page = save("page-svg-image")
    assert item.text
    assert (item.archive, item.pictures.count()) == ("part", 0)
    assert "i.svg" not in page
    assert list(blobs.iterate()) == [item.page]


def test_a_picture_too_large_to_be_opened_is_refused_and_the_text_saved(
    save: Any,
) -> None:
    item, page = save("page-png-bomb")
    assert item.text
    assert (item.archive, item.archive_detail["missing"]) == ("part", 1)
    assert "i.png" not in page


@pytest.mark.parametrize(
    "case", ["net-gzip-bomb", "net-redirect-inside", "net-redirect-loop", "net-redirect-file", "net-tls-untrusted"]
)
def test_an_address_that_cannot_be_fetched_stays_with_a_sentence(evil: Any, layla: Reader, case: str) -> None:
    item = services.save_url(layla, evil.get(case), now=NOW)
    services.archive_next(now=NOW)
    item = SavedItem.objects.get(pk=item.pk)
    assert item.url == evil.get(case)
    assert item.text == ""
    state = services.state_of(item)
    assert state.kind in ("failed", "waiting")
    assert len(state.text) > 20
    assert "Traceback" not in state.text


def test_hostile_articles_are_saved_clean_and_cause_no_request(evil: Any, layla: Reader) -> None:
    cases = json.loads((HERE / "html" / "articles.json").read_text("utf-8"))
    items = [services.save_url(layla, f"{evil.base}/c/html-articles/{case['n']}", now=NOW) for case in cases]
    while services.archive_next(now=NOW):
        pass
    assert len({item.pk for item in items}) == 48
    for case, item in zip(cases, items, strict=True):
        item.refresh_from_db()
        assert extract.sanitise(item.html, base_url=item.url) == item.html, case["why"]
        assert all(image.src.startswith("/media/") for image in extract.images(services.html_of(item))), case["why"]
        assert case["keep"][0] in item.text, case["why"]  # what follows may stand outside the article by the attack
