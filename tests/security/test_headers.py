"""Headers and cookies, on every answer whatever it is; and settings in which Django's own check finds nothing wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from security_world import PNG, Things, address, browser, routes

from nashra.base import pictures
from nashra.base.blobs import Cache
from nashra.site.urls import handler400, handler403, handler404, handler500  # noqa: F401


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours with a secret near it."""
    password = "geheim-geheim"
    raise RuntimeError(f"no door for {password}")


urlpatterns = [path("broken", broken, name="broken"), path("", include("nashra.site.urls"))]
ROOT = str(Path(__file__).resolve().parents[2])
STRICT = (
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "form-action 'self'",
    "base-uri 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
)  # fmt: skip
SEALED = "default-src 'none'; sandbox"


def held(answer: Any, csp: tuple[str, ...] = STRICT) -> None:
    """This answer's headers say what they must."""
    policy = [part.strip() for part in answer.headers["Content-Security-Policy"].split(";")]
    assert [part for part in csp if part not in policy] == []
    assert not any("unsafe" in part or "http" in part or "data:" in part or "*" in part for part in policy)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_every_route_answers_with_the_policy_to_everybody(laylas: Things, omar: Any) -> None:
    for person in (None, laylas.reader, omar):
        client = Client()
        for name in routes():
            if person:
                client.force_login(person)
            for method in (client.get, client.post, client.put, client.options):
                answer = method(address(name, laylas))
                sealed = name in ("media", "picture") and "sandbox" in answer.headers["Content-Security-Policy"]
                held(answer, tuple(SEALED.split("; ")) if sealed else STRICT)


def test_pictures_can_do_nothing_even_when_they_are_opened_alone(laylas: Things) -> None:
    client = browser(laylas.reader)
    kept = client.get(address("media", laylas))
    held(kept, tuple(SEALED.split("; ")))
    assert kept.headers["Content-Type"] == "image/png"
    url = "https://pictures.example/a.png"
    Cache("pictures", 512 * 1024 * 1024).put(url, PNG)
    shown = client.get(f"/i/{pictures.sign(url)}")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    held(shown, tuple(SEALED.split("; ")))


@pytest.mark.parametrize(
    "url", ["/static/nashra.css", "/static/nashra.js", "/static/none.css", "/none", "/healthz", "/%00"]
)
def test_files_and_errors_carry_the_policy_too(url: str, paper: Any) -> None:
    held(Client().get(url))


def test_refusals_before_any_page_carry_the_policy_too(paper: Any) -> None:
    held(Client().get("/", headers={"host": "evil.example"}))
    held(Client(enforce_csrf_checks=True).post("/language"))
    held(Client().post("/language", b"", "text/plain", CONTENT_LENGTH="99999999999"))
    held(Client().post("/language", b"", "text/plain", CONTENT_LENGTH="-1"))


def test_a_body_larger_than_any_form_is_refused_unread(paper: Any) -> None:
    answer = Client().post("/language", b"", "multipart/form-data; boundary=x", CONTENT_LENGTH=str(33 * 1024 * 1024))
    assert answer.status_code == 413


def test_a_fault_of_ours_tells_nothing(paper: Any) -> None:
    with override_settings(ROOT_URLCONF=__name__, DEBUG=False):
        answer = Client(raise_request_exception=False).get("/broken?token=geheim-geheim")
    assert answer.status_code == 500
    held(answer)
    page = answer.content.decode()
    for told in ("geheim", "RuntimeError", "Traceback", "broken", ROOT, "django", str(Path(__file__).name)):
        assert told not in page


def test_pages_about_a_reader_are_kept_by_no_cache_between(laylas: Things) -> None:
    client = browser(laylas.reader)
    for name in (
        "account_export", "settings", "account_email", "mail", "mail_item", "newsletters", "opml_export",
        "followed_search",
    ):  # fmt: skip
        assert "no-store" in client.get(address(name, laylas)).headers["Cache-Control"], name
    for name in ("front", "saved", "profile", "history", "article", "saved_item", "sources"):
        assert "Cookie" in client.get(address(name, laylas)).headers["Vary"], name


# ----------------------------------------------------------------------------------- as on a public address

ON_HTTPS = {
    "DJANGO_SETTINGS_MODULE": "nashra.site.settings", "NASHRA_URL": "https://news.example.org",
    "NASHRA_SECRET_KEY": "k9Hf3_xc71Qw02Zr8t5Ls6-pVbN4mYdA7eG1uJ0oXiCsWqT2-zR8xLk", "NASHRA_DATABASE_URL": "",
}  # fmt: skip


def ran(*arguments: str, data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A process with the settings of a public installation."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("NASHRA_", "DJANGO_"))}
    environment |= {**ON_HTTPS, "NASHRA_DATA": str(data), **more}
    return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_djangos_check_for_public_installations_finds_nothing(tmp_path: Path) -> None:
    done = ran("-m", "django", "check", "--deploy", "--fail-level", "WARNING", data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


COOKIES = """
import json, django
django.setup()
from django.core.management import call_command
from django.conf import settings
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
call_command("migrate", verbosity=0)
call_command("createcachetable")
from django.test import Client
from nashra.accounts import services
services.ensure_single_owner()
services.create_reader("layla@example.com", password="palm-harbour-42")
secure = {"secure": True, "headers": {"host": "news.example.org"}}
client = Client(headers={"host": "news.example.org"})
page = client.get("/accounts/login/", secure=True)
client.post("/accounts/login/", {"login": "layla@example.com", "password": "palm-harbour-42"}, secure=True)
client.post("/theme", {"theme": "dark"}, secure=True)
client.post("/language", {"language": "en"}, secure=True)
found = {name: {key: morsel[key] for key in ("secure", "httponly", "samesite", "path", "domain")}
         for name, morsel in client.cookies.items()}
wrong = Client().get("/", secure=True, headers={"host": "localhost"}).status_code
print(json.dumps([found, dict(page.headers), wrong, settings.DEBUG]))
"""


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Cookies by name, headers of the sign-in page, the status for another host, DEBUG."""
    done = ran("-c", COOKIES, data=tmp_path_factory.mktemp("public"))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_cookies_that_let_in_go_over_https_alone_to_this_host_alone_and_no_script_reads_them(public: Any) -> None:
    cookies = public[0]
    assert {"__Host-nashra", "__Host-nashra-csrf"} <= set(cookies)
    for name in ("__Host-nashra", "__Host-nashra-csrf"):
        assert cookies[name] == {"secure": True, "httponly": True, "samesite": "Lax", "path": "/", "domain": ""}


def test_every_other_cookie_is_secure_and_holds_only_a_look(public: Any) -> None:
    others = {name: value for name, value in public[0].items() if not name.startswith("__Host-")}
    assert set(others) == {"nashra_theme", "nashra_language"}
    assert all(value["secure"] and value["samesite"] == "Lax" for value in others.values())


def test_a_public_installation_is_asked_over_https_for_a_year_and_answers_to_its_name_alone(public: Any) -> None:
    _, headers, wrong_host, debug = public
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert wrong_host == 400
    assert debug is False


@pytest.mark.parametrize("made", ["by Nashra", "by somebody else"])
def test_what_an_installation_writes_is_for_its_owners_eyes_alone(made: str, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    if made != "by Nashra":
        folder.mkdir(mode=0o755)
    done = ran("-m", "nashra", "reader", "create", "layla@example.com", data=folder, NASHRA_SECRET_KEY="")
    assert done.returncode == 0, done.stderr
    assert len((folder / "secret").read_text().strip()) >= 50
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert {"secret", "nashra.db"} <= {file.name for file in files}
    assert [file.name for file in files if file.stat().st_mode & 0o077] == []
    assert made != "by Nashra" or folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("form", ["bad", "file"])
def test_a_wrong_secret_setting_is_named_and_never_shown(form: str, tmp_path: Path) -> None:
    more = (
        {"NASHRA_MAIL_URL": "http://user:geheim@mail.example"} if form == "bad" else {"NASHRA_MAIL_URL_FILE": "/none"}
    )
    done = ran("-m", "nashra", "reader", "list", data=tmp_path, **more)
    assert done.returncode == 1
    assert "NASHRA_MAIL_URL" in done.stderr
    assert "geheim" not in done.stderr + done.stdout
    assert len(done.stderr.strip().splitlines()) == 1
