"""What a reader decides: language, clock, digits, colours, letters, personal or not."""

from collections.abc import Callable

import pytest
from django.test import Client

from nashra.accounts.models import Paper, Reader

SignIn = Callable[[Reader], Client]
FORM = {
    "name": "ليلى س", "language": "en", "time_zone": "Asia/Riyadh", "digits": "arab", "theme": "dark", "text": "xl",
    "personalise": "",
}  # fmt: skip


def test_the_settings_are_kept(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    assert client.post("/settings", FORM)["Location"] == "/settings"
    layla.refresh_from_db()
    assert (layla.name, layla.language, layla.time_zone, layla.digits, layla.personalise) == (
        "ليلى س", "en", "Asia/Riyadh", "arab", False,
    )  # fmt: skip
    page = client.get("/settings").content.decode()
    assert '<html lang="en" dir="ltr" data-theme="dark" data-text="xl">' in page
    assert "Your settings are saved." in page


@pytest.mark.parametrize(
    ("field", "value"), [("language", "xx"), ("time_zone", "Mars/Olympus"), ("digits", "roman"), ("theme", "<b>")]
)
def test_what_is_not_offered_is_refused(layla: Reader, sign_in: SignIn, field: str, value: str) -> None:
    answer = sign_in(layla).post("/settings", {**FORM, field: value})
    assert list(answer.context["form"].errors) == [field]
    assert Reader.objects.get().language == "ar"


def test_time_zones_are_named_in_the_readers_language(layla: Reader, sofia: Reader, sign_in: SignIn) -> None:
    assert '<option value="Asia/Riyadh">الرياض</option>' in sign_in(layla).get("/settings").content.decode()
    assert '<option value="Asia/Riyadh">Riyadh</option>' in sign_in(sofia).get("/settings").content.decode()


def test_a_readers_own_zone_is_offered_even_if_it_is_an_old_name(layla: Reader, sign_in: SignIn) -> None:
    Reader.objects.update(time_zone="Egypt")
    assert '<option value="Egypt" selected>' in sign_in(layla).get("/settings").content.decode()


def test_the_language_button_works_for_visitors_and_readers(layla: Reader, sign_in: SignIn) -> None:
    visitor = Client()
    answer = visitor.post("/language", {"language": "en", "next": "/accounts/login/"})
    assert answer["Location"] == "/accounts/login/"
    assert '<html lang="en"' in visitor.get("/accounts/login/").content.decode()
    sign_in(layla).post("/language", {"language": "en"})
    assert Reader.objects.get().language == "en"


def test_an_unknown_language_changes_nothing(paper: Paper) -> None:
    answer = Client().post("/language", {"language": "xx"})
    assert not answer.cookies


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_the_buttons_lead_nowhere_outside(paper: Paper, next_url: str) -> None:
    for path in ("/language", "/theme"):
        assert Client().post(path, {"next": next_url})["Location"] == "/"


def test_colours_and_size_of_text_are_kept_by_the_browser(paper: Paper) -> None:
    client = Client()
    client.post("/theme", {"theme": "light"})
    client.post("/theme", {"text": "l"})
    assert 'data-theme="light" data-text="l"' in client.get("/accounts/login/").content.decode()
    client.post("/theme", {"theme": "system", "text": "m"})
    assert "data-theme" not in client.get("/accounts/login/").content.decode().split("<head>")[0]
    client.post("/theme", {"theme": "<script>"})
    assert client.cookies["nashra_theme"].value == ""
