"""Hostile lists of subscriptions, from the upload to the report."""

import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from nashra.accounts.models import Reader
from nashra.news.models import Host, Source, Subscription
from nashra.news.services import SourceError, import_opml


@pytest.fixture
def upload(evil: Any) -> Callable[[str], bytes]:
    """The bytes of a case's file."""

    def read(case_id: str) -> bytes:
        with urllib.request.urlopen(evil.get(case_id), timeout=10) as answer:
            return bytes(answer.read())

    return read


def test_a_feed_below_a_thousand_folders_is_imported_into_one(upload: Any, layla: Reader) -> None:
    report = import_opml(layla, upload("opml-nested"))
    assert report.added == 1
    assert 0 < len(Subscription.objects.get(reader=layla).folder) <= 120


def test_a_file_that_would_grow_without_end_is_refused(upload: Any, layla: Reader) -> None:
    with translation.override("en"), pytest.raises(SourceError) as refused:
        import_opml(layla, upload("opml-bomb"))
    assert refused.value.message.endswith("Nothing was imported.")
    assert Source.objects.count() == 0


def test_of_dangerous_addresses_none_is_followed_and_each_is_named(upload: Any, evil: Any, layla: Reader) -> None:
    report = import_opml(layla, upload("opml-addresses"))
    urls = {evil.base + "/c/net-wrong-type", evil.base + "/c/feed-same-id"}
    assert set(Source.objects.values_list("url", flat=True)) == urls
    assert report.added == 2
    left_out = {address for _, address, _ in report.refused}
    scripts = {"javascript:top.__evil=1", "file:///etc/passwd"}
    assert left_out == scripts | {evil.inside + "/feed", "", "هـ", evil.base + "/c/net-wrong-type"}
    assert all(line >= 2 and sentence.endswith(".") for line, _, sentence in report.refused)
    assert not Source.objects.filter(site_url__contains="javascript").exists()


def test_a_title_with_markup_is_shown_as_text(upload: Any, layla: Reader, sign_in: Callable[[Reader], Client]) -> None:
    import_opml(layla, upload("opml-addresses"))
    page = sign_in(layla).get(reverse("sources")).content.decode()
    assert "<img src=x" not in page


def test_the_same_file_again_changes_nothing(upload: Any, layla: Reader) -> None:
    first = import_opml(layla, upload("opml-addresses"))
    second = import_opml(layla, upload("opml-addresses"))
    assert (second.added, second.known) == (0, first.added)
    assert Source.objects.count() == Subscription.objects.count() == 2


def test_fifty_thousand_feeds_are_imported_up_to_the_limit_and_fetched_later(
    upload: Any, layla: Reader, settings: Any, sign_in: Callable[[Reader], Client], evil: Any
) -> None:
    settings.NASHRA_SOURCES_PER_READER = 1000
    file = SimpleUploadedFile("many.opml", upload("opml-50000"))
    client = sign_in(layla)
    page = client.post(reverse("opml_import"), {"file": file}, follow=True)
    assert page.status_code == 200
    assert "49,000" in page.content.decode() or "49000" in page.content.decode()
    assert Source.objects.count() == 0
    client.post(reverse("opml_follow"))
    assert Subscription.objects.filter(reader=layla).count() == Source.objects.count() == 1000
    assert Source.objects.values("due_at").distinct().count() == 1000
    assert Host.objects.count() == 0
