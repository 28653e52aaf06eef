"""Error pages: our own, in the reader's language, whatever has failed; and static files that are missing."""

from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from nashra.accounts.models import Paper
from nashra.site.storage import HashedFiles
from nashra.site.urls import handler400, handler403, handler404, handler500  # noqa: F401


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    raise RuntimeError("a secret in a traceback")


urlpatterns = [path("broken", broken), path("", include("nashra.site.urls"))]


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_an_unknown_address_gets_our_page_in_the_browsers_language(paper: Paper, language: str, direction: str) -> None:
    answer = Client().get("/no/such/page", HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 404
    assert f'<html lang="{language}" dir="{direction}">' in answer.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_gets_our_page(paper: Paper) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/language", {"language": "en"}, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 403
    assert "form" in answer.content.decode()
    assert "nashra.css" in answer.content.decode()


@pytest.mark.django_db
def test_an_unknown_host_gets_our_page(paper: Paper) -> None:
    answer = Client().get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "nashra.css" in answer.content.decode()


@pytest.mark.django_db
def test_a_fault_of_ours_gets_our_page_without_details(paper: Paper) -> None:
    with override_settings(ROOT_URLCONF=__name__):
        answer = Client(raise_request_exception=False).get("/broken")
    assert answer.status_code == 500
    assert "nashra.css" in answer.content.decode()
    assert "secret" not in answer.content.decode()


def test_error_pages_need_no_database() -> None:
    from nashra.site.pages import errors

    request = RequestFactory().get("/")
    statuses = [
        errors.bad_request(request).status_code,
        errors.forbidden(request).status_code,
        errors.not_found(request).status_code,
        errors.failed(request).status_code,
        errors.csrf(request).status_code,
    ]
    assert statuses == [400, 403, 404, 500, 403]


def test_a_static_file_that_is_missing_costs_no_page(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "staticfiles.json").write_text(
        '{"paths": {"nashra.css": "nashra.1.css"}, "version": "1.1", "hash": "x"}'
    )
    files = HashedFiles(location=str(tmp_path), base_url="/static/")
    assert files.stored_name("nashra.css") == "nashra.1.css"
    assert files.stored_name("gone.png") == "gone.png"
