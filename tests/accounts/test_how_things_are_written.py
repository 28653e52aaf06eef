"""Digits, names of months and the Hijri date as a reader chooses them, and what a new reader begins with."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from nashra.accounts import services
from nashra.accounts.forms import month_choices
from nashra.accounts.models import Paper, Reader
from nashra.base import locale

SignIn = Callable[[Reader], Client]
FORM = {"name": "ليلى", "language": "ar", "time_zone": "Asia/Beirut", "digits": "arab", "region": "SY", "hijri": "on"}


def test_months_and_the_hijri_date_are_kept(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    assert client.post("/settings", FORM).status_code == 302
    layla.refresh_from_db()
    assert (layla.region, layla.hijri, layla.digits) == ("SY", True, "arab")
    client.post("/settings", {**FORM, "region": "", "hijri": ""})
    layla.refresh_from_db()
    assert (layla.region, layla.hijri) == ("", False)


def test_every_custom_of_naming_months_shows_a_date_of_its_own() -> None:
    examples = [label.split(" · ")[0] for _value, label in month_choices("ar")]
    assert examples == [
        "24 أغسطس 2026", "24 آب 2026", "24 آب/أغسطس 2026", "24 أوت 2026", "24 غشت 2026", "24 أغشت 2026",
    ]  # fmt: skip
    assert month_choices("en") == []


def test_a_country_without_a_choice_of_its_own_shows_as_its_custom(layla: Reader, sign_in: SignIn) -> None:
    Reader.objects.update(region="LB")
    assert '<option value="SY" selected>' in sign_in(layla).get("/settings").content.decode()


def test_an_english_reader_is_not_asked_about_arabic_months_and_keeps_the_choice(
    sofia: Reader, sign_in: SignIn
) -> None:
    Reader.objects.update(region="MA")
    client = sign_in(sofia)
    assert 'name="region"' not in client.get("/settings").content.decode()
    client.post("/settings", {**FORM, "language": "en", "region": "SY"})
    assert Reader.objects.get().region == "MA"


def example_on(page: str) -> str:
    found = re.search(r"<output[^>]*data-example[^>]*>([^<]*)</output>", page)
    assert found
    return found[1]


def test_the_settings_show_today_as_it_will_be_written(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    assert not re.search("[٠-٩]|هـ", example_on(client.get("/settings").content.decode()))
    client.post("/settings", FORM)
    line = example_on(client.get("/settings").content.decode())
    assert re.fullmatch(r"\w+ [٠-٩]+ \D+ [٠-٩]{4} · [٠-٩]+ \D+ [٠-٩]{4} هـ · [٠-٩]{2}:[٠-٩]{2}", line)


def test_the_example_follows_choices_that_are_not_saved_yet(layla: Reader, sign_in: SignIn) -> None:
    client = sign_in(layla)
    answer = client.get("/settings/example", FORM)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "هـ" in answer.content.decode()
    plain = client.get("/settings/example", {**FORM, "digits": "latn", "hijri": ""}).content.decode()
    assert "هـ" not in plain
    assert re.search("[0-9]{4}", plain)
    assert client.get("/settings/example", {"digits": "<b>", "time_zone": "Mars"}).status_code == 200
    layla.refresh_from_db()
    assert (layla.digits, layla.hijri) == ("latn", False)


def test_a_preference_that_does_not_exist_is_refused(layla: Reader) -> None:
    with pytest.raises(TypeError):
        services.change_preferences(layla, name="ليلى", personalise=True, role="owner")
    layla.refresh_from_db()
    assert layla.role == "reader"


SIGN_UP = {"email": "amal@example.com", "password1": "palm-harbour-42", "name": "أمل"}


@pytest.mark.parametrize(
    ("asked", "zone", "region", "kept"),
    [
        ("ar-MA,ar;q=0.9,fr;q=0.8", "Africa/Casablanca", "MA", "Africa/Casablanca"),
        ("ar-LB", "Asia/Beirut", "SY", "Asia/Beirut"),
        ("ar-EG", "", "", "UTC"),
        ("ar", "Mars/Olympus", "", "UTC"),
    ],
)
def test_a_new_reader_begins_with_the_browsers_region_and_clock(
    paper: Paper, asked: str, zone: str, region: str, kept: str
) -> None:
    Paper.objects.update(registration="open")
    Client().post("/accounts/signup/", {**SIGN_UP, "time_zone": zone}, headers={"Accept-Language": asked})
    amal = Reader.objects.get(email="amal@example.com")
    assert (amal.language, amal.region, amal.time_zone, amal.digits) == ("ar", region, kept, "latn")


def test_all_that_a_reader_chose_is_one_value(layla: Reader) -> None:
    layla.digits, layla.region, layla.hijri, layla.time_zone = "arab", "SY", True, "Asia/Beirut"
    assert layla.preferences == locale.Preferences("ar", "arab", "Asia/Beirut", "SY", True)
    layla.digits = "roman"
    assert layla.preferences.digits == "latn"
